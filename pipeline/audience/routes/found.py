"""What a route's path names, looked up."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request
from fastapi import Path as InPath

from pipeline.audience.house import House
from pipeline.audience.screening import Screening
from pipeline.web.not_let_in import NotLetIn
from pipeline.web.roles import Visitor
from storyboard.errors import UsageError


def the_house(request: Request) -> House:
    """The film of the application, and all who watch it."""
    house: House = request.app.state.house
    return house


AtHouse = Annotated[House, Depends(the_house)]
Key = Annotated[str, InPath(max_length=64)]


def session_of(request: Request) -> str:
    """The id of the session of whoever asks; empty for who has none."""
    visitor: Visitor | None = request.state.visitor
    return visitor.session if visitor else ""


def own_session(request: Request) -> str:
    """The same.

    Raises:
        NotLetIn: they have none.
    """
    if not (found := session_of(request)):
        raise NotLetIn("you have no session yet", "`POST /api/sessions` begins one")
    return found


def the_screening(request: Request, house: AtHouse, key: Key) -> Screening:
    """The screening that a path names; one of another's session is none, and one's own needs a place."""
    found = house.screening(key)
    if found.session:
        if found.session != session_of(request):
            raise UsageError("there is no such screening", "load the page again")
        request.app.state.seats.must_be_in(found)
    return found


ScreeningFound = Annotated[Screening, Depends(the_screening)]
