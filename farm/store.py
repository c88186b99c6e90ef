"""The content-addressed store: what was made, under the digest of what it was made from.

    <root>/<kind>/<first two digits>/<digest>/manifest.json     published last, atomically
    <root>/<kind>/<first two digits>/<digest>/<attempt>/<file>  written by one attempt alone
    <root>/states/<first two digits>/<digest>                   where unfinished work can go on

Kinds are `takes`, `joints`, `sounds` and so on. An attempt writes into a folder of its own and becomes
visible by its manifest, so a reader never sees half of anything, and a late attempt can at worst publish
the same thing again. The root is a local folder or any fsspec URL (`s3://bucket/prefix`).
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import secrets
import shutil
import socket
import tempfile
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import fsspec
import psutil
from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError

from storyboard.errors import StoreError

MANIFEST = "manifest.json"
STATES = "states"
"""where the states of unfinished work lie; unlike everything else they are written over"""
_CHUNK = 1 << 20


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
        self.name = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"
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
        cache: where copies of a remote store's files lie on this machine.
    """

    def __init__(self, root: str | Path, cache: Path | None = None) -> None:
        self.root = str(root)
        filesystem, path = fsspec.core.url_to_fs(self.root)
        self._filesystem: Any = filesystem
        self._path: str = path.rstrip("/")
        protocol = filesystem.protocol
        self.is_local = "file" in ((protocol,) if isinstance(protocol, str) else protocol)
        self._cache = cache or Path(tempfile.gettempdir()) / "shotfarm-cache"

    def find(self, kind: str, digest: str) -> Manifest | None:
        """What is published under a digest, or None; a manifest whose files are gone counts as None.

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

        Raises:
            StoreError: it cannot be read, or what arrives is not what was published.
        """
        stored = manifest.files[name]
        remote = f"{self._folder(manifest.kind, manifest.digest)}/{stored.path}"
        if self.is_local:
            return Path(remote)
        local = self._cache / stored.sha256[:2] / f"{stored.sha256}{Path(name).suffix}"
        if local.exists() and local.stat().st_size == stored.size:
            return local
        with store_errors(local):
            local.parent.mkdir(parents=True, exist_ok=True)
            aside = local.with_name(f"{local.name}.{os.getpid()}-{secrets.token_hex(4)}.part")
            try:
                self._filesystem.get_file(remote, str(aside))
                if sha256_of(aside) != stored.sha256:
                    raise StoreError(f"{remote} is not the file that was published (its SHA-256 differs)")
                aside.replace(local)
            finally:
                aside.unlink(missing_ok=True)
        return local

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

    def keep_state(self, digest: str, state: bytes) -> None:
        """Keep the state of work on a digest, instead of the one kept before.

        Raises:
            StoreError: the store cannot be written.
        """
        path = f"{self._path}/{STATES}/{digest[:2]}/{digest}"
        with store_errors(path):
            if self.is_local:
                Path(path).parent.mkdir(parents=True, exist_ok=True)
                write_atomically(Path(path), state)
            else:
                self._filesystem.pipe_file(path, state)

    def kept_state(self, digest: str) -> bytes | None:
        """The state that was kept last for a digest, or None.

        Raises:
            StoreError: the store cannot be read.
        """
        path = f"{self._path}/{STATES}/{digest[:2]}/{digest}"
        with store_errors(path):
            try:
                return self._read(path)
            except FileNotFoundError:
                return None

    def drop_state(self, digest: str) -> None:
        """Forget the state of a digest, if there is one."""
        path = f"{self._path}/{STATES}/{digest[:2]}/{digest}"
        with store_errors(path), contextlib.suppress(FileNotFoundError):
            if self.is_local:
                Path(path).unlink(missing_ok=True)
            else:
                self._filesystem.rm_file(path)

    def sweep(self) -> int:
        """Remove what attempts of dead processes of this machine left behind; returns how many.

        Only a local store can hold such remains: a remote one receives files when they are whole.
        """
        if not self.is_local:
            return 0
        here = f"{socket.gethostname()}-"
        swept = 0
        for folder in Path(self._path).glob(f"*/??/*/{here}*"):
            pid = folder.name.removeprefix(here).partition("-")[0]
            if not pid.isdigit() or psutil.pid_exists(int(pid)):
                continue
            manifest = folder.parent / MANIFEST
            if manifest.exists() and f'"{folder.name}"' in manifest.read_text():
                continue
            shutil.rmtree(folder, ignore_errors=True)
            swept += 1
        return swept

    def new_attempt_folder(self, kind: str, digest: str, name: str) -> Path:
        """An empty local folder for an attempt: inside a local store, else a temporary one."""
        if not self.is_local:
            return Path(tempfile.mkdtemp(prefix=f"shotfarm-{kind}-"))
        folder = Path(self._folder(kind, digest)) / name
        folder.mkdir(parents=True)
        return folder

    def publish(self, attempt: Attempt, facts: dict[str, JsonValue]) -> Manifest:
        """Publish an attempt; `Attempt.publish` is the door."""
        folder = self._folder(attempt.kind, attempt.digest)
        files: dict[str, StoredFile] = {}
        for path in sorted(attempt.folder.iterdir()):
            relative = f"{attempt.name}/{path.name}"
            files[path.name] = StoredFile(path=relative, sha256=sha256_of(path), size=path.stat().st_size)
            if self.is_local:
                fsync(path)
            else:
                self._filesystem.put_file(str(path), f"{folder}/{relative}")
        if self.is_local:
            fsync(attempt.folder)
        manifest = Manifest(
            kind=attempt.kind,
            digest=attempt.digest,
            attempt=attempt.name,
            created=datetime.now(UTC),
            files=files,
            facts=facts,
        )
        first = self.find(attempt.kind, attempt.digest)
        if first:
            if self.is_local:
                shutil.rmtree(attempt.folder, ignore_errors=True)
            return first
        text = manifest.model_dump_json().encode()
        if self.is_local:
            write_atomically(Path(folder) / MANIFEST, text)
        else:
            self._filesystem.pipe_file(f"{folder}/{MANIFEST}", text)
        return manifest

    def _folder(self, kind: str, digest: str) -> str:
        return f"{self._path}/{kind}/{digest[:2]}/{digest}"

    def _read(self, path: str) -> bytes:
        if self.is_local:
            return Path(path).read_bytes()
        content: bytes = self._filesystem.cat_file(path)
        return content

    def _size(self, path: str) -> int | None:
        try:
            if self.is_local:
                return Path(path).stat().st_size
            return int(self._filesystem.size(path))
        except FileNotFoundError:
            return None


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file's bytes, as hexadecimal digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def fsync(path: Path) -> None:
    """Make a file or a folder's entries durable."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file so that a reader sees the old one or the new one, whole, even after a power cut."""
    aside = path.with_name(f".{path.name}.{os.getpid()}-{secrets.token_hex(4)}.part")
    try:
        with aside.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        aside.replace(path)
        fsync(path.parent)
    finally:
        aside.unlink(missing_ok=True)


