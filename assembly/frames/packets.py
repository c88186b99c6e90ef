"""The packets of a clip's pictures, as they are stored: for what is copied and not decoded."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import av

from assembly.frames.clips import open_clip, picture_stream
from storyboard.errors import AssemblyError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from av.packet import Packet
    from av.video.stream import VideoStream


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
