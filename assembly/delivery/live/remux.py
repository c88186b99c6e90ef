"""Copies fragments of a film's picture and sound into fMP4 (ISO/IEC 14496-12 and 23000-19); none is encoded.

The film's first frame is shown, and its first sample heard, a few frames after the stream's time zero
(`delay`): so that no frame is shown before it is decoded, the frame of AAC that an encoder puts before the
first sample to swing in has a place too, and nothing needs an edit list, which players read differently, or
an offset below zero, which libavformat shows a frame later.
"""

from __future__ import annotations

import io
import math
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Self

import av

from assembly.boxes import boxes
from assembly.delivery.live.fragments import AAC_SAMPLES
from assembly.frames.clips import open_clip, picture_stream
from assembly.frames.packets import packets_of
from assembly.picture.stitch import StitchPiece
from storyboard.errors import AssemblyError
from storyboard.media import mezzanine

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import InputContainer, OutputContainer

_INIT = frozenset({b"ftyp", b"moov"})
_MEDIA = frozenset({b"moof", b"mdat"})
AAC_CODEC = "mp4a.40.2"
"""AAC-LC, as RFC 6381 writes it"""
_BOXES, _BOX_OF_SAMPLE = 256, 16
"""bytes of `moof` and `mdat` around samples, and of what they say of each"""
_SLOWEST = 44_100
"""samples a second of a film's sound, at the least"""


def delay(rate: Fraction) -> int:
    """Frames of the stream before the film's first, of which there are `rate` a second.

    >>> delay(Fraction(24)), delay(Fraction(120))
    (2, 3)
    """
    return max(mezzanine.B_FRAMES, math.ceil(AAC_SAMPLES * rate / _SLOWEST))


@dataclass(frozen=True, slots=True)
class PictureTrack:
    """The picture of a stream: all of its clips were encoded with the same parameters.

    Attributes:
        rate: frames a second.
        size: width and height in pixels.
        parameters: the content of the `avcC` box (ISO/IEC 14496-15).
        init: the initialisation that every fragment needs before it.
    """

    rate: Fraction
    size: tuple[int, int]
    parameters: bytes = field(repr=False)
    init: bytes = field(repr=False)

    @classmethod
    def of(cls, clip: Path, rate: Fraction) -> Self:
        """The track that a clip is a part of.

        Raises:
            AssemblyError: it cannot be read, or is not H.264 in MP4.
        """
        with open_clip(clip, decoded=False) as source:
            stream = picture_stream(source, clip)
            parameters = bytes(stream.codec_context.extradata or b"")
            if stream.codec_context.name != "h264" or parameters[:1] != b"\x01":
                raise AssemblyError(f"{str(clip)!r} is not H.264 in MP4: it cannot be streamed as it is")
            size = stream.width, stream.height
            out = io.BytesIO()
            with _fragmented(out, mezzanine.timescale(rate)) as film:
                film.add_stream_from_template(stream, opaque=True).time_base = Fraction(
                    1, mezzanine.timescale(rate)
                )
                film.start_encoding()
        return cls(rate, size, parameters, _boxes(out.getvalue(), _INIT))

    @property
    def codec(self) -> str:
        """As RFC 6381 writes it."""
        return f"avc1.{self.parameters[1:4].hex()}"

    def fragment(self, parts: Sequence[StitchPiece], start: int) -> bytes:
        """Whole GOPs of clips, one after another, from a frame of the film on.

        Raises:
            AssemblyError: a clip cannot be read, lacks frames, is not whole GOPs there, or was encoded with
                other parameters.
        """
        ticks, scale = mezzanine.ticks_per_frame(self.rate), mezzanine.timescale(self.rate)
        late = delay(self.rate)
        out = io.BytesIO()
        with open_clip(parts[0][0], decoded=False) as template, _fragmented(out, scale) as film:
            stream = film.add_stream_from_template(picture_stream(template, parts[0][0]), opaque=True)
            stream.time_base = Fraction(1, scale)
            at = written = start
            for path, first, last in parts:
                for packet, number in packets_of(path, first, last, self.rate, self.parameters):
                    packet.stream = stream
                    packet.time_base = stream.time_base
                    packet.pts = (at + number - first + late) * ticks
                    packet.dts = written * ticks
                    packet.duration = ticks
                    film.mux(packet)
                    written += 1
                at += last - first
                if written != at:
                    raise AssemblyError(f"{str(path)!r} lacks frames of {first} to {last - 1}")
        return _boxes(out.getvalue(), _MEDIA)


