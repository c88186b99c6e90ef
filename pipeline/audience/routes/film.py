"""The film, what of it is there, and where somebody is in it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from assembly.delivery.live.remux import delay
from pipeline.audience.answers import (
    Done,
    NewScreening,
    SceneOfFilm,
    ScreeningState,
    ShotOfFilm,
    ShownScreening,
    ShownWait,
    ToldPosition,
    WatchedFilm,
)
from pipeline.audience.house import House
from pipeline.audience.routes.found import AtHouse, Key, ScreeningFound
from pipeline.audience.routes.stream import PICTURE, SOUND, STREAM
from pipeline.audience.screening import Screening
from pipeline.broadcast import live_picture
from storyboard.errors import UsageError
from storyboard.media.timing import timecode_from_frames

router = APIRouter(prefix="/api", tags=["film"])
_screening = APIRouter(prefix="/screenings/{key}")

_LOOK_S = 0.1
_TELL_S = 1.0
"""what is waited for is told anew so often, as its time goes by"""
_BEAT_S = 15.0
_AN_HOUR_AND_MORE = 3600


@router.get("/film")
def film(house: AtHouse) -> WatchedFilm:
    """The film."""
    projector = house.projector
    document, cut = projector.production.film, projector.cut
    rate = cut.picture.rate
    return WatchedFilm(
        title=document.title,
        logline=document.logline,
        width=cut.picture.width,
        height=cut.picture.height,
        rate=(rate.numerator, rate.denominator),
        drop=";" in timecode_from_frames(_AN_HOUR_AND_MORE, rate),
        frames=cut.frames,
        delay=delay(rate),
        heard=projector.is_heard,
        scenes=tuple(SceneOfFilm(slug=one.title, start=one.start) for one in cut.chapters),
        shots=tuple(
            ShotOfFilm(id=shot.shot, start=cut.shot_starts[shot.shot], frames=shot.shape.frames)
            for shot in projector.plan.cut
        ),
    )


@router.post("/screenings", status_code=201)
def begin(house: AtHouse, wish: NewScreening) -> ShownScreening:
    """Begin to watch, at a frame of the film."""
    made = house.begin(min(wish.frame, house.projector.cut.frames - 1))
    base = f"/hls/{made.key}"
    return ShownScreening(
        key=made.key,
        since=made.since,
        stream=f"{base}/{STREAM}",
        picture=f"{base}/{PICTURE}",
        sound=f"{base}/{SOUND}",
    )


@_screening.post("/position")
def position(house: AtHouse, key: Key, told: ToldPosition) -> Done:
    """Say where one is: what is missing is made as somebody comes to it."""
    house.place(key, told.frame, moves=told.moves)
    return Done()


@_screening.get("")
def state(house: AtHouse, screening: ScreeningFound) -> ScreeningState:
    """How a screening stands."""
    return state_of(house, screening)


@_screening.get("/events", response_class=StreamingResponse)
async def events(request: Request, house: AtHouse, screening: ScreeningFound) -> StreamingResponse:
    """The same, told anew whenever it changes: server-sent events of the kind `state`."""
    told = _events(house, screening, request.app.state.ending)
    return StreamingResponse(told, media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})


@router.post("/making")
def again(house: AtHouse) -> Done:
    """Try again to make what is missing."""
    house.maker.begin()
    return Done()


@router.get("/live/{digest}", response_class=Response)
def picture(house: AtHouse, digest: str) -> Response:
    """The latest picture of a take that renders, as JPEG."""
    content = live_picture(house.projector.folder, digest) if digest in house.projector.shots else None
    if content is None:
        raise UsageError("there is no picture of it", "it has not begun, or has ended")
    return Response(content, media_type="image/jpeg")


router.include_router(_screening)


def state_of(house: House, screening: Screening) -> ScreeningState:
    """How a screening stands."""
    wait = house.wait(screening)
    sound = house.projector.sound()
    return ScreeningState(
        until=screening.until,
        whole=screening.is_whole,
        sound=sound is not None,
        there=house.projector.there,
        codec=house.projector.codec,
        making=house.maker.now.state,
        wait=ShownWait(**{name: getattr(wait, name) for name in ShownWait.model_fields}) if wait else None,
    )


async def _events(house: House, screening: Screening, ending: Callable[[], bool]) -> AsyncIterator[bytes]:
    seen, sent, told_at = -1, "", 0.0
    yield b"retry: 1000\n\n"
    while not ending():
        now = time.monotonic()
        if house.changes != seen or now - told_at > _TELL_S:
            seen = house.changes
            text = (await asyncio.to_thread(state_of, house, screening)).model_dump_json()
            screening.asked_at = now
            if text != sent:
                yield f"event: state\ndata: {text}\n\n".encode()
                sent, told_at = text, now
            elif now - told_at > _BEAT_S:
                yield b"event: beat\ndata: {}\n\n"
                told_at = now
        await asyncio.sleep(_LOOK_S)
