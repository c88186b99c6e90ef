"""Lines that are to be read at the same time → subtitles of which one stands at a time. Pure.

Players differ in what they do with two subtitles at once: some draw one over the other, an MP4 track has
room for one alone. So lines that overlap become one subtitle for as long as they do, a line below the other
in the order in which they begin, each with a dash before it. More rows than fit stand one after the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

DASH = "- "
"""before the words of each of several speakers"""
MOST_ROWS = 4
"""that stand at the same time"""


@dataclass(frozen=True, slots=True)
class Subtitle:
    """What stands on the screen in the film's frames `first` to `last` (exclusive).

    Attributes:
        rows: from the top to the bottom.
        italic: the numbers of the rows that are in italics.
    """

    first: int
    last: int
    rows: tuple[str, ...]
    italic: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Standing:
    """A block of one line, and the frames in which it is to be read; `line` counts lines as they begin."""

    first: int
    last: int
    line: int
    rows: tuple[str, ...]
    italic: bool = False


def together(blocks: Sequence[Standing], frames: int, shortest: int) -> list[Subtitle]:
    """Put blocks that stand at the same time into one subtitle.

    Args:
        blocks: what is to be read.
        frames: the film's length; a block that has to wait for room still begins before its end.
        shortest: frames that a block takes to be read at least; less than that is no time to stand alone.
    """
    placed = _with_room(sorted(blocks, key=lambda each: (each.first, each.line)), frames, shortest)
    placed = _without_flashes(placed, shortest)
    moments = sorted({moment for each in placed for moment in (each.first, each.last)})
    subtitles: list[Subtitle] = []
    open_blocks: list[Standing] = []
    waiting = sorted(placed, key=lambda each: each.first, reverse=True)
    for first, last in pairwise(moments):
        while waiting and waiting[-1].first <= first:
            open_blocks.append(waiting.pop())
        open_blocks = [each for each in open_blocks if each.last > first]
        if open_blocks:
            one = _stacked(first, last, sorted(open_blocks, key=lambda each: (each.line, each.first)))
            before = subtitles[-1] if subtitles else None
            if before and before.last == first and (before.rows, before.italic) == (one.rows, one.italic):
                subtitles[-1] = replace(before, last=last)
            else:
                subtitles.append(one)
    return subtitles


def _with_room(ordered: Sequence[Standing], frames: int, shortest: int) -> list[Standing]:
    """The blocks, those that would be too many rows put off until some of the others have gone."""
    placed: list[Standing] = []
    ends: dict[int, int] = {}
    for block in ordered:
        earliest = max(block.first, min(ends.get(block.line, 0), frames - 1))
        later = {each.last for each in placed if earliest < each.last < frames}
        tries = [_put_off(block, start, frames, shortest) for start in [earliest, *sorted(later)]]
        one = next((each for each in tries if _rows_beside(each, placed) <= MOST_ROWS), tries[0])
        ends[block.line] = one.last
        placed.append(one)
    return placed


def _put_off(block: Standing, start: int, frames: int, shortest: int) -> Standing:
    if start == block.first:
        return block
    length = max(block.last - start, min(block.last - block.first, shortest))
    return replace(block, first=start, last=max(start + 1, min(start + length, frames)))


def _rows_beside(one: Standing, placed: Sequence[Standing]) -> int:
    """Rows of a block, and of those that stand while it does."""
    beside = (each for each in placed if each.first < one.last and one.first < each.last)
    return len(one.rows) + sum(len(each.rows) for each in beside)


def _without_flashes(placed: Sequence[Standing], shortest: int) -> list[Standing]:
    """The blocks, without moments of two lines, or of the rest of one, that are too short to be read.

    A block that has had its time leaves when another line's comes shortly before its end; of two that end
    shortly one after the other, the first stays as long.
    """
    kept = list(placed)
    for number, one in enumerate(kept):
        for other in placed:
            if other.line <= one.line or not one.first < other.first < one.last:
                continue
            if one.last - other.first < shortest // 2 and other.first - one.first >= shortest:
                one = replace(one, last=other.first)  # noqa: PLW2901  (what is left of it)
            elif 0 < other.last - one.last < shortest // 2:
                one = replace(one, last=other.last)  # noqa: PLW2901  (what it becomes)
        kept[number] = one
    return kept


def _stacked(first: int, last: int, blocks: Sequence[Standing]) -> Subtitle:
    several = len({block.line for block in blocks}) > 1
    rows: list[str] = []
    italic: list[int] = []
    for block in blocks:
        italic += range(len(rows), len(rows) + len(block.rows)) if block.italic else []
        rows += [DASH + block.rows[0], *block.rows[1:]] if several else block.rows
    return Subtitle(first, last, tuple(rows), frozenset(italic))
