"""The review application: its routes, who may ask them, and how what goes wrong is told."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import version

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from pipeline.review.access import Door
from pipeline.review.answers import Refused
from pipeline.review.bodies import BoundedBodies
from pipeline.review.films import ReviewedFilm
from pipeline.review.guard import Guard
from pipeline.review.people.not_let_in import NotLetIn
from pipeline.review.refused import refused
from pipeline.review.routes import decisions, managing, media, notes, pages, people, retakes
from pipeline.review.routes import films as film_routes
from storyboard.errors import NotAllowed, ShotfarmError, UsageError

_REFUSALS: dict[int | str, str] = {
    400: "it is no JSON",
    401: "nobody knows who asks",
    403: "whoever asks may not, or a page of another site asks",
    404: "there is no such thing",
    409: "it cannot be done as things stand",
    413: "it is too large",
    422: "it has not the form that is asked for",
}
_NOT_FOUND = "there is nothing at this address"


def review_app(films: Mapping[str, ReviewedFilm], door: Door) -> FastAPI:
    """The application for these films, by their names in addresses.

    What serves it says in `state.ending` when it is ending, so that nobody is told anything any more.
    """
    app = FastAPI(
        title="shotfarm review",
        version=version("shotfarm"),
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        responses={status: {"model": Refused, "description": words} for status, words in _REFUSALS.items()},
    )
    app.state.films = films
    app.state.ending = lambda: False
    app.state.desk = door.desk
    for routes in (pages, film_routes, decisions, retakes, notes, media, people, managing):
        app.include_router(routes.router)
    app.mount("/static", StaticFiles(directory=pages.STATIC), name="static")
    app.add_exception_handler(ShotfarmError, _caused)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _http)
    app.add_middleware(BoundedBodies)
    app.add_middleware(Guard, door=door)  # the last one stands before the others
    return app


def _caused(request: Request, error: Exception) -> Response:
    """What a person can cause: not theirs to do 403, not there 404, all else 409."""
    if not isinstance(error, ShotfarmError):
        raise error
    if isinstance(error, NotLetIn):
        return refused(request.url.path, error.status, error.message, error.hint, error.wait_s)
    if request.state.visitor is None and not isinstance(error, UsageError):  # strangers learn nothing of it
        return refused(request.url.path, 503, "nobody can be let in now", "try again")
    status = 403 if isinstance(error, NotAllowed) else 404 if isinstance(error, UsageError) else 409
    return refused(request.url.path, status, error.message, error.hint)


def _malformed(request: Request, error: Exception) -> Response:
    """What is not even of the form that is asked for: where, what, what is allowed."""
    if not isinstance(error, RequestValidationError):
        raise error
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"][1:])
    return refused(request.url.path, 422, f"{place}: {first['msg']}", None)


def _http(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    words = _NOT_FOUND if error.status_code == 404 else _lower(str(error.detail))
    return refused(request.url.path, error.status_code, words, None)


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]