@dataclass(frozen=True, slots=True)
class SoundTrack:
    """The sound of a stream: one timeline, encoded at once.

    Attributes:
        path: its file.
        sample_rate: samples a second.
        samples: its length.
        late: the stream's sample that its first one is heard at.
        first: its first frame of AAC: below zero by as many as are there to swing in.
        sizes: of its frames of AAC in bytes.
        init: the initialisation that every fragment needs before it.
    """

    path: Path
    sample_rate: int
    samples: int
    late: int
    first: int
    sizes: Sequence[int] = field(repr=False)
    init: bytes = field(repr=False)

    @classmethod
    def of(cls, path: Path, rate: Fraction) -> Self:
        """The track of an encoded sound (`assembly.sound.aac`), beside a picture of so many frames a second.

        Raises:
            AssemblyError: it cannot be read, or is not AAC that counts in samples.
        """
        with open_clip(path) as source:
            stream = _sound_stream(source, path)
            out = io.BytesIO()
            with _fragmented(out, stream.rate) as film:
                film.add_stream_from_template(stream).time_base = Fraction(1, stream.rate)
                film.start_encoding()
            late = round(delay(rate) * stream.rate / rate)
            entries = stream.index_entries
            first = entries[0].timestamp // AAC_SAMPLES
            sizes = array("I", (entry.size for entry in entries))
            init = _boxes(out.getvalue(), _INIT)
            return cls(path, stream.rate, stream.duration or 0, late, first, sizes, init)

    def bits_per_second(self, first: int, last: int) -> Fraction:
        """What a fragment of its frames of AAC `first` to `last` takes, at the most."""
        sizes = self.sizes[first - self.first : last - self.first]
        return fragment_bytes(sizes) * 8 * Fraction(self.sample_rate, len(sizes) * AAC_SAMPLES)

    def fragment(self, first: int, last: int) -> bytes:
        """Its frames of AAC `first` to `last` (exclusive); frame 0 begins with its first sample.

        Raises:
            AssemblyError: it cannot be read, or does not have them.
        """
        out = io.BytesIO()
        written = 0
        with open_clip(self.path) as source, _fragmented(out, self.sample_rate) as film:
            theirs = _sound_stream(source, self.path)
            stream = film.add_stream_from_template(theirs)
            stream.time_base = Fraction(1, self.sample_rate)
            if first > 0:
                source.seek(first * AAC_SAMPLES, stream=theirs, backward=True)
            for packet in source.demux(theirs):
                if not packet.size or packet.pts is None or packet.pts < first * AAC_SAMPLES:
                    continue
                if packet.pts >= last * AAC_SAMPLES:
                    break
                packet.stream = stream
                packet.pts += self.late
                packet.dts = packet.pts
                film.mux(packet)
                written += 1
        if written != last - first:
            raise AssemblyError(f"{str(self.path)!r} lacks sound of its frames {first} to {last - 1}")
        return _boxes(out.getvalue(), _MEDIA)


def picture_sizes(clip: Path) -> Sequence[int]:
    """The bytes of each coded picture of a clip, as they are stored: of a GOP, those of its frames.

    Raises:
        AssemblyError: it cannot be read.
    """
    with open_clip(clip, decoded=False) as source:
        return array("I", (entry.size for entry in picture_stream(source, clip).index_entries))


def fragment_bytes(sizes: Sequence[int]) -> int:
    """What a fragment of such samples takes, at the most: with its boxes."""
    return sum(sizes) + _BOXES + _BOX_OF_SAMPLE * len(sizes)


def _sound_stream(source: InputContainer, path: Path) -> AudioStream:
    if not source.streams.audio:
        raise AssemblyError(f"{str(path)!r} has no sound")
    stream = source.streams.audio[0]
    if stream.codec_context.name != "aac" or stream.time_base != Fraction(1, stream.rate):
        raise AssemblyError(f"{str(path)!r} is not AAC that counts in samples")
    return stream


def _fragmented(out: io.BytesIO, timescale: int) -> OutputContainer:
    """A file of fMP4 whose only fragment is written at its end, with the times that its packets have."""
    options = {
        "movflags": "+empty_moov+default_base_moof+frag_custom+frag_discont",
        "video_track_timescale": str(timescale),
        "fflags": "+bitexact",
        "avoid_negative_ts": "disabled",
        "use_editlist": "0",
        "write_btrt": "0",
    }
    return av.open(out, "w", format="mp4", options=options)


def _boxes(content: bytes, kinds: frozenset[bytes]) -> bytes:
    """The boxes of some kinds at the top of a file."""
    wanted, start = [], 0
    for kind, _, end in boxes(content):
        if kind in kinds:
            wanted.append(content[start:end])
        start = end
    return b"".join(wanted)
