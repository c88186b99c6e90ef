"""Where words stand in a picture, so that those of different makers never lie over each other. Pure."""

from __future__ import annotations

CAPTION_TOP, CAPTION_BOTTOM = 0.72, 0.945
"""parts of a take's height between which a backend draws captions, and nowhere else"""
SUBTITLE_TOP, SUBTITLE_BOTTOM = 0.69, 0.95
"""parts of a frame's height between which subtitles stand when nothing else stands there"""


def caption_band(height: int, inside: tuple[int, int, int, int] | None) -> tuple[float, float]:
    """The rows of a frame in which captions of takes lie, from its top.

    Args:
        height: of the frame.
        inside: where takes stand between black bars: x, y, width and height; None where they fill the frame.
    """
    _, top, _, high = inside or (0, 0, 0, height)
    return top + CAPTION_TOP * high, top + CAPTION_BOTTOM * high
