"""Shared cuts: whoever has the link of one sees it, and gets nothing else by it."""

from __future__ import annotations

import functools
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi import Path as InPath
from fastapi.responses import FileResponse, HTMLResponse

from assembly.delivery import link_card
from pipeline.audience.answers import CutStands, ShownCut
from pipeline.audience.cut_files import CARD, FILM, POSTER
from pipeline.audience.cuts import Cut, CutState
from pipeline.audience.house import House
from pipeline.audience.routes.found import AtHouse, ScreeningFound
from pipeline.web.access import Door
from storyboard.errors import NotNow, UsageError
from storyboard.foreign_names import file_stem

if TYPE_CHECKING:
    import jinja2

AT = "/cut"
router = APIRouter(tags=["cuts"])
_screening = APIRouter(prefix="/api/screenings/{key}")
_Name = Annotated[str, InPath(max_length=64)]
_PAGE = Path(__file__).parents[1] / "cut.html"
_TYPES = {FILM: "video/mp4", POSTER: "image/jpeg", CARD: "image/jpeg"}
_STATUS = {CutState.GONE: HTTPStatus.GONE, CutState.FAILED: HTTPStatus.SERVICE_UNAVAILABLE}
_GONE = "this film is gone: whoever shared it has had it deleted"


@_screening.post("/cut")
def share(request: Request, house: AtHouse, screening: ScreeningFound) -> ShownCut:
    """Share what was watched to its end: a link that plays exactly that. What failed is tried again."""
    return _shown(request, house, house.share(screening))


@_screening.get("/cut")
def shared(request: Request, house: AtHouse, screening: ScreeningFound) -> ShownCut:
    """How it stands with what was shared."""
    return _shown(request, house, house.shared(screening))


def _shown(request: Request, house: House, name: str) -> ShownCut:
    cut = house.cuts.of(name)
    return ShownCut(address=f"{_address(request)}{AT}/{name}", state=cut.state, words=cut.error)


@router.get(f"{AT}/{{name}}", response_class=HTMLResponse)
def page(request: Request, house: AtHouse, name: _Name) -> HTMLResponse:
    """The page of a cut."""
    cut = house.opened(name)
    text = _template().render(
        cut=cut,
        state=cut.state.value,
        is_known=cut.state is not CutState.GONE,
        path=f"{AT}/{name}",
        address=f"{_address(request)}{AT}/{name}",
        film=FILM,
        poster=POSTER,
        card=CARD,
        card_size=link_card.SIZE,
    )
    return HTMLResponse(text, _STATUS.get(cut.state, HTTPStatus.OK))


@router.get(f"{AT}/{{name}}/state")
def state(house: AtHouse, name: _Name) -> CutStands:
    """How it stands with a cut."""
    return CutStands(state=_there(house.opened(name)).state)


@router.get(f"{AT}/{{name}}/{{file}}", response_class=FileResponse)
def file(request: Request, house: AtHouse, name: _Name, file: _Name) -> Response:
    """The film of a cut, its poster, or the picture that messengers show of its link."""
    cut = _there(house.opened(name))
    if file not in _TYPES:
        raise UsageError("there is nothing at this address")
    if cut.state is not CutState.READY:
        raise NotNow("this film is not put together yet", "ask again")
    path = house.cuts.folder_of(name) / file
    if not path.is_file():
        raise UsageError("the file of this film was deleted")
    called = f"{file_stem(cut.title)}.mp4" if "download" in request.query_params else None
    return FileResponse(
        path, media_type=_TYPES[file], filename=called, headers={"Cache-Control": "private, no-cache"}
    )


router.include_router(_screening)


def _there(cut: Cut) -> Cut:
    """A cut that is not gone."""
    if cut.state is CutState.GONE:
        raise HTTPException(HTTPStatus.GONE, _GONE)
    return cut


def _address(request: Request) -> str:
    """Where people reach this server, as they asked for it."""
    door: Door = request.state.door
    return door.public.origin if door.public else f"{request.url.scheme}://{request.headers['host']}"


@functools.cache
def _template() -> jinja2.Template:
    import jinja2

    environment = jinja2.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    return environment.from_string(_PAGE.read_text("utf-8"))
