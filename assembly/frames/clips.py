"""Reads clips by whole frames: what a file is, and its pictures from one frame number to another."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import av
import numpy as np
from numpy.typing import NDArray

from storyboard.errors import AssemblyError
from storyboard.media.mezzanine import GOP_FRAMES, PIXEL_FORMAT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

Planes = NDArray[np.uint8]
"""A yuv420p picture, limited range: uint8 [height * 3 / 2, width], Y above U above V as in rawvideo."""


@dataclass(frozen=True, slots=True)
class ClipFacts:
    """What a clip's picture is.

    Attributes:
        rate: frames a second, as the container says.
        timescale: ticks a second of the track.
        keyframes: the places of the keyframes among the packets; B-frames come after the frame they need,
            so that a keyframe's place is its frame number in a clip of closed GOPs.
    """

    codec: str
    width: int
    height: int
    pixel_format: str
    rate: Fraction
    timescale: int
    frames: int
    keyframes: tuple[int, ...]
    parameter_sets: bytes


_UNDECODED = {"skip_frame": "all", "skip_loop_filter": "all", "skip_idct": "all", "threads": "1"}


def open_clip(path: Path, *, decoded: bool = True) -> av.container.InputContainer:
    """Open a file for reading by PyAV; for its packets alone (not `decoded`) in a third of the time.

    What only a decoder knows, such as the pixel format, is not known then.

    Raises:
        AssemblyError: it is not there, or is not a media file.
    """
    try:
        # Absolute: a relative name could read as a protocol ("a:b.mp4") or an option.
        return av.open(str(path.absolute()), options={} if decoded else _UNDECODED)
    except (av.FFmpegError, OSError) as error:
        raise AssemblyError(f"{str(path)!r} cannot be read: {error.strerror or error}") from error


def picture_stream(container: av.container.InputContainer, path: Path) -> VideoStream:
    """The file's picture track.

    Raises:
        AssemblyError: it has none.
    """
    if not container.streams.video:
        raise AssemblyError(f"{str(path)!r} has no picture")
    return container.streams.video[0]


def inspect(path: Path, *, counted: bool = True) -> ClipFacts:
    """Read what a clip is; its packets are counted, not decoded.

    Args:
        path: of the clip.
        counted: whether every packet is looked at; else the file's own tables say how many there are, and no
            keyframes are told.

    Raises:
        AssemblyError: it cannot be read, or has no picture.
    """
    with open_clip(path) as container:
        stream = picture_stream(container, path)
        keyframes, count = [], 0
        for packet in container.demux(stream) if counted else ():
            if packet.size:
                if packet.is_keyframe:
                    keyframes.append(count)
                count += 1
        context = stream.codec_context
        return ClipFacts(
            codec=context.name,
            width=context.width,
            height=context.height,
            pixel_format=context.pix_fmt or "",
            rate=stream.average_rate or Fraction(0),
            timescale=stream.time_base.denominator if stream.time_base else 0,
            frames=count if counted else stream.frames,
            keyframes=tuple(keyframes),
            parameter_sets=bytes(context.extradata or b""),
        )


def decode(path: Path, first: int, last: int, rate: Fraction) -> Iterator[VideoFrame]:
    """Decode the frames `first` to `last` (exclusive) of a clip at `rate`: each of them, in order.

    Raises:
        AssemblyError: the clip does not have them.
    """
    wanted = first
    if first >= last:
        return
    with open_clip(path) as container:
        stream = picture_stream(container, path)
        stream.thread_type = "AUTO"
        if stream.time_base is None:
            raise AssemblyError(f"{str(path)!r} has no time base")
        ticks = 1 / (rate * stream.time_base)
        begin = stream.start_time or 0
        # Seeking goes by decoding time, which B-frames put some frames ahead of the shown one.
        container.seek(begin + int(max(0, first - GOP_FRAMES) * ticks), stream=stream, backward=True)
        try:
            for frame in container.decode(stream):
                number = round(((frame.pts if frame.pts is not None else begin) - begin) / ticks)
                if number < wanted:
                    continue
                if number != wanted:
                    break
                yield frame
                wanted += 1
                if wanted == last:
                    return
        except av.FFmpegError as error:
            raise AssemblyError(f"{str(path)!r} cannot be decoded at frame {wanted}: {error}") from error
    raise AssemblyError(f"{str(path)!r} has no frame {wanted} (frames {first} to {last - 1} were wanted)")


def planes(path: Path, first: int, last: int, rate: Fraction, size: tuple[int, int]) -> Iterator[Planes]:
    """Decode like `decode`, as arrays, from a clip that already has the film's size and pixel format.

    Raises:
        AssemblyError: the clip does not have those frames, or is of another size or format.
    """
    for frame in decode(path, first, last, rate):
        if (frame.width, frame.height) != size or frame.format.name != PIXEL_FORMAT:
            raise AssemblyError(
                f"{str(path)!r} is {frame.width}x{frame.height} {frame.format.name}, not {size[0]}x{size[1]} "
                f"{PIXEL_FORMAT}",
                "conform it first",
            )
        yield np.asarray(frame.to_ndarray(), np.uint8)
