"""OpenTimelineIO's own files: `.otio`, and `.otioz`, which holds its media too."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

from opentimelineio import schema
from opentimelineio.core import SerializableObject
from opentimelineio.exceptions import OTIOError

from storyboard.errors import UsageError

MOST_BYTES = 256 * 1024 * 1024
"""of a timeline"""
DEEPEST = 200
"""lists and objects in one another"""
_CONTENT, _VERSION, _MEDIA = "content.otio", "version.txt", "media"
_BUNDLE = "1.0.0"
_BRACKETS = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[\[\]{}]', re.DOTALL)


def read_otio(path: Path) -> schema.Timeline:
    """The timeline of a file.

    Raises:
        UsageError: it cannot be read, is too large or too deep, or holds no timeline.
    """
    text = _text(path)
    _check_depth(text, path)
    try:
        found = SerializableObject.from_json_string(text)
    except (OTIOError, ValueError, RuntimeError, TypeError, KeyError) as error:
        raise UsageError(f"{path} is not OpenTimelineIO: {_first_line(error)}") from None
    if isinstance(found, schema.SerializableCollection):
        timelines = [one for one in found if isinstance(one, schema.Timeline)]
        if len(timelines) != 1:
            raise UsageError(f"{path} holds {len(timelines)} timelines", "export the one that is meant")
        return timelines[0]
    if found.is_unknown_schema:
        raise UsageError(f"{path} holds {found.original_schema_name}: a timeline is read")
    if not isinstance(found, schema.Timeline):
        raise UsageError(f"{path} holds a {type(found).__name__}: a timeline is read")
    return found


def _text(path: Path) -> str:
    try:
        if path.suffix.lower() == ".otioz":
            return _zipped(path)
        if path.stat().st_size > MOST_BYTES:
            raise UsageError(f"{path} has more than {MOST_BYTES >> 20} MB: too much for a timeline")
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError(f"{path} is not OpenTimelineIO: it is not UTF-8") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}") from None
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, KeyError) as error:
        raise UsageError(f"{path} is no .otioz bundle: {_first_line(error)}") from None


def _zipped(path: Path) -> str:
    with zipfile.ZipFile(path) as bundle:
        if bundle.getinfo(_CONTENT).file_size > MOST_BYTES:
            raise UsageError(f"{path} has more than {MOST_BYTES >> 20} MB: too much for a timeline")
        with bundle.open(_CONTENT) as stream:
            content = stream.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise UsageError(f"{path} has more than {MOST_BYTES >> 20} MB: too much for a timeline")
    return content.decode("utf-8-sig")


def _check_depth(text: str, path: Path) -> None:
    """Refuse what is nested so deeply that a reader would run out of its stack."""
    depth = 0
    for match in _BRACKETS.finditer(text):
        letter = match[0]
        if letter in {"[", "{"}:
            depth += 1
            if depth > DEEPEST:
                raise UsageError(f"{path} is nested more than {DEEPEST} deep: no timeline is")
        elif letter in {"]", "}"}:
            depth -= 1


def write_otio(timeline: schema.Timeline, path: Path) -> None:
    """Write a timeline as `.otio`; what is at the path is replaced.

    Raises:
        OSError: it cannot be written.
    """
    path.write_text(timeline.to_json_string(indent=2) + "\n", encoding="utf-8")


def write_otioz(timeline: schema.Timeline, media: dict[str, Path], path: Path) -> None:
    """Write a timeline and its media as a bundle.

    Args:
        timeline: whose media are named `media/NAME`.
        media: the files, by NAME.
        path: what is there is replaced.

    Raises:
        OSError: it cannot be written.
    """
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED, allowZip64=True) as bundle:
        bundle.writestr(_VERSION, _BUNDLE)
        bundle.writestr(_CONTENT, timeline.to_json_string(indent=2), zipfile.ZIP_DEFLATED)
        for name, file in sorted(media.items()):
            bundle.write(file, f"{_MEDIA}/{name}")


def _first_line(error: Exception) -> str:
    words = str(error).strip().partition("\n")[0]
    try:
        return str(json.loads(words)) if words.startswith('"') else words
    except ValueError:
        return words
