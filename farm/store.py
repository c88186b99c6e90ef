"""The content-addressed store: what was made, under the digest of what it was made from.

    <root>/<kind>/<first two digits>/<digest>/manifest.json     published last, atomically
    <root>/<kind>/<first two digits>/<digest>/<attempt>/<file>  written by one attempt alone
    <root>/states/<first two digits>/<digest>                   where unfinished work can go on
    <root>/refused/<first two digits>/<digest>.json             tries that did not become what was asked for
    <root>/logs/<first two digits>/<digest>/<name>.json         attempts: what was printed, how they ended
    <root>/attempts/<attempt>                                   in a remote store: what is being published

Kinds are `takes`, `joints`, `sounds` and so on. An attempt writes into a folder of its own and becomes
visible by its manifest, so a reader never sees half of anything, and a late attempt can at worst publish
the same thing again. The root is a folder (a shared file system, for several machines) or any fsspec URL
(`s3://bucket/prefix`). Nothing here compares the clocks of two machines.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
import shutil
import socket
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import fsspec
import psutil
from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError

from farm.cache import FileCache
from farm.disk import create_atomically, fsync, sha256_of, store_errors, write_atomically
from farm.node import NodeSettings
from farm.remote import RemotePlace
from storyboard.errors import StoreError

MANIFEST = "manifest.json"
STATES, REFUSED = "states", "refused"
"""where the states and the refused tries of unfinished work lie; unlike everything else they are written
over"""
ATTEMPTS = "attempts"
LOGS, MOST_LOGS = "logs", 20
"""so many logs of attempts are kept for each digest, the latest ones"""
_ASIDE = "shotfarm-attempt-"
"""how the temporary folders are called in which attempts for a remote store write"""
ABANDONED = timedelta(days=1)
"""an attempt of another machine that has written nothing for so long, by the store's clock, is swept"""


class StoredFile(BaseModel):
    """One file of something published."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: str
    """relative to the folder of the digest"""
    sha256: str
    size: int
    """bytes"""


class Manifest(BaseModel):
    """What was published under a digest."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: int = 1
    kind: str
    digest: str
    attempt: str
    created: datetime
    files: dict[str, StoredFile]
    facts: dict[str, JsonValue]
    """what is known of it beside its files: the spec it was made from, its length, who made it"""


class Attempt:
    """One try at making something; its files are seen by nobody until `publish`."""

    def __init__(self, store: Store, kind: str, digest: str) -> None:
        self.store = store
        self.kind = kind
        self.digest = digest
        self.name = f"{machine()}-{os.getpid()}-{secrets.token_hex(4)}"
        self.folder = store.new_attempt_folder(kind, digest, self.name)
        self.published = False

    def path(self, name: str) -> Path:
        """Where to write a file of this attempt: a local path."""
        return self.folder / name

    def publish(self, facts: Mapping[str, JsonValue]) -> Manifest:
        """Make every file of the attempt durable, then publish the manifest.

        When another attempt was first, that one stands, this one's files are dropped and its manifest is
        returned.

        Raises:
            StoreError: the store cannot be written.
        """
        with store_errors(self.folder):
            manifest = self.store.publish(self, dict(facts))
        self.published = True
        return manifest


