"""The notes of a film: for scripts, for spreadsheets, and on paper."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import APIRouter, Response

from pipeline.review.notes.as_pdf import Paper
from pipeline.review.notes.export import exported, listed_notes
from pipeline.review.notes.listed import ListedNotes
from pipeline.review.routes.found import FilmFound

router = APIRouter(prefix="/api/films/{film}", tags=["notes"])


@router.get("/notes")
def notes(film: str, found: FilmFound) -> ListedNotes:
    """What was said of the film's shots and still counts."""
    return listed_notes(found, film)


@router.get("/notes.csv", response_class=Response, responses={200: {"content": {"text/csv": {}}}})
def as_csv(film: str, found: FilmFound) -> Response:
    """The same as CSV for spreadsheets: UTF-8 with a byte order mark, every cell harmless."""
    return Response(exported(found, ".csv").content, headers=_named(film, ".csv"), media_type="text/csv")


@router.get("/notes.pdf", response_class=Response, responses={200: {"content": {"application/pdf": {}}}})
def as_pdf(film: str, found: FilmFound, paper: Paper = "a4") -> Response:
    """The same as PDF, with the frames and the drawings on them."""
    made = exported(found, ".pdf", paper)
    return Response(made.content, headers=_named(film, ".pdf"), media_type="application/pdf")


def _named(film: str, kind: str) -> dict[str, str]:
    """What a browser calls the file that it saves."""
    return {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(f'{film}-notes{kind}')}"}
