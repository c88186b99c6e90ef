"""A storyboard as a PDF: four, six or nine shots to a page, for the set."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipeline.review.board.cards import Card
from pipeline.review.notes.flow import wrapped
from pipeline.review.notes.letters import joined
from pipeline.review.notes.typefaces import (
    BOLD,
    INK,
    ITALIC,
    LINE,
    MM,
    PAPERS,
    PLAIN,
    SOFT,
    Paper,
    Typefaces,
    Words,
)
from storyboard.lettering.breaking import is_right_to_left, turned
from storyboard.wording import counted

PER_PAGE = {4: (2, 2), 6: (3, 2), 9: (3, 3)}
"""columns and rows"""
_EDGE, _GAP = 11 * MM, 5 * MM
_HEAD, _FOOT = 8 * MM, 5 * MM
_LARGEST, _SMALLEST = 8.5, 5.0
"""points of the words below a frame: they become smaller until they fit"""
_ROW = 1.25
_PICTURE = 0.6
"""of a card's height, at most, for its frame"""


@dataclass(frozen=True, slots=True)
class _Box:
    """A part of a page in points; `top` from its lower edge."""

    left: float
    top: float
    wide: float
    high: float


def board_pdf(
    title: str,
    cards: Sequence[Card],
    picture_of: Callable[[Card], Path | io.BytesIO | None],
    made_at: datetime,
    *,
    per_page: int = 6,
    paper: Paper = "a4",
) -> tuple[bytes, tuple[str, ...]]:
    """Set a storyboard on pages.

    Args:
        title: the film's.
        cards: its shots.
        picture_of: the picture of a card, JPEG or PNG; None for one that cannot be had.
        made_at: when; it stands at the foot of each page.
        per_page: shots to a page: one of `PER_PAGE`.
        paper: what it is printed on, lying.

    Returns:
        The document, and the scripts and signs of letters that no font here has: it names them instead.
    """
    high, wide = PAPERS[paper]
    setting = _Setting(title, (wide, high), PER_PAGE[per_page], picture_of)
    pages = [cards[first : first + per_page] for first in range(0, len(cards), per_page)] or [[]]
    for number, page in enumerate(pages, 1):
        setting.page(page, f"{made_at:%-d %B %Y} · page {number} of {len(pages)}", len(cards))
    return setting.document(), setting.missing


