"""Columns of things that flow over pages: a thing stays whole, a block together where it can. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from pipeline.review.notes.letters import Piece
from storyboard.lettering.breaking import clusters


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that takes room in a column.

    Attributes:
        height: in points, what follows it included.
        draw: draws it: left edge, and top edge from the page's lower edge.
    """

    height: float
    draw: Callable[[float, float], None]


@dataclass(frozen=True, slots=True)
class Placed:
    """A thing, and where its upper left corner is."""

    thing: Thing
    left: float
    top: float


@dataclass(slots=True)
class Flow:
    """Pages that are filled from the top.

    Args:
        top: of what a page has room for, from its lower edge in points.
        bottom: likewise.
    """

    top: float
    bottom: float
    pages: list[list[Placed]] = field(default_factory=lambda: [[]])
    _at: float | None = None

    @property
    def _here(self) -> float:
        return self.top if self._at is None else self._at

    def add(self, *columns: tuple[float, Sequence[Thing]], keep_with: float = 0) -> None:
        """A block of columns side by side; on a page of its own rather than broken, when it fits into one.

        Args:
            columns: left edges, and what stands under each other there.
            keep_with: room that must be left under it on its page.
        """
        high = max(sum(thing.height for thing in things) for _, things in columns) + keep_with
        if high > self._here - self.bottom and self._at is not None and high <= self.top - self.bottom:
            self._turn()
        began = len(self.pages) - 1, self._here
        ends = [self._column(left, things, *began) for left, things in columns]
        _, self._at = max(ends, key=lambda end: (end[0], -end[1]))

    def _turn(self) -> None:
        self.pages.append([])
        self._at = None

    def _column(self, left: float, things: Sequence[Thing], page: int, at: float) -> tuple[int, float]:
        for thing in things:
            if at - thing.height < self.bottom and at < self.top:
                page, at = page + 1, self.top
                if page == len(self.pages):
                    self.pages.append([])
            self.pages[page].append(Placed(thing, left, at))
            at -= thing.height
        return page, at


def wrapped(pieces: Sequence[Piece], width_of: Callable[[str], float], room: float) -> list[list[Piece]]:
    """Words in rows that fit into a room; one that alone is too long is cut."""
    rows: list[list[Piece]] = [[]]
    space, used = width_of(" "), 0.0
    rest = [*reversed(pieces)]
    while rest:
        piece = rest.pop()
        wide = width_of(piece.text)
        before = 0.0 if piece.glued else space
        if rows[-1] and used + before + wide <= room:
            rows[-1].append(piece)
            used += before + wide
            continue
        if wide > room:
            letters = _fitting(piece.text, width_of, room)
            if letters < len(piece.text):
                rest.append(Piece(piece.text[letters:], piece.ours, glued=True))
                piece = Piece(piece.text[:letters], piece.ours, piece.glued)
                wide = width_of(piece.text)
        if rows[-1]:
            rows.append([])
        rows[-1].append(piece)
        used = wide
    return rows


def _fitting(word: str, width_of: Callable[[str], float], room: float) -> int:
    """How many of a word's first letters fit, at least one; it measures little beyond the row."""
    fits, used = 0, 0.0
    for letter in clusters(word):
        used += width_of(letter)
        if used > room and fits:
            break
        fits += len(letter)
    return fits
