"""Joins pieces by stream copy: whole GOPs, with timestamps of our own, so that no frame is lost or moved.

Timestamps are written as frame numbers times a whole number of ticks. The pieces' own ones are only read to
know which frame a packet holds.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import av

from assembly.aside import written_aside
from assembly.clips import open_clip, picture_stream
from storyboard import mezzanine
from storyboard.errors import AssemblyError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from av.packet import Packet
    from av.video.stream import VideoStream

StitchPiece = tuple[Path, int, int]
"""A clip and the frames `first` to `last` (exclusive) of it: whole GOPs."""


def stitch(
    pieces: Sequence[StitchPiece],
    rate: Fraction,
    out: Path,
    *,
    container: str = "mp4",
    reordered: int = mezzanine.B_FRAMES,
) -> int:
    """Join pieces into one file without sound; returns its number of frames.

    Args:
        pieces: in order.
        rate: frames a second.
        out: where to write; appears whole.
        container: `mp4` or `mov`.
        reordered: how many frames are decoded before they are shown.

    Raises:
        AssemblyError: there is no piece; one cannot be read, is not whole GOPs, or was encoded with other
            parameters than the first.
        StoreError: `out` cannot be written.
    """
    if not pieces:
        raise AssemblyError("a film needs at least one piece")
    ticks, scale = mezzanine.ticks_per_frame(rate), mezzanine.timescale(rate)
    base = Fraction(1, scale)
    with written_aside(out) as aside:
        options = {"video_track_timescale": str(scale), "fflags": "+bitexact"}
        with av.open(str(aside), "w", format=container, options=options) as film:
            with open_clip(pieces[0][0]) as template:
                first_stream = picture_stream(template, pieces[0][0])
                stream = film.add_stream_from_template(first_stream, opaque=True)
                parameters = bytes(first_stream.codec_context.extradata or b"")
            stream.time_base = base
            start = written = 0
            for path, first, last in pieces:
                for packet, number in _packets(path, first, last, rate, parameters):
                    packet.stream = stream
                    packet.time_base = base
                    packet.pts = (start + number - first) * ticks
                    packet.dts = (written - reordered) * ticks
                    packet.duration = ticks
                    if packet.pts < packet.dts:
                        raise AssemblyError(f"{str(path)!r} reorders more frames than it may")
                    film.mux(packet)
                    written += 1
                start += last - first
                if written != start:
                    raise AssemblyError(f"{str(path)!r} does not have all the frames {first} to {last - 1}")
    return start


def _packets(
    path: Path, first: int, last: int, rate: Fraction, parameters: bytes
) -> Iterator[tuple[Packet[VideoStream], int]]:
    """The packets of the frames `first` to `last`, in the order they are stored, with their frame numbers."""
    with open_clip(path) as clip:
        stream = picture_stream(clip, path)
        if bytes(stream.codec_context.extradata or b"") != parameters:
            raise AssemblyError(
                f"{str(path)!r} was encoded with other parameters than the film's first clip",
                "conform it first",
            )
        if stream.time_base is None:
            raise AssemblyError(f"{str(path)!r} has no time base")
        step = 1 / (rate * stream.time_base)
        begin = stream.start_time or 0
        if first:
            clip.seek(begin + int(first * step), stream=stream, backward=True)
        inside = False
        try:
            for packet in clip.demux(stream):
                if not packet.size or packet.pts is None:
                    continue
                number = round((packet.pts - begin) / step)
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
