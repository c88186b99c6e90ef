"""The notes of a film that is reviewed, taken out of the application."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from pipeline.review.films import ReviewedFilm
from pipeline.review.notes.as_csv import notes_csv
from pipeline.review.notes.as_pdf import notes_pdf
from pipeline.review.notes.listed import ListedNotes, NotePicture, notes_of
from pipeline.review.notes.typefaces import Paper
from pipeline.review.shown import shown_film
from pipeline.review.thumbnails import LARGE, thumbnail_of
from storyboard.errors import AssemblyError, UsageError

Kind = Literal[".csv", ".pdf"]


@dataclass(frozen=True, slots=True)
class Exported:
    """A document.

    Attributes:
        content: its bytes.
        notes: how many are in it.
        missing: scripts and signs of letters that no font here has; they are named in their place.
    """

    content: bytes
    notes: int
    missing: tuple[str, ...] = ()


def listed_notes(film: ReviewedFilm) -> ListedNotes:
    """The notes of a whole film as it stands now."""
    now = film.now()
    return notes_of(shown_film("", now), now.shots)


def kind_of(path: Path) -> Kind:
    """What a file is to be, by its name.

    Raises:
        UsageError: nothing that notes can be written as.
    """
    kinds: dict[str, Kind] = {".csv": ".csv", ".pdf": ".pdf"}
    kind = kinds.get(path.suffix.lower())
    if kind is None:
        raise UsageError(f"notes cannot be written to {path.name!r}", "name a file that ends in .csv or .pdf")
    return kind


def paper_of(name: str) -> Paper:
    """A paper by its name.

    Raises:
        UsageError: it is not one.
    """
    papers: dict[str, Paper] = {"a4": "a4", "letter": "letter"}
    paper = papers.get(name.lower())
    if paper is None:
        raise UsageError(f"there is no paper {name!r} here", f"there are: {', '.join(papers)}")
    return paper


def exported(film: ReviewedFilm, listed: ListedNotes, kind: Kind, paper: Paper = "a4") -> Exported:
    """Notes of a film as a document.

    Args:
        film: which.
        listed: its notes.
        kind: of the document.
        paper: of a PDF.

    Raises:
        StoreError: stills cannot be kept in the store.
    """
    if kind == ".csv":
        return Exported(notes_csv(listed), len(listed.notes))
    content, missing = notes_pdf(listed, _stills(film), datetime.now(UTC), paper)
    return Exported(content, len(listed.notes), missing)


def _stills(film: ReviewedFilm) -> Callable[[NotePicture], Path | None]:
    store = film.now().production.store

    def still(picture: NotePicture) -> Path | None:
        if not picture.clip:
            return None
        try:
            return thumbnail_of(store, picture.clip, film.clip(picture.clip), picture.clip_frame, LARGE)
        except (AssemblyError, UsageError):  # its take has gone from the store
            return None

    return still