class _Setting:
    """Pages, and what is drawn on them."""

    def __init__(
        self,
        title: str,
        paper: tuple[float, float],
        grid: tuple[int, int],
        picture_of: Callable[[Card], Path | io.BytesIO | None],
    ) -> None:
        from reportlab.pdfgen.canvas import Canvas

        self._faces = Typefaces((PLAIN, BOLD, ITALIC))
        self._content = io.BytesIO()
        self._canvas = Canvas(self._content, pagesize=paper)
        self._canvas.setTitle(f"{title}: storyboard")
        self._canvas.setCreator("shotfarm")
        self._title, self._paper, self._grid, self._picture_of = title, paper, grid, picture_of

    @property
    def missing(self) -> tuple[str, ...]:
        """The scripts and signs of letters that no font here has."""
        return tuple(self._faces.missing)

    def document(self) -> bytes:
        """All pages."""
        self._canvas.save()
        return self._content.getvalue()

    def page(self, cards: Sequence[Card], foot: str, shots: int) -> None:
        """A page of cards."""
        wide, high = self._paper
        columns, rows = self._grid
        self._row(self._title, BOLD, 11, _Box(_EDGE, high - _EDGE, wide - 2 * _EDGE, 0))
        self._right(counted(shots, "shot"), wide - _EDGE, high - _EDGE - 10)
        self._right(foot, wide - _EDGE, _EDGE - 2)
        room_wide = (wide - 2 * _EDGE - (columns - 1) * _GAP) / columns
        room_high = (high - 2 * _EDGE - _HEAD - _FOOT - (rows - 1) * _GAP) / rows
        for place, card in enumerate(cards):
            row, column = divmod(place, columns)
            left = _EDGE + column * (room_wide + _GAP)
            self._card(
                card, _Box(left, high - _EDGE - _HEAD - row * (room_high + _GAP), room_wide, room_high)
            )
        self._canvas.showPage()

    def _card(self, card: Card, box: _Box) -> None:
        top = box.top
        if card.scene:
            self._row(card.scene, BOLD, 7.5, _Box(box.left, top, box.wide, 0), SOFT)
        top -= 10
        bottom = self._picture(card, _Box(box.left, top, box.wide, box.high * _PICTURE))
        self._row(f"{card.shot}  {card.frame}", BOLD, 8.5, _Box(box.left, bottom - 2, box.wide * 0.62, 0))
        self._right(card.timing, box.left + box.wide, bottom - 2 - 8.5, 7.5)
        begin = bottom - 2 - 8.5 * _ROW - 2
        self._words(card, _Box(box.left, begin, box.wide, begin - (box.top - box.high)))

    def _picture(self, card: Card, box: _Box) -> float:
        """The frame of a shot, or an empty one; returns its lower edge."""
        from reportlab.lib.utils import ImageReader

        found = self._picture_of(card)
        image = ImageReader(str(found) if isinstance(found, Path) else found) if found else None
        width, height = image.getSize() if image else (16, 9)
        scale = min(box.wide / width, box.high / height)
        wide, high = width * scale, height * scale
        left = box.left + (box.wide - wide) / 2
        if image:
            self._canvas.drawImage(image, left, box.top - high, wide, high)
        self._canvas.setStrokeColor(LINE)
        self._canvas.setLineWidth(0.5)
        self._canvas.rect(left, box.top - high, wide, high)
        return box.top - high

    def _words(self, card: Card, box: _Box) -> None:
        """Action, lines and notes, as large as their room allows."""
        parts = [(card.action, PLAIN, INK)] if card.action else []
        parts += [(f"{who}: {said}", BOLD, INK) for who, said in card.lines]
        parts += [(card.notes, ITALIC, SOFT)] if card.notes else []
        size = _LARGEST
        rows = self._rows(parts, size, box.wide)
        while len(rows) * size * _ROW > box.high and size > _SMALLEST:
            size -= 0.5
            rows = self._rows(parts, size, box.wide)
        most = max(1, int(box.high / (size * _ROW)))
        top = box.top
        for number, (row, font, colour) in enumerate(rows[:most]):
            cut = number == most - 1 and len(rows) > most
            text = f"{row} …" if cut else row
            self._canvas.setFillColor(colour)
            self._write(text, font, size, _Box(box.left, top, box.wide, 0))
            top -= size * _ROW

    def _rows(
        self, parts: Sequence[tuple[str, str, str]], size: float, room: float
    ) -> list[tuple[str, str, str]]:
        return [
            (turned(joined(row), joined(line)), font, colour)
            for text, font, colour in parts
            for line in self._faces.settable(text).lines
            for row in wrapped(line, lambda words, font=font: self._faces.width_of(words, font, size), room)  # type: ignore[misc]
        ]

    def _row(self, text: str, font: str, size: float, box: _Box, colour: str = INK) -> None:
        """One row, cut where it leaves its room."""
        shown = self._faces.cut(text, font, size, box.wide)
        self._canvas.setFillColor(colour)
        self._write(shown, font, size, box)

    def _write(self, text: str, font: str, size: float, box: _Box) -> None:
        """A row of words at the side of a box where it begins."""
        left = box.left
        if is_right_to_left(text):
            left += box.wide - self._faces.width_of(text, font, size)
        self._faces.write(self._canvas, Words(text, font, size), left, box.top - size)

    def _right(self, text: str, right: float, bottom: float, size: float = 8) -> None:
        self._canvas.setFont(PLAIN, size)
        self._canvas.setFillColor(SOFT)
        self._canvas.drawRightString(right, bottom, text)
