"""What happens to a film while somebody looks: as events that the page listens to."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Collection

from farm.schedule.states import ENDED, RUNNING
from pipeline.broadcast import live_runs
from pipeline.decisions.history import in_words
from pipeline.review.films import ReviewedFilm
from pipeline.review.story_answers import ToldDecision

LOOK_S = 0.15
"""how often the project folder is looked at"""
_BEAT_S = 15.0
"""so often at least something is sent: a line that is silent is taken for dead, on the way and by the page"""


def state_of(film: ReviewedFilm, seen: Collection[str] | None = None) -> dict[str, object]:
    """How a film stands, and what runs do with its shots: small enough to be sent at every change.

    Args:
        film: which.
        seen: these shots alone; all when it is None.
    """
    shots: dict[str, object] = {}
    stages = []
    running = live_runs(film.folder)
    for run in running.values():
        for digest, shot in run.shots.items():
            told = {"digest": digest, "state": shot.state.value, "progress": round(shot.progress, 3)}
            if seen is not None and shot.shot not in seen:
                continue
            if shot.shot in shots and shot.state not in RUNNING:
                continue  # of several takes that are made of a shot, the one is shown that renders
            shots[shot.shot] = told | {"picture": shot.picture, "error": shot.error}
        if run.stage and all(shot.state in ENDED for shot in run.shots.values()):
            stages.append({"name": run.stage, "done": run.done, "total": run.total})
    asked = [
        one.model_dump(mode="json") for one in film.retakes.listened_to() if seen is None or one.shot in seen
    ]
    return {
        "number": film.number,
        "decided": film.log.record().last_number,
        "runs": len(running),
        "shots": shots,
        "stages": stages,
        "asked": asked,
    }


def decided_since(film: ReviewedFilm, number: int) -> list[ToldDecision]:
    """The decisions of a film after one, oldest first."""
    record = film.log.record()
    return [
        ToldDecision(
            number=one.number,
            shot=one.shot,
            by=one.by,
            kind=one.what.kind,
            words=in_words(one, takes := record.takes_of(one.shot)),
            take=next((take.number for take in takes if take.digest == one.take), None),
        )
        for one in record.decisions_after(number)
    ]


def rendering(film: ReviewedFilm, seen: Collection[str]) -> frozenset[str]:
    """The digests of takes of these shots that runs make."""
    runs = live_runs(film.folder).values()
    return frozenset(digest for run in runs for digest, shot in run.shots.items() if shot.shot in seen)


async def events_of(
    film: ReviewedFilm, ending: Callable[[], bool], seen: Collection[str] | None = None
) -> AsyncIterator[bytes]:
    """Server-sent events, until the server is ending.

    `state` has the whole state at every change, `decided` is every decision, `beat` says that nothing is new.

    Args:
        film: which.
        ending: whether the server is.
        seen: these shots alone; all when it is None.
    """
    sent, silent_s = "", 0.0
    last = (await asyncio.to_thread(film.log.record)).last_number
    looking: asyncio.Task[object] | None = None
    yield b"retry: 1000\n\n"
    while not ending():
        if looking is None or looking.done():  # a long film takes a while, and what happens is told meanwhile
            looking = asyncio.create_task(asyncio.to_thread(film.now))
        for one in await asyncio.to_thread(decided_since, film, last):
            last = max(last, one.number)
            if seen is None or one.shot in seen:
                yield f"event: decided\ndata: {one.model_dump_json()}\n\n".encode()
        told = json.dumps(await asyncio.to_thread(state_of, film, seen), separators=(",", ":"))
        if told != sent:
            yield f"event: state\ndata: {told}\n\n".encode()
            sent, silent_s = told, 0.0
        elif silent_s >= _BEAT_S:
            yield b"event: beat\ndata: {}\n\n"
            silent_s = 0.0
        await asyncio.sleep(LOOK_S)
        silent_s += LOOK_S
