"""Shared cuts, kept in the home folder: whoever has the link of one may see it, for as long as it is there.

A cut lies in a folder that is called by the digest of its name, so that who can list folders knows no link.
What a viewer answered is kept until the film is joined, and no longer. Of a cut that was forgotten it is
kept that it was there, and nothing of what it was.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import os
import re
from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from farm.store.files import clear_folder, write_atomically
from pipeline.audience.cut_files import FILES
from storyboard.errors import UsageError
from storyboard.refusals import store_errors

_RECORD = "cut.json"
_NAME = re.compile(r"[A-Za-z0-9_-]{32}")


class CutState(StrEnum):
    """How it stands with a cut."""

    MAKING = "making"
    READY = "ready"
    FAILED = "failed"
    AWAY = "away"
    """its files were removed to make room, and are made again when somebody opens its link"""
    GONE = "gone"
    """whoever shared it was forgotten"""


class Cut(BaseModel):
    """What is known of a shared cut.

    Attributes:
        viewer: whose it is; it goes when they are forgotten.
        way: the digest of what it shows.
        signer: a digest of the certificates that sign its files; empty where nobody does.
        answers: that led to it, in the order in which the film asked; none once its files are there, unless
            it can be made again.
        again: nothing of one's own is among its answers: they are kept, and its files can be made again.
        width: of its picture in pixels.
        height: likewise.
        seconds: its length.
        error: why it could not be made, in words.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    state: CutState = CutState.MAKING
    viewer: str = ""
    way: str = ""
    signer: str = ""
    answers: tuple[str | None, ...] = ()
    again: bool = False
    title: str = ""
    logline: str = ""
    language: str = ""
    width: int = 0
    height: int = 0
    seconds: int = 0
    error: str = ""


def cut_name(secret: str, viewer: str, way: str) -> str:
    """The name of a viewer's cut in its link: always the same, and nobody guesses it without the secret.

    192 bits of HMAC-SHA256.
    """
    told = hmac.digest(secret.encode(), f"{viewer}\n{way}".encode(), "sha256")
    return base64.urlsafe_b64encode(told[:24]).decode()


class KeptCuts:
    """The cuts of a film; any number of processes may ask.

    Args:
        folder: where they are kept.
        is_forgotten: whether a viewer is; their cuts are gone then, whoever has deleted what of them.
    """

    def __init__(self, folder: Path, is_forgotten: Callable[[str], bool] = lambda _: False) -> None:
        self._folder = folder
        self._is_forgotten = is_forgotten

    def folder_of(self, name: str) -> Path:
        """Where the cut of a name lies, or would.

        Raises:
            UsageError: no cut has such a name.
        """
        if not _NAME.fullmatch(name):
            raise UsageError(
                "there is no such cut", "open the link as it was sent to you, to its last letter"
            )
        return self._folder / hashlib.sha256(name.encode()).hexdigest()[:32]

    def of(self, name: str) -> Cut:
        """The cut of a name.

        Raises:
            UsageError: there is none, and never was.
            StoreError: that it is gone cannot be kept.
        """
        found = read(self.folder_of(name))
        if found is None:
            raise UsageError(
                "there is no such cut", "open the link as it was sent to you, to its last letter"
            )
        if found.viewer and self._is_forgotten(found.viewer):
            self.forget(found.viewer)
            return Cut(state=CutState.GONE)
        return found

    def every(self) -> Iterator[tuple[Path, Cut]]:
        """All of them, with their folders."""
        for record in sorted(self._folder.glob(f"*/{_RECORD}")):
            if found := read(record.parent):
                yield record.parent, found

    def link_files(self, folder: Path, cut: Cut) -> bool:
        """Have the files of a cut that is ready and shows the same; whether there is one."""
        for other_folder, other in self.every():
            if other.state is not CutState.READY or other_folder == folder:
                continue
            if (other.way, other.title, other.signer) == (cut.way, cut.title, cut.signer):
                try:
                    for name in FILES:
                        (folder / name).unlink(missing_ok=True)
                        os.link(other_folder / name, folder / name)
                except OSError:  # the file system has no links, or the other was forgotten just now
                    return False
                return True
        return False

    def keep(self, folder: Path, cut: Cut) -> bool:
        """Keep what is known of a cut, unless its viewer was forgotten meanwhile; whether it is kept.

        Raises:
            StoreError: the folder cannot be written, or something of it not be deleted.
        """
        if not keep(folder, cut):
            return False
        # Who forgot them may have looked before it was kept.
        if cut.viewer and self._is_forgotten(cut.viewer):
            self.forget(cut.viewer)
            return False
        return True

    def touch(self, name: str) -> None:
        """Somebody has opened the link of a cut: it is the last that is removed to make room."""
        with contextlib.suppress(OSError):
            os.utime(self.folder_of(name) / _RECORD)

    def make_room(self, most_bytes: int, but: Path) -> None:
        """Remove the files of those whose links were opened longest ago, as long as all take more than that.

        Those stay that cannot be made again.

        Args:
            most_bytes: of all of them; what several share counts once.
            but: the folder of one that stays.

        Raises:
            StoreError: something of one cannot be removed.
        """
        ready = [(folder, cut) for folder, cut in self.every() if cut.state is CutState.READY]
        oldest = sorted(
            ((folder, cut) for folder, cut in ready if cut.again and folder != but),
            key=lambda one: (one[0] / _RECORD).stat().st_mtime_ns,
        )
        while oldest and _size([folder for folder, _ in ready]) > most_bytes:
            folder, cut = oldest.pop(0)
            if keep(folder, cut.model_copy(update={"state": CutState.AWAY})):
                empty(folder)

    def forget(self, viewer: str) -> int:
        """Delete every cut of a viewer, with its files; their links say that they are gone.

        Returns:
            How many there were.

        Raises:
            StoreError: something of it cannot be deleted.
        """
        forgotten = 0
        for folder, cut in self.every():
            if cut.viewer == viewer:
                keep(folder, Cut(state=CutState.GONE))
                empty(folder)
                forgotten += 1
        return forgotten


def _size(folders: Sequence[Path]) -> int:
    """What the files of cuts take; one that several have counts once."""
    sizes: dict[int, int] = {}
    for path in (folder / name for folder in folders for name in FILES):
        with contextlib.suppress(OSError):
            found = path.stat()
            sizes[found.st_ino] = found.st_size
    return sum(sizes.values())


def read(folder: Path) -> Cut | None:
    """The cut in a folder; None where there is none."""
    try:
        return Cut.model_validate_json((folder / _RECORD).read_bytes())
    except (OSError, ValidationError):
        return None


def keep(folder: Path, cut: Cut) -> bool:
    """Keep what is known of a cut, unless it is gone; whether it is kept.

    Raises:
        StoreError: the folder cannot be written.
    """
    with store_errors(folder):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        before = read(folder)
        if before and before.state is CutState.GONE:
            return False
        write_atomically(folder / _RECORD, cut.model_dump_json().encode(), private=True)
    return True


def empty(folder: Path) -> None:
    """Delete the files of a cut; what is known of it stays.

    Raises:
        StoreError: one cannot be deleted.
    """
    with store_errors(folder):
        clear_folder(folder, but=_RECORD)
