"""Which of a track's samples its file counts as sound: what its coder put before and behind them is padding.

FFmpeg leaves out most of it: what LAME's tag, Opus' pre-skip and end granule, Matroska's DiscardPadding,
CAF's packet table and the beginning of an MP4 edit say. The end of an MP4 edit (ISO/IEC 14496-12, 8.6.6) it
finds to the packet only, so that up to 46 ms more are heard; it does not heed the duration of the last sample
and the chunk `fact` of a WAV file; and what `iTunSMPB`, which iTunes writes, calls padding is a delay to it.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_PADDING_OF_ITUNES = re.compile(r"\s*[0-9A-F]{8} ([0-9A-F]{8}) ([0-9A-F]{8}) ([0-9A-F]{16})", re.IGNORECASE)
_FINE = 8_000
"""ticks a second of a clock that can say where sound ends; Matroska's has 1,000"""
_CLOSE = Fraction(1, 1000)
"""seconds that edits, on the clock of the movie, and packets, on that of the sound, may be rounded apart"""
_LONGEST_FRAME = 2048
_MOST_BOXES = 10_000
_OPEN = Fraction(2**32)
"""where an edit ends that lasts to the end of what there is"""

Span = tuple[Fraction, Fraction]


@dataclass(frozen=True, slots=True)
class Told:
    """What a file says of where a track's sound lies, in seconds of the clock of its packets.

    Attributes:
        begins: where the sound's own clock is 0, if not where the file's is.
        spans: from and to where there is sound, in order; empty where the file does not say.
        end: where the sound ends, if that is among the samples of the last packet.
        exact: whether the duration of the last packet says how much of its samples is sound.
    """

    begins: Fraction = Fraction(0)
    spans: tuple[Span, ...] = ()
    end: Fraction | None = None
    exact: bool = False

    def samples(self, frame: Any, at: Fraction, *, last: bool) -> int:
        """How many of a frame's samples are sound, from its first on.

        Args:
            frame: PyAV's.
            at: when it begins, in seconds of the clock of its packets.
            last: whether none follows.
        """
        ends = [end for begin, end in self.spans if begin <= at + _CLOSE][-1:]
        if last and self.end is not None and self.end > at:
            ends.append(self.end)
        if last and self.exact and frame.duration:
            ends.append(at + frame.duration * frame.time_base)
        heard: list[int] = [frame.samples, *(round((end - at) * frame.sample_rate) for end in ends)]
        return max(0, min(heard))

    def begins_an_edit(self, at: Fraction) -> bool:
        """Whether sound goes on there after a cut."""
        return any(abs(begin - at) <= _CLOSE for begin, _ in self.spans[1:])


def told(path: Path, container: Any, stream: Any) -> Told:
    """What a file says of where the sound of a track begins and ends; nothing where that makes no sense."""
    kind, base = container.format.name, stream.time_base or Fraction(0)
    if kind == "wav":
        # What its chunk `fact` says, where it has one.
        return Told(end=(stream.duration or 0) * base or None)
    if "mov" not in kind.split(","):
        return Told()
    exact = 0 < base <= Fraction(1, _FINE)
    if edits := _edits(path, stream.id):
        return Told(spans=edits, exact=exact)
    said = _PADDING_OF_ITUNES.match(container.metadata.get("iTunSMPB", ""))
    if said and stream.sample_rate:
        before, behind, sound = (int(digits, 16) for digits in said.groups())
        begins, end = ((Fraction(samples, stream.sample_rate)) for samples in (before, before + sound))
        # Of HE-AAC some count samples before the rate is doubled: then the sum is another than the file's.
        whole = Fraction(before + sound + behind, stream.sample_rate)
        if abs(whole - (stream.duration or 0) * base) < Fraction(_LONGEST_FRAME, stream.sample_rate):
            return Told(begins, ((begins, end),), exact=exact)
    return Told(exact=exact)


def _edits(path: Path, track: int) -> tuple[Span, ...]:
    """Where the edits of an MP4 track lie that show something of it, in seconds of the movie's clock."""
    try:
        with path.open("rb") as file:
            movie = _inside(file, 0, file.seek(0, 2), b"moov")
            scale = 0
            spans: tuple[Span, ...] = ()
            for kind, first, end in _boxes(file, *movie):
                if kind == b"mvhd":
                    scale = _clock_of_movie(file, first)
                elif kind == b"trak" and _number_of_track(file, first, end) == track:
                    spans = _listed(file, *_inside(file, *_inside(file, first, end, b"edts"), b"elst"), scale)
            return spans
    except (struct.error, LookupError, ZeroDivisionError, OSError):
        return ()


def _boxes(file: BinaryIO, first: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """The boxes between two places of a file: the kind of each, and where its contents begin and end."""
    for _ in range(_MOST_BOXES):
        if end - first < 8:
            return
        file.seek(first)
        size, kind = struct.unpack(">I4s", file.read(8))
        head = 8
        if size == 1:
            (size,), head = struct.unpack(">Q", file.read(8)), 16
        last = first + size if size else end
        if last < first + head or last > end:
            return
        yield kind, first + head, last
        first = last


def _inside(file: BinaryIO, first: int, end: int, wanted: bytes) -> tuple[int, int]:
    """Where the contents of a box between two places begin and end.

    Raises:
        LookupError: there is none.
    """
    for kind, begins, ends in _boxes(file, first, end):
        if kind == wanted:
            return begins, ends
    raise LookupError(wanted)


def _clock_of_movie(file: BinaryIO, first: int) -> int:
    """How many ticks a second has, by the contents of a `mvhd`."""
    file.seek(first)
    wide = file.read(1) == b"\1"
    file.seek(first + (20 if wide else 12))
    (ticks,) = struct.unpack(">I", file.read(4))
    return int(ticks)


def _number_of_track(file: BinaryIO, first: int, end: int) -> int:
    """Its number, by the contents of a `trak`."""
    head, _ = _inside(file, first, end, b"tkhd")
    file.seek(head)
    wide = file.read(1) == b"\1"
    file.seek(head + (20 if wide else 12))
    (number,) = struct.unpack(">I", file.read(4))
    return int(number)


def _listed(file: BinaryIO, first: int, end: int, scale: int) -> tuple[Span, ...]:
    """The edits that an `elst` lists and that are not empty."""
    file.seek(first)
    wide = file.read(1) == b"\1"
    file.seek(first + 4)
    (count,) = struct.unpack(">I", file.read(4))
    form = ">Qqi" if wide else ">Iii"
    size = struct.calcsize(form)
    at, spans = Fraction(0), []
    for _ in range(min(count, (end - first - 8) // size)):
        duration, media, _rate = struct.unpack(form, file.read(size))
        # An edit of no length lasts as long as the sound: fragments, which come later, are not counted in it.
        until = at + Fraction(duration, scale) if duration else _OPEN
        if media >= 0:
            spans.append((at, until))
        at = until
    return tuple(spans)