def copy_atomically(source: Path, target: Path) -> None:
    """Copy a file so that the target is never seen half-written."""
    aside = target.with_name(f".{target.name}.{os.getpid()}-{secrets.token_hex(4)}.part")
    try:
        shutil.copyfile(source, aside)
        fsync(aside)
        aside.replace(target)
        fsync(target.parent)
    finally:
        aside.unlink(missing_ok=True)


_REASONS = {
    errno.ENOSPC: ("the disk is full", "free some space and run again; what was finished is kept"),
    errno.EDQUOT: ("the disk quota is used up", "free some space and run again; what was finished is kept"),
    errno.EROFS: ("the file system is read-only", "choose another folder"),
    errno.EACCES: ("permission is denied", "choose a folder that you may write to"),
    errno.EPERM: ("permission is denied", "choose a folder that you may write to"),
    errno.ENOTDIR: ("a part of the path is a file", "choose another folder"),
    errno.EISDIR: ("it is a folder", "choose another name"),
    errno.EEXIST: ("a file of that name is in the way", "choose another folder"),
}


@contextlib.contextmanager
def store_errors(place: object) -> Iterator[None]:
    """Turn what a disk or an object store refuses into a `StoreError` that names the place."""
    try:
        yield
    except OSError as error:
        reason, hint = _REASONS.get(error.errno or 0, (str(error), None))
        raise StoreError(f"{error.filename2 or error.filename or place}: {reason}", hint) from error
