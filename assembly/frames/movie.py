"""Writes a movie out of samples that lie in other files: their bytes are copied, a second's at a time.

The head of the file is libav's, which writes a movie of one sample a track with all that it is to say: its
codecs, title and chapters. Its tables of samples are then those of the whole (ISO/IEC 14496-12, 8.6 and 8.7),
made as arrays, and durations follow. All tables come first, and what is played sooner lies before the rest.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assembly.boxes import PARENTS, box, boxes, found, timescale_of
from assembly.frames.samples import Parts, Track, entry_boxes, places_of, sizes_of
from storyboard.errors import AssemblyError

_WIDE = 2**32
"""what a 32-bit number does not hold"""
_BUFFER = 2**20
_SHORT = {b"mvhd": 4, b"mdhd": 4, b"tkhd": 8}
"""bytes between the dates and the duration of a header"""

_Whole = NDArray[np.int64]
_Chunks = dict[int, tuple[int, int]]


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """A track as it is written. Arrays are in the order of decoding.

    Attributes:
        kind: `PICTURE` or `SOUND`.
        timescale: ticks a second.
        files: that its samples lie in.
        file: of each sample, by its place in `files`.
        place: of each sample's first byte in its file.
        size: in bytes.
        lasts: in ticks.
        later: ticks from decoding until it is shown.
        key: whether decoding can begin with it.
        begins: the tick, counted from the first sample's decoding, at which what is shown begins.
        shown: how long what is shown lasts, in ticks.
        description: the content of its `stsd` box; libav's own when it is None.
        more: further boxes of its tables, whole.
    """

    kind: bytes
    timescale: int
    files: Sequence[Path]
    file: _Whole
    place: _Whole
    size: _Whole
    lasts: _Whole
    later: _Whole
    key: NDArray[np.bool_]
    begins: int
    shown: int
    description: bytes | None = None
    more: tuple[bytes, ...] = ()

    @classmethod
    def whole(cls, kind: bytes, path: Path, track: Track) -> Samples:
        """Every sample of a track, as it lies in its file."""
        lasts = int(track.lasts.sum())
        return cls(
            kind,
            track.timescale,
            (path,),
            np.zeros(len(track.size), np.int64),
            track.place,
            track.size,
            track.lasts,
            track.shown + track.begins - track.decoded,
            track.key,
            track.begins,
            lasts - track.begins if track.edited is None else track.edited,
            track.description,
            track.more,
        )


def write_movie(
    out: Path, head: bytes, tracks: Sequence[Samples], told: Callable[[bytes], object] | None = None
) -> None:
    """Write a movie.

    Args:
        out: the file.
        head: a movie of the same tracks, of few samples each, as libav wrote it.
        tracks: what is in it instead. Tracks of other kinds (chapters) stay as they are.
        told: hears all bytes, in order.

    Raises:
        AssemblyError: a file that samples lie in cannot be read, or has changed.
        OSError: `out` cannot be written.
    """
    movie = found(head, b"moov") or b""
    ours = {track.kind: track for track in tracks}
    kept = {
        number: _bytes_of(head, track)
        for number, (kind, track) in enumerate(_tracks(movie))
        if kind not in ours
    }
    chunks = {kind: _seconds(track) for kind, track in ours.items()}
    order = sorted((second, place, kind) for place, kind in enumerate(ours) for second in chunks[kind])
    at = sum(map(len, kept.values()))
    begins: dict[bytes, list[int]] = {kind: [] for kind in ours}
    for second, _, kind in order:
        first, last = chunks[kind][second]
        begins[kind].append(at)
        at += int(ours[kind].size[first:last].sum())
    first_box = next(head[begin - 8 : end] for kind, begin, end in boxes(head) if kind == b"ftyp")
    wide = at + len(movie) + 64 * len(order) >= _WIDE
    tables = _Tables(movie, ours, chunks, begins, kept, wide=wide)
    data_at = len(first_box) + 8 + len(tables.moved(0)) + (16 if wide else 8)
    with out.open("wb", buffering=_BUFFER) as stream:
        data = struct.pack(">I4sQ", 1, b"mdat", at + 16) if wide else struct.pack(">I4s", at + 8, b"mdat")
        beginning = first_box, box(b"moov", tables.moved(data_at)), data, *kept.values()
        for part in chain(beginning, _data(ours, chunks)):
            stream.write(part)
            if told:
                told(part)


@dataclass(frozen=True, slots=True)
class _Tables:
    """A movie's head with other tables.

    Attributes:
        movie: the content of libav's `moov` box.
        tracks: what is written in the place of its own.
        chunks: the samples of each second in which a track has some: first, and the one after the last.
        begins: where each chunk begins in the data.
        kept: the data of tracks that stay, by the number of the track.
        wide: whether places need more than 32 bits.
    """

    movie: bytes
    tracks: dict[bytes, Samples]
    chunks: dict[bytes, _Chunks]
    begins: dict[bytes, list[int]]
    kept: dict[int, bytes]
    wide: bool

    def moved(self, by: int) -> bytes:
        """The content of the `moov` box where the data begins so many bytes after the file does."""
        scale = timescale_of(found(self.movie, b"mvhd") or b"")
        made, lasts, number, kept_at = [], [0], 0, by
        for kind, begin, end in boxes(self.movie):
            content = self.movie[begin:end]
            if kind == b"trak":
                handler = (found(content, b"mdia", b"hdlr") or b"")[8:12]
                if handler in self.tracks:
                    content = self._track(content, self.tracks[handler], scale, by)
                    lasts.append(_in_movie(self.tracks[handler], scale))
                else:
                    content = _with(content, b"stco", _whole(np.array([kept_at]), ">u4", count=True))
                    kept_at += len(self.kept[number])
                number += 1
            made.append((kind, content))
        return b"".join(
            box(kind, _lasting(kind, content, max(lasts)) if kind == b"mvhd" else content)
            for kind, content in made
        )

    def _track(self, content: bytes, track: Samples, scale: int, by: int) -> bytes:
        lasts = _in_movie(track, scale)
        new = []
        for kind, begin, end in boxes(content):
            inside = content[begin:end]
            if kind == b"tkhd":
                inside = _lasting(kind, inside, lasts)
            elif kind == b"edts":
                inside = box(b"elst", _edit(lasts, track.begins))
            elif kind == b"mdia":
                inside = _with(
                    inside, b"mdhd", _lasting(b"mdhd", found(inside, b"mdhd") or b"", int(track.lasts.sum()))
                )
                inside = _with(
                    inside, b"stbl", self._table(found(inside, b"minf", b"stbl") or b"", track, by)
                )
            new.append(box(kind, inside))
        return b"".join(new)

    def _table(self, content: bytes, track: Samples, by: int) -> bytes:
        description = track.description or _measured(found(content, b"stsd") or b"", track)
        many = np.array([last - first for first, last in self.chunks[track.kind].values()])
        changes = np.flatnonzero(np.diff(many, prepend=-1))
        told = np.stack([changes + 1, many[changes], np.ones_like(changes)], 1)
        places = np.array(self.begins[track.kind]) + by
        parts = [box(b"stsd", description), box(b"stts", _runs(track.lasts))]
        if not track.key.all():
            parts.append(box(b"stss", _whole(np.flatnonzero(track.key) + 1, ">u4", count=True)))
        if track.later.any():
            parts.append(box(b"ctts", _runs(track.later)))
        parts += [
            box(b"stsc", _whole(told, ">u4", count=True)),
            box(b"stsz", bytes(8), _whole(track.size, ">u4", count=True)[4:]),
            box(b"co64" if self.wide else b"stco", _whole(places, ">u8" if self.wide else ">u4", count=True)),
        ]
        return b"".join([*parts, *track.more])


def _tracks(movie: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The kind of each track, and the content of its box."""
    for kind, begin, end in boxes(movie):
        if kind == b"trak":
            track = movie[begin:end]
            yield (found(track, b"mdia", b"hdlr") or b"")[8:12], track


