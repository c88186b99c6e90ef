"""A take, and the frames that were rendered before and after it, as one clip."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ffmpeg as ffmpeg_python

from assembly.frames import clips
from assembly.frames.mezzanine_encoder import encode_exactly

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def join_takes(paths: Sequence[Path], out: Path) -> None:
    """Encode clips one after the other: GOPs must begin where every take's do.

    Args:
        paths: the clips, all in the size and at the rate of the first.
        out: where to write; appears whole.

    Raises:
        AssemblyError: a clip cannot be read.
        StoreError: `out` cannot be written.
    """
    facts = [clips.inspect(path) for path in paths]
    inputs = [ffmpeg_python.input(str(path.absolute())).video for path in paths]
    stream = ffmpeg_python.concat(*inputs, v=1, a=0)
    frames = sum(one.frames for one in facts)
    encode_exactly(stream, facts[0].rate, out, frames=frames, what=repr(str(paths[0])))
