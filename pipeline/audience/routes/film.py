"""The film, what of it is there, and where somebody is in it."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import StreamingResponse

from assembly.delivery.live.remux import delay
from pipeline.audience.answers import (
    Done,
    NewScreening,
    OfferedAnswer,
    SceneOfFilm,
    ScreeningState,
    ShotOfFilm,
    ShownQuestion,
    ShownScreening,
    ShownStandIn,
    ShownWait,
    ToldAnswer,
    ToldPosition,
    WatchedFilm,
)
from pipeline.audience.deciding.decisions import scene_of
from pipeline.audience.deciding.standing_in import words_of
from pipeline.audience.house import House
from pipeline.audience.projector import Projector
from pipeline.audience.routes.found import AtHouse, ScreeningFound, own_session, session_of
from pipeline.audience.routes.stream import PICTURE, SOUND, STREAM
from pipeline.audience.screening import Screening
from pipeline.audience.seats import Seats
from pipeline.audience.waiting import plays_on
from pipeline.broadcast import live_picture
from storyboard.branching.answers import AnswerError, most_letters
from storyboard.errors import UsageError
from storyboard.media.timing import is_drop_frame
from storyboard.schema.parameters import ParameterType

router = APIRouter(prefix="/api", tags=["film"])
_screening = APIRouter(prefix="/screenings/{key}")

_LOOK_S = 0.1
_TELL_S = 1.0
"""what is waited for is told anew so often, as its time goes by"""
_BEAT_S = 15.0


@router.get("/film")
def film(house: AtHouse) -> WatchedFilm:
    """The film, as whoever answers nothing sees it."""
    return _told_of(house, house.projector)


@_screening.get("/film")
def film_of(house: AtHouse, screening: ScreeningFound) -> WatchedFilm:
    """The film, as it goes on as far as one has decided."""
    return _told_of(house, house.way(screening))


def _told_of(house: House, projector: Projector) -> WatchedFilm:
    document, cut = projector.production.film, projector.cut
    rate = cut.picture.rate
    return WatchedFilm(
        title=document.title,
        logline=document.logline,
        width=cut.picture.width,
        height=cut.picture.height,
        rate=(rate.numerator, rate.denominator),
        drop=is_drop_frame(rate),
        frames=cut.frames,
        delay=delay(rate),
        heard=projector.is_heard,
        asks=bool(projector.questions),
        own=house.sessions is not None,
        scenes=tuple(SceneOfFilm(slug=one.title, start=one.start) for one in cut.chapters),
        shots=tuple(
            ShotOfFilm(id=shot.shot, start=cut.shot_starts[shot.shot], frames=shot.shape.frames)
            for shot in projector.plan.cut
        ),
    )


@router.post("/screenings", status_code=201)
def begin(request: Request, house: AtHouse, wish: NewScreening) -> ShownScreening:
    """Begin to watch, at a frame of the film. `GET /api/session` waits for a place."""
    seats: Seats | None = request.app.state.seats
    with _answers_taken():
        if seats:
            made = seats.begin(own_session(request), wish.frame)
        else:
            made = house.begin(wish.frame or 0, wish.answers)
    base = f"/hls/{made.key}"
    return ShownScreening(
        key=made.key,
        since=made.since,
        frame=made.position.frame if made.position else made.since,
        answers=tuple(one.answer for one in made.decisions),
        stream=f"{base}/{STREAM}",
        picture=f"{base}/{PICTURE}",
        sound=f"{base}/{SOUND}",
    )


@_screening.post("/position")
def position(request: Request, house: AtHouse, screening: ScreeningFound, told: ToldPosition) -> Done:
    """Say where one is: what is missing is made as somebody comes to it."""
    seats: Seats | None = request.app.state.seats
    if seats and screening.session:
        seats.place(screening, told.frame, moves=told.moves)
    else:
        house.place(screening.key, told.frame, moves=told.moves)
    return Done()


@_screening.post("/answers")
def answer(request: Request, house: AtHouse, screening: ScreeningFound, told: ToldAnswer) -> Done:
    """Answer the next question, or let its default hold."""
    seats: Seats | None = request.app.state.seats
    with _answers_taken():
        if seats and screening.session:
            seats.decide(screening, told.number, told.answer)
        else:
            house.decide(screening.key, told.number, told.answer)
    return Done()


@_screening.post("/picture")
async def own_picture(request: Request, screening: ScreeningFound, number: int) -> Done:
    """Answer the next question with a picture of one's own: its bytes (JPEG, PNG, HEIC or WebP)."""
    seats: Seats | None = request.app.state.seats
    content = await request.body()
    with _answers_taken():
        if seats is None or not screening.session:
            raise AnswerError("pictures are taken where each viewer has a film of their own")
        await asyncio.to_thread(seats.give_picture, screening, number, content)
    return Done()


@contextlib.contextmanager
def _answers_taken() -> Iterator[None]:
    """What a viewer cannot answer is told in words for them."""
    try:
        yield
    except AnswerError as error:
        raise HTTPException(422, str(error)) from None


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
def again(request: Request, house: AtHouse) -> Done:
    """Try again to make what is missing."""
    house.try_again(session_of(request))
    return Done()


@_screening.get("/live/{digest}", response_class=Response)
def picture(house: AtHouse, screening: ScreeningFound, digest: str) -> Response:
    """The latest picture of a take that renders, as JPEG."""
    way = house.way(screening)
    content = live_picture(way.folder, digest) if digest in way.shots else None
    if content is None:
        raise UsageError("there is no picture of it", "it has not begun, or has ended")
    return Response(content, media_type="image/jpeg")


router.include_router(_screening)


def state_of(house: House, screening: Screening) -> ScreeningState:
    """How a screening stands."""
    wait, way = house.wait(screening), house.way(screening)
    if wait and wait.goes_on_s is not None and wait.take and not way.stands_in:
        later = house.plays_on_in_s(screening)
        longer = "" if later is None else plays_on(later, wait.goes_on_s)
        wait = replace(wait, more=f"{wait.more} {longer}".strip())
    held = {shot.shot: screening.held[shot.digest] for shot in way.plan.cut if shot.digest in screening.held}
    sound = way.sound()
    return ScreeningState(
        until=screening.until,
        whole=screening.is_whole,
        sound=sound is not None,
        there=way.there,
        codec=way.clips.codec,
        making=house.maker.now.state,
        wait=ShownWait(**{name: getattr(wait, name) for name in ShownWait.model_fields}) if wait else None,
        way=way.name[:12],
        decided=len(screening.decisions),
        question=_question(way, screening),
        sounds=len(screening.heard),
        stand_ins=tuple(
            ShownStandIn(
                shot=one.shot, start=one.start, end=one.end, words=words_of(one, held.get(one.shot, ""))
            )
            for one in screening.stands
        ),
    )


def _question(way: Projector, screening: Screening) -> ShownQuestion | None:
    """The next question of a screening."""
    found = screening.question
    if found is None:
        return None
    film = way.production.loaded.film
    scene = scene_of(film, found.scene)
    parameter = film.parameters[scene.ask.parameter] if scene.ask else None
    answers = scene.choices.answers if scene.choices else ()
    own = () if parameter is None else parameter.choices
    return ShownQuestion(
        number=len(screening.decisions),
        question=scene.question.question if scene.question else "",
        answers=(
            *(OfferedAnswer(id=one.id, text=one.text) for one in answers),
            *(OfferedAnswer(id=one, text=one) for one in own),
        ),
        kind=parameter.type.value if parameter else "",
        most=most_letters(parameter) if parameter and parameter.type is ParameterType.TEXT else 40,
        first=found.first,
        due=found.due,
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
