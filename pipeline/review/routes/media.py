"""Pictures and sound, each under the digest of what it is: what was fetched once is never asked for again."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import FileResponse

from pipeline.review.answers import ShownClip
from pipeline.review.media import group_bytes, index_of
from pipeline.review.routes.found import ClipFound, Digest, FilmFound, PartFound
from pipeline.review.thumbnails import thumbnail_digest, thumbnail_of
from storyboard.errors import UsageError

FORM = 1
"""of what is sent under these paths; raise it when that changes: browsers keep it for a year"""
router = APIRouter(prefix=f"/media/{FORM}/{{film}}", tags=["media"])

_FOREVER = "private, max-age=31536000, immutable"
_BYTES = "application/octet-stream"
Number = Annotated[int, Query(ge=0, le=2**31)]


@router.get("/clips/{clip}")
def clip(clip: Digest, found: ClipFound, response: Response) -> ShownClip:
    """What a decoder must know of a clip."""
    response.headers.update(_kept(clip))
    return ShownClip.model_validate(index_of(found).as_json())


@router.get("/clips/{clip}/groups/{number}", response_class=Response)
def group(request: Request, clip: Digest, number: int, found: ClipFound) -> Response:
    """A group of pictures of a clip, in the form of `pipeline.review.media`."""
    name = f"{clip}-{number}"
    if _has(request, name):
        return Response(status_code=304, headers=_kept(name))
    try:
        content = group_bytes(found, number)
    except IndexError:
        raise UsageError(f"the clip has no group {number}") from None
    return Response(content, media_type=_BYTES, headers=_kept(name))


@router.get("/clips/{clip}/file", response_class=FileResponse)
def file(clip: Digest, found: ClipFound) -> FileResponse:
    """A clip as a file, for browsers that cannot decode by frame."""
    return FileResponse(found, media_type="video/mp4", headers=_kept(clip))


@router.get("/clips/{clip}/still", response_class=FileResponse)
def still(request: Request, part: PartFound, clip: Digest, found: ClipFound, frame: Number = 0) -> Response:
    """A frame of a clip as a small JPEG."""
    name = thumbnail_digest(clip, frame)
    if _has(request, name):
        return Response(status_code=304, headers=_kept(name))
    if frame >= index_of(found).frames:
        raise UsageError(f"the clip has no frame {frame}")
    path = thumbnail_of(part.film.now().production.store, clip, found, frame)
    return FileResponse(path, media_type="image/jpeg", headers=_kept(name))


@router.get("/sounds/{digest}/{piece}", response_class=Response)
def sound(request: Request, film: FilmFound, digest: Digest, piece: int) -> Response:
    """A piece of the film's mix."""
    name = f"{digest}-{piece}"
    if _has(request, name):
        return Response(status_code=304, headers=_kept(name))
    heard = film.sound_called(digest)
    if heard is None or heard.digest != digest:
        raise UsageError("the film has no such sound", "load the page again")
    try:
        content = heard.piece(piece)
    except IndexError:
        raise UsageError(f"the sound has no piece {piece}") from None
    return Response(content, media_type=_BYTES, headers=_kept(name))


def _kept(name: str) -> dict[str, str]:
    return {"Cache-Control": _FOREVER, "ETag": f'"{FORM}-{name}"'}


def _has(request: Request, name: str) -> bool:
    """Whether the browser has it already."""
    return f'"{FORM}-{name}"' in request.headers.get("if-none-match", "")
