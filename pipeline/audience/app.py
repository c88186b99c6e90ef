"""The application of the audience."""

from __future__ import annotations

from importlib.metadata import version

from fastapi import FastAPI

from pipeline.audience.house import House
from pipeline.audience.routes import cuts, film, pages, stream
from pipeline.web.access import Door
from pipeline.web.answering import guarded

OPEN_PATHS = ("/hls/", f"{cuts.AT}/")
"""whoever knows the key of a screening may fetch its stream, as players send no cookie; likewise a cut"""


def audience_app(house: House, door: Door) -> FastAPI:
    """The application for a film and all who watch it."""
    app = FastAPI(
        title="shotfarm watch",
        version=version("shotfarm"),
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    app.state.house = house
    for routes in (pages, film, stream, cuts):
        app.include_router(routes.router)
    return guarded(app, door, pages.STATIC)
