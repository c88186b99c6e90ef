"""Boxes of ISO base media files (ISO/IEC 14496-12, 4.2), of which MP4 and QuickTime files are made. Pure.

32-bit size (1: a 64-bit one follows the type; 0: up to the end), type, content
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

PARENTS = frozenset({b"moov", b"trak", b"mdia", b"minf", b"stbl", b"edts"})
"""types of boxes that hold nothing but boxes"""


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


def box(kind: bytes, *content: bytes) -> bytes:
    """A box."""
    size = 8 + sum(map(len, content))
    return b"".join((struct.pack(">I4s", size, kind), *content))
