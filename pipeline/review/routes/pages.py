"""The page itself."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse

from pipeline.review.routes.found import PartFound
from pipeline.web.refused import DOCS

STATIC = Path(__file__).parents[1] / "static"
router = APIRouter(include_in_schema=False)


@router.get("/")
def page() -> FileResponse:
    """The application."""
    return _page("review.html")


@router.get("/login")
def login() -> FileResponse:
    """Where people sign in."""
    return _page("login.html")


@router.get("/share")
def share() -> FileResponse:
    """Where links lead: what they open stands after `#`, which no server sees."""
    return _page("share.html")


@router.get("/account")
def account() -> FileResponse:
    """What people change of themselves, and producers of others."""
    return _page("account.html")


@router.get(DOCS)
def docs() -> FileResponse:
    """What scripts can ask, for people."""
    return _page("docs.html")


@router.get("/sheet/{film}")
def sheet(film: str, part: PartFound) -> FileResponse:
    """The contact sheet of a film; the page asks for the rest."""
    del film, part  # that there is such a film is said here
    return _page("sheet.html")


def _page(name: str) -> FileResponse:
    return FileResponse(STATIC / name, media_type="text/html; charset=utf-8")
