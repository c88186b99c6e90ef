"""What stands of the session of somebody who watches a film of their own: decisions.

What is added to these models has a default: sessions of before are read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Self

from pydantic import Field, JsonValue

from pipeline.catalog.entries import Digest, EntryModel, Frame, Name
from pipeline.settings import STATE_FOLDER
from storyboard.errors import UsageError

MOST_ANSWER = 200
"""letters of an answer: the longest that a film takes has 120"""

SESSIONS = "sessions"
"""the folder of all of them, beside the film"""
_PICTURE = re.compile(rf"{re.escape(STATE_FOLDER)}/{SESSIONS}/([0-9a-f]{{20}})/picture-[0-9a-f]{{16}}\.png")


class SessionForgotten(UsageError):  # noqa: N818  (it is what somebody asked for)
    """What is asked for was of a session whose viewer is forgotten."""


class Began(EntryModel):
    """A session began."""

    document: Name
    """the film: a file of the project folder"""
    version: dict[str, JsonValue] = Field(default_factory=dict)
    """values that the film is shown with to everybody, as `--set` gave them"""
    secret: Digest
    """of what its viewer shows so as to be known: its SHA-256"""
    at: datetime
    after: str | None = None
    """the session of the same viewer before it"""


class Answered(EntryModel):
    """Its viewer decided what the film asked at the end of a scene."""

    scene: Name
    answer: Annotated[str, Field(max_length=MOST_ANSWER)] | None = None
    """the id of the answer, or what they gave of their own; None for the default"""
    values: dict[str, JsonValue] = Field(default_factory=dict)
    """the version of the film that all decisions so far come to, over the values that everybody sees"""
    at: datetime


class Caused(EntryModel):
    """Takes began to be made for this session alone."""

    takes: Annotated[tuple[Digest, ...], Field(min_length=1)]
    worker_s: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.0
    """seconds of workers, as they were estimated"""
    money: Annotated[int, Field(ge=0)] = 0
    """what those cost, in millionths of the currency's smallest unit"""
    at: datetime


class Finished(EntryModel):
    """Its viewer came to the end: nothing of it is decided any more."""

    frames: int
    """of its cut"""
    at: datetime


class Forgotten(EntryModel):
    """It was forgotten."""

    by: Name
    at: datetime


class SessionLine(EntryModel):
    """A line of a session's file: one of these."""

    began: Began | None = None
    answered: Answered | None = None
    caused: Caused | None = None
    finished: Finished | None = None


class At(EntryModel):
    """Where its viewer was last."""

    frame: Frame


@dataclass(frozen=True, slots=True)
class Session:
    """What stands of a session.

    Attributes:
        id: its name, in addresses too.
        began: how it did; None of one that is forgotten.
        answered: what was decided, in the order in which the film asked.
        caused: the takes that were begun for it alone, and what they cost.
        finished: when its viewer had seen it to the end; None before.
        frame: of its cut, where they were last.
        seen_at: when they were there; None before.
        forgotten: when, and by whom; None of one that is not.
    """

    id: str
    began: Began | None
    answered: tuple[Answered, ...] = ()
    caused: tuple[Caused, ...] = ()
    finished: Finished | None = None
    frame: int = 0
    seen_at: datetime | None = None
    forgotten: Forgotten | None = None

    @property
    def since(self) -> datetime:
        """When it began; of one that is forgotten, when that was."""
        known = self.began or self.forgotten
        return known.at if known else datetime.now(UTC)

    @property
    def answers(self) -> tuple[str | None, ...]:
        """What was decided, as the film takes it: None for a default."""
        return tuple(one.answer for one in self.answered)

    @property
    def version(self) -> dict[str, JsonValue]:
        """The version of the film that it comes to by now: its parameters, and what is chosen."""
        return self.versions[-1]

    @property
    def versions(self) -> list[dict[str, JsonValue]]:
        """Those that it came to, one after another; the first is what everybody sees."""
        first = self.began.version if self.began else {}
        return [first, *({**first, **one.values} for one in self.answered)]

    @property
    def is_finished(self) -> bool:
        """Whether its viewer has seen it to the end, so that its cut stays as it is."""
        return self.finished is not None

    @property
    def is_forgotten(self) -> bool:
        """Whether its viewer is forgotten."""
        return self.forgotten is not None

    def must_be_there(self) -> Self:
        """The same.

        Raises:
            SessionForgotten: its viewer is forgotten.
        """
        if self.forgotten:
            raise SessionForgotten(
                f"this film was its viewer's own, and was deleted on {self.forgotten.at:%-d %B %Y}",
                "what they gave, and what was made of it alone, is gone",
            )
        return self


def is_kept_picture(path: str, session: str = "") -> bool:
    """Whether a path names a picture that a viewer gave: of any session, or of one."""
    found = _PICTURE.fullmatch(path)
    return found is not None and session in {"", found[1]}
