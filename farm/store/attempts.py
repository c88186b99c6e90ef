"""Attempts at publishing: each writes for itself, one stands, and what ended without publishing is swept.

In a folder, an attempt writes beside where its manifest will lie. For a remote store it writes into a
temporary folder of this machine, and a mark in the store says what is being published while it is copied:

    <root>/attempts/<attempt>

Nothing here compares the clocks of two machines.
"""

from __future__ import annotations

import contextlib
import json
import secrets
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from pydantic import JsonValue

from farm.host.aside import new_folder_aside
from farm.host.identity import has_ended, new_attempt_name
from farm.store.files import PART, fsync
from farm.store.folder import FolderPlace
from farm.store.manifest import MANIFEST, Manifest, StoredFile
from storyboard.document.given_files import sha256_of
from storyboard.refusals import store_errors

if TYPE_CHECKING:
    from farm.store.objects import RemotePlace

MARKS = "attempts"
ABANDONED = timedelta(days=1)
"""an attempt of another machine that has written nothing for so long, by the store's clock, is swept"""

Find = Callable[[str, str], Manifest | None]
"""what is published of a kind under a digest"""


class Attempt:
    """One try at making something; its files are seen by nobody until `publish`.

    Args:
        attempts: the way in which this store is published to.
        kind: of what is made.
        digest: of what it is made from.
    """

    def __init__(self, attempts: Attempts, kind: str, digest: str) -> None:
        self._attempts = attempts
        self.kind = kind
        self.digest = digest
        self.name = new_attempt_name()
        self.folder = attempts.new_folder(kind, digest, self.name)
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
            files = {
                path.name: StoredFile(
                    path=f"{self.name}/{path.name}", sha256=sha256_of(path), size=path.stat().st_size
                )
                for path in sorted(self.folder.iterdir())
            }
            manifest = Manifest(
                kind=self.kind,
                digest=self.digest,
                attempt=self.name,
                created=datetime.now(UTC),
                files=files,
                facts=dict(facts),
            )
            stands = self._attempts.publish(self.folder, manifest)
        self.published = True
        return stands

    def end(self) -> None:
        """Remove what is not part of what was published, whatever happened."""
        if not (self.published and self._attempts.stay):
            shutil.rmtree(self.folder, ignore_errors=True)


class Attempts(Protocol):
    """The way in which attempts at a store publish.

    Attributes:
        stay: whether what an attempt wrote is itself what is published.
    """

    stay: bool

    def new_folder(self, kind: str, digest: str, name: str) -> Path:
        """An empty local folder for an attempt."""

    def publish(self, folder: Path, manifest: Manifest) -> Manifest:
        """Publish what lies in an attempt's folder; returns the manifest that stands."""

    def sweep(self) -> int:
        """Remove what attempts that have ended without publishing left behind; returns how many.

        Those are the ones of this machine whose process is gone, and the ones of other machines that have
        written nothing for `ABANDONED`, by the clock that dates the store's files.
        """


class FolderAttempts:
    """Attempts that write where they publish."""

    stay = True

    def __init__(self, place: FolderPlace, find: Find) -> None:
        self._place = place
        self._find = find

    def new_folder(self, kind: str, digest: str, name: str) -> Path:
        """A folder beside the manifest."""
        folder = Path(home(self._place.path, kind, digest)) / name
        while True:
            with contextlib.suppress(FileNotFoundError):  # an empty folder above it was removed just then
                folder.mkdir(parents=True)
                return folder

    def publish(self, folder: Path, manifest: Manifest) -> Manifest:
        """Make the files durable, then the manifest."""
        for path in (*sorted(folder.iterdir()), folder):
            fsync(path)
        target = str(folder.parent / MANIFEST)
        text = manifest.model_dump_json().encode()
        if not self._place.create(target, text):
            first = self._find(manifest.kind, manifest.digest)
            if first:
                shutil.rmtree(folder, ignore_errors=True)
                return first
            self._place.write(target, text)
        return manifest

    def sweep(self) -> int:
        """Remove the folders of attempts that have ended and that no manifest names.

        A manifest or a note is written aside and then given its name; what stays aside when its writer is
        killed just then goes, too.
        """
        swept = 0
        now: datetime | None = None

        def abandoned(path: Path) -> bool:
            nonlocal now
            with contextlib.suppress(OSError):
                now = now or self._place.now()
                inside = path.iterdir() if path.is_dir() else ()
                last = max(one.stat().st_mtime for one in (path, *inside))
                return now - datetime.fromtimestamp(last, UTC) > ABANDONED
            return False

        groups = [*_inside(_inside([Path(self._place.path)]))]
        entries = [*_inside(groups)]
        of_digests = [*_inside(entry for entry in entries if len(entry.parent.name) == 2)]
        for path in (*groups, *entries, *of_digests):
            if path.suffix == PART:
                with contextlib.suppress(OSError):
                    if path.stat().st_nlink > 1 or abandoned(path):
                        path.unlink()
        for path in of_digests:
            if path.suffix != PART and path.name.count("-") >= 2 and path.is_dir():
                ended = has_ended(path.name)
                if ended is None:
                    ended = abandoned(path)
                if not ended or f'"{path.name}"'.encode() in (
                    self._place.read(f"{path.parent}/{MANIFEST}") or b""
                ):
                    continue
                shutil.rmtree(path, ignore_errors=True)
                swept += 1
        return swept


