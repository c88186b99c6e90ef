"""Which of a track's samples its file counts as sound: what its coder put before and behind them is padding.

FFmpeg leaves out most of it: what LAME's tag, Opus' pre-skip and end granule, Matroska's DiscardPadding,
CAF's packet table and the beginning of an MP4 edit say. The end of an MP4 edit (ISO/IEC 14496-12, 8.6.6) it
finds to the packet only, so that up to 46 ms more are heard; it does not heed the duration of the last sample
and the chunk `fact` of a WAV file; and what `iTunSMPB`, which iTunes writes, calls padding is a delay to it.
The first packet of Vorbis is no sound, but the clock of an Ogg file begins with it where there is but one
page, or where sound begins late. Windows Media Audio says nothing of its padding: FFmpeg's decoder leaves out
two frames before the sound, and its own coder puts but one there.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from av.codec.context import Flags2

from assembly.boxes import boxes, content_in, found, timescale_of

if TYPE_CHECKING:
    from pathlib import Path

_PADDING_OF_ITUNES = re.compile(r"\s*[0-9A-F]{8} ([0-9A-F]{8}) ([0-9A-F]{8}) ([0-9A-F]{16})", re.IGNORECASE)
_FINE = 8_000
"""ticks a second of a clock that can say where sound ends; Matroska's has 1,000"""
_CLOSE = Fraction(1, 1000)
"""seconds that edits, on the clock of the movie, and packets, on that of the sound, may be rounded apart"""
_LONGEST_FRAME = 2048
_WINDOWS_MEDIA = {"wmav1", "wmav2"}
_SHORT_AT_ITS_END = "alac"
"""a coder whose last packet holds no padding; what a CAF file says of it would be taken from sound"""
_FRAMES_BEFORE = 2
"""of Windows Media Audio, before its sound"""
_FRAME_OF_WINDOWS_MEDIA = ((16_000, 512), (22_050, 1024))
"""samples of a frame up to a rate; beyond, they are `_LONGEST_FRAME`"""
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
    if kind == "wav" or (kind == "caf" and stream.codec_context.name == _SHORT_AT_ITS_END):
        # What the chunk `fact` says, where there is one, or the packet table.
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


def keep_padding(container: Any, stream: Any) -> None:
    """Have everything decoded of a track of which more than padding would be left out."""
    name = stream.codec_context.name
    if name in _WINDOWS_MEDIA or (container.format.name == "caf" and name == _SHORT_AT_ITS_END):
        stream.codec_context.flags2 |= Flags2.skip_manual


def told_by_the_first(said: Told, container: Any, packet: Any, frame: Any, clock: Fraction) -> Told:
    """What is known of a track's sound when its first packet and its first frame are.

    Args:
        said: what its file says.
        container: PyAV's.
        packet: the first of the track.
        frame: the first that was decoded.
        clock: what the file's clock says when it begins, in seconds.
    """
    stream = packet.stream
    if packet.pts is None or abs(packet.pts * packet.time_base - clock) > _CLOSE:
        return said
    if stream.codec_context.name in _WINDOWS_MEDIA:
        made_by = {key.casefold(): words for key, words in container.metadata.items()}
        by_ffmpeg = "Lavf" in f"{made_by.get('encoder')} {made_by.get('software')}"
        lengths = [length for most, length in _FRAME_OF_WINDOWS_MEDIA if frame.sample_rate <= most]
        before = (lengths or [_LONGEST_FRAME])[0] * (1 if by_ffmpeg else _FRAMES_BEFORE)
        return Told(Fraction(before, frame.sample_rate))
    if container.format.name == "ogg" and stream.codec_context.name == "vorbis" and frame.pts is not None:
        begins = frame.pts * frame.time_base - clock
        # Of one page it is said how long the sound is, and not when it begins.
        end = begins + (stream.duration or 0) * stream.time_base
        return Told(begins, ((begins, end),) if begins > 0 and not clock and end > begins else ())
    return said


def _edits(path: Path, track: int) -> tuple[Span, ...]:
    """Where the edits of an MP4 track lie that show something of it, in seconds of the movie's clock."""
    try:
        movie = content_in(path, b"moov", path.stat().st_size) or b""
        scale = timescale_of(found(movie, b"mvhd") or b"")
        for kind, begin, end in boxes(movie):
            content = movie[begin:end]
            if kind == b"trak" and _number_of_track(found(content, b"tkhd") or b"") == track:
                return _listed(found(content, b"edts", b"elst") or b"", scale)
    except (struct.error, ValueError, LookupError, ZeroDivisionError, OSError):
        pass
    return ()


def _number_of_track(header: bytes) -> int:
    """Its number, by the content of its `tkhd`."""
    (number,) = struct.unpack_from(">I", header, 20 if header[0] == 1 else 12)
    return int(number)


def _listed(content: bytes, scale: int) -> tuple[Span, ...]:
    """The edits that an `elst` lists and that are not empty."""
    (count,) = struct.unpack_from(">I", content, 4)
    form = struct.Struct(">Qqi" if content[0] == 1 else ">Iii")
    at, spans = Fraction(0), []
    for number in range(min(count, (len(content) - 8) // form.size)):
        duration, media, _rate = form.unpack_from(content, 8 + number * form.size)
        # An edit of no length lasts as long as the sound: fragments, which come later, are not counted in it.
        until = at + Fraction(duration, scale) if duration else _OPEN
        if media >= 0:
            spans.append((at, until))
        at = until
    return tuple(spans)
