"""One's own session: begun with the link, and found again by its token alone."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from pipeline.audience.answers import BegunSession, ShownSeat
from pipeline.audience.routes.found import own_session
from pipeline.audience.seats import Seats
from pipeline.web.access import VIEWER_S
from pipeline.web.guard import give_cookie
from storyboard.errors import UsageError

router = APIRouter(prefix="/api", tags=["sessions"])


def the_seats(request: Request) -> Seats:
    """Those who have a session each."""
    seats: Seats | None = request.app.state.seats
    if seats is None:
        raise UsageError("nobody has a session of their own here", "start `shotfarm watch --open-sessions`")
    return seats


AtSeats = Annotated[Seats, Depends(the_seats)]
OwnSession = Annotated[str, Depends(own_session)]


@router.post("/sessions", status_code=201)
def begin(request: Request, answer: Response, seats: AtSeats) -> BegunSession:
    """Begin a session. Whoever has one already begins another, in which nothing is decided."""
    door, visitor = request.state.door, request.state.visitor
    before = visitor.session or None
    token = seats.sessions.begin(after=before)
    if before:
        seats.sessions.leaves(before)
    if request.cookies.get(door.cookie):
        give_cookie(answer, door, token, VIEWER_S)
    return BegunSession(session=token.partition(".")[0], token=token, url=f"{door.address}/?token={token}")


@router.get("/session")
def session(seats: AtSeats, name: OwnSession) -> ShownSeat:
    """How one's own stands; who waits in the queue asks this every two seconds."""
    seat = seats.of(name)
    return ShownSeat(
        session=seat.session,
        place=seat.place,
        words=seat.words,
        more=seat.more,
        frame=seat.frame,
        answers=seat.answers,
        finished=seat.finished,
    )
