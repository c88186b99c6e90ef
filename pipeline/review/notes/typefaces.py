"""The typefaces that documents are set in, their colours and sizes of paper, and what no typeface can set."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from font_source_sans_pro import font_files_ttf

from pipeline.review.notes.letters import Settable, settable

Paper = Literal["a4", "letter"]
MM = 72 / 25.4
PAPERS: dict[Paper, tuple[float, float]] = {"a4": (210 * MM, 297 * MM), "letter": (612, 792)}
"""width and height in points, upright"""
PLAIN, BOLD, ITALIC = "Source Sans", "Source Sans Semibold", "Source Sans Italic"
_FILES = {PLAIN: "SourceSansPro", BOLD: "SourceSansProSemibold", ITALIC: "SourceSansProIt"}
INK, SOFT, LINE = "#1c1c1e", "#63625f", "#c9c7c1"


class Typefaces:
    """Those of one document.

    Args:
        names: which: `PLAIN`, `BOLD`, `ITALIC`.

    Attributes:
        missing: the scripts and signs of letters that one of them did not have.
    """

    def __init__(self, names: Sequence[str]) -> None:
        from reportlab.pdfbase import pdfmetrics
        from reportlab.pdfbase.ttfonts import TTFont

        for name in names:
            if name not in pdfmetrics.getRegisteredFontNames():
                pdfmetrics.registerFont(TTFont(name, font_files_ttf[_FILES[name]]))
        self._string_width = pdfmetrics.stringWidth
        self._glyphs = [pdfmetrics.getFont(name).face.charToGlyph for name in names]
        self.missing: dict[str, None] = {}

    def width_of(self, text: str, font: str, size: float) -> float:
        """Of words in a row, in points."""
        width: float = self._string_width(text, font, size)
        return width

    def settable(self, text: str) -> Settable:
        """Words in letters that all of them have."""
        words = settable(text, lambda letter: all(ord(letter) in glyphs for glyphs in self._glyphs))
        self.missing |= dict.fromkeys(words.missing)
        return words

    def in_a_row(self, text: str) -> str:
        """The same in one row, however many they were written in."""
        return " ".join(piece.text for line in self.settable(text).lines for piece in line)

    def cut(self, text: str, font: str, size: float, room: float) -> str:
        """The same, cut where they leave their room."""
        whole = self.in_a_row(text)
        if self.width_of(whole, font, size) <= room:
            return whole
        while whole and self.width_of(f"{whole}…", font, size) > room:
            whole = whole[:-1]
        return f"{whole}…"
