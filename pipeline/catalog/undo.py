"""Which decisions count: an undo takes one back; an undo that is taken back itself does it again. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pipeline.catalog.entries import Adopt, Decision, Undo


def not_undone(decisions: Sequence[Decision]) -> list[Decision]:
    """The decisions of a shot that were not taken back, undos among them; oldest first."""
    undone: set[int] = set()
    stand = []
    for one in reversed(decisions):
        if one.number not in undone:
            stand.append(one)
            if isinstance(one.what, Undo):
                undone.add(one.what.of)
    return stand[::-1]


def effective(decisions: Sequence[Decision]) -> list[Decision]:
    """The decisions of a shot that count, oldest first: neither undone, nor an undo."""
    return [one for one in not_undone(decisions) if not isinstance(one.what, Undo)]


def to_undo(
    decisions: Sequence[Decision], by: str | None = None, holds: Callable[[Any], bool] | None = None
) -> Decision | None:
    """What an undo of a shot would take back: the last decision that counts, or None.

    What was adopted stands in the film document, and what came before it is not taken back any more.

    Args:
        decisions: about the shot.
        by: only one of this person.
        holds: whether a decision holds in the version that is looked at; all do when it is left out.
    """
    for one in reversed(effective(decisions)):
        if holds and not holds(one):
            continue
        if isinstance(one.what, Adopt):
            return None
        if by is None or one.by == by:
            return one
    return None


def to_redo(decisions: Sequence[Decision]) -> Decision | None:
    """The undo that stands last, with nothing decided after it: to undo it is to do again; or None."""
    undone: set[int] = set()
    for one in reversed(decisions):
        if one.number in undone:
            continue
        if not isinstance(one.what, Undo):
            return None
        of = next((other for other in decisions if other.number == one.what.of), None)
        if of is None or not isinstance(of.what, Undo):
            return one
        undone |= {of.number, of.what.of}
    return None
