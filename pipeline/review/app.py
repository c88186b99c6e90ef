"""The review application: its routes, and what it says of them."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import version

from fastapi import APIRouter, FastAPI

from pipeline.review.answers import Refused
from pipeline.review.films import ReviewedFilm
from pipeline.review.routes import decisions, managing, media, notes, pages, people, retakes
from pipeline.review.routes import films as film_routes
from pipeline.web.access import Door
from pipeline.web.answering import guarded

_REFUSALS: dict[int | str, str] = {
    400: "it is no JSON",
    401: "nobody knows who asks",
    403: "whoever asks may not, or a page of another site asks",
    404: "there is no such thing",
    409: "it cannot be done as things stand",
    413: "it is too large",
    422: "it has not the form that is asked for",
}
_ROUTES = APIRouter(
    responses={status: {"model": Refused, "description": words} for status, words in _REFUSALS.items()}
)
"""of every such application: FastAPI makes of them what answers once, and not for each"""
for _routes in (pages, film_routes, decisions, retakes, notes, media, people, managing):
    _ROUTES.include_router(_routes.router)


def review_app(films: Mapping[str, ReviewedFilm], door: Door) -> FastAPI:
    """The application for these films, by their names in addresses."""
    app = FastAPI(
        title="shotfarm review",
        version=version("shotfarm"),
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        routes=_ROUTES.routes,
    )
    app.state.films = films
    app.state.desk = door.desk
    return guarded(app, door, pages.STATIC)
