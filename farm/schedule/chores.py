"""Chores: what is made for the store beside rendering, such as a segment of a film, on any node of the farm.

The farm knows nothing of what a chore does: it is a function of a module that every node has, with plain
arguments. It publishes what it makes under its digest, so that a chore that is done twice, because its node
seemed lost, does no harm.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from storyboard.errors import ShotfarmError


@dataclass(frozen=True, slots=True)
class Chore:
    """Something to make for the store.

    Attributes:
        kind: of what it publishes.
        digest: under which it does.
        words: what it is, for people.
        work: called with the store and the arguments; a function of a module.
        arguments: plain values.
        here: whether only the machine that wants it can do it.
    """

    kind: str
    digest: str
    words: str
    work: Callable[..., None]
    arguments: tuple[Any, ...] = ()
    here: bool = False


class Hands(Protocol):
    """Who does chores."""

    def begin(self, chore: Chore) -> None:
        """Do it as soon as there is a processor for it."""

    def ended(self, wait_s: float) -> list[tuple[Chore, ShotfarmError | None]]:
        """The chores that have ended since, each with what it failed of; waits so long for one at most."""

    def close(self) -> None:
        """Stop what is running and forget what waits."""
