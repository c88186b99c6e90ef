"""Sets words: rows of text in the project's typefaces, painted over a soft shadow of their own."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from assembly.words.letters import Box, Type
from storyboard.lettering import breaking
from storyboard.lettering.picture import Rgba, coverage, stamp

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


def clean(text: str) -> str:
    """The text without characters that have no shape: controls, and halves of surrogate pairs."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", COLUMN)
    return "".join(c for c in text if c == "\n" or unicodedata.category(c) not in ("Cc", "Cs")).strip("\n")


def wrap(line: str, font: Type, room: float) -> list[str]:
    """Break a line where Unicode lets it be broken, and a word that alone is too long inside it."""
    return breaking.wrap(line, font.getlength, room)


@dataclass(frozen=True, slots=True)
class Run:
    """A row of text: its left end on the baseline."""

    text: str
    font: Type
    x: float
    y: float
    fill: tuple[int, int, int, int] = WHITE


def paint(runs: list[Run], bar: Box | None, width: int, height: int | None) -> Art:
    """Paint rows over their own soft shadow, and cut the picture out; `height` None lets it be any height."""
    inks = [(run, run.font.ink(run.text)) for run in runs]
    edges = [
        Box(run.x + ink.left, run.y + ink.top, run.x + ink.right, run.y + ink.bottom)
        for run, ink in inks
        if ink.right > ink.left and ink.bottom > ink.top
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
    pixels = np.full((bottom - top, right - left, 4), (255, 255, 255, 0), np.uint8)
    for run in runs:
        stamp(pixels, coverage(run.font.row(run.text), run.font.size, run.x - left, run.y - top), run.fill)
    words = Image.fromarray(pixels)
    if bar:
        edge = (bar.left - left, bar.top - top, bar.right - left, bar.bottom - top)
        ImageDraw.Draw(words).rectangle(edge, fill=ACCENT)
    solid = words.getchannel("A")
    near = np.asarray(solid.filter(ImageFilter.GaussianBlur(max(1, 0.035 * size))), np.float32)
    far = np.asarray(solid.filter(ImageFilter.GaussianBlur(max(1, 0.16 * size))), np.float32)
    shadow = Image.new("RGBA", words.size)
    shadow.putalpha(Image.fromarray(np.clip(0.6 * near + 1.3 * far, 0, 225).astype(np.uint8)))
    return Art(np.asarray(Image.alpha_composite(shadow, words)).copy(), left, top)
