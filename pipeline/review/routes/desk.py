"""Who asks, and the desk where people are known, for the routes of people."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request, Response

from pipeline.review.people.accounts import Account
from pipeline.review.people.audit import Source
from pipeline.review.people.desk import Desk, LetIn
from pipeline.review.people.links import FilmKey
from pipeline.review.people.sessions import LONGEST
from pipeline.review.routes.found import FilmFound, Visits
from pipeline.web.guard import give_cookie
from storyboard.errors import NotAllowed, UsageError


def desk_of(request: Request) -> Desk:
    """Where people are known.

    Raises:
        UsageError: this server has none.
    """
    desk: Desk | None = request.app.state.desk
    if desk is None:
        raise UsageError(
            "this server is for whoever started it: nobody signs in",
            "start it with --host or --public-url, and add people by `shotfarm review people add`",
        )
    return desk


AtDesk = Annotated[Desk, Depends(desk_of)]


def source_of(request: Request, visitor: Visits) -> Source:
    """Who asks, and from where, for what is noted of it; the route notes it itself."""
    request.state.told = True
    return Source(visitor.person.name, visitor.person.role.value, request.state.address)


From = Annotated[Source, Depends(source_of)]


def account_of(desk: AtDesk, visitor: Visits) -> Account:
    """The account of whoever asks, with their browser: a script changes nothing of it.

    Raises:
        NotAllowed: they have none, or it is a script.
    """
    if not visitor.account or visitor.token:
        raise NotAllowed("this needs a person who has signed in with their password")
    return desk.accounts.of_id(visitor.account)


Mine = Annotated[Account, Depends(account_of)]


def key_found(film: str, found: FilmFound, desk: AtDesk) -> FilmKey:  # noqa: ARG001  (it must be there)
    """What tells the film that a path names from all others.

    Raises:
        UsageError: there is none of that name, or nothing does.
    """
    return desk.key(film)


KeyFound = Annotated[FilmKey, Depends(key_found)]


def cookie_of(request: Request) -> str:
    """What the browser's cookie holds; empty without one."""
    return request.cookies.get(request.state.door.cookie, "")


def welcome(request: Request, response: Response, came: LetIn) -> None:
    """Give a browser the session that has begun."""
    give_cookie(response, request.state.door, came.secret, LONGEST.total_seconds())
