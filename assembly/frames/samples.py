"""The samples of a track, as the tables of its MP4 or QuickTime file say where they lie: nothing is demuxed.

A feature has 130,000 pictures. To ask a demuxer for each costs seconds; the tables (ISO/IEC 14496-12, 8.6 and
8.7) are read as whole arrays.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assembly.boxes import boxes, content_in, found, timescale_of
from storyboard.errors import AssemblyError

PICTURE, SOUND = b"vide", b"soun"
MOST_REMEMBERED = 8192
"""tracks whose tables are remembered: some kilobytes each for a shot"""
_CONFIGURATIONS = frozenset({b"avcC", b"hvcC", b"av1C", b"esds"})
"""boxes of what a decoder must know"""
_BEFORE_BOXES = {PICTURE: 78, SOUND: 28}
"""bytes of an entry of a sample description before its boxes (8.5.2.2)"""

MOST_SAMPLES = 2**27
"""of a track: two days of sound"""
_APART = "its tables do not go together"

_Whole = NDArray[np.int64]


class Parts(dict[bytes, bytes]):
    """The contents of the boxes of a track's tables, by their types."""

    def __missing__(self, kind: bytes) -> bytes:
        """One that is not there.

        Raises:
            ValueError: which.
        """
        raise ValueError(f"it has no {kind.decode('latin-1')!r}")


@dataclass(frozen=True, slots=True, eq=False)
class Track:
    """A track of a file. Arrays are in the order of decoding.

    Attributes:
        timescale: ticks a second.
        description: the content of its `stsd` box.
        format: its type there, such as `avc1`.
        configuration: the content of the box of what its decoder must know; empty without one.
        width: of its pictures in pixels; 0 of a sound.
        height: likewise.
        place: of each sample's first byte in the file.
        size: in bytes.
        lasts: in ticks.
        decoded: when, in ticks from the first one.
        shown: when, in ticks from the beginning of what is shown.
        key: whether decoding can begin with it.
        begins: the tick, counted as `decoded`, at which what is shown begins.
        edited: how long what is shown lasts, in ticks; None where the file does not say.
        more: further boxes of its tables, whole (such as how far before a sample decoding must begin).
    """

    timescale: int
    description: bytes
    format: bytes
    configuration: bytes
    width: int
    height: int
    place: _Whole
    size: _Whole
    lasts: _Whole
    decoded: _Whole
    shown: _Whole
    key: NDArray[np.bool_]
    begins: int
    edited: int | None
    more: tuple[bytes, ...]

    def numbers(self, rate: Fraction) -> _Whole:
        """The frame that each sample is, counted from the first that is shown, at a constant rate."""
        ticks = self.timescale / rate
        return (2 * self.shown * ticks.denominator + ticks.numerator) // (2 * ticks.numerator)


def track_of(path: Path, kind: bytes) -> Track | None:
    """The first track of a kind (`PICTURE` or `SOUND`); None of a file that has none.

    What was read is remembered for as long as the file is the same.

    Raises:
        AssemblyError: the file cannot be read, or is none with tables of samples.
    """
    try:
        stat = path.stat()
        return _track_of(path, kind, stat.st_mtime_ns, stat.st_size)
    except OSError as error:
        raise AssemblyError(f"{str(path)!r} cannot be read: {error.strerror or error}") from error
    except (ValueError, struct.error, IndexError) as error:
        raise AssemblyError(f"{str(path)!r} cannot be read: {error}") from error


@lru_cache(MOST_REMEMBERED)
def _track_of(path: Path, kind: bytes, _changed: int, size: int) -> Track | None:
    movie = content_in(path, b"moov", size)
    if movie is None:
        raise ValueError("it is no MP4 or QuickTime file, or has no tables of samples")
    scale = timescale_of(_needed(movie, b"mvhd"))
    for name, begin, end in boxes(movie):
        if name != b"trak":
            continue
        track = movie[begin:end]
        if _needed(track, b"mdia", b"hdlr")[8:12] == kind:
            return _track(track, kind, scale)
    return None


