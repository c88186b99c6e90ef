"""Boxes of ISO base media files (ISO/IEC 14496-12, 4.2), of which MP4 and QuickTime files are made.

32-bit size (1: a 64-bit one follows the type; 0: up to the end), type, content
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

PARENTS = frozenset({b"moov", b"trak", b"mdia", b"minf", b"stbl", b"edts"})
"""types of boxes that hold nothing but boxes"""
_MOST = 1_000_000
"""boxes of a file that are gone through for one of them"""


def boxes(data: bytes, start: int = 0, end: int | None = None) -> Iterator[tuple[bytes, int, int]]:
    """Type, begin and end of the content of each box in a range of bytes.

    Raises:
        ValueError: there are no whole boxes.
    """
    end = len(data) if end is None else end
    at = start
    while at < end:
        kind, begin, after = box_at(data, at, end)
        yield kind, begin, after
        at = after


def box_at(data: bytes, at: int, end: int) -> tuple[bytes, int, int]:
    """The same of the box that begins there; it may reach beyond the data, and not beyond `end`.

    Raises:
        ValueError: none does.
    """
    if at + 8 > len(data):
        raise ValueError("a box is cut short")
    size, kind = struct.unpack_from(">I4s", data, at)
    head = 8
    if size == 1:
        if at + 16 > len(data):
            raise ValueError("a box is cut short")
        (size,) = struct.unpack_from(">Q", data, at + 8)
        head = 16
    elif size == 0:
        size = end - at
    if size < head or at + size > end:
        raise ValueError(f"a box of type {kind!r} is cut short")
    return kind, at + head, at + size


def found(data: bytes, *path: bytes) -> bytes | None:
    """The content of the first box on a path of types; None where there is none.

    Raises:
        ValueError: there are no whole boxes on the way.
    """
    for wanted in path:
        inside = next((data[begin:end] for kind, begin, end in boxes(data) if kind == wanted), None)
        if inside is None:
            return None
        data = inside
    return data


def content_in(path: Path, wanted: bytes, size: int) -> bytes | None:
    """The content of the first box of a type in a file of so many bytes; None where there is none.

    Raises:
        ValueError: there are no whole boxes before it.
        OSError: the file cannot be read.
    """
    at = 0
    with path.open("rb") as file:
        for _ in range(_MOST):
            if at >= size:
                break
            file.seek(at)
            kind, begin, end = box_at(file.read(16), 0, size - at)
            if kind == wanted:
                file.seek(at + begin)
                return file.read(end - begin)
            at += end
    return None


def timescale_of(header: bytes) -> int:
    """Ticks a second, as the content of an `mvhd` or `mdhd` box says."""
    (scale,) = struct.unpack_from(">I", header, 20 if header[0] == 1 else 12)
    return int(scale)


def box(kind: bytes, *content: bytes) -> bytes:
    """A box."""
    size = 8 + sum(map(len, content))
    return b"".join((struct.pack(">I4s", size, kind), *content))
