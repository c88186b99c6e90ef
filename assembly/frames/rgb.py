"""Frames as pictures in RGB."""

from __future__ import annotations

from typing import TYPE_CHECKING

from av.video.reformatter import ColorRange, Colorspace, Interpolation
from PIL import Image

if TYPE_CHECKING:
    from av.video.frame import VideoFrame

RGB_VERSION = 1
"""goes into the digests of pictures in RGB; raise it when the same frame gives other ones;
code of assembly.frames.rgb: 602ca6fd
"""

_EXACT = (
    Interpolation.LANCZOS
    | Interpolation.ACCURATE_RND
    | Interpolation.FULL_CHR_H_INT
    | Interpolation.FULL_CHR_H_INP
)
"""without these, colours are up to three levels too dark"""


def rgb_image(frame: VideoFrame, size: tuple[int, int] | None = None) -> Image.Image:
    """A BT.709 frame as an sRGB picture, of `size` (width, height) when that is given."""
    width, height = size or (frame.width, frame.height)
    colours = frame.reformat(
        width=width,
        height=height,
        format="rgb24",
        src_colorspace=Colorspace.ITU709,
        src_color_range=ColorRange.MPEG,
        dst_color_range=ColorRange.JPEG,
        interpolation=_EXACT,
    )
    return Image.fromarray(colours.to_ndarray())
