"""What every web application does alike: how what goes wrong is told, and what stands before its routes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles
from font_source_sans_pro import font_files_ttf as sans
from font_source_serif_pro import font_files_ttf as serif
from starlette.exceptions import HTTPException

from pipeline.web.access import Door
from pipeline.web.bodies import MOST_BYTES, BoundedBodies
from pipeline.web.guard import Guard
from pipeline.web.not_let_in import NotLetIn
from pipeline.web.refused import refused
from storyboard.errors import NotAllowed, ShotfarmError, UsageError

_FONTS = {
    "regular": sans["SourceSansPro"],
    "semibold": sans["SourceSansProSemibold"],
    "serif": serif["SourceSerifProSemibold"],
}
_NOT_FOUND = "there is nothing at this address"
_router = APIRouter(include_in_schema=False)


@_router.get("/fonts/{name}")
def font(name: str) -> FileResponse:
    """A font that comes along."""
    if name not in _FONTS:
        raise UsageError("there is no such font")
    return FileResponse(_FONTS[name], media_type="font/ttf", headers={"Cache-Control": "max-age=86400"})


def guarded(
    app: FastAPI, door: Door, static: Path, most: Callable[[str], int] = lambda _: MOST_BYTES
) -> FastAPI:
    """An application with all that stands before its routes and beside them.

    What serves it says in `state.ending` when it is ending, so that nobody is told anything any more.

    Args:
        app: it, with its routes.
        door: who may ask.
        static: the folder of its page; what several pages share is found under the same addresses.
        most: how many bytes a body may have, by the path that it is sent to.
    """
    app.state.ending = lambda: False
    app.include_router(_router)
    files = StaticFiles(directory=static, packages=[("pipeline.web", "static")])
    app.mount("/static", files, name="static")
    app.add_exception_handler(ShotfarmError, _caused)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _http)
    app.add_middleware(BoundedBodies, most=most)
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
