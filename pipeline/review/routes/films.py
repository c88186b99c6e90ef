"""What films there are, how each stands, and what happens to it."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from pipeline.broadcast import live_picture
from pipeline.review.answers import FilmName, FilmNames, ShownFilm, ShownSound, SoundAnswer
from pipeline.review.live import events_of, rendering
from pipeline.review.routes.found import Cut, Films, PartFound
from storyboard.errors import UsageError

router = APIRouter(prefix="/api", tags=["films"])
_ONE = "/films/{film}"


@router.get("/films")
def films(every: Films) -> FilmNames:
    """The films that can be looked at."""
    return FilmNames(films=tuple(FilmName(id=name, title=film.title) for name, film in every.items()))


@router.get(_ONE)
def film(part: PartFound, renderer: Cut = None) -> ShownFilm:
    """A film as it stands now."""
    return part.shown(renderer)


@router.get(_ONE + "/sound")
def sound(part: PartFound, renderer: Cut = None) -> SoundAnswer:
    """The film's mix, where it was made; some shots alone have none."""
    heard = part.film.sound(renderer) if part.shots is None else None
    return SoundAnswer(sound=ShownSound.model_validate(heard.as_json()) if heard else None)


@router.get(_ONE + "/events", response_class=StreamingResponse)
async def events(request: Request, part: PartFound) -> StreamingResponse:
    """What happens to the film: server-sent events of the kind `state`."""
    told = events_of(part.film, request.app.state.ending, part.shots)
    headers = {"X-Accel-Buffering": "no"}
    return StreamingResponse(told, media_type="text/event-stream", headers=headers)


@router.get(_ONE + "/live/{digest}", response_class=Response)
def picture(part: PartFound, digest: str) -> Response:
    """The latest picture of a take that renders, as JPEG."""
    seen = part.shots is None or digest in rendering(part.film, part.shots)
    content = live_picture(part.film.folder, digest) if seen else None
    if content is None:
        raise UsageError("there is no picture of it", "it has not begun, or has ended")
    return Response(content, media_type="image/jpeg")
