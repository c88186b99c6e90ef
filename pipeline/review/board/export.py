"""The storyboard of a film as it stands, taken out of the application."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pipeline.review.board.as_pdf import PER_PAGE, board_pdf
from pipeline.review.board.cards import Card, cards_of
from pipeline.review.board.drawing import Drawing
from pipeline.review.films import ReviewedFilm
from pipeline.review.notes.export import paper_of
from pipeline.review.shown import shown_film
from pipeline.review.thumbnails import LARGE, thumbnail_of
from pipeline.settings import Settings
from storyboard.document.load import NO_VALUES
from storyboard.document.values import GivenValues
from storyboard.errors import AssemblyError, UsageError


@dataclass(frozen=True, slots=True)
class Board:
    """A storyboard on paper.

    Attributes:
        content: the PDF.
        shots: how many are on it.
        drawn: those of them without a take, whose frame the animatic has drawn.
        missing: scripts and signs of letters that no font here has; they are named in their place.
    """

    content: bytes
    shots: int
    drawn: int
    missing: tuple[str, ...]


def board_of(
    path: Path, settings: Settings, given: GivenValues = NO_VALUES, *, per_page: int = 6, paper: str = "a4"
) -> Board:
    """The storyboard of a film: frames of its takes, and of the animatic where there are none.

    Args:
        path: the film document, or its folder.
        settings: where its store is, and what renders it.
        given: the version of it: values of its parameters.
        per_page: shots to a page: 4, 6 or 9.
        paper: a4 or letter.

    Raises:
        UsageError: there is no such paper, or no page of so many.
        ShotfarmError: the film cannot be opened.
        StoreError: stills cannot be kept in the store.
    """
    sheet = paper_of(paper)
    if per_page not in PER_PAGE:
        raise UsageError(f"a page has no {per_page} shots", f"it has {', '.join(map(str, PER_PAGE))}")
    film = ReviewedFilm(path, settings, given)
    try:
        now = film.now()
        cards = cards_of(now.production.film, shown_film("", now))
        drawing = Drawing(path, settings, given)
        content, missing = board_pdf(
            now.production.film.title,
            cards,
            _pictures(film, drawing),
            datetime.now(UTC),
            per_page=per_page,
            paper=sheet,
        )
    finally:
        film.close()
    return Board(content, len(cards), drawing.drawn, missing)


def _pictures(film: ReviewedFilm, drawing: Drawing) -> Callable[[Card], Path | io.BytesIO | None]:
    store = film.now().production.store

    def picture(card: Card) -> Path | io.BytesIO | None:
        if card.clip:
            try:
                return thumbnail_of(store, card.clip, film.clip(card.clip), card.clip_frame, LARGE)
            except (AssemblyError, UsageError):  # its take has gone from the store
                pass
        return drawing.picture(card.shot)

    return picture
