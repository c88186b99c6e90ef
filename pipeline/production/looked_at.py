"""What was found in a film's files when they were opened, kept so that no plan decodes them again.

It lies in the project folder under the digest of a file's bytes, with the versions of what read them; what is
of other versions, or cannot be read, is as if it were not there.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import cache
from importlib.metadata import version
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from farm.store.files import write_atomically

LOOKED_VERSION = 5
"""raised when other things are said of the same file; code of farm.media.*, assembly.sound.recordings,
assembly.sound.recording_lengths, assembly.sound.track_ends, assembly.sound.signal.channels, assembly.boxes,
pipeline.production.given_files: 004cca6d"""
MOST_KEPT = 20_000
"""files that are remembered; those that were found first are forgotten first"""
_READERS = ("av", "pillow", "pi-heif", "numpy")


class Kind(Enum):
    """What a file is read as."""

    PICTURE = "picture"
    VIDEO = "video"
    MASK = "mask"
    SOUND = "sound"
    LINE = "line"
    SPOKEN = "spoken line"
    """by the digest of what it is spoken from"""
    LORA = "LoRA"


@dataclass(frozen=True, slots=True)
class Found:
    """What there is to say of a file.

    Attributes:
        wrong: why it cannot be used; empty where it can.
        said: what is changed on the way, and what is hardly meant.
        seconds: how long it lasts, where it does.
    """

    wrong: str = ""
    said: tuple[str, ...] = ()
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class _Kept:
    versions: str
    found: dict[str, Found]


class LookedAt:
    """What was found in files, by what they are read as and what is in them.

    Args:
        record: where it is kept.
    """

    def __init__(self, record: Path) -> None:
        self._record = record
        self._kept = _read(record)
        self._new: dict[str, Found] = {}

    def find(self, kind: Kind, name: str, sha256: str) -> Found | None:
        """What was found in a file of these bytes; None where it was not opened yet."""
        return self._kept.get(_key(kind, name, sha256))

    def keep(self, kind: Kind, name: str, sha256: str, found: Found) -> None:
        """Remember what was found; what is wrong is looked at anew, since it may be of the moment."""
        if not found.wrong:
            self._new[_key(kind, name, sha256)] = found

    def save(self) -> None:
        """Write down what is new, beside what others have written meanwhile.

        A project folder that cannot be written keeps nothing, and loses nothing but time.
        """
        if not self._new:
            return
        every = {**_read(self._record), **self._new}
        kept = _Kept(_versions(), dict([*every.items()][-MOST_KEPT:]))
        try:
            self._record.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(self._record, _FORM.dump_json(kept))
        except OSError:
            return
        self._new.clear()


_FORM = TypeAdapter(_Kept)


@cache
def _versions() -> str:
    """Of all that decides what is found."""
    return ", ".join([str(LOOKED_VERSION), *(f"{name} {version(name)}" for name in _READERS)])


def _key(kind: Kind, name: str, sha256: str) -> str:
    """Readers look at a file's ending too where its bytes may be of several forms."""
    return f"{kind.value} {sha256} {Path(name).suffix.lower()}"


def _read(record: Path) -> dict[str, Found]:
    try:
        kept = _FORM.validate_json(record.read_bytes())
    except (OSError, ValidationError):
        return {}
    return kept.found if kept.versions == _versions() else {}
