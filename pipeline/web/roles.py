"""Who somebody is in the review application, and what their role lets them do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from storyboard.errors import NotAllowed


class Right(StrEnum):
    """What a person may do."""

    WATCH = "watch"
    COMMENT = "comment"
    """notes, drawings and answers to them"""
    DECIDE = "decide"
    """approve, ask for retakes, omit, restore, undo"""
    MANAGE = "manage"
    """people, and links that are shared"""


class Role(StrEnum):
    """What a person is in a production."""

    CLIENT = "client"
    """somebody with a shared link"""
    VIEWER = "viewer"
    REVIEWER = "reviewer"
    PRODUCER = "producer"


_RIGHTS = {
    Role.CLIENT: frozenset({Right.WATCH, Right.COMMENT}),
    Role.VIEWER: frozenset({Right.WATCH}),
    Role.REVIEWER: frozenset({Right.WATCH, Right.COMMENT, Right.DECIDE}),
    Role.PRODUCER: frozenset(Right),
}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who asks.

    Attributes:
        name: as it stands beside what they decide.
        role: what they are.
        films: the names in addresses of the films that they see; every film when it is None.
        shots: of that film, these alone; every shot when it is None.
    """

    name: str
    role: Role
    films: frozenset[str] | None = None
    shots: frozenset[str] | None = None

    def may(self, right: Right) -> bool:
        """Whether their role has a right."""
        return right in _RIGHTS[self.role]

    def must_be_allowed(self, right: Right) -> None:
        """Refuse whoever has not a right.

        Raises:
            NotAllowed: their role does not have it.
        """
        if not self.may(right):
            raise NotAllowed(f"a {self.role} cannot do this: it needs the right to {right}", "ask a producer")

    @property
    def rights(self) -> tuple[Right, ...]:
        """All that their role has."""
        return tuple(right for right in Right if self.may(right))

    def sees(self, film: str) -> bool:
        """Whether a film of this name is shown to them."""
        return self.films is None or film in self.films


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who was let in, and how.

    Attributes:
        person: who.
        account: the id of the person who has signed in; empty for the keeper, and for who came by a link.
        session: the id of the session; empty for a script's token, and for the keeper.
        token: the name of a script's token; empty without.
    """

    person: Person
    account: str = ""
    session: str = ""
    token: str = ""
