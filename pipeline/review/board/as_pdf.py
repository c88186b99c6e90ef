"""A storyboard as a PDF: four, six or nine shots to a page, for the set."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from font_source_sans_pro import font_files_ttf

from pipeline.review.board.cards import Card
from pipeline.review.notes.flow import wrapped
from pipeline.review.notes.letters import Piece, settable
from storyboard.wording import counted

Paper = Literal["a4", "letter"]
PER_PAGE = {4: (2, 2), 6: (3, 2), 9: (3, 3)}
"""columns and rows"""
_MM = 72 / 25.4
_PAPERS: dict[Paper, tuple[float, float]] = {"a4": (297 * _MM, 210 * _MM), "letter": (792, 612)}
_EDGE, _GAP = 11 * _MM, 5 * _MM
_HEAD, _FOOT = 8 * _MM, 5 * _MM
_PLAIN, _BOLD, _ITALIC = "Source Sans", "Source Sans Semibold", "Source Sans Italic"
_INK, _SOFT, _LINE = "#1c1c1e", "#63625f", "#c9c7c1"
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
    setting = _Setting(title, _PAPERS[paper], PER_PAGE[per_page], picture_of)
    pages = [cards[first : first + per_page] for first in range(0, len(cards), per_page)] or [[]]
    for number, page in enumerate(pages, 1):
        setting.page(page, f"{made_at:%-d %B %Y} · page {number} of {len(pages)}", len(cards))
    return setting.document(), tuple(setting.missing)


class _Setting:
    """Pages, and what is drawn on them."""

    def __init__(
        self,
        title: str,
        paper: tuple[float, float],
        grid: tuple[int, int],
        picture_of: Callable[[Card], Path | io.BytesIO | None],
    ) -> None:
        from reportlab.pdfbase import pdfmetrics
        from reportlab.pdfbase.ttfonts import TTFont
        from reportlab.pdfgen.canvas import Canvas

        files = {_PLAIN: "SourceSansPro", _BOLD: "SourceSansProSemibold", _ITALIC: "SourceSansProIt"}
        for name, file in files.items():
            if name not in pdfmetrics.getRegisteredFontNames():
                pdfmetrics.registerFont(TTFont(name, font_files_ttf[file]))
        self._width_of = pdfmetrics.stringWidth
        self._faces = [pdfmetrics.getFont(name).face.charToGlyph for name in files]
        self._content = io.BytesIO()
        self._canvas = Canvas(self._content, pagesize=paper)
        self._canvas.setTitle(f"{title}: storyboard")
        self._canvas.setCreator("shotfarm")
        self._title, self._paper, self._grid, self._picture_of = title, paper, grid, picture_of
        self.missing: dict[str, None] = {}

    def document(self) -> bytes:
        """All pages."""
        self._canvas.save()
        return self._content.getvalue()

    def page(self, cards: Sequence[Card], foot: str, shots: int) -> None:
        """A page of cards."""
        wide, high = self._paper
        columns, rows = self._grid
        self._row(self._title, _BOLD, 11, _Box(_EDGE, high - _EDGE, wide - 2 * _EDGE, 0))
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
            self._row(card.scene, _BOLD, 7.5, _Box(box.left, top, box.wide, 0), _SOFT)
        top -= 10
        bottom = self._picture(card, _Box(box.left, top, box.wide, box.high * _PICTURE))
        self._row(f"{card.shot}  {card.frame}", _BOLD, 8.5, _Box(box.left, bottom - 2, box.wide * 0.62, 0))
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
        self._canvas.setStrokeColor(_LINE)
        self._canvas.setLineWidth(0.5)
        self._canvas.rect(left, box.top - high, wide, high)
        return box.top - high

    def _words(self, card: Card, box: _Box) -> None:
        """Action, lines and notes, as large as their room allows."""
        parts = [(card.action, _PLAIN, _INK)] if card.action else []
        parts += [(f"{who}: {said}", _BOLD, _INK) for who, said in card.lines]
        parts += [(card.notes, _ITALIC, _SOFT)] if card.notes else []
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
            self._canvas.setFont(font, size)
            self._canvas.setFillColor(colour)
            self._canvas.drawString(box.left, top - size, text)
            top -= size * _ROW

    def _rows(
        self, parts: Sequence[tuple[str, str, str]], size: float, room: float
    ) -> list[tuple[str, str, str]]:
        return [
            (" ".join(piece.text for piece in row), font, colour)
            for text, font, colour in parts
            for line in self._lines(text)
            for row in wrapped(line, lambda words, font=font: self._width_of(words, font, size), room)  # type: ignore[misc]
        ]

    def _lines(self, text: str) -> tuple[tuple[Piece, ...], ...]:
        words = settable(text, lambda letter: all(ord(letter) in face for face in self._faces))
        self.missing |= dict.fromkeys(words.missing)
        return words.lines

    def _row(self, text: str, font: str, size: float, box: _Box, colour: str = _INK) -> None:
        """One row, cut where it leaves its room."""
        whole = " ".join(piece.text for line in self._lines(text) for piece in line)
        shown = whole
        while shown and self._width_of(shown if shown == whole else f"{shown}…", font, size) > box.wide:
            shown = shown[:-1]
        self._canvas.setFont(font, size)
        self._canvas.setFillColor(colour)
        self._canvas.drawString(box.left, box.top - size, shown if shown == whole else f"{shown}…")

    def _right(self, text: str, right: float, bottom: float, size: float = 8) -> None:
        self._canvas.setFont(_PLAIN, size)
        self._canvas.setFillColor(_SOFT)
        self._canvas.drawRightString(right, bottom, text)
