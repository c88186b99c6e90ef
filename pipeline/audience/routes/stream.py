"""A screening as players fetch it: playlists, initialisations, and fragments that never change."""

from __future__ import annotations

import asyncio
import re

from fastapi import APIRouter, Request, Response

from pipeline.audience.routes.found import AtHouse, ScreeningFound
from pipeline.audience.screening import PICTURE_INIT, SOUND_INIT, picture_name
from storyboard.errors import NotNow, UsageError

STREAM, PICTURE, SOUND = "index.m3u8", "picture.m3u8", "sound.m3u8"
router = APIRouter(prefix="/hls/{key}", tags=["stream"])

_PLAYLIST = "application/vnd.apple.mpegurl"
_FOREVER = {"Cache-Control": "private, max-age=31536000, immutable"}
_AGAIN = {"Cache-Control": "no-cache"}
_PATIENCE_S = 20.0
"""a player that asks before there is enough is kept waiting so long; most of them give up after 30 s"""
_LOOK_S = 0.1
_NAME = re.compile(r"(picture|sound)-(-?\d{1,9})-[0-9a-f]{12}\.m4s")


@router.get(f"/{STREAM}", response_class=Response)
async def stream(request: Request, house: AtHouse, screening: ScreeningFound) -> Response:
    """The stream's own playlist, as soon as there is enough for a player."""
    for _ in range(int(_PATIENCE_S / _LOOK_S)):
        text = await asyncio.to_thread(house.stream, screening)
        if text is not None:
            return Response(text, media_type=_PLAYLIST, headers=_AGAIN)
        if request.app.state.ending() or await request.is_disconnected():
            break
        await asyncio.sleep(_LOOK_S)
    wait = house.wait(screening)
    words = wait.words if wait else "The film is not there yet."
    return Response(words + "\n", 503, {"Retry-After": "1"}, media_type="text/plain; charset=utf-8")


@router.get(f"/{PICTURE}", response_class=Response)
def picture(house: AtHouse, screening: ScreeningFound) -> Response:
    """The playlist of the picture, which grows."""
    projector = house.projector
    text = screening.picture_playlist(projector.rate, projector.target_s)
    return Response(text, media_type=_PLAYLIST, headers=_AGAIN)


@router.get(f"/{SOUND}", response_class=Response)
def sound(house: AtHouse, screening: ScreeningFound) -> Response:
    """The playlist of the sound, which is there as a whole or not at all."""
    heard = house.way(screening).sound()
    if heard is None:
        raise NotNow("the sound is not there yet", "ask again")
    text = screening.sound_playlist(heard, house.projector.rate)
    return Response(text, media_type=_PLAYLIST, headers=_AGAIN)


@router.get(f"/{PICTURE_INIT}", response_class=Response)
def picture_init(house: AtHouse, screening: ScreeningFound) -> Response:
    """What a player needs before the first fragment of the picture."""
    del screening
    return Response(house.projector.clips.picture.init, media_type="video/mp4", headers=_AGAIN)


@router.get(f"/{SOUND_INIT}", response_class=Response)
def sound_init(house: AtHouse, screening: ScreeningFound) -> Response:
    """The same of the sound."""
    heard = house.way(screening).sound()
    if heard is None:
        raise NotNow("the sound is not there yet", "ask again")
    return Response(heard.track.init, media_type="audio/mp4", headers=_AGAIN)


@router.get("/{name}", response_class=Response)
def fragment(house: AtHouse, screening: ScreeningFound, name: str) -> Response:
    """A fragment of the picture or of the sound, as a playlist names it."""
    found = _NAME.fullmatch(name)
    if found is None:
        raise UsageError("there is no such fragment")
    place = int(found[2])
    if found[1] == "picture":
        wanted = house.fragment(screening, place)
        if picture_name(wanted) == name:
            return Response(house.projector.clips.content(wanted), media_type="video/mp4", headers=_FOREVER)
    if found[1] == "sound" and (content := house.sound(screening, place, name)) is not None:
        return Response(content, media_type="audio/mp4", headers=_FOREVER)
    raise UsageError("there is no such fragment", "the film has changed since: load the playlist again")
