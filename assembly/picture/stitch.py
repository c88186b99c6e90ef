"""Joins pieces and their sound by stream copy: whole GOPs with timestamps of our own, so that none moves.

Timestamps are written as frame numbers times a whole number of ticks. The pieces' own ones are only read to
know which frame a packet holds.
"""

from __future__ import annotations

from contextlib import ExitStack
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import av

from assembly.frames.clips import open_clip, picture_stream
from assembly.picture.film_file import plain
from assembly.programs.whole_files import written_aside
from storyboard.errors import AssemblyError
from storyboard.media import mezzanine

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from av.container import InputContainer, OutputContainer
    from av.container.core import Chapter as AvChapter
    from av.packet import Packet
    from av.video.stream import VideoStream

    from assembly.cut.pieces import Chapter

STITCH_VERSION = 1
"""goes into the digests of films and pictures; raise it when the same pieces give another file;
code of assembly.picture.stitch: e8bf4303
"""

StitchPiece = tuple[Path, int, int]
"""A clip and the frames `first` to `last` (exclusive) of it: whole GOPs."""


def stitch(
    pieces: Sequence[StitchPiece],
    rate: Fraction,
    out: Path,
    *,
    sound: Path | None = None,
    title: str = "",
    chapters: Sequence[Chapter] = (),
    container: str = "mp4",
    reordered: int = mezzanine.B_FRAMES,
) -> int:
    """Join pieces into one file, which starts at once if it is an MP4; returns its number of frames.

    Args:
        pieces: the picture, in order.
        rate: frames a second.
        out: where to write; appears whole, and is written once.
        sound: the film's sound, encoded (`encode_sound`); it is copied. None makes a silent film.
        title: the film's title.
        chapters: the film's chapters, in order.
        container: `mp4` or `mov`.
        reordered: how many frames are decoded before they are shown.

    Raises:
        AssemblyError: there is no piece; one cannot be read, is not whole GOPs, or was encoded with other
            parameters than the first; the sound cannot be read.
        StoreError: `out` cannot be written.
    """
    if not pieces:
        raise AssemblyError("a film needs at least one piece")
    ticks, scale = mezzanine.ticks_per_frame(rate), mezzanine.timescale(rate)
    base = Fraction(1, scale)
    frames = sum(last - first for _, first, last in pieces)
    with written_aside(out) as aside, ExitStack() as stack:
        options = {"video_track_timescale": str(scale), "fflags": "+bitexact"}
        if container == "mp4":
            options["movflags"] = "+faststart"
            # ffmpeg counts chapters by the least multiple of all tracks' clocks, and leaves out one of 2^31
            # ticks: beside sound of 44,100 samples a second, that is 47 seconds.
            options["movie_timescale"] = str(scale)
        heard = stack.enter_context(open_clip(sound)) if sound else None
        film = stack.enter_context(av.open(str(aside), "w", format=container, options=options))
        with open_clip(pieces[0][0]) as template:
            first_stream = picture_stream(template, pieces[0][0])
            stream = film.add_stream_from_template(first_stream, opaque=True)
            parameters = bytes(first_stream.codec_context.extradata or b"")
        stream.time_base = base
        track = _Sound(heard, film, base) if heard else None
        if title:
            film.metadata["title"] = plain(title)
        film.set_chapters(_chapters(chapters, frames, rate))
        start = written = 0
        for path, first, last in pieces:
            for packet, number in packets_of(path, first, last, rate, parameters):
                packet.stream = stream
                packet.time_base = base
                packet.pts = (start + number - first) * ticks
                packet.dts = (written - reordered) * ticks
                packet.duration = ticks
                if packet.pts < packet.dts:
                    raise AssemblyError(f"{str(path)!r} reorders more frames than it may")
                if track:
                    track.copy_until(packet.dts)
                film.mux(packet)
                written += 1
            start += last - first
            if written != start:
                raise AssemblyError(f"{str(path)!r} does not have all the frames {first} to {last - 1}")
        if track:
            track.copy_until(None)
    return start


class _Sound:
    """The packets of an encoded sound, copied into a film beside its picture, whose time base is `base`."""

    def __init__(self, heard: InputContainer, film: OutputContainer, base: Fraction) -> None:
        if not heard.streams.audio:
            raise AssemblyError(f"{heard.name!r} has no sound")
        source = heard.streams.audio[0]
        self._film = film
        self._stream = film.add_stream_from_template(source)
        self._packets = (packet for packet in heard.demux(source) if packet.size)
        # Whole numbers: a feature has 250,000 packets of sound.
        step = (source.time_base or Fraction(1)) / base
        self._many, self._per = step.numerator, step.denominator
        self._next = next(self._packets, None)

    def copy_until(self, tick: int | None) -> None:
        """Copy what is decoded up to a moment of the picture, or all that is left."""
        while self._next and (tick is None or (self._next.dts or 0) * self._many <= tick * self._per):
            self._next.stream = self._stream
            self._film.mux(self._next)
            self._next = next(self._packets, None)


def _chapters(chapters: Sequence[Chapter], frames: int, rate: Fraction) -> list[AvChapter]:
    ends = [*(chapter.start for chapter in chapters[1:]), frames]
    return [
        {
            "id": number,
            "start": chapter.start,
            "end": end,
            "time_base": 1 / rate,
            "metadata": {"title": plain(chapter.title)},
        }
        for number, (chapter, end) in enumerate(zip(chapters, ends, strict=False))
    ]


def packets_of(
    path: Path, first: int, last: int, rate: Fraction, parameters: bytes
) -> Iterator[tuple[Packet[VideoStream], int]]:
    """The packets of the frames `first` to `last`, in the order they are stored, with their frame numbers.

    Raises:
        AssemblyError: the clip cannot be read, these are not whole GOPs of it, or it was encoded with other
            parameters than these.
    """
    with open_clip(path, decoded=False) as clip:
        stream = picture_stream(clip, path)
        if bytes(stream.codec_context.extradata or b"") != parameters:
            raise AssemblyError(
                f"{str(path)!r} was encoded with other parameters than the film's first clip",
                "conform it first",
            )
        if stream.time_base is None:
            raise AssemblyError(f"{str(path)!r} has no time base")
        step = 1 / (rate * stream.time_base)
        ticks, frames = step.numerator, step.denominator
        begin = stream.start_time or 0
        if first:
            clip.seek(begin + int(first * step), stream=stream, backward=True)
        inside = False
        try:
            for packet in clip.demux(stream):
                if not packet.size or packet.pts is None:
                    continue
                number = (2 * (packet.pts - begin) * frames + ticks) // (2 * ticks)  # rounded
                if packet.is_keyframe:
                    if number >= last:
                        return
                    inside = number >= first
                if not inside:
                    continue
                if not first <= number < last:
                    raise AssemblyError(
                        f"frames {first} to {last - 1} of {str(path)!r} are not whole groups of pictures"
                    )
                yield packet, number
        except av.FFmpegError as error:
            raise AssemblyError(f"{str(path)!r} cannot be read: {error}") from error
