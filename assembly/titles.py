"""Draws titles: words as RGBA pictures, to be laid over frames. Text never reaches an ffmpeg graph.

A title comes in over half a second and leaves the same way (faster when it is short). Credits that fill the
frame roll from below it to above it; shorter ones stand. Sizes are parts of the frame's height, so that a
title looks the same in every format, and everything stays inside the title-safe area (SMPTE ST 2046-1: the
middle 90 % of the frame).
"""

from __future__ import annotations

import bisect
import functools
import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from storyboard.film import TitleStyle
from storyboard.timing import round_half_up

if TYPE_CHECKING:
    from collections.abc import Sequence

Rgba = NDArray[np.uint8]
"""uint8 [height, width, 4]: sRGB with straight alpha."""

WHITE = (250, 248, 242, 255)
SOFT = (214, 212, 206, 255)
ACCENT = (226, 178, 92, 255)
COLUMN = "   "
"""what a tab becomes; credits split a row into its two columns here"""

_TWO_COLUMNS = re.compile(r"(?P<role>.*?\S)(?::\s+|\s+[\u2014\u2013]\s+|\s{3,})(?P<name>\S.*)")


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


def fade_frames(length: int, rate: Fraction) -> int:
    """How many frames a title of this length takes to come in, and to leave: half a second at most."""
    return min(max(1, round_half_up(rate / 2)), length // 4)


def opacity(frame: int, length: int, rate: Fraction) -> Fraction:
    """How solid a title is in its frame `frame`: it rises as (frame + 1) / (fade + 1) and falls alike."""
    steps = fade_frames(length, rate) + 1
    return min(Fraction(1), Fraction(frame + 1, steps), Fraction(length - frame, steps))


def roll_offset(frame: int, length: int, frame_height: int, art_height: int) -> float:
    """The top edge of rolling credits: one even movement from just below the frame to just above it."""
    return frame_height - (frame_height + art_height) * (frame + 0.5) / length


def draw(text: str, style: TitleStyle, width: int, height: int) -> Art:
    """Draw a title for a frame of this size; the picture lies inside the frame unless it rolls."""
    lines = _clean(text).split("\n")
    if style is TitleStyle.MAIN:
        return _centred(lines, width, height, _Face("serif", "Semibold", 0.12))
    if style is TitleStyle.CARD:
        return _centred(lines, width, height, _Face("serif", "Semibold", 0.062))
    if style is TitleStyle.LOWER_THIRD:
        return _lower_third(lines, width, height)
    return _credits(lines, width, height)


def draw_subtitle(rows: Sequence[str], width: int, height: int, *, italic: bool = False) -> Art:
    """Draw rows of a subtitle, centred low in the frame; each is smaller until it fits."""
    face = _Face("sans", "It" if italic else "Regular", 0.052)
    for factor in (1.0, 0.85, 0.7, 0.55, 0.4, 0.3):
        font = face.font(height, factor)
        if all(font.getlength(row) <= 0.9 * width for row in rows):
            break
    step = 1.22 * font.size
    bottom = 0.93 * height
    runs = [
        _Run(row, font, (width - font.getlength(row)) / 2, bottom - (len(rows) - 1 - index) * step)
        for index, row in enumerate(rows)
    ]
    return _paint(runs, None, width, height)


def draw_burn_in(left: str, right: str, width: int, height: int) -> Art:
    """Draw what a review copy says at the top of its frames: one text at the left, one at the right."""
    font = _Face("sans", "Semibold", 0.034).font(height)
    edge, base = 0.03 * width, 0.03 * height + font.size
    runs = [
        _Run(left, font, edge, base),
        _Run(right, font, width - edge - font.getlength(right), base),
    ]
    return _paint(runs, None, width, height)


@dataclass(frozen=True, slots=True)
class _Face:
    """A typeface at a part of the frame's height."""

    family: str
    weight: str
    size: float

    def font(self, height: int, factor: float = 1.0) -> Any:
        return _font(self.family, self.weight, max(6, round(self.size * factor * height)))


@functools.lru_cache(maxsize=64)
def _font(family: str, weight: str, size: int) -> Any:
    if family == "serif":
        from font_source_serif_pro import font_files_ttf

        return ImageFont.truetype(font_files_ttf["SourceSerifPro" + weight.replace("Regular", "")], size)
    from font_source_sans_pro import font_files_ttf

    return ImageFont.truetype(font_files_ttf["SourceSansPro" + weight.replace("Regular", "")], size)


def _clean(text: str) -> str:
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


def _wrap(line: str, font: Any, room: float) -> list[str]:
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
class _Run:
    """A row of text: its left end on the baseline."""

    text: str
    font: Any
    x: float
    y: float
    fill: tuple[int, int, int, int] = WHITE


@dataclass(frozen=True, slots=True)
class _Box:
    """A filled rectangle."""

    left: float
    top: float
    right: float
    bottom: float


def _balanced(line: str, font: Any, room: float) -> list[str]:
    """The same number of rows as `_wrap` gives, of about the same length."""
    rows = _wrap(line, font, room)
    narrower = room
    while 1 < len(rows) < 7 and narrower > room / 2:
        narrower -= room / 25
        tried = _wrap(line, font, narrower)
        if len(tried) > len(rows):
            break
        rows = tried
    return rows


def _centred(lines: list[str], width: int, height: int, face: _Face) -> Art:
    """Rows in the middle of the frame, smaller until they fit."""
    for factor in (1.0, 0.85, 0.72, 0.6, 0.5, 0.4):
        font = face.font(height, factor)
        rows = [row for line in lines for row in _balanced(line, font, 0.8 * width)]
        step = 1.25 * font.size
        if len(rows) * step <= 0.8 * height:
            break
    top = (height - len(rows) * step) / 2 + 0.93 * font.size
    runs = [
        _Run(row, font, (width - font.getlength(row)) / 2, top + index * step)
        for index, row in enumerate(rows)
    ]
    return _paint(runs, None, width, height)


def _lower_third(lines: list[str], width: int, height: int) -> Art:
    """A name and what belongs to it, low on the left, beside a bar."""
    faces = [_Face("sans", "Semibold", 0.05), _Face("sans", "Semibold", 0.036)]
    left, bottom = 0.07 * width, 0.87 * height
    rows: list[tuple[str, Any, tuple[int, int, int, int]]] = []
    for index, line in enumerate(lines):
        font = faces[min(index, 1)].font(height)
        rows += [(row, font, SOFT if index else WHITE) for row in _wrap(line, font, 0.62 * width)]
    total = sum(1.25 * font.size for _, font, _ in rows)
    y = bottom - total
    bar = _Box(left, y, left + max(2, 0.006 * height), bottom)
    runs = []
    for text, font, fill in rows:
        runs.append(_Run(text, font, left + 0.028 * height, y + 0.95 * font.size, fill))
        y += 1.25 * font.size
    return _paint(runs, bar, width, height)


def _credits(lines: list[str], width: int, height: int) -> Art:
    """One row a line: `role: name` in two columns, other rows centred, words in capitals as headings."""
    role, name = _Face("sans", "Regular", 0.038).font(height), _Face("sans", "Semibold", 0.038).font(height)
    heading = _Face("serif", "Semibold", 0.046).font(height)
    step, gutter = 1.5 * name.size, 0.02 * width
    runs: list[_Run] = []
    y = 0.0
    for line in lines:
        columns = _TWO_COLUMNS.fullmatch(line.strip())
        if columns:
            left = _wrap(columns["role"], role, 0.38 * width)
            right = _wrap(columns["name"], name, 0.38 * width)
            for index, text in enumerate(left):
                x = width / 2 - gutter - role.getlength(text)
                runs.append(_Run(text, role, x, y + index * step + name.size, SOFT))
            for index, text in enumerate(right):
                runs.append(_Run(text, name, width / 2 + gutter, y + index * step + name.size))
            y += step * max(len(left), len(right))
        elif line.strip():
            font = heading if line.upper() == line else name
            y += 0.4 * step if font is heading and runs else 0
            for text in _wrap(line, font, 0.8 * width):
                runs.append(_Run(text, font, (width - font.getlength(text)) / 2, y + font.size))
                y += step
            y += 0.2 * step if font is heading else 0
        else:
            y += 0.7 * step
    rolls = y > 0.8 * height
    if not rolls:
        runs = [_Run(run.text, run.font, run.x, run.y + (height - y) / 2, run.fill) for run in runs]
    art = _paint(runs, None, width, None if rolls else height)
    return Art(art.rgba, art.x, art.y, rolls=rolls, scrim=0.55)


def _paint(runs: list[_Run], bar: _Box | None, width: int, height: int | None) -> Art:
    """Paint rows over their own soft shadow, and cut the picture out; `height` None lets it be any height."""
    boxes = [run.font.getbbox(run.text, anchor="ls") for run in runs]
    edges = [
        _Box(run.x + box[0], run.y + box[1], run.x + box[2], run.y + box[3])
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
