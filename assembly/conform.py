"""Takes to segments: a clip in the film's own form is used as it is, any other one is encoded into it.

Frames are repeated or left out to change the rate. Pictures are scaled with Lanczos into the frame, with
black beside or above them where the shapes differ, and stay in BT.709.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ffmpeg as ffmpeg_python

from assembly import clips, ffmpeg
from assembly.aside import written_aside
from assembly.encoding import mezzanine_output, parameter_sets
from storyboard import mezzanine
from storyboard.errors import AssemblyError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from assembly.pieces import Picture


def needs_conform(path: Path, picture: Picture) -> bool:
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
    picture: Picture,
    out: Path,
    *,
    frames: int | None = None,
    progress: Callable[[float], None] | None = None,
) -> None:
    """Encode a clip's picture into the film's form.

    Args:
        path: the clip.
        picture: the film's size and rate.
        out: where to write; appears whole.
        frames: how many frames the segment must have: the last one is repeated, or the end left out.
        progress: called with the seconds made so far.

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
        # not said, as in takes: saying "square" makes other parameter sets
        .filter("setsar", sar="0")
    )
    if frames is not None:
        stream = stream.filter("tpad", stop=-1, stop_mode="clone").filter("trim", end_frame=frames)
    with written_aside(out) as aside:
        ffmpeg.run(mezzanine_output(stream, aside, picture.rate), progress=progress)
        made = clips.inspect(aside).frames
        if not made or (frames is not None and made != frames):
            raise AssemblyError(f"{str(path)!r} gave {made} frames where {frames or 'some'} were wanted")
