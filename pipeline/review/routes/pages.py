"""The page itself, and the letters that it is set in."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse
from font_source_sans_pro import font_files_ttf

from pipeline.review.routes.found import FilmFound
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
    return FileResponse(STATIC / "review.html", media_type="text/html; charset=utf-8")


@router.get("/sheet/{film}")
def sheet(film: str, found: FilmFound) -> FileResponse:
    """The contact sheet of a film; the page asks for the rest."""
    del film, found  # that there is such a film is said here
    return FileResponse(STATIC / "sheet.html", media_type="text/html; charset=utf-8")


@router.get("/fonts/{name}")
def font(name: str) -> FileResponse:
    """A font that comes along."""
    if name not in _FONTS:
        raise UsageError("there is no such font")
    return FileResponse(_FONTS[name], media_type="font/ttf", headers={"Cache-Control": "max-age=86400"})