def _inside(folders: Iterable[Path]) -> Iterator[Path]:
    """Whatever lies in folders; one that is removed meanwhile has nothing, and what is none neither."""
    for folder in folders:
        with contextlib.suppress(OSError):
            yield from [*folder.iterdir()]


class RemoteAttempts:
    """Attempts that write on this machine, and are copied into a remote store."""

    stay = False

    def __init__(self, place: RemotePlace, find: Find) -> None:
        self._place = place
        self._find = find

    def new_folder(self, kind: str, digest: str, name: str) -> Path:  # noqa: ARG002  (the process is in its name)
        """A temporary folder of this machine."""
        return new_folder_aside("attempt")

    def publish(self, folder: Path, manifest: Manifest) -> Manifest:
        """Mark what is being published, copy the files, then the manifest."""
        place, there = self._place, home(self._place.path, manifest.kind, manifest.digest)
        mark = f"{place.path}/{MARKS}/{manifest.attempt}"
        place.write(mark, json.dumps({"kind": manifest.kind, "digest": manifest.digest}).encode())
        for name, file in manifest.files.items():
            place.put(folder / name, f"{there}/{file.path}")
        text = manifest.model_dump_json().encode()
        stands = manifest
        if not place.create(f"{there}/{MANIFEST}", text):
            first = self._find(manifest.kind, manifest.digest)
            if first is None:
                place.write(f"{there}/{MANIFEST}", text)
            elif first.attempt != manifest.attempt:  # its own: the answer to an earlier try was lost
                stands = first
                for file in manifest.files.values():
                    place.remove(f"{there}/{file.path}")
        place.remove(mark)
        return stands

    def sweep(self) -> int:
        """Remove the marks of attempts that have ended, and the objects of those that no manifest names."""
        marks = self._place.below(f"{self._place.path}/{MARKS}")
        now = self._now() if marks else None
        swept = 0
        for mark, written in marks.items():
            ended = has_ended(mark.rpartition("/")[2])
            if ended is None and now and written:
                ended = now - written > ABANDONED
            if ended:
                self._remove(mark)
                swept += 1
        return swept

    def _now(self) -> datetime | None:
        clock = f"{self._place.path}/{MARKS}/clock-{secrets.token_hex(8)}"
        self._place.write(clock, b"")
        now = self._place.below(clock).get(clock)
        self._place.remove(clock)
        return now

    def _remove(self, mark: str) -> None:
        """Remove a mark, and what was copied under it unless that stands."""
        name = mark.rpartition("/")[2]
        with contextlib.suppress(ValueError, KeyError):  # half a mark was followed by nothing
            what = json.loads(self._place.read(mark) or b"{}")
            manifest = self._find(what["kind"], what["digest"])
            if manifest is None or manifest.attempt != name:
                copied = f"{home(self._place.path, what['kind'], what['digest'])}/{name}"
                for path in self._place.below(copied):
                    self._place.remove(path)
        self._place.remove(mark)


def home(root: str, kind: str, digest: str) -> str:
    """Where everything lies that is published of a kind under a digest."""
    return f"{root}/{kind}/{digest[:2]}/{digest}"
