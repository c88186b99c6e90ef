"""The picture that a messenger shows of a link to a film: a frame of it, and its title."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageOps

from assembly.programs.whole_files import written_aside
from assembly.words.lettering import Run, clean, paint, wrap
from assembly.words.letters import Face
from assembly.words.missing_letters import missing_letters
from storyboard.lettering.breaking import is_right_to_left

if TYPE_CHECKING:
    from pathlib import Path

SIZE = (1200, 630)
"""width and height: what messengers and networks show without cutting anything off"""
_QUALITY = 85
_TITLE = Face("serif", "Semibold", 0.14)
_SMALLER = (1.0, 0.8, 0.65, 0.5)
_MOST_ROWS = 3
_EDGE = 60
_DARKEST = 0.82
"""how much of the frame is taken away at its lower edge"""


def draw_link_card(frame: Image.Image, title: str, language: str = "") -> Image.Image:
    """A frame (sRGB, any size) that fills the card, dark towards its lower edge, where the title stands.

    It begins at the side where its language does. A title with letters that no font here has is left out:
    messengers write it beside the picture.
    """
    width, height = SIZE
    card = ImageOps.fit(frame.convert("RGB"), SIZE, Image.Resampling.LANCZOS)
    words = " ".join(clean(title).split())
    face = replace(_TITLE, language=language)
    if not words or missing_letters(words, (face,)):
        return card
    keeps = 1 - _DARKEST * np.clip(np.linspace(-0.6, 1, height), 0, 1) ** 0.8
    pixels = np.asarray(card, np.float32) * keeps[:, None, None]
    card = Image.fromarray(np.rint(pixels).astype(np.uint8))
    for factor in _SMALLER:
        font = face.font(height, factor)
        rows = wrap(words, font, width - 2 * _EDGE)
        if len(rows) <= _MOST_ROWS:
            break
    rows = rows[:_MOST_ROWS]
    step = 1.15 * font.size
    last = height - _EDGE - 0.2 * font.size
    leftwards = is_right_to_left(words)
    runs = [
        Run(
            row,
            font,
            width - _EDGE - font.getlength(row) if leftwards else _EDGE,
            last - (len(rows) - 1 - at) * step,
        )
        for at, row in enumerate(rows)
    ]
    art = paint(runs, None, width, height)
    card.paste(Image.fromarray(art.rgba), (art.x, art.y), Image.fromarray(art.rgba[..., 3]))
    return card


def write_link_card(frame: Image.Image, title: str, out: Path, language: str = "") -> None:
    """Write it as a JPEG.

    Raises:
        StoreError: `out` cannot be written.
    """
    with written_aside(out) as aside:
        draw_link_card(frame, title, language).save(
            aside, format="JPEG", quality=_QUALITY, progressive=True, optimize=True
        )
