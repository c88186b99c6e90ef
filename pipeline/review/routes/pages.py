"""The page itself, and the letters that it is set in."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse
from font_source_sans_pro import font_files_ttf

from pipeline.review.refused import DOCS
from pipeline.review.routes.found import PartFound
from storyboard.errors import UsageError

STATIC = Path(__file__).parents[1] / "static"
_FONTS = {
    "regular": font_files_ttf["SourceSansPro"],
    "semibold": font_files_ttf["SourceSansProSemibold"],
}
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


@router.get("/fonts/{name}")
def font(name: str) -> FileResponse:
    """A font that comes along."""
    if name not in _FONTS:
        raise UsageError("there is no such font")
    return FileResponse(_FONTS[name], media_type="font/ttf", headers={"Cache-Control": "max-age=86400"})


def _page(name: str) -> FileResponse:
    return FileResponse(STATIC / name, media_type="text/html; charset=utf-8")
