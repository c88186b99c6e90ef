"""The typefaces that documents are set in, their colours and sizes of paper, and what no typeface can set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from font_source_sans_pro import font_files_ttf

from pipeline.review.notes.letters import Settable, joined, settable
from storyboard.lettering.breaking import clusters
from storyboard.lettering.fonts import Weight
from storyboard.lettering.picture import Point, trace
from storyboard.lettering.setting import set_row

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas
    from reportlab.pdfgen.pathobject import PDFPathObject

Paper = Literal["a4", "letter"]
MM = 72 / 25.4
PAPERS: dict[Paper, tuple[float, float]] = {"a4": (210 * MM, 297 * MM), "letter": (612, 792)}
"""width and height in points, upright"""
PLAIN, BOLD, ITALIC = "Source Sans", "Source Sans Semibold", "Source Sans Italic"
_FILES = {PLAIN: "SourceSansPro", BOLD: "SourceSansProSemibold", ITALIC: "SourceSansProIt"}
_WEIGHTS: Mapping[str, Weight] = {PLAIN: "Regular", BOLD: "Semibold", ITALIC: "Regular"}
"""of rows with letters that the house's font has not; italics are Latin alone, and such a row is upright"""
_WHERE_THEY_WIND = 1
"""reportlab's rule for what is inside of outlines that lie over each other"""
INK, SOFT, LINE = "#1c1c1e", "#63625f", "#c9c7c1"


class Typefaces:
    """Those of one document: the house's as fonts of the page; letters of others are drawn as shapes.

    Args:
        names: which: `PLAIN`, `BOLD`, `ITALIC`.

    Attributes:
        missing: the scripts and signs of letters that no font here has.
    """

    def __init__(self, names: Sequence[str]) -> None:
        from reportlab.pdfbase import pdfmetrics
        from reportlab.pdfbase.ttfonts import TTFont

        for name in names:
            if name not in pdfmetrics.getRegisteredFontNames():
                pdfmetrics.registerFont(TTFont(name, font_files_ttf[_FILES[name]]))
        self._string_width = pdfmetrics.stringWidth
        self._glyphs = {name: pdfmetrics.getFont(name).face.charToGlyph for name in names}
        self.missing: dict[str, None] = {}

    def width_of(self, text: str, font: str, size: float) -> float:
        """Of words in a row, in points."""
        if not self._is_plain(text, font):
            return set_row(text, "sans", _WEIGHTS[font]).width * size
        width: float = self._string_width(text, font, size)
        return width

    def settable(self, text: str) -> Settable:
        """Words in letters that some font has."""
        words = settable(text, self._has)
        self.missing |= dict.fromkeys(words.missing)
        return words

    def in_a_row(self, text: str) -> str:
        """The same in one row, however many they were written in."""
        return " ".join(joined(line) for line in self.settable(text).lines)

    def cut(self, text: str, font: str, size: float, room: float) -> str:
        """The same, cut where they leave their room."""
        whole = self.in_a_row(text)
        if self.width_of(whole, font, size) <= room:
            return whole
        letters = clusters(whole)
        while letters and self.width_of(f"{''.join(letters)}…", font, size) > room:
            letters.pop()
        return f"{''.join(letters)}…"

    def write(self, canvas: Canvas, words: Words, x: float, y: float, *, edge: bool = False) -> None:
        """Write words in a row, in the canvas's colours, from their left end on the baseline.

        Args:
            canvas: of the page.
            words: what is written.
            x: of the left end, in points.
            y: of the baseline, from the page's lower edge.
            edge: the edges of letters are drawn, and letters are not filled.
        """
        if self._is_plain(words.text, words.font):
            canvas.setFont(words.font, words.size)
            canvas.drawString(x, y, words.text, mode=1 if edge else 0)
            return
        path = canvas.beginPath()
        trace(set_row(words.text, "sans", _WEIGHTS[words.font]), words.size, x, y, _Pen(path))
        canvas.drawPath(path, stroke=int(edge), fill=int(not edge), fillMode=_WHERE_THEY_WIND)

    def _is_plain(self, text: str, font: str) -> bool:
        glyphs = self._glyphs[font]
        return all(ord(letter) in glyphs for letter in text)

    def _has(self, letter: str) -> bool:
        return all(ord(letter) in glyphs for glyphs in self._glyphs.values()) or not set_row(letter).missing


@dataclass(frozen=True, slots=True)
class Words:
    """A row of words in a font of the page, and its size in points."""

    text: str
    font: str
    size: float


class _Pen:
    """Draws outlines of letters into a path of a page."""

    def __init__(self, path: PDFPathObject) -> None:
        self._path = path

    def move(self, to: Point) -> None:
        """Begin a line."""
        self._path.moveTo(*to)

    def line(self, to: Point) -> None:
        """Go on straight."""
        self._path.lineTo(*to)

    def curve(self, first: Point, second: Point, to: Point) -> None:
        """Go on in a curve."""
        self._path.curveTo(*first, *second, *to)

    def close(self) -> None:
        """Go back to where the line began."""
        self._path.close()