def _bytes_of(head: bytes, track: bytes) -> bytes:
    """The samples of a track of a movie that is here as a whole, one behind the other."""
    table = found(track, b"mdia", b"minf", b"stbl") or b""
    parts = Parts({kind: table[begin:end] for kind, begin, end in boxes(table)})
    sizes = sizes_of(parts)
    return b"".join(head[at : at + size] for at, size in zip(places_of(parts, sizes), sizes, strict=True))


def _second(track: Samples) -> _Whole:
    """In which second each sample is decoded."""
    seconds: _Whole = (np.cumsum(track.lasts) - track.lasts) // track.timescale
    return seconds


def _seconds(track: Samples) -> _Chunks:
    """The samples that are decoded within each second: first, and the one after the last."""
    second = _second(track)
    firsts = np.flatnonzero(np.diff(second, prepend=-1))
    lasts = np.append(firsts[1:], len(second))
    return {int(second[first]): (int(first), int(last)) for first, last in zip(firsts, lasts, strict=True)}


def _in_movie(track: Samples, scale: int) -> int:
    """How long what is shown of a track lasts, in ticks of the movie."""
    return (2 * track.shown * scale + track.timescale) // (2 * track.timescale)


def _data(tracks: Mapping[bytes, Samples], chunks: Mapping[bytes, _Chunks]) -> Iterator[bytes]:
    """The bytes of samples, chunk after chunk; what lies behind each other comes at once."""
    parts = [
        (second, number, *part)
        for number, (kind, track) in enumerate(tracks.items())
        for second, part in _parts(track, chunks[kind])
    ]
    parts.sort(key=lambda part: part[:2])
    files = [_Files(track.files) for track in tracks.values()]
    try:
        for _, number, file, at, length in parts:
            yield files[number].read(file, at, length)
    finally:
        for one in files:
            one.close()