def _track(track: bytes, kind: bytes, movie_scale: int) -> Track:
    media = _needed(track, b"mdia")
    head, table = _needed(media, b"mdhd"), _needed(media, b"minf", b"stbl")
    timescale = timescale_of(head)
    parts = Parts({name: table[begin:end] for name, begin, end in boxes(table)})
    size = sizes_of(parts)
    count = len(size)
    lasts = _runs(parts[b"stts"], count)
    if not timescale:
        raise ValueError("it has no clock")
    decoded = np.cumsum(lasts) - lasts
    begins, edited = _edit(found(track, b"edts", b"elst"))
    key = np.zeros(count, bool)
    key[_array(parts[b"stss"], 8) - 1 if b"stss" in parts else slice(None)] = True
    description = parts[b"stsd"]
    (form,) = struct.unpack_from(">4s", description, 12)
    width, height = struct.unpack_from(">HH", description, 40) if kind == PICTURE else (0, 0)
    configuration = next(
        (
            description[begin:end]
            for name, begin, end in entry_boxes(description, kind)
            if name in _CONFIGURATIONS
        ),
        b"",
    )
    more = tuple(
        table[begin - 8 : end] for name, begin, end in boxes(table) if name in {b"sgpd", b"sbgp", b"sdtp"}
    )
    return Track(
        timescale,
        description,
        form,
        configuration,
        width,
        height,
        places_of(parts, size),
        size,
        lasts,
        decoded,
        decoded + _offsets(parts.get(b"ctts"), count) - begins,
        key,
        begins,
        None if edited is None or not movie_scale else edited * timescale // movie_scale,
        more,
    )


def entry_boxes(description: bytes, kind: bytes) -> list[tuple[bytes, int, int]]:
    """The boxes of the first entry of an `stsd` box; none where it has others (QuickTime's sounds)."""
    (size,) = struct.unpack_from(">I", description, 8)
    try:
        return [*boxes(description, 8 + 8 + _BEFORE_BOXES[kind], 8 + size)]
    except ValueError:
        return []


def _needed(data: bytes, *path: bytes) -> bytes:
    inside = found(data, *path)
    if inside is None:
        raise ValueError(f"it has no {path[-1].decode('latin-1')!r}")
    return inside


def _array(content: bytes, start: int, columns: int = 1) -> _Whole:
    """The 32-bit numbers of a table behind its count, which is the last one before them."""
    (count,) = struct.unpack_from(">I", content, start - 4)
    if start + 4 * columns * count > len(content):
        raise ValueError("a table is cut short")
    return np.frombuffer(content, ">u4", columns * count, start).astype(np.int64)


def _runs(content: bytes, count: int) -> _Whole:
    """A value of each sample, from a table of how often and what."""
    pairs = _array(content, 8, 2)
    if pairs[::2].sum() != count:
        raise ValueError(_APART)
    return np.repeat(pairs[1::2], pairs[::2])


def sizes_of(parts: Parts) -> _Whole:
    """The bytes of each sample."""
    content = parts[b"stsz"]
    same, count = struct.unpack_from(">II", content, 4)
    if count > MOST_SAMPLES:
        raise ValueError(f"it has more than {MOST_SAMPLES} samples")
    return np.full(count, same, np.int64) if same else _array(content, 12)


def places_of(parts: Parts, size: _Whole) -> _Whole:
    """Where each sample of these sizes begins: chunks lie anywhere, the samples of one behind each other."""
    if b"co64" in parts:
        (count,) = struct.unpack_from(">I", parts[b"co64"], 4)
        chunks = np.frombuffer(parts[b"co64"], ">u8", count, 8).astype(np.int64)
    else:
        chunks = _array(parts[b"stco"], 8)
    told = _array(parts[b"stsc"], 8, 3)
    firsts, many = told[::3] - 1, told[1::3]
    runs = np.diff(np.append(firsts, len(chunks)))
    if (runs < 0).any() or runs.sum() != len(chunks) or (many * runs).sum() != len(size):
        raise ValueError(_APART)
    in_chunk = np.repeat(many, runs)
    before = np.cumsum(size) - size
    first_of = np.cumsum(in_chunk) - in_chunk
    begins = before[np.minimum(first_of, len(size) - 1)] if len(size) else first_of
    places: _Whole = np.repeat(chunks - begins, in_chunk) + before
    return places


def _offsets(content: bytes | None, count: int) -> _Whole:
    """From decoding to showing (8.6.1.3); in version 1 they may be negative, and writers do so in 0 too."""
    if content is None:
        return np.zeros(count, np.int64)
    return _runs(content, count).astype(np.uint32).astype(np.int32).astype(np.int64)


def _edit(content: bytes | None) -> tuple[int, int | None]:
    """Where what is shown begins, and how long it lasts in ticks of the movie; of one edit, as clips have."""
    if content is None:
        return 0, None
    (count,) = struct.unpack_from(">I", content, 4)
    if count != 1:
        raise ValueError(f"it is edited into {count} parts")
    lasts, begins = struct.unpack_from(">Qq" if content[0] == 1 else ">Ii", content, 8)
    if begins < 0:
        raise ValueError("it begins with nothing")
    return begins, lasts
