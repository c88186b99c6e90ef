"""A film's storyboard before anything renders: one frame of the animatic a shot, as a page or a PDF."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

from pipeline.production.open import open_production
from pipeline.production.production import Production
from pipeline.review.board.as_page import board_page
from pipeline.review.board.cards import Card, cards_to_draw
from pipeline.review.board.drawing import FilmDrawer, as_animatic
from pipeline.settings import Settings
from storyboard.document.load import NO_VALUES
from storyboard.document.values import GivenValues
from storyboard.errors import UsageError
from storyboard.planning.plan import Plan, PlanWarning
from storyboard.wording import counted, listed

_SIZE = (480, 480)
"""of a frame at most, in pixels"""


@dataclass(frozen=True, slots=True)
class DrawnBoard:
    """A storyboard that was drawn.

    Attributes:
        content: the page or the PDF.
        shots: how many are on it.
        warnings: what the animatic does not draw, and what else a plan warns of.
        missing: scripts and signs of letters that no font of a PDF has; they are named in their place.
    """

    content: bytes
    shots: int
    warnings: tuple[PlanWarning, ...]
    missing: tuple[str, ...] = ()


def drawn_board(
    path: Path, settings: Settings, given: GivenValues = NO_VALUES, *, form: str = ".html"
) -> DrawnBoard:
    """Draw a film's shots in this process; no farm and no take is asked for.

    Args:
        path: the film document, or its folder.
        settings: where its store is.
        given: the version of it: values of its parameters.
        form: how the file's name ends: one of `FORMS`.

    Raises:
        UsageError: there is no such form, or every shot is omitted.
        ShotfarmError: the film cannot be opened.
    """
    if form not in FORMS:
        raise UsageError(f"a board is no {form or 'file without an ending'}", f"it is {listed(FORMS)}")
    production = open_production(path, as_animatic(settings), given)
    plan = production.plan()
    cards = cards_to_draw(production.film, plan)
    return FORMS[form](production, plan, cards)


def _page(production: Production, plan: Plan, cards: list[Card]) -> DrawnBoard:
    specs = {one.shot: one.spec for one in plan.shots}
    unseen: dict[str, list[str]] = {}
    for warning in plan.warnings:
        for shot in warning.shots:
            unseen.setdefault(shot, []).append(warning.message)
    drawer = FilmDrawer(production)
    with drawer.own_words():
        frames = {card.shot: drawer.frame(specs[card.shot], _SIZE).getvalue() for card in cards}
    content = board_page(production.film, _length(plan, production), cards, frames, unseen)
    return DrawnBoard(content.encode("utf-8"), len(cards), plan.warnings)


def _pdf(production: Production, plan: Plan, cards: list[Card]) -> DrawnBoard:
    from pipeline.review.board.as_pdf import board_pdf

    specs = {one.shot: one.spec for one in plan.shots}
    drawer = FilmDrawer(production)
    with drawer.own_words():
        content, missing = board_pdf(
            production.film.title,
            cards,
            lambda card: drawer.frame(specs[card.shot], _SIZE),
            datetime.now(UTC),
        )
    return DrawnBoard(content, len(cards), plan.warnings, missing)


FORMS: dict[str, Callable[[Production, Plan, list[Card]], DrawnBoard]] = {".html": _page, ".pdf": _pdf}
"""what a board is written as, by how its file's name ends"""


def _length(plan: Plan, production: Production) -> str:
    frames = sum(one.shape.frames for one in plan.cut)
    seconds = Fraction(frames) / production.film.format.rate
    return f"{counted(len(plan.cut), 'shot')}, {float(seconds):.1f} s"
