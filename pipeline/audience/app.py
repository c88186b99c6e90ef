"""The application of the audience."""

from __future__ import annotations

import re
from importlib.metadata import version

from fastapi import APIRouter, FastAPI

from farm.media import viewer_pictures
from pipeline.audience.house import House
from pipeline.audience.routes import cuts, film, pages, sessions, stream
from pipeline.audience.seats import Seats
from pipeline.web.access import Door
from pipeline.web.answering import guarded
from pipeline.web.bodies import MOST_BYTES

_PICTURES = re.compile(r"/api/screenings/[^/]+/picture")
CUTS = f"{cuts.AT}/"
OPEN_PATHS = ("/hls/", CUTS)
"""whoever knows the key of a screening may fetch its stream, as players send no cookie; likewise a cut"""
_ROUTES = APIRouter()
"""of every such application: FastAPI makes of them what answers once, and not for each"""
for _routes in (pages, film, stream, cuts):
    _ROUTES.include_router(_routes.router)
_OF_SESSIONS = APIRouter()
_OF_SESSIONS.include_router(sessions.router)


def audience_app(house: House, door: Door) -> FastAPI:
    """The application for a film and all who watch it; each in a session of their own, where it has those."""
    app = FastAPI(
        title="shotfarm watch",
        version=version("shotfarm"),
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        routes=[*_ROUTES.routes, *(_OF_SESSIONS.routes if house.sessions else ())],
    )
    app.state.house = house
    app.state.seats = Seats(house, house.sessions) if house.sessions else None
    return guarded(app, door, pages.STATIC, most_bytes)


def most_bytes(path: str) -> int:
    """How many bytes a body may have: a picture of one's own more than words."""
    return viewer_pictures.MOST_BYTES if _PICTURES.fullmatch(path) else MOST_BYTES
