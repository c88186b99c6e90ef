"""Who somebody is in the review application, and what their role lets them do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


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
    """

    name: str
    role: Role

    def may(self, right: Right) -> bool:
        """Whether their role has a right."""
        return right in _RIGHTS[self.role]