class Store:
    """A place for everything that was made.

    Args:
        root: a folder, or an fsspec URL.
        node: what this machine sets for itself; read from its environment when left out.

    Raises:
        StoreError: nothing here reads such a URL.
    """

    def __init__(self, root: str | Path, node: NodeSettings | None = None) -> None:
        self.root = str(root)
        local = fsspec.utils.get_protocol(self.root) in {"file", "local"}
        node = node or NodeSettings()
        self._remote = None if local else RemotePlace(self.root, node.store_patience_s)
        self._path: str = (
            self._remote.path if self._remote else fsspec.core.strip_protocol(self.root).rstrip("/")
        )
        self._files = FileCache(node.cache, int(node.cache_gib * 1024**3))

    @property
    def is_local(self) -> bool:
        """Whether the store is a folder that this machine reads and writes."""
        return self._remote is None

    def check(self) -> None:
        """Refuse a store that cannot be written, before anything renders; a folder is made.

        Raises:
            StoreError: it cannot be written; the message says why.
        """
        if self._remote:
            self._remote.check()
            return
        folder = Path(self._path)
        with store_errors(folder):
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                pass

    def find(self, kind: str, digest: str) -> Manifest | None:
        """What is published under a digest, or None.

        A manifest that was cut short, and one whose files are gone or short, count as None.

        Raises:
            StoreError: the store cannot be read.
        """
        folder = self._folder(kind, digest)
        with store_errors(folder):
            try:
                text = self._read(f"{folder}/{MANIFEST}")
            except FileNotFoundError:
                return None
            try:
                json.loads(text)
            except ValueError:
                return None
            try:
                manifest = Manifest.model_validate_json(text)
            except ValidationError as error:
                raise StoreError(
                    f"{folder}/{MANIFEST} is not a manifest that this version of shotfarm reads",
                    "move the folder aside to make its contents again",
                ) from error
            for file in manifest.files.values():
                if self._size(f"{folder}/{file.path}") != file.size:
                    return None
        return manifest

    def has(self, kind: str, digest: str) -> bool:
        """Whether something whole is published under a digest."""
        return self.find(kind, digest) is not None

    def file(self, manifest: Manifest, name: str) -> Path:
        """A local path of a published file; a remote store's file is fetched into the cache once.

        The path of a remote store's file is good as long as this object lives.

        Raises:
            StoreError: it cannot be read, or what arrives is not what was published.
        """
        stored = manifest.files[name]
        remote = f"{self._folder(manifest.kind, manifest.digest)}/{stored.path}"
        if self._remote is None:
            return Path(remote)
        place = self._remote
        with store_errors(self._path):
            try:
                return self._files.file(
                    stored.sha256, Path(name).suffix, lambda local: place.fetch(remote, local)
                )
            except ValueError as error:
                raise StoreError(
                    f"{remote} is not the file that was published (its SHA-256 differs)"
                ) from error

    @contextlib.contextmanager
    def attempt(self, kind: str, digest: str) -> Iterator[Attempt]:
        """Try to make something: write into `attempt.path(...)`, then `attempt.publish(...)`.

        What was not published is removed, whatever happened.
        """
        with store_errors(self.root):
            attempt = Attempt(self, kind, digest)
        try:
            yield attempt
        finally:
            if not (attempt.published and self.is_local):
                shutil.rmtree(attempt.folder, ignore_errors=True)

    def keep_file(self, path: Path, sha256: str) -> Manifest:
        """Publish a file that exists already (a reference, a LoRA) under the digest of its bytes."""
        found = self.find("files", sha256)
        if found:
            return found
        with self.attempt("files", sha256) as attempt, store_errors(path):
            shutil.copyfile(path, attempt.path(f"file{path.suffix}"))
            return attempt.publish({"name": path.name})

    def kept_file(self, sha256: str) -> Path:
        """A local copy of a file that was published with `keep_file`.

        Raises:
            StoreError: it is not there.
        """
        kept = self.find("files", sha256)
        if kept is None:
            raise StoreError(
                f"the file {sha256[:12]} is not in the store",
                "run again: it is published before use",
            )
        return self.file(kept, next(iter(kept.files)))

    def keep_state(self, digest: str, state: bytes) -> None:
        """Keep the state of work on a digest, instead of the one kept before.

        Raises:
            StoreError: the store cannot be written.
        """
        self._write_over(self._state(digest), state)

    def kept_state(self, digest: str) -> bytes | None:
        """The state that was kept last for a digest, or None.

        Raises:
            StoreError: the store cannot be read.
        """
        return self._written_over(self._state(digest))

    def drop_state(self, digest: str) -> None:
        """Forget the state of a digest, if there is one."""
        self._forget(self._state(digest))

    def keep_refused(self, digest: str, tries: Sequence[JsonValue]) -> str:
        """Keep what is known of refused tries, instead of what was kept before; returns where it lies.

        Raises:
            StoreError: the store cannot be written.
        """
        path = self._refused(digest)
        text = json.dumps({"digest": digest, "tries": list(tries)}, indent=1)
        self._write_over(path, text.encode())
        return f"{self.root.partition('://')[0]}://{path}" if self._remote else path

    def kept_refused(self, digest: str) -> list[JsonValue]:
        """What was kept last of refused tries, in the order in which they were tried.

        Raises:
            StoreError: the store cannot be read.
        """
        try:
            tries = json.loads(self._written_over(self._refused(digest)) or b"{}")["tries"]
        except (ValueError, KeyError, TypeError):
            return []
        return tries if isinstance(tries, list) else []

    def drop_refused(self, digest: str) -> None:
        """Forget the refused tries of a digest, if there are any."""
        self._forget(self._refused(digest))

    def keep_log(self, digest: str, name: str, content: bytes) -> None:
        """Keep the log of an attempt, and no more of that digest than the latest `MOST_LOGS`.

        It is no loss if a power cut takes it: nothing is made durable.

        Args:
            digest: what was attempted.
            name: begins with when that was, then the shot, with dots between: `kept_logs` goes by it.
            content: a JSON document.

        Raises:
            StoreError: the store cannot be written.
        """
        folder = f"{self._path}/{LOGS}/{digest[:2]}/{digest}"
        path = f"{folder}/{name}.json"
        with store_errors(folder):
            if self._remote:
                self._remote.write(path, content)
                kept = sorted(self._remote.below(folder))
            else:
                if not Path(self._path).is_dir():
                    raise StoreError(f"{self._path} is gone", "a log alone makes no store")
                Path(folder).mkdir(parents=True, exist_ok=True)
                write_atomically(Path(path), content, durable=False)
                kept = sorted(str(one) for one in Path(folder).glob("*.json"))
        for old in kept[:-MOST_LOGS]:
            self._forget(old)

    def kept_logs(self, shot: str) -> Iterator[tuple[str, bytes]]:
        """The name and the content of every log that was kept under a shot's name, in no order.

        Raises:
            StoreError: the store cannot be read.
        """
        root = f"{self._path}/{LOGS}"
        with store_errors(root):
            if self._remote:
                found = [*self._remote.below(root)]
            else:
                found = [str(path) for path in Path(root).glob(f"*/*/*.{shot}.*.json")]
        for path in found:
            name = path.rpartition("/")[2].removesuffix(".json")
            if name.split(".")[1:2] == [shot]:
                content = self._written_over(path)
                if content is not None:
                    yield name, content

    def _state(self, digest: str) -> str:
        return f"{self._path}/{STATES}/{digest[:2]}/{digest}"

    def _refused(self, digest: str) -> str:
        return f"{self._path}/{REFUSED}/{digest[:2]}/{digest}.json"

    def _write_over(self, path: str, content: bytes) -> None:
        with store_errors(path):
            if self._remote:
                self._remote.write(path, content)
            else:
                Path(path).parent.mkdir(parents=True, exist_ok=True)
                write_atomically(Path(path), content)

    def _written_over(self, path: str) -> bytes | None:
        with store_errors(path):
            try:
                return self._read(path)
            except FileNotFoundError:
                return None

    def _forget(self, path: str) -> None:
        with store_errors(path):
            if self._remote:
                self._remote.remove(path)
            else:
                Path(path).unlink(missing_ok=True)

    def sweep(self) -> int:
        """Remove what attempts that have ended without publishing left behind; returns how many.

        Those are the ones of this machine whose process is gone, and the ones of other machines that have
        written nothing for `ABANDONED`, by the clock that dates the store's files.

        Raises:
            StoreError: a remote store cannot be read or written.
        """
        return self._sweep_remote(self._remote) if self._remote else self._sweep_folder()

    def _sweep_folder(self) -> int:
        swept = 0
        now: datetime | None = None
        for folder in Path(self._path).glob("*/??/*/*-*-*/"):
            ended = _has_ended(folder.name)
            if ended is None:
                with contextlib.suppress(OSError):
                    now = now or self._now_of_folder()
                    last = max(path.stat().st_mtime for path in (folder, *folder.iterdir()))
                    ended = now - datetime.fromtimestamp(last, UTC) > ABANDONED
            manifest = folder.parent / MANIFEST
            if not ended or (manifest.exists() and f'"{folder.name}"' in manifest.read_text()):
                continue
            shutil.rmtree(folder, ignore_errors=True)
            swept += 1
        return swept

    def _now_of_folder(self) -> datetime:
        with tempfile.NamedTemporaryFile(dir=self._path) as probe:
            return datetime.fromtimestamp(Path(probe.name).stat().st_mtime, UTC)

    def _sweep_remote(self, place: RemotePlace) -> int:
        notes = place.below(f"{self._path}/{ATTEMPTS}")
        if not notes:
            return 0
        clock = f"{self._path}/{ATTEMPTS}/clock-{secrets.token_hex(8)}"
        place.write(clock, b"")
        now = place.below(clock).get(clock)
        place.remove(clock)
        swept = 0
        for note, written in notes.items():
            name = note.rpartition("/")[2]
            ended = _has_ended(name)
            if ended is None and now and written:
                ended = now - written > ABANDONED
            if not ended:
                continue
            try:
                what = json.loads(place.read(note))
                manifest = self.find(what["kind"], what["digest"])
                if manifest is None or manifest.attempt != name:
                    for path in place.below(f"{self._folder(what['kind'], what['digest'])}/{name}"):
                        place.remove(path)
            except (FileNotFoundError, ValueError, KeyError):
                pass
            place.remove(note)
            swept += 1
        return swept

    def new_attempt_folder(self, kind: str, digest: str, name: str) -> Path:
        """An empty local folder for an attempt: inside a local store, else a temporary one."""
        if self._remote:
            return Path(tempfile.mkdtemp(prefix=f"{_ASIDE}{name}-"))
        folder = Path(self._folder(kind, digest)) / name
        folder.mkdir(parents=True)
        return folder

    def publish(self, attempt: Attempt, facts: dict[str, JsonValue]) -> Manifest:
        """Publish an attempt; `Attempt.publish` is the door."""
        paths = sorted(attempt.folder.iterdir())
        manifest = Manifest(
            kind=attempt.kind,
            digest=attempt.digest,
            attempt=attempt.name,
            created=datetime.now(UTC),
            files={
                path.name: StoredFile(
                    path=f"{attempt.name}/{path.name}", sha256=sha256_of(path), size=path.stat().st_size
                )
                for path in paths
            },
            facts=facts,
        )
        if self._remote:
            return self._publish_remotely(self._remote, attempt, manifest)
        for path in (*paths, attempt.folder):
            fsync(path)
        target = Path(self._folder(attempt.kind, attempt.digest)) / MANIFEST
        text = manifest.model_dump_json().encode()
        if not create_atomically(target, text):
            first = self.find(attempt.kind, attempt.digest)
            if first:
                shutil.rmtree(attempt.folder, ignore_errors=True)
                return first
            write_atomically(target, text)
        return manifest

    def _publish_remotely(self, place: RemotePlace, attempt: Attempt, manifest: Manifest) -> Manifest:
        folder = self._folder(attempt.kind, attempt.digest)
        note = f"{self._path}/{ATTEMPTS}/{attempt.name}"
        place.write(note, json.dumps({"kind": attempt.kind, "digest": attempt.digest}).encode())
        for name, file in manifest.files.items():
            place.put(attempt.folder / name, f"{folder}/{file.path}")
        text = manifest.model_dump_json().encode()
        stands = manifest
        if not place.create(f"{folder}/{MANIFEST}", text):
            first = self.find(attempt.kind, attempt.digest)
            if first is None:
                place.write(f"{folder}/{MANIFEST}", text)
            elif first.attempt != attempt.name:  # its own: the answer to an earlier try was lost
                stands = first
                for file in manifest.files.values():
                    place.remove(f"{folder}/{file.path}")
        place.remove(note)
        return stands

    def _folder(self, kind: str, digest: str) -> str:
        return f"{self._path}/{kind}/{digest[:2]}/{digest}"

    def _read(self, path: str) -> bytes:
        return self._remote.read(path) if self._remote else Path(path).read_bytes()

    def _size(self, path: str) -> int | None:
        if self._remote:
            return self._remote.size(path)
        try:
            return Path(path).stat().st_size
        except FileNotFoundError:
            return None


def sweep_temporary() -> int:
    """Remove what killed attempts for remote stores left in this machine's temporary folder; how many."""
    swept = 0
    for folder in Path(tempfile.gettempdir()).glob(f"{_ASIDE}*/"):
        attempt = folder.name.removeprefix(_ASIDE).rpartition("-")[0]
        if _has_ended(attempt):
            shutil.rmtree(folder, ignore_errors=True)
            swept += 1
    return swept


@cache
def machine() -> str:
    """What tells this machine from others, and from a container on it whose process ids mean others."""
    boot, spaces = Path("/proc/sys/kernel/random/boot_id"), Path("/proc/self/ns/pid")
    told = f"{boot.read_text().strip()} {spaces.stat().st_ino}" if boot.exists() else ""
    return f"{socket.gethostname()}-{hashlib.sha256(told.encode()).hexdigest()[:8]}"


def _has_ended(attempt: str) -> bool | None:
    """Whether an attempt's process is gone; None for one that another machine made."""
    made_by, _, rest = attempt.rpartition("-")[0].rpartition("-")
    if made_by != machine() or not rest.isdigit():
        return None
    return not psutil.pid_exists(int(rest))
