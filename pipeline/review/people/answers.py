"""What the application tells of people, and what it is told: the form of both."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import ConfigDict, Field

from pipeline.review.answers import Answer
from pipeline.review.people.links import MOST_DAYS
from pipeline.review.people.passwords import MOST
from pipeline.web.roles import Right, Role
from storyboard.described import DescribedModel

_Written = Annotated[str, Field(max_length=200)]
_Secret = Annotated[str, Field(max_length=200)]
_Password = Annotated[str, Field(max_length=MOST)]
_Days = Annotated[int, Field(ge=1, le=MOST_DAYS)]


class Request(DescribedModel):
    """What is sent: frozen and closed."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Me(Answer):
    """Whoever asks."""

    name: str
    role: Role
    rights: tuple[Right, ...]
    signed_in: bool
    """whether there is a session to end; the keeper of a server on their own machine has none"""
    has_account: bool
    """whether they have a password and tokens; who came by a link has none"""
    shares: bool
    """whether links can be made here"""


class SignIn(Request):
    """Who somebody says that they are."""

    name: _Written
    password: _Password


class OpenLink(Request):
    """A link that somebody came with."""

    link: _Secret
    """what stands after `#` in it"""
    name: _Written = ""
    """what they want to be called"""


class LookAtLink(Request):
    """A link that somebody came with, before they open it."""

    link: _Secret


class LinkOpens(Answer):
    """What a link opens."""

    title: str
    """of the film"""
    shots: tuple[str, ...] | None
    """these alone; None for the whole film"""
    name: str
    """whom it is for"""
    ends_at: datetime
    signed_in_as: str = ""
    """who has signed in in this browser, whom the link would sign out; empty for nobody"""


class NewPassword(Request):
    """Another password for whoever asks."""

    old: _Password
    new: _Password


class ShownSession(Answer):
    """A browser that is signed in."""

    id: str
    begun_at: datetime
    seen_at: datetime
    ends_at: datetime
    address: str
    agent: str
    this: bool
    """whether it is the one that asks"""


class ShownSessions(Answer):
    """Browsers that are signed in."""

    sessions: tuple[ShownSession, ...]


class NewToken(Request):
    """A wish for a token."""

    name: _Written
    """what it is for"""
    role: Role
    days: _Days | None = None
    """until it is revoked when it is left out"""


class ShownToken(Answer):
    """A token of whoever asks."""

    id: str
    name: str
    role: Role
    made_at: datetime
    used_at: datetime | None
    ends_at: datetime | None


class MadeToken(ShownToken):
    """A new one."""

    text: str
    """sent as a bearer; it is never told again"""


class ShownTokens(Answer):
    """The tokens of whoever asks."""

    tokens: tuple[ShownToken, ...]


class NewPerson(Request):
    """Somebody to be added."""

    name: _Written
    role: Role
    password: _Password


class ChangePerson(Request):
    """What is to become of somebody; what is left out stays."""

    role: Role | None = None
    password: _Password | None = None


class ShownPerson(Answer):
    """Somebody who signs in."""

    id: str
    name: str
    role: Role
    made_at: datetime
    password_at: datetime
    sessions: int
    """browsers of theirs that are signed in"""


class ShownPeople(Answer):
    """Everybody who signs in."""

    people: tuple[ShownPerson, ...]


class NewLink(Request):
    """A wish for a link."""

    name: _Written
    """whom it is for: it stands beside what they say"""
    days: _Days = 7
    shots: Annotated[tuple[Annotated[str, Field(max_length=64)], ...], Field(max_length=2000)] | None = None
    """these alone; the whole film when they are left out"""


class ShownLink(Answer):
    """A link of a film."""

    id: str
    name: str
    version: str
    """the values that tell the film's version from the one with every default, for people; empty for that"""
    shots: tuple[str, ...] | None
    by: str
    made_at: datetime
    ends_at: datetime
    revoked_at: datetime | None
    holds: bool
    """whether it opens"""


class MadeLink(ShownLink):
    """A new one."""

    url: str
    """it is never told again"""


class ShownLinks(Answer):
    """The links of a film."""

    links: tuple[ShownLink, ...]


class ShownEntry(Answer):
    """A line of the audit trail."""

    at: datetime
    kind: str
    who: str
    role: str
    address: str
    about: str
    facts: dict[str, Any]


class ShownAudit(Answer):
    """The audit trail, oldest first."""

    entries: tuple[ShownEntry, ...]


class Done(Answer):
    """It was done."""

    done: bool = True
