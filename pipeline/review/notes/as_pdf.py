"""Notes as a PDF to print and to send: each beside the frame that it is about, with its drawing."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from pipeline.review.notes.drawing import Area, draw_region, draw_strokes
from pipeline.review.notes.flow import Flow, Thing, wrapped
from pipeline.review.notes.letters import Piece, Settable, by_direction, joined
from pipeline.review.notes.listed import ListedNote, ListedNotes, NotePicture
from pipeline.review.notes.typefaces import BOLD, INK, LINE, MM, PAPERS, PLAIN, SOFT, Paper, Typefaces, Words
from storyboard.lettering.breaking import is_right_to_left, turned
from storyboard.wording import counted

_EDGE, _GAP = 15 * MM, 6 * MM
_HEAD, _FOOT = 8 * MM, 9 * MM
"""rooms of what each page says at its top and bottom"""
_PICTURE_WIDE, _PICTURE_HIGH = 76 * MM, 64 * MM
"""most of a picture"""
_KEEP = 30 * MM
"""of the first note that stays on the page of its heading"""
_ROW = 1.32
"""of a row, in heights of its letters"""
_DATE = "%-d %B %Y, %H:%M %Z"


def notes_pdf(
    listed: ListedNotes,
    still_of: Callable[[NotePicture], Path | None],
    made_at: datetime,
    paper: Paper = "a4",
) -> tuple[bytes, tuple[str, ...]]:
    """Set notes on pages.

    Args:
        listed: which.
        still_of: the file of a picture, JPEG; None for one that cannot be had any more.
        made_at: when; it stands at the head.
        paper: what they are printed on.

    Returns:
        The document, and the scripts and signs of letters that no font here has: it names them instead.
    """
    setting = _Setting(PAPERS[paper], still_of)
    setting.title(listed, made_at)
    scene = None
    for note in listed.notes:
        if (note.scene, note.slug) != scene:
            scene = note.scene, note.slug
            setting.scene(note)
        setting.note(note)
    return setting.document(listed.film), setting.missing


class _Setting:
    """Pages, and what is set on them."""

    def __init__(self, paper: tuple[float, float], still_of: Callable[[NotePicture], Path | None]) -> None:
        from reportlab.pdfgen.canvas import Canvas

        self._faces = Typefaces((PLAIN, BOLD))
        self._content = io.BytesIO()
        self._canvas = Canvas(self._content, pagesize=paper)
        self._paper = paper
        self._wide = paper[0] - 2 * _EDGE
        self._still_of = still_of
        self._flow = Flow(paper[1] - _EDGE - _HEAD, _EDGE + _FOOT)

    @property
    def missing(self) -> tuple[str, ...]:
        """The scripts and signs of letters that no font here has."""
        return tuple(self._faces.missing)

    def title(self, listed: ListedNotes, made_at: datetime) -> None:
        """The head of the first page."""
        shots = len({note.shot for note in listed.notes})
        words = (
            f"{counted(len(listed.notes), 'note')} on {counted(shots, 'shot')}" if shots else "No notes yet"
        )
        rows = [
            *self._words(listed.film, BOLD, 22, self._wide),
            *self._words(f"{words} · {made_at.strftime(_DATE)}", PLAIN, 10, self._wide, SOFT),
            Thing(4 * MM, _nothing),
        ]
        self._flow.add((_EDGE, rows))

    def scene(self, note: ListedNote) -> None:
        """The heading of a scene, over a line."""
        rows = self._words(f"{note.scene} {note.slug}".strip() or note.status, BOLD, 11, self._wide)
        self._flow.add((_EDGE, [*rows, Thing(3.5 * MM, self._rule)]), keep_with=_KEEP)

    def note(self, note: ListedNote) -> None:
        """A note: its pictures at the left, its words at the right."""
        left = [thing for picture in note.pictures for thing in self._picture(note, picture)]
        indent = _EDGE + _PICTURE_WIDE + _GAP
        room = self._paper[0] - _EDGE - indent
        words = self._faces.settable(note.words)
        right = [
            self._name(note, room),
            *(self._words(_where(note), PLAIN, 8.5, room, SOFT) if note.pictures or note.frames else ()),
            *self._words(f"{note.by} · {note.at.strftime(_DATE)}", PLAIN, 8.5, room, SOFT),
            Thing(1.5 * MM, _nothing),
            *self._set(words, PLAIN, 10, room),
            *(self._words(f"asks for: {'; '.join(note.wishes)}", BOLD, 9, room) if note.wishes else ()),
            *(self._words(words.said, PLAIN, 8, room, SOFT) if words.said else ()),
            Thing(6 * MM, _nothing),
        ]
        self._flow.add((_EDGE, [*left, Thing(6 * MM, _nothing)]), (indent, right))

    def document(self, title: str) -> bytes:
        """All pages, numbered."""
        canvas = self._canvas
        canvas.setTitle(f"{title}: notes")
        canvas.setCreator("shotfarm")
        heading = self._one_row(title, BOLD, 8.5, self._wide)
        for number, page in enumerate(self._flow.pages, 1):
            if number > 1:
                heading.draw(_EDGE, self._paper[1] - _EDGE)
            canvas.setFont(PLAIN, 8.5)
            canvas.setFillColor(SOFT)
            canvas.drawRightString(self._paper[0] - _EDGE, _EDGE, f"Page {number} of {len(self._flow.pages)}")
            for placed in page:
                placed.thing.draw(placed.left, placed.top)
            canvas.showPage()
        canvas.save()
        return self._content.getvalue()

    def _name(self, note: ListedNote, room: float) -> Thing:
        """The shot and the take at the left, how it stands at the right."""
        take = "" if note.take is None else f"take {note.take}"
        kind = " · ".join(part for part in (take, note.kind) if part)
        status = note.status
        shot = self._one_row(note.shot, BOLD, 12, 0.45 * room)

        def draw(left: float, top: float) -> None:
            shot.draw(left, top)
            beside = (
                left + self._faces.width_of(self._faces.cut(note.shot, BOLD, 12, 0.45 * room), BOLD, 12) + 6
            )
            self._canvas.setFont(PLAIN, 10)
            self._canvas.setFillColor(SOFT)
            self._canvas.drawString(beside, top - 12, kind)
            self._canvas.setFont(BOLD, 9)
            self._canvas.drawRightString(left + room, top - 12, status)

        return Thing(12 * _ROW, draw)

    def _picture(self, note: ListedNote, picture: NotePicture) -> list[Thing]:
        still = self._still_of(picture)
        if still is None:
            words = "The take is not there any more." if note.take else "There is no picture of the shot yet."
            return self._words(words, PLAIN, 8.5, _PICTURE_WIDE, SOFT)
        from reportlab.lib.utils import ImageReader

        image = ImageReader(str(still))
        width, height = image.getSize()
        scale = min(_PICTURE_WIDE / width, _PICTURE_HIGH / height)
        strokes = [stroke for stroke in note.drawing if stroke.frame == picture.frame]

        def draw(left: float, top: float) -> None:
            area = Area(left, top - height * scale, width * scale, height * scale)
            self._canvas.drawImage(image, area.left, area.bottom, area.width, area.height)
            if note.region and picture is note.pictures[0]:
                draw_region(self._canvas, note.region, area)
            draw_strokes(self._canvas, strokes, area, self._faces, BOLD)

        caption = " · ".join(part for part in (picture.timecode, f"frame {picture.frame}") if part)
        below = self._words(caption, PLAIN, 8, _PICTURE_WIDE, SOFT)
        return [Thing(height * scale + 1 * MM, draw), *below, Thing(1 * MM, _nothing)]

    def _rule(self, left: float, top: float) -> None:
        self._canvas.setStrokeColor(LINE)
        self._canvas.setLineWidth(0.6)
        self._canvas.line(left, top - 1 * MM, left + self._wide, top - 1 * MM)

    def _words(self, text: str, font: str, size: float, room: float, colour: str = INK) -> list[Thing]:
        return self._set(self._faces.settable(text), font, size, room, colour)

    def _set(self, words: Settable, font: str, size: float, room: float, colour: str = INK) -> list[Thing]:
        return [
            self._row(row, Words(joined(line), font, size), colour, room)
            for line in words.lines
            for row in wrapped(line, lambda text: self._faces.width_of(text, font, size), room)
        ]

    def _row(self, row: Sequence[Piece], line: Words, colour: str, room: float) -> Thing:
        """A row of a line; it ends at the right where its line begins there."""
        font, size = line.font, line.size
        leftwards = is_right_to_left(line.text)
        parts = [Piece(turned(joined(row), line.text))] if leftwards else by_direction(row)

        def draw(left: float, top: float) -> None:
            if leftwards:
                left += room - self._faces.width_of(parts[0].text, font, size)
            space = self._faces.width_of(" ", font, size)
            for number, piece in enumerate(parts):
                left += space if number and not piece.glued else 0.0
                self._canvas.setFillColor(SOFT if piece.ours else colour)
                self._faces.write(self._canvas, Words(piece.text, font, size), left, top - size)
                left += self._faces.width_of(piece.text, font, size)

        return Thing(size * _ROW, draw)

    def _one_row(self, text: str, font: str, size: float, room: float) -> Thing:
        words = self._faces.cut(text, font, size, room)
        return self._row([Piece(words)], Words(words, font, size), INK, room)


def _where(note: ListedNote) -> str:
    frames = "whole shot"
    if note.frames:
        first, last = note.frames
        frames = f"frame {first}" if first == last else f"frames {first} to {last}"
    if note.timecodes is None:
        return frames
    begins, ends = note.timecodes
    return f"{begins} · {frames}" if begins == ends else f"{begins} to {ends} · {frames}"


def _nothing(left: float, top: float) -> None:
    """Room alone."""
    del left, top
