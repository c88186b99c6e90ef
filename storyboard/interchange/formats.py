"""A cut into a file of another program, and back: which format is whose, and what all have in common."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from opentimelineio import schema

from storyboard.document.load import read_bytes
from storyboard.errors import DocumentError, UsageError
from storyboard.interchange.adapters import check_adapter
from storyboard.interchange.ale import write_ale
from storyboard.interchange.csv_table import write_csv
from storyboard.interchange.edl_read import read_edl
from storyboard.interchange.edl_write import write_edl
from storyboard.interchange.fades import as_fade_outs, as_transitions
from storyboard.interchange.fcp7_read import read_fcp7
from storyboard.interchange.fcp7_write import write_fcp7
from storyboard.interchange.fcpxml_read import read_fcpxml
from storyboard.interchange.fcpxml_write import write_fcpxml
from storyboard.interchange.flat import flatten
from storyboard.interchange.not_held import NotHeld
from storyboard.interchange.otio_file import read_otio
from storyboard.interchange.programs import PROGRAMS, for_program
from storyboard.interchange.reading import notes_of
from storyboard.interchange.text_file import refusal
from storyboard.interchange.whole_frames import rounded
from storyboard.wording import did_you_mean, shown

__all__ = ["PROGRAMS", "READ", "WRITTEN", "notes_of", "read_timeline", "write_timeline"]

MAX_BYTES = 64 * 2**20
"""of a file that is read; the XML of a feature has about 30 MB"""


@dataclass(frozen=True, slots=True)
class _Text:
    """A format that is text."""

    write: Callable[[schema.Timeline], tuple[str, list[NotHeld]]]
    encoding: str = "utf-8"


_TEXTS = {
    ".edl": _Text(write_edl),
    ".xml": _Text(write_fcp7),
    ".fcpxml": _Text(write_fcpxml),
    ".ale": _Text(write_ale),
    ".csv": _Text(write_csv, "utf-8-sig"),
}
_READERS: dict[str, Callable[[bytes, str, Fraction | None], object]] = {
    ".edl": read_edl,
    ".xml": read_fcp7,
    ".fcpxml": read_fcpxml,
    ".otio": lambda data, name, _: read_otio(data, name, MAX_BYTES),
    ".otioz": lambda data, name, _: read_otio(data, name, MAX_BYTES),
}


def _write_aaf(timeline: schema.Timeline, path: Path) -> list[NotHeld]:
    from storyboard.interchange.aaf import write_aaf  # whose library may not be installed

    return write_aaf(timeline, path)


_FILES: dict[str, Callable[[schema.Timeline, Path], list[NotHeld]]] = {".aaf": _write_aaf}
"""formats that are no text"""
WRITTEN = (*_TEXTS, *_FILES)
"""suffixes of what `write_timeline` writes"""
READ = (*_READERS,)
"""suffixes of what `read_timeline` reads"""


def write_timeline(
    timeline: schema.Timeline, path: Path, program: str | None = None, aside: Path | None = None
) -> list[NotHeld]:
    """Write a cut in the format that a file's name ends with.

    Args:
        timeline: the cut; it stays as it is.
        path: the file.
        program: what reads it, one of `PROGRAMS`.
        aside: where to write what is `path` when all of it is there; `path` itself without it.

    Returns:
        What the file does not hold as the cut has it.

    Raises:
        UsageError: no format is written to files of that name, or the program does not read it.
    """
    suffix = _suffix(path, WRITTEN, "written")
    made, found = for_program(timeline, program, suffix)
    found += as_transitions(made)
    to = aside or path
    try:
        if suffix in _FILES:
            more = _FILES[suffix](made, to)
        else:
            text, more = _TEXTS[suffix].write(made)
            to.write_bytes(text.encode(_TEXTS[suffix].encoding))
    except ValueError as error:
        raise UsageError(f"the cut cannot be written to {path.name}: {error}") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror or error}") from None
    return [*found, *more]


def read_timeline(path: Path, rate: Fraction | None = None) -> schema.Timeline:
    """The cut that a file holds, in whole frames.

    Args:
        path: the file.
        rate: frames a second that it probably has, for formats that do not say.

    Raises:
        UsageError: no format is read from files of that name.
        DocumentError: the file is not what its name says, or has no cut in it; says where and what.
    """
    suffix = _suffix(path, READ, "read")
    name = str(path)
    data = read_bytes(path, MAX_BYTES, what="a cut", instead="name the file of the cut in it")
    try:
        timeline = _only_timeline(_READERS[suffix](data, name, rate), name)
        rounded(timeline)
        flatten(timeline)
        if suffix not in {".otio", ".otioz"}:  # where clips themselves say that they fade out
            as_fade_outs(timeline)
    except DocumentError:
        raise
    except ValueError as error:
        raise refusal(name, f"the cut in it makes no sense: {error}") from None
    if not any(len(track) for track in timeline.tracks):
        raise refusal(name, "there is nothing in the cut")
    return timeline


def _suffix(path: Path, allowed: tuple[str, ...], what: str) -> str:
    suffix = path.suffix.lower()
    if suffix not in allowed:
        raise UsageError(
            f"no cut is {what} as {shown(path.name)}{did_you_mean(suffix, allowed)}",
            f"a file's name ends with one of: {', '.join(allowed)}",
        )
    check_adapter(suffix)
    return suffix


def _only_timeline(made: object, name: str) -> schema.Timeline:
    """The one timeline of what was read."""
    if isinstance(made, schema.Timeline):
        return made
    if isinstance(made, schema.SerializableCollection):
        timelines = [one for one in made if isinstance(one, schema.Timeline)]
        if len(timelines) == 1:
            return timelines[0]
        if timelines:
            names = ", ".join(shown(str(one.name)) for one in timelines[:12])
            raise refusal(
                name, f"there are {len(timelines)} cuts in it: {names}", hint="export one of them alone"
            )
    raise refusal(name, f"there is no cut in it, but {type(made).__name__}")
