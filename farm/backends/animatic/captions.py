"""Captions: what is said, in the lower part of the picture, with the speaker's name in their colour."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from farm.backends.animatic.light import luma, mix
from farm.backends.animatic.vector import Rgb, byte
from storyboard.planning.spec import ResolvedLine
from storyboard.schema.vocabulary import LineDelivery

LEAST_HEIGHT = 90  # below it words cannot be read and none are drawn


@cache
def _fonts() -> dict[str, str]:
    import font_source_sans_pro as fonts

    return {
        "name": fonts.SourceSansProBold,
        "text": fonts.SourceSansProSemibold,
        "aside": fonts.SourceSansProSemiboldIt,
    }


@cache
def caption_font(style: str, size: int) -> Any:
    """The typeface of captions: `name`, `text` or `aside`, in pixels."""
    from PIL import ImageFont

    path = _fonts()[style].replace(".otf", ".ttf")
    # The basic layout engine is in every Pillow; Raqm, where it is found, may place letters elsewhere.
    return ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)


def _has_letters(style: str, words: str) -> bool:
    """Whether a typeface has all the letters of some words; the one for asides has Latin ones alone."""
    return words.isascii() or all(_looks_like_a_letter(style, letter) for letter in set(words))


@cache
def _looks_like_a_letter(style: str, letter: str) -> bool:
    font = caption_font(style, 24)
    drawn, box = (font.getmask(each) for each in (letter, "\U0010ffff"))
    return (drawn.size, bytes(drawn)) != (box.size, bytes(box))


def wrap(words: str, font: Any, width: int) -> list[str]:
    """Lines no wider than `width`, balanced so that the last is not a single word."""
    parts = words.split()
    total = font.getlength(words)
    lines = max(1, -int(-total // width))
    target = min(float(width), total / lines * 1.08 + font.size)
    rows: list[str] = []
    for part in parts:
        candidate = f"{rows[-1]} {part}" if rows else part
        if rows and font.getlength(candidate) <= target:
            rows[-1] = candidate
        else:
            rows.append(part)
    return rows


def caption(
    line: ResolvedLine, colour: Rgb, width: int, height: int
) -> tuple[NDArray[np.uint8], int, int] | None:
    """A caption as a premultiplied picture and where its left and top lie; None in a tiny frame."""
    if height < LEAST_HEIGHT:
        return None
    from PIL import Image, ImageDraw

    short = min(width, height * 1.2)
    size = max(9, round(short * 0.038))
    aside = line.delivery in (LineDelivery.OFF_SCREEN, LineDelivery.VOICE_OVER, LineDelivery.WHISPERED)
    font = caption_font("aside" if aside and _has_letters("aside", line.text) else "text", size)
    small = caption_font("name", max(8, round(size * 0.72)))
    rows = wrap(line.text, font, round(width * 0.82))
    edge = max(1, round(size * 0.09))
    step = round(size * 1.24)
    name = line.name.upper()
    wide = round(max(small.getlength(name), *(font.getlength(row) for row in rows))) + 8 * edge
    tall = round(small.size * 1.35) + step * len(rows) + 6 * edge
    picture = Image.new("RGBA", (wide, tall), (0, 0, 0, 0))
    draw = ImageDraw.Draw(picture)
    ink = (16, 14, 22, 255)
    lift = max(0.0, 0.62 - luma(colour))
    bright = mix(colour, (255, 255, 255), min(0.75, lift * 1.3))
    name_fill = (byte(bright[0]), byte(bright[1]), byte(bright[2]), 255)
    draw.text(
        (wide / 2, 2 * edge),
        name,
        font=small,
        fill=name_fill,
        anchor="ma",
        stroke_width=edge,
        stroke_fill=ink,
    )
    for index, row in enumerate(rows):
        y = 2 * edge + round(small.size * 1.3) + index * step
        draw.text(
            (wide / 2, y),
            row,
            font=font,
            fill=(255, 252, 244, 255),
            anchor="ma",
            stroke_width=edge,
            stroke_fill=ink,
        )
    pixels = np.array(picture)
    pixels[..., :3] = (pixels[..., :3].astype(np.uint16) * pixels[..., 3:] // 255).astype(np.uint8)
    return pixels, (width - wide) // 2, round(height * 0.945) - tall
