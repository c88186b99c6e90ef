"""A shot's takes and conversation, and what people decide of it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from fastapi.responses import JSONResponse

from pipeline.catalog.record import Conflict
from pipeline.review import acting
from pipeline.review.answers import Refused
from pipeline.review.asks import DecisionAsked, ProposalAsked
from pipeline.review.routes.found import Cut, FilmFound, ShotName, Who
from pipeline.review.story_answers import Conflicted, Decided, Form, Radius, Story, ToldDifference

router = APIRouter(prefix="/api/films/{film}/shots/{shot}", tags=["decisions"])
TakeNumber = Annotated[int, Query(ge=1, le=2**31 - 1)]
CONFLICT: dict[int | str, dict[str, Any]] = {
    409: {"model": Conflicted | Refused, "description": "others decided meanwhile, or it cannot be decided"}
}


@router.get("")
def story(found: FilmFound, shot: ShotName, renderer: Cut = None) -> Story:
    """How a shot stands: its takes, and all that was said of it."""
    return acting.story(found, shot, renderer)


@router.get("/form")
def form(found: FilmFound, shot: ShotName, who: Who, renderer: Cut = None) -> Form:
    """What can be asked for of a retake, and how that is now."""
    return acting.form_of(found, shot, renderer, who)


@router.get("/difference")
def difference(found: FilmFound, shot: ShotName, a: TakeNumber, b: TakeNumber) -> ToldDifference:
    """What two takes were made from otherwise."""
    return acting.difference_of(found, shot, a, b)


@router.post("/decisions", status_code=201, response_model=Decided, responses=CONFLICT)
def decide(found: FilmFound, shot: ShotName, asked: DecisionAsked, who: Who) -> Decided | Response:
    """Approve, omit, restore, note, undo or redo: one decision, in the log when this answers."""
    try:
        made = acting.decide(found, shot, asked, who)
    except Conflict as conflict:
        return conflict_of(found, shot, asked.renderer, conflict)
    return Decided(decision=acting.told(found, made), story=acting.story(found, shot, asked.renderer))


@router.post("/proposals")
def propose(found: FilmFound, shot: ShotName, asked: ProposalAsked, who: Who) -> Radius:
    """What a decision would have made again; nothing is decided."""
    return acting.radius_of(found, shot, asked, who)


def conflict_of(found: FilmFound, shot: str, renderer: str | None, conflict: Conflict) -> Response:
    """What the others decided meanwhile, and how the shot stands after it."""
    answer = acting.conflicted(found, conflict, acting.story(found, shot, renderer))
    return JSONResponse(answer.model_dump(mode="json"), 409)
