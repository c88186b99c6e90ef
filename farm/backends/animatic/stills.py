"""Stills: one small picture of a shot, drawn at once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from farm.backend.protocol import Frame
from farm.backends.animatic.lexicon.own_words import in_the_words_of
from farm.backends.animatic.painter import Painter
from farm.backends.animatic.styles import style_of
from farm.backends.animatic.understanding.looks import manner

if TYPE_CHECKING:
    from storyboard.planning.spec import ShotSpec

_LARGER = 3


def still(
    spec: ShotSpec,
    frame: int,
    most: tuple[int, int],
    words: Path | None = None,
    pictures: Mapping[str, Path] | None = None,
) -> Frame:
    """A frame of a shot, without captions.

    Args:
        spec: the shot.
        frame: which, counted from the take's first.
        most: width and height in pixels that it fits into; a smaller shot stays as it is.
        words: the file of the project's own; None for those that are spoken.
        pictures: the references of the spec, by the SHA-256 of their bytes.

    Returns:
        uint8 [height, width, 3], sRGB. A shot in a style is drawn larger first: lines have a least width.
    """
    from PIL import Image

    share = min(1.0, most[0] / spec.width, most[1] / spec.height)
    width, height = max(1, round(spec.width * share)), max(1, round(spec.height * share))
    plain = style_of(manner(spec.look.description), width, height) is None
    times = 1 if plain else _LARGER
    size = {"width": width * times, "height": height * times}
    with in_the_words_of(words):
        painter = Painter(
            spec.model_copy(update=size),
            captions=False,
            soft_focus=True,
            cards=spec.options.get("cards") is True,
            pictures=pictures,
        )
    try:
        drawn = painter.frame(0)  # some of a set is laid out as its first frame sees it
        if frame:
            drawn = painter.frame(frame)
    finally:
        painter.canvas.close()
    return drawn if plain else np.asarray(Image.fromarray(drawn).reduce(times), np.uint8)
