"""A screenplay file → script, by what is in it and not by its name."""

from __future__ import annotations

from pathlib import Path

from storyboard.document.load import read_bytes
from storyboard.errors import DocumentError, Problem
from storyboard.screenplay.fdx import read_fdx
from storyboard.screenplay.fountain import read_fountain
from storyboard.screenplay.languages import Prefixes
from storyboard.screenplay.letters import MAX_BYTES, decoded
from storyboard.screenplay.script import Kind, Script

_NONE = Prefixes()
_ASIDE = frozenset({Kind.NOTE, Kind.BONEYARD, Kind.SECTION, Kind.SYNOPSIS, Kind.PAGE_BREAK})
"""what no film can be made of alone"""
_OTHERS = (
    (b"%PDF", "a PDF"),
    (b"{\\rtf", "RTF"),
    (b"PK\x03\x04", "a zip or an office document"),
    (b"\xd0\xcf\x11\xe0", "an old office document"),
    (b"\x1f\x8b", "a gzip"),
)


def read_file(path: Path) -> bytes:
    """What the file of a screenplay holds, bounded.

    Raises:
        DocumentError: no such file, a folder, not readable, or too large.
    """
    return read_bytes(path, MAX_BYTES, what="a screenplay", instead="name the screenplay in it")


def read_script(path: Path, prefixes: Prefixes = _NONE) -> Script:
    """Read a screenplay.

    Args:
        path: a Fountain or FDX file.
        prefixes: words of one's own that slug lines begin with.

    Raises:
        DocumentError: it cannot be read, or is no screenplay; says where and what.
    """
    return script_of(read_file(path), str(path), prefixes)


def script_of(data: bytes, name: str, prefixes: Prefixes = _NONE) -> Script:
    """The same, of bytes that were read.

    Raises:
        DocumentError: they are no screenplay.
    """
    for begin, what in _OTHERS:
        if data.startswith(begin):
            message = f"this is {what}: a screenplay is a Fountain file, or one of Final Draft (.fdx)"
            raise DocumentError([Problem(name, 0, 0, "", message)], "export it as Fountain or FDX first")
    text = "" if name.lower().endswith(".fdx") else decoded(data, name)
    start = text[:400].lstrip()
    if name.lower().endswith(".fdx") or start.startswith(("<?xml", "<FinalDraft")):
        script = read_fdx(data, name)
    else:
        script = read_fountain(text, prefixes)
    if all(element.kind in _ASIDE for element in script.elements):
        raise DocumentError(
            [Problem(name, 0, 0, "", "there is no screenplay in it: nothing happens and nobody speaks")]
        )
    return script
