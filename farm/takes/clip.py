"""Frames to mezzanine clip and back, with PyAV: what a worker writes and a continuing shot reads."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import cast

import av
import numpy as np
from av.container import OutputContainer
from av.video import VideoStream
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc, VideoReformatter

from farm.backend.protocol import Frame
from storyboard.errors import FarmError
from storyboard.media import mezzanine
from storyboard.refusals import store_errors

CLIP = "clip.mp4"
"""the name of a take's clip in the store"""


def encode_clip(frames: Iterable[Frame], path: Path, rate: Fraction) -> int:
    """Encode frames (uint8 [height, width, 3], sRGB) into a mezzanine clip; returns how many there were.

    The same frames give the same bytes.

    Raises:
        FarmError: there were no frames.
        StoreError: the disk is full, or the file cannot be written.
    """
    scale = mezzanine.timescale(rate)
    options = {"video_track_timescale": str(scale), "fflags": "+bitexact", "movflags": "+faststart"}
    with store_errors(path):
        container = av.open(str(path), "w", format="mp4", options=options)
    try:
        count = _encode(frames, container, path, rate)
        with store_errors(path):
            container.close()
    except BaseException:
        with contextlib.suppress(OSError):
            container.close()
        raise
    return count


def _encode(frames: Iterable[Frame], container: OutputContainer, path: Path, rate: Fraction) -> int:
    """Write the frames; only what the disk refuses is the store's error, a backend has errors of its own."""
    count = 0
    # One for all frames: a frame's own `reformat` sets swscale up anew each time, 2 ms even for a small one.
    reformatter = VideoReformatter()
    stream: VideoStream | None = None
    for array in frames:
        if stream is None:
            stream = cast("VideoStream", container.add_stream(mezzanine.CODEC, rate=rate))
            stream.height, stream.width = array.shape[:2]
            stream.pix_fmt = mezzanine.PIXEL_FORMAT
            context = stream.codec_context
            context.time_base = 1 / rate
            context.options = {
                "preset": mezzanine.PRESET,
                "crf": str(mezzanine.CRF),
                "x264-params": mezzanine.X264_PARAMS,
                "flags": mezzanine.CODEC_FLAGS,
            }
            context.color_primaries = ColorPrimaries.BT709
            context.color_trc = ColorTrc.BT709
            context.colorspace = Colorspace.ITU709
            context.color_range = ColorRange.MPEG
        picture = reformatter.reformat(
            av.VideoFrame.from_ndarray(array, format="rgb24"),
            format=mezzanine.PIXEL_FORMAT,
            src_color_range=ColorRange.JPEG,
            dst_color_range=ColorRange.MPEG,
            dst_colorspace=Colorspace.ITU709,
        )
        picture.pts = count
        picture.time_base = 1 / rate
        with store_errors(path):
            for packet in stream.encode(picture):
                container.mux(packet)
        count += 1
    if stream is None:
        raise FarmError("a clip needs at least one frame")
    with store_errors(path):
        for packet in stream.encode():
            container.mux(packet)
    return count


def read_frames(path: Path, first: int, last: int) -> tuple[Frame, ...]:
    """Frames `first` up to but not including `last` of a clip, as uint8 [height, width, 3], sRGB.

    Raises:
        FarmError: the clip has no such frames.
    """
    wanted: list[Frame] = []
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        rate = stream.average_rate
        if rate is None or stream.time_base is None:
            raise FarmError(f"{path} has no frame rate")
        step = 1 / (rate * stream.time_base)
        container.seek(int(first * step), stream=stream)
        for picture in container.decode(stream):
            number = round((picture.pts or 0) / step)
            if number >= last:
                break
            if number >= first:
                pixels = picture.to_ndarray(
                    format="rgb24",
                    src_color_range=ColorRange.MPEG,
                    dst_color_range=ColorRange.JPEG,
                    src_colorspace=Colorspace.ITU709,
                )
                wanted.append(cast("Frame", pixels))
    if len(wanted) != last - first:
        raise FarmError(f"{path} has no frames {first} to {last - 1}")
    return tuple(wanted)


def fitted(frame: Frame, width: int, height: int) -> Frame:
    """A picture (uint8 [height, width, 3]) in another size: scaled until it covers, what is too much cut off.

    The assembly brings takes to the film's size in the same way.
    """
    from PIL import Image

    high, wide = frame.shape[:2]
    if (wide, high) == (width, height):
        return frame
    scale = max(width / wide, height / high)
    box_wide, box_high = width / scale, height / scale
    left, top = (wide - box_wide) / 2, (high - box_high) / 2
    picture = Image.fromarray(frame).resize(
        (width, height), Image.Resampling.LANCZOS, box=(left, top, left + box_wide, top + box_high)
    )
    return np.asarray(picture)