def _parts(track: Samples, chunks: _Chunks) -> Iterator[tuple[int, tuple[int, int, int]]]:
    """Runs of samples that lie behind each other: the second, the file, where in it, and how long."""
    apart = (np.diff(track.file) != 0) | (track.place[1:] != track.place[:-1] + track.size[:-1])
    begins = np.union1d(np.flatnonzero(apart) + 1, [first for first, _ in chunks.values()])
    ends = np.append(begins[1:], len(track.size)) - 1
    lengths = track.place[ends] + track.size[ends] - track.place[begins]
    seconds = _second(track)[begins]
    columns = track.file[begins], track.place[begins], lengths
    yield from zip(seconds.tolist(), zip(*(one.tolist() for one in columns), strict=True), strict=True)


class _Files:
    """Files that are read one after another; one is open at a time."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self._paths = paths
        self._number = -1
        self._descriptor = -1

    def read(self, number: int, at: int, length: int) -> bytes:
        """Bytes of one.

        Raises:
            AssemblyError: it cannot be read, or is too short.
        """
        path = self._paths[number]
        try:
            if number != self._number:
                self.close()
                self._descriptor = os.open(path, os.O_RDONLY)
                self._number = number
            part = os.pread(self._descriptor, length, at)
        except OSError as error:
            raise AssemblyError(f"{str(path)!r} cannot be read: {error.strerror or error}") from error
        if len(part) != length:
            raise AssemblyError(f"{str(path)!r} is shorter than it says")
        return part

    def close(self) -> None:
        """Let go of it."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
        self._number = self._descriptor = -1


def _with(content: bytes, wanted: bytes, inside: bytes) -> bytes:
    """The same boxes with another content in those of a type, at any depth."""
    made = []
    for kind, begin, end in boxes(content):
        own = content[begin:end]
        if kind == wanted:
            own = inside
        elif kind in PARENTS:
            own = _with(own, wanted, inside)
        made.append(box(kind, own))
    return b"".join(made)


def _whole(values: _Whole, form: str, *, count: bool) -> bytes:
    """A table: version and flags, how many rows, and those."""
    rows = values.astype(form)
    return (struct.pack(">II", 0, len(rows)) if count else b"") + rows.tobytes()


def _runs(values: _Whole) -> bytes:
    """A table of how often and what."""
    changes = np.flatnonzero(np.append(True, np.diff(values) != 0))
    many = np.diff(np.append(changes, len(values)))
    return _whole(np.stack([many, values[changes]], 1), ">u4", count=True)


def _lasting(kind: bytes, header: bytes, lasts: int) -> bytes:
    """A header of a movie, a track or a medium with another duration; wider where that needs it."""
    wide, between = header[0] == 1, _SHORT[kind]
    size = 8 if wide else 4
    made, changed = (int.from_bytes(header[4 + at * size : 4 + (at + 1) * size]) for at in (0, 1))
    at = 4 + 2 * size
    middle, rest = header[at : at + between], header[at + between + size :]
    form = ">QQ" if lasts >= _WIDE else ">II"
    dates = struct.pack(form, made, changed)
    duration = struct.pack(form[:2], lasts)
    return bytes([int(lasts >= _WIDE)]) + header[1:4] + dates + middle + duration + rest


def _edit(lasts: int, begins: int) -> bytes:
    """The one edit of a track: what is shown of it (8.6.6)."""
    wide = max(lasts, begins) >= _WIDE // 2
    return struct.pack(">BxxxI" + ("Qq" if wide else "Ii") + "hh", int(wide), 1, lasts, begins, 1, 0)


def _measured(description: bytes, track: Samples) -> bytes:
    """A sample description with the bit rates of all samples, where it tells those of libav's few."""
    seconds = float(track.lasts.sum()) / track.timescale
    average = round(8 * int(track.size.sum()) / seconds)
    for kind, begin, end in entry_boxes(description, track.kind):
        if kind == b"btrt":
            return description[:begin] + struct.pack(">III", 0, average, average) + description[end:]
    return description
