"""The notes of a film: for scripts, for spreadsheets, and on paper."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import APIRouter, Response

from pipeline.review.notes.export import exported
from pipeline.review.notes.listed import ListedNotes, notes_of
from pipeline.review.notes.typefaces import Paper
from pipeline.review.routes.found import Cut, Part, PartFound

router = APIRouter(prefix="/api/films/{film}", tags=["notes"])


@router.get("/notes")
def notes(film: str, part: PartFound, renderer: Cut = None) -> ListedNotes:
    """What was said of the shots that whoever asks sees, and still counts."""
    del film
    return _notes(part, renderer)


@router.get("/notes.csv", response_class=Response, responses={200: {"content": {"text/csv": {}}}})
def as_csv(film: str, part: PartFound, renderer: Cut = None) -> Response:
    """The same as CSV for spreadsheets: UTF-8 with a byte order mark, every cell harmless."""
    content = exported(part.film, _notes(part, renderer), ".csv").content
    return Response(content, headers=_named(film, ".csv"), media_type="text/csv")


@router.get("/notes.pdf", response_class=Response, responses={200: {"content": {"application/pdf": {}}}})
def as_pdf(film: str, part: PartFound, paper: Paper = "a4", renderer: Cut = None) -> Response:
    """The same as PDF, with the frames and the drawings on them."""
    content = exported(part.film, _notes(part, renderer), ".pdf", paper).content
    return Response(content, headers=_named(film, ".pdf"), media_type="application/pdf")


def _notes(part: Part, renderer: str | None) -> ListedNotes:
    stand = part.film.now(renderer).shots
    seen = stand if part.shots is None else {shot: stand[shot] for shot in stand if shot in part.shots}
    return notes_of(part.shown(renderer), seen)


def _named(film: str, kind: str) -> dict[str, str]:
    """What a browser calls the file that it saves."""
    return {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(f'{film}-notes{kind}')}"}
