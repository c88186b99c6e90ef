"""Takes to segments: a clip in the film's own form is used as it is, any other one is encoded into it.

To change the rate of a foreign clip, frames are repeated or left out; a take's are retimed
(`assembly/retiming/retiming.py`). Pictures are scaled with Lanczos, or made larger by a network first, and
stay in BT.709. Where the shapes differ, a foreign clip has black beside or above it, and a segment of a take
fills the frame: a model's size is seldom of the film's very shape.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ffmpeg as ffmpeg_python
import numpy as np
from numpy.typing import NDArray

from assembly.frames import clips
from assembly.frames.mezzanine_encoder import encode_exactly, parameter_sets, raw_pictures, tagged
from assembly.retiming.retiming import retimed
from assembly.retiming.upscaling import Upscaler
from storyboard.media import mezzanine

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from assembly.cut.form import FrameForm
    from assembly.cut.segments import Segment

CONFORM_VERSION = 1
"""goes into the digests of clips in the film's form; raise it when the same clip gives other pixels;
code of assembly.picture.conform: 087bac2f
"""


def needs_conform(path: Path, picture: FrameForm) -> bool:
    """Whether a clip must be encoded again before it can be cut into a film of this format.

    Raises:
        AssemblyError: it cannot be read, or has no picture.
    """
    facts = clips.inspect(path)
    same_form = (
        facts.codec == "h264"
        and (facts.width, facts.height) == (picture.width, picture.height)
        and facts.pixel_format == mezzanine.PIXEL_FORMAT
        and facts.rate == picture.rate
    )
    regular = facts.keyframes == tuple(range(0, facts.frames, mezzanine.GOP_FRAMES))
    return not (same_form and regular and facts.parameter_sets == parameter_sets(picture))


def conform(
    path: Path,
    picture: FrameForm,
    out: Path,
) -> None:
    """Encode a clip's picture into the film's form.

    Args:
        path: the clip.
        picture: the film's size and rate.
        out: where to write; appears whole.

    Raises:
        AssemblyError: the clip cannot be read, or has no picture.
        StoreError: `out` cannot be written.
    """
    clips.inspect(path)
    width, height = picture.width, picture.height
    stream = (
        ffmpeg_python.input(str(path.absolute()))
        .video.filter("fps", fps=str(picture.rate))
        .filter(
            "scale",
            # dar: the shape it is meant to be seen in, which a clip of oblong pixels has beside its size
            w=f"max(2,2*round(min({width},{height}*dar)/2))",
            h=f"max(2,2*round(min({height},{width}/dar)/2))",
            flags="lanczos+accurate_rnd",
            out_color_matrix="bt709",
            out_range="tv",
        )
        .filter("format", pix_fmts=mezzanine.PIXEL_FORMAT)
        .filter("pad", w=width, h=height, x="2*trunc((ow-iw)/4)", y="2*trunc((oh-ih)/4)")
    )
    encode_exactly(stream, picture.rate, out, frames=None, what=repr(str(path)))


def render_segment(
    segment: Segment,
    path: Path,
    out: Path,
    *,
    networks: Mapping[str, Path] | None = None,
) -> None:
    """Make a segment from the clip of its take.

    Args:
        segment: what to make.
        path: the clip.
        out: where to write; appears whole.
        networks: the files of networks by their SHA-256.

    Raises:
        AssemblyError: the clip or a network cannot be used.
        StoreError: `out` cannot be written.
    """
    facts = clips.inspect(path)
    picture, retiming, networks = segment.picture, segment.retiming, networks or {}
    if retiming is None:
        stream = ffmpeg_python.input(str(path.absolute())).video
        stream = stream.filter("setpts", f"PTS-({segment.skip_s})/TB")
        stream = stream.filter("fps", fps=str(picture.rate), start_time=0)
        _encode(segment, _filling(stream, picture), path, out)
        return
    size, form = (facts.width, facts.height), mezzanine.PIXEL_FORMAT
    frames: Iterable[NDArray[np.uint8]] = retimed(
        path, retiming, segment.frames, networks.get(retiming.model or "")
    )
    if segment.upscale:
        upscaler = Upscaler(networks[segment.upscale], segment.upscale)
        size, form = (size[0] * upscaler.factor, size[1] * upscaler.factor), "rgb24"
        frames = map(upscaler, frames)
    source = raw_pictures(*size, picture.rate, form)
    stream = source if form == "rgb24" else tagged(source)
    if size != (picture.width, picture.height) or form != mezzanine.PIXEL_FORMAT:
        stream = _filling(stream, picture)
    chunks = (frame.tobytes() for frame in frames)
    _encode(segment, stream, path, out, chunks)


def _filling(stream: Any, picture: FrameForm) -> Any:
    """Scaled until it fills the frame, what is too much cut off at both sides."""
    width, height = picture.width, picture.height
    return (
        stream.filter(
            "scale",
            w=f"max({width},2*round({height}*dar/2))",
            h=f"max({height},2*round({width}/dar/2))",
            flags="lanczos+accurate_rnd",
            out_color_matrix="bt709",
            out_range="tv",
        )
        .filter("format", pix_fmts=mezzanine.PIXEL_FORMAT)
        .filter("crop", w=width, h=height)
    )


def _encode(
    segment: Segment, stream: Any, path: Path, out: Path, stdin: Iterable[bytes] | None = None
) -> None:
    """Encode a segment as long as it must be: the last frame is repeated, or the end left out."""
    frames = segment.frames
    stream = stream.filter("tpad", stop=-1, stop_mode="clone").filter("trim", end_frame=frames)
    encode_exactly(stream, segment.picture.rate, out, frames=frames, what=repr(str(path)), stdin=stdin)
