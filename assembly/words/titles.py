"""Draws titles: words as RGBA pictures, to be laid over frames. Text never reaches an ffmpeg graph.

A title comes in over half a second and leaves the same way (faster when it is short). Credits that fill the
frame roll from below it to above it, the same number of whole pixels in every frame, so that they neither
blur nor flicker; shorter ones stand. Sizes are parts of the frame's height, so that a title looks the same in
every format (`pieces.type_height`), and everything stays inside the title-safe area (SMPTE ST 2046-1: the
middle 90 % of the frame).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from assembly.cut.form import is_narrow, type_height
from assembly.words.lettering import SOFT, WHITE, Art, Run, clean, paint, wrap
from assembly.words.letters import Box, Face, Type
from assembly.words.missing_letters import has_all
from storyboard.lettering.breaking import is_right_to_left
from storyboard.media.timing import round_half_up
from storyboard.schema.vocabulary import TitleStyle

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

_TWO_COLUMNS = re.compile(r"(?P<role>.*?\S)(?::\s+|\uff1a\s*|\s+[\u2014\u2013]\s+|\s{3,})(?P<name>\S.*)")


_NEAREST, _FARTHEST = 0.85, 1.5
_LONGEST_WORD = 100
"""letters of a word that are measured"""


def fade_frames(length: int, rate: Fraction) -> int:
    """How many frames a title of this length takes to come in, and to leave: half a second at most."""
    return min(max(1, round_half_up(rate / 2)), length // 4)


def opacity(frame: int, length: int, rate: Fraction) -> Fraction:
    """How solid a title is in its frame `frame`: it rises as (frame + 1) / (fade + 1) and falls alike."""
    steps = fade_frames(length, rate) + 1
    return min(Fraction(1), Fraction(frame + 1, steps), Fraction(length - frame, steps))


def roll_offset(frame: int, length: int, frame_height: int, art_height: int) -> int:
    """The top edge of rolling credits: as slow as whole pixels allow, in the middle of its time."""
    step = -(-(frame_height + art_height) // length)
    shown = -(-(frame_height + art_height) // step)
    return frame_height - step * (frame - (length - shown) // 2 + 1)


def draw(
    text: str,
    style: TitleStyle,
    width: int,
    height: int,
    frames: int | None = None,
    *,
    language: str = "",
    band: tuple[float, float] | None = None,
) -> Art:
    """Draw a title for a frame of this size; the picture lies inside the frame unless it rolls.

    Args:
        text: the words.
        style: where and how they stand.
        width: of the frame.
        height: of the frame.
        frames: how long they stand: rolling rows are spaced so that whole pixels a frame take as long.
        language: of the words, a BCP 47 tag; Chinese letters have its forms.
        band: rows of the frame where captions lie, which a lower third stands above if it would lie in them.
    """
    lines = clean(text).split("\n")
    if style is TitleStyle.MAIN:
        return _centred(lines, width, height, Face("serif", "Semibold", 0.12, language))
    if style is TitleStyle.CARD:
        return _centred(lines, width, height, Face("serif", "Semibold", 0.062, language))
    if style is TitleStyle.LOWER_THIRD:
        return _lower_third(lines, width, height, language, band)
    return _credits(lines, width, height, frames, language)


def _subtitle_face(row: str, language: str, *, italic: bool) -> Face:
    """Italics where they have the letters: those of the face are Latin alone."""
    slanted = Face("sans", "It", 0.052, language)
    return slanted if italic and has_all(row, slanted) else Face("sans", "Regular", 0.052, language)


def draw_subtitle(
    rows: Sequence[str],
    width: int,
    height: int,
    *,
    italic: Collection[int] = frozenset(),
    language: str = "",
    top: float | None = None,
) -> Art:
    """Draw rows of a subtitle, centred low in the frame; all are smaller until they fit.

    Args:
        rows: from the top to the bottom.
        width: of the frame.
        height: of the frame.
        italic: the numbers of the rows that are in italics.
        language: of the words, a BCP 47 tag.
        top: the part of the frame's height that they begin at, where something else stands low.
    """
    faces = [_subtitle_face(row, language, italic=index in italic) for index, row in enumerate(rows)]
    bottom = 0.93 * height
    for factor in (1.0, 0.85, 0.7, 0.55, 0.4, 0.3):
        fonts = [face.font(type_height(width, height), factor) for face in faces]
        step = 1.22 * max((font.size for font in fonts), default=0)
        wide = max((font.getlength(row) for font, row in zip(fonts, rows, strict=True)), default=0)
        if wide <= 0.9 * width and len(rows) * step <= bottom:
            break
    first = bottom - (len(rows) - 1) * step if top is None else top * height + 0.8 * step
    runs = [
        Run(row, font, (width - font.getlength(row)) / 2, first + index * step)
        for index, (row, font) in enumerate(zip(rows, fonts, strict=True))
    ]
    return paint(runs, None, width, height)


def _balanced(line: str, font: Type, room: float) -> list[str]:
    """The same number of rows as `wrap` gives, of about the same length."""
    rows = wrap(line, font, room)
    narrower = room
    while 1 < len(rows) < 7 and narrower > room / 2:
        narrower -= room / 25
        tried = wrap(line, font, narrower)
        if len(tried) > len(rows):
            break
        rows = tried
    return rows


def _centred(lines: list[str], width: int, height: int, face: Face) -> Art:
    """Rows in the middle of the frame, smaller until they fit; in a narrow one no word is broken for size."""
    words = [word for line in lines for word in line.split()] if is_narrow(width, height) else []
    for factor in (1.0, 0.85, 0.72, 0.6, 0.5, 0.4):
        font = face.font(type_height(width, height), factor)
        if any(font.getlength(word[:_LONGEST_WORD]) > 0.8 * width for word in words):
            continue
        rows = [row for line in lines for row in _balanced(line, font, 0.8 * width)]
        step = 1.25 * font.size
        if len(rows) * step <= 0.8 * height:
            break
    else:
        rows = [row for line in lines for row in _balanced(line, font, 0.8 * width)]
        step = 1.25 * font.size
    top = (height - len(rows) * step) / 2 + 0.93 * font.size
    runs = [
        Run(row, font, (width - font.getlength(row)) / 2, top + index * step)
        for index, row in enumerate(rows)
    ]
    return paint(runs, None, width, height)


def _lower_third(
    lines: list[str], width: int, height: int, language: str, band: tuple[float, float] | None
) -> Art:
    """A name and what belongs to it, low beside a bar: on the side where its first line begins."""
    faces = [Face("sans", "Semibold", 0.05, language), Face("sans", "Semibold", 0.036, language)]
    unit = type_height(width, height)
    left, bottom = 0.07 * width, 0.87 * height
    rows: list[tuple[str, Type, tuple[int, int, int, int]]] = []
    for index, line in enumerate(lines):
        font = faces[min(index, 1)].font(unit)
        rows += [(row, font, SOFT if index else WHITE) for row in wrap(line, font, 0.62 * width)]
    total = sum(1.25 * font.size for _, font, _ in rows)
    if band and bottom > band[0] and bottom - total < band[1]:
        bottom = band[0] - 0.01 * height
    y = bottom - total
    thick, beside = max(2, 0.006 * unit), 0.028 * unit
    leftwards = is_right_to_left(lines[0])
    bar = (
        Box(width - left - thick, y, width - left, bottom)
        if leftwards
        else Box(left, y, left + thick, bottom)
    )
    runs = []
    for text, font, fill in rows:
        x = width - left - beside - font.getlength(text) if leftwards else left + beside
        runs.append(Run(text, font, x, y + 0.95 * font.size, fill))
        y += 1.25 * font.size
    return paint(runs, bar, width, height)


def _credits(lines: list[str], width: int, height: int, frames: int | None, language: str) -> Art:
    """One row a line: `role: name` in two columns, other rows centred, words in capitals as headings."""
    unit = type_height(width, height)
    role = Face("sans", "Regular", 0.038, language).font(unit)
    name = Face("sans", "Semibold", 0.038, language).font(unit)
    heading = Face("serif", "Semibold", 0.046, language).font(unit)
    step, gutter = 1.5 * name.size, 0.02 * width
    runs: list[Run] = []
    y = 0.0
    for line in lines:
        columns = _TWO_COLUMNS.fullmatch(line.strip())
        if columns:
            roles = wrap(columns["role"], role, 0.38 * width)
            names = wrap(columns["name"], name, 0.38 * width)
            place = _Columns(width / 2, gutter, y, step, is_right_to_left(line))
            runs += place.runs(roles, role, SOFT, first=True) + place.runs(names, name, WHITE, first=False)
            y += step * max(len(roles), len(names))
        elif line.strip():
            font = heading if line.upper() == line else name
            y += 0.4 * step if font is heading and runs else 0
            for text in wrap(line, font, 0.8 * width):
                runs.append(Run(text, font, (width - font.getlength(text)) / 2, y + font.size))
                y += step
            y += 0.2 * step if font is heading else 0
        else:
            y += 0.7 * step
    rolls = y > 0.8 * height
    if not rolls:
        runs = [Run(run.text, run.font, run.x, run.y + (height - y) / 2, run.fill) for run in runs]
    art = paint(runs, None, width, None if rolls else height)
    if rolls and frames and len({run.y for run in runs}) > 1:
        spread = _spread(runs, height + art.rgba.shape[0], frames)
        art = paint([replace(run, y=run.y * spread) for run in runs], None, width, None)
    return Art(art.rgba, art.x, art.y, rolls=rolls, scrim=0.55)


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where a role and its names stand: beside the middle, the role on the side where lines begin."""

    middle: float
    gutter: float
    top: float
    step: float
    leftwards: bool

    def runs(
        self, rows: Sequence[str], font: Type, fill: tuple[int, int, int, int], *, first: bool
    ) -> list[Run]:
        """The rows of one column."""
        right = first == self.leftwards
        return [
            Run(
                row,
                font,
                self.middle + self.gutter if right else self.middle - self.gutter - font.getlength(row),
                self.top + number * self.step + font.size,
                fill,
            )
            for number, row in enumerate(rows)
        ]


def _spread(runs: Sequence[Run], way: int, frames: int) -> float:
    """What rows lie apart, in parts of what they do now, so that their way is whole pixels in every frame.

    They are drawn a little nearer to each other when that is enough, else farther apart, up to half as far.
    """
    between = max(run.y for run in runs) - min(run.y for run in runs)
    for step in (way // frames, way // frames + 1):
        spread = 1 + (step * frames - 2 - way) / between
        if step and spread >= _NEAREST:
            return min(spread, _FARTHEST)
    return 1.0
