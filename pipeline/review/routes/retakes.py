"""Retakes: asked for, rendered in the background, called off."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Response
from fastapi import Path as InPath

from pipeline.catalog.record import Conflict
from pipeline.review import acting
from pipeline.review.asks import RetakeAsked, RunAsked
from pipeline.review.routes.decisions import CONFLICT, conflict_of
from pipeline.review.routes.found import Decider, FilmFound, ShotName
from pipeline.review.story_answers import AskedRetake, AskedRetakes, DecidedRetake

router = APIRouter(prefix="/api/films/{film}", tags=["retakes"])
Number = Annotated[int, InPath(ge=1, le=2**53)]


@router.post("/shots/{shot}/retakes", status_code=202, response_model=DecidedRetake, responses=CONFLICT)
def retake(found: FilmFound, shot: ShotName, asked: RetakeAsked, who: Decider) -> DecidedRetake | Response:
    """Ask for other takes: the wish is in the log when this answers, and is rendered in the background."""
    try:
        made = acting.ask_retake(found, shot, asked, who.name)
    except Conflict as conflict:
        return conflict_of(found, shot, asked.renderer, conflict)
    run = found.retakes.ask(made, film=asked.film, renderer=found.other_cut(asked.renderer))
    story = acting.story(found, shot, asked.renderer)
    return DecidedRetake(decision=acting.told(found, made), run=run, story=story)


@router.get("/runs")
def runs(found: FilmFound) -> AskedRetakes:
    """The retakes that are rendered, wait, have ended, or were left by a process that was killed."""
    return AskedRetakes(runs=tuple(found.retakes.every()))


@router.post("/runs", status_code=202)
def again(found: FilmFound, asked: RunAsked, who: Decider) -> AskedRetake:
    """Have a retake rendered that failed, was called off, or was left."""
    del who
    return found.retakes.again(asked.decision, film=asked.film)


@router.delete("/runs/{number}")
def cancel(found: FilmFound, number: Number, who: Decider) -> AskedRetake:
    """Call a retake off: what was rendered of it is kept, and so is the wish, until it is undone."""
    del who
    return found.retakes.cancel(number)
