"""Encodes with the mezzanine's parameters, so that what is made here joins takes by stream copy."""

from __future__ import annotations

import functools
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ffmpeg as ffmpeg_python
import numpy as np

from assembly.frames import clips
from assembly.programs import ffmpeg
from assembly.programs.whole_files import written_aside
from storyboard.errors import AssemblyError
from storyboard.media import mezzanine

if TYPE_CHECKING:
    from collections.abc import Iterable
    from fractions import Fraction

    from assembly.cut.form import FrameForm


def tagged(stream: Any) -> Any:
    """With BT.709 tags on the frames: ffmpeg 9 ignores `-color_primaries` where frames say nothing."""
    return stream.filter(
        "setparams",
        color_primaries="bt709",
        color_trc="bt709",
        colorspace="bt709",
        range="tv",
        field_mode="prog",
    )


def mezzanine_output(stream: Any, out: Path, rate: Fraction) -> Any:
    """An output of the mezzanine for an ffmpeg-python stream of yuv420p frames at `rate`."""
    return tagged(stream).output(
        str(out.absolute()),
        **{
            "format": "mp4",
            "c:v": mezzanine.CODEC,
            "preset": mezzanine.PRESET,
            "crf": mezzanine.CRF,
            "pix_fmt": mezzanine.PIXEL_FORMAT,
            "x264-params": mezzanine.X264_PARAMS,
            "flags": mezzanine.CODEC_FLAGS,
            "fps_mode": "passthrough",
            "video_track_timescale": mezzanine.timescale(rate),
            "map_metadata": "-1",
            "fflags": "+bitexact",
        },
    )


def raw_pictures(
    width: int, height: int, rate: Fraction, form: str = mezzanine.PIXEL_FORMAT, source: str = "pipe:0"
) -> Any:
    """An input of pictures without a header, from standard input or a file.

    Args:
        width: of each, in pixels.
        height: of each, in pixels.
        rate: frames a second.
        form: ffmpeg's name of their pixel format.
        source: the file.
    """
    return ffmpeg_python.input(
        source, format="rawvideo", pix_fmt=form, s=f"{width}x{height}", framerate=str(rate)
    )


def encode_exactly(
    stream: Any,
    rate: Fraction,
    out: Path,
    *,
    frames: int | None,
    what: str,
    stdin: Iterable[bytes] | None = None,
    folder: Path | None = None,
) -> None:
    """Encode a stream into a mezzanine clip that is counted when it is there.

    Args:
        stream: an ffmpeg-python stream of yuv420p frames.
        rate: frames a second.
        out: where to write; appears whole.
        frames: how many it must have; None for any number but none.
        what: what an error calls it.
        stdin: the frames, where the stream reads them from a pipe.
        folder: where ffmpeg runs.

    Raises:
        AssemblyError: it has another number of frames, or ffmpeg ended with an error.
        StoreError: `out` cannot be written.
    """
    # the shape of pixels is not said, as in takes: saying "square" makes other parameter sets
    stream = stream.filter("setsar", sar="0")
    with written_aside(out) as aside:
        ffmpeg.run(mezzanine_output(stream, aside, rate), stdin=stdin, folder=folder)
        made = clips.inspect(aside).frames
        if not made or (frames is not None and made != frames):
            raise AssemblyError(f"{what} gave {made} frames where {frames or 'some'} were wanted")


def encode_planes(frames: Iterable[clips.Planes], picture: FrameForm, out: Path) -> None:
    """Encode yuv420p pictures into a mezzanine clip; `out` is overwritten.

    Raises:
        FfmpegError: ffmpeg ended with an error.
    """
    source = raw_pictures(picture.width, picture.height, picture.rate)
    chunks = (frame.tobytes() for frame in frames)
    ffmpeg.run(mezzanine_output(source, out, picture.rate), stdin=chunks)


@functools.lru_cache(maxsize=16)
def parameter_sets(picture: FrameForm) -> bytes:
    """The SPS and PPS that the encoder writes for this format: what a clip must have to be joined by copy."""
    grey = np.full((picture.height * 3 // 2, picture.width), 128, np.uint8)
    with tempfile.TemporaryDirectory() as folder:
        clip = Path(folder) / "reference.mp4"
        encode_planes([grey], picture, clip)
        return clips.inspect(clip).parameter_sets
