"""What films there are, how each stands, and what happens to it."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from pipeline.broadcast import live_picture
from pipeline.review.answers import FilmName, FilmNames, ShownFilm, ShownSound, SoundAnswer
from pipeline.review.live import events_of
from pipeline.review.routes.found import Cut, FilmFound, Films
from pipeline.review.shown import shown_film
from storyboard.errors import UsageError

router = APIRouter(prefix="/api", tags=["films"])
_ONE = "/films/{film}"


@router.get("/films")
def films(every: Films) -> FilmNames:
    """The films that can be looked at."""
    return FilmNames(films=tuple(FilmName(id=name, title=film.title) for name, film in every.items()))


@router.get(_ONE)
def film(film: str, found: FilmFound, renderer: Cut = None) -> ShownFilm:
    """A film as it stands now."""
    return shown_film(film, found.now(renderer))


@router.get(_ONE + "/sound")
def sound(found: FilmFound, renderer: Cut = None) -> SoundAnswer:
    """The film's mix, where it was made."""
    heard = found.sound(renderer)
    return SoundAnswer(sound=ShownSound.model_validate(heard.as_json()) if heard else None)


@router.get(_ONE + "/events", response_class=StreamingResponse)
async def events(request: Request, found: FilmFound) -> StreamingResponse:
    """What happens to the film: server-sent events of the kind `state`."""
    told = events_of(found, request.app.state.ending)
    headers = {"X-Accel-Buffering": "no"}
    return StreamingResponse(told, media_type="text/event-stream", headers=headers)


@router.get(_ONE + "/live/{digest}", response_class=Response)
def picture(found: FilmFound, digest: str) -> Response:
    """The latest picture of a take that renders, as JPEG."""
    content = live_picture(found.folder, digest)
    if content is None:
        raise UsageError("there is no picture of it", "it has not begun, or has ended")
    return Response(content, media_type="image/jpeg")
