"""The notes of a film: for scripts, for spreadsheets, and on paper."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import APIRouter, Response

from pipeline.review.notes.as_pdf import Paper
from pipeline.review.notes.export import Kind, exported
from pipeline.review.notes.listed import ListedNotes, notes_of
from pipeline.review.routes.found import Part, PartFound

router = APIRouter(prefix="/api/films/{film}", tags=["notes"])


@router.get("/notes")
def notes(film: str, part: PartFound) -> ListedNotes:
    """What was said of the shots that whoever asks sees, and still counts."""
    del film
    return _notes(part)


@router.get("/notes.csv", response_class=Response, responses={200: {"content": {"text/csv": {}}}})
def as_csv(film: str, part: PartFound) -> Response:
    """The same as CSV for spreadsheets: UTF-8 with a byte order mark, every cell harmless."""
    return Response(_made(part, ".csv"), headers=_named(film, ".csv"), media_type="text/csv")


@router.get("/notes.pdf", response_class=Response, responses={200: {"content": {"application/pdf": {}}}})
def as_pdf(film: str, part: PartFound, paper: Paper = "a4") -> Response:
    """The same as PDF, with the frames and the drawings on them."""
    return Response(_made(part, ".pdf", paper), headers=_named(film, ".pdf"), media_type="application/pdf")


def _notes(part: Part) -> ListedNotes:
    stand = part.film.now().shots
    seen = stand if part.shots is None else {shot: stand[shot] for shot in stand if shot in part.shots}
    return notes_of(part.shown(), seen)


def _made(part: Part, kind: Kind, paper: Paper = "a4") -> bytes:
    return exported(part.film, _notes(part), kind, paper).content


def _named(film: str, kind: str) -> dict[str, str]:
    """What a browser calls the file that it saves."""
    return {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(f'{film}-notes{kind}')}"}
