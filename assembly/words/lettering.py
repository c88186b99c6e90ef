"""Sets words: rows of text in the project's typefaces, painted over a soft shadow of their own."""

from __future__ import annotations

import bisect
import functools
import unicodedata
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

Rgba = NDArray[np.uint8]
"""uint8 [height, width, 4]: sRGB with straight alpha."""

WHITE = (250, 248, 242, 255)
SOFT = (214, 212, 206, 255)
ACCENT = (226, 178, 92, 255)
COLUMN = "   "
"""what a tab becomes"""


@dataclass(frozen=True)
class Art:
    """A drawn title.

    Attributes:
        rgba: the picture.
        x: where its left edge lies in the frame.
        y: where its top edge lies in the frame while it stands.
        rolls: it moves from below the frame to above it.
        scrim: how much the frame behind it is darkened, 0 to 1.
    """

    rgba: Rgba
    x: int
    y: int
    rolls: bool = False
    scrim: float = 0.0


@dataclass(frozen=True, slots=True)
class Face:
    """A typeface at a part of `pieces.type_height`."""

    family: str
    weight: str
    size: float

    def font(self, height: float, factor: float = 1.0) -> Any:
        """Pillow's font for this height; `factor` makes it smaller."""
        return _font(self.family, self.weight, max(6, round(self.size * factor * height)))


@functools.lru_cache(maxsize=64)
def _font(family: str, weight: str, size: int) -> Any:
    if family == "serif":
        from font_source_serif_pro import font_files_ttf

        return ImageFont.truetype(font_files_ttf["SourceSerifPro" + weight.replace("Regular", "")], size)
    from font_source_sans_pro import font_files_ttf

    return ImageFont.truetype(font_files_ttf["SourceSansPro" + weight.replace("Regular", "")], size)


def clean(text: str) -> str:
    """The text without characters that have no shape: controls, and halves of surrogate pairs."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", COLUMN)
    return "".join(c for c in text if c == "\n" or unicodedata.category(c) not in ("Cc", "Cs")).strip("\n")


def _fitting(word: str, font: Any, room: float) -> int:
    """How many of a word's first letters fit into a row, at least one; measures little beyond the row."""
    few, many = 1, 2
    while many < len(word) and font.getlength(word[:many]) <= room:
        few, many = many, many * 2
    lengths = range(few, min(many, len(word)) + 1)
    return max(few, few - 1 + bisect.bisect_right(lengths, room, key=lambda n: font.getlength(word[:n])))


def wrap(line: str, font: Any, room: float) -> list[str]:
    """Break a line at spaces, and a word that alone is too long inside it."""
    rows: list[str] = []
    row = ""
    for word in line.split():
        longer = f"{row} {word}" if row else word
        if font.getlength(longer) <= room:
            row = longer
            continue
        if row:
            rows.append(row)
        while (fitting := _fitting(word, font, room)) < len(word):
            rows.append(word[:fitting])
            word = word[fitting:]  # noqa: PLW2901  (what is left of it)
        row = word
    return [*rows, row]


@dataclass(frozen=True, slots=True)
class Run:
    """A row of text: its left end on the baseline."""

    text: str
    font: Any
    x: float
    y: float
    fill: tuple[int, int, int, int] = WHITE


@dataclass(frozen=True, slots=True)
class Box:
    """A filled rectangle."""

    left: float
    top: float
    right: float
    bottom: float


def paint(runs: list[Run], bar: Box | None, width: int, height: int | None) -> Art:
    """Paint rows over their own soft shadow, and cut the picture out; `height` None lets it be any height."""
    boxes = [run.font.getbbox(run.text, anchor="ls") for run in runs]
    edges = [
        Box(run.x + box[0], run.y + box[1], run.x + box[2], run.y + box[3])
        for run, box in zip(runs, boxes, strict=True)
        if box[2] > box[0] and box[3] > box[1]
    ]
    if not edges:
        return Art(np.zeros((2, 2, 4), np.uint8), 0, 0)
    edges += [bar] if bar else []
    size = max(run.font.size for run in runs)
    spread = max(2, round(0.45 * size))
    left = max(0, int(min(edge.left for edge in edges)) - spread)
    top = int(min(edge.top for edge in edges)) - spread
    right = min(width, int(max(edge.right for edge in edges)) + spread + 1)
    bottom = int(max(edge.bottom for edge in edges)) + spread + 1
    if height is not None:
        top, bottom = max(0, top), min(height, bottom)
    if right <= left or bottom <= top:
        return Art(np.zeros((2, 2, 4), np.uint8), 0, 0)
    words = Image.new("RGBA", (right - left, bottom - top), (255, 255, 255, 0))
    pen = ImageDraw.Draw(words)
    for run in runs:
        pen.text((run.x - left, run.y - top), run.text, fill=run.fill, font=run.font, anchor="ls")
    if bar:
        pen.rectangle((bar.left - left, bar.top - top, bar.right - left, bar.bottom - top), fill=ACCENT)
    solid = words.getchannel("A")
    near = np.asarray(solid.filter(ImageFilter.GaussianBlur(max(1, 0.035 * size))), np.float32)
    far = np.asarray(solid.filter(ImageFilter.GaussianBlur(max(1, 0.16 * size))), np.float32)
    shadow = Image.new("RGBA", words.size)
    shadow.putalpha(Image.fromarray(np.clip(0.6 * near + 1.3 * far, 0, 225).astype(np.uint8)))
    return Art(np.asarray(Image.alpha_composite(shadow, words)).copy(), left, top)
