"""Serves a film to its audience until somebody ends it."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable
from functools import partial
from pathlib import Path

from farm.host.addresses import LOOPBACK
from pipeline.audience.app import OPEN_PATHS, audience_app
from pipeline.audience.chances_kept import KeptCounts
from pipeline.audience.cuts import KeptCuts
from pipeline.audience.house import House
from pipeline.audience.keeping import KeptLink, counts_path, cuts_folder, keep_link, kept_link
from pipeline.audience.making import Maker
from pipeline.audience.projector import Projector
from pipeline.audience.routes.stream import STREAM
from pipeline.audience.sharing import Sharing
from pipeline.audience.ways import Ways
from pipeline.orchestration.standby import StandBy
from pipeline.settings import Settings
from pipeline.web.access import Door, Sessions
from pipeline.web.serving import listening, serve_until_ended, server_of
from storyboard.document.load import NO_VALUES
from storyboard.document.values import GivenValues
from storyboard.errors import UsageError


def serve(
    path: Path,
    settings: Settings,
    ready: Callable[[str, str], None],
    *,
    host: str = LOOPBACK,
    port: int = 0,
    given: GivenValues = NO_VALUES,
) -> None:
    """Show a film to whoever has its link, and make what is missing of it, until Ctrl-C.

    Args:
        path: the film document, or its folder.
        settings: where its store is, and what renders it.
        ready: is told the link for a person and the address for players when they can be opened.
        host: the address to listen on.
        port: the one that the film had before, or a free one, when it is 0.
        given: the version of it that is shown: values of its parameters.

    Raises:
        ShotfarmError: the film cannot be opened, or the address cannot be listened on.
    """
    with contextlib.ExitStack() as kept:
        projector = Projector(path, settings, given)
        document = projector.production.path
        link = kept_link(settings.home, document)
        at = kept.enter_context(contextlib.closing(_listening(host, port, link)))
        link = link.model_copy(update={"port": at.getsockname()[1]})
        keep_link(settings.home, document, link)
        told = StandBy(film=document.absolute(), settings=settings, given=dict(given))

        def maker_of(values: GivenValues) -> Maker:
            return Maker(told.model_copy(update={"given": dict(values)}))

        ways = Ways(document, settings, given, projector)
        counts = KeptCounts(counts_path(settings.home, document))
        sharing = Sharing(KeptCuts(cuts_folder(settings.home, document)), link.cuts, settings.signing)
        house = House(projector, Maker(told), link.stream, ways, maker_of, counts, sharing)
        kept.callback(house.close)
        door = door_of(host, link)
        stream = f"{door.address}/hls/{house.key}/{STREAM}"
        serve_until_ended(server_of(audience_app(house, door)), at, partial(ready, door.url, stream))


def door_of(host: str, link: KeptLink) -> Door:
    """Who may ask: whoever has the link, also when the server was gone in between."""
    return Door(
        host,
        link.port,
        token=link.token,
        sessions=Sessions(link.token.encode()),
        application="watch",
        open_paths=OPEN_PATHS,
    )


def _listening(host: str, port: int, link: KeptLink) -> socket.socket:
    if port or not link.port:
        return listening(host, port)
    try:
        return listening(host, link.port)
    except UsageError:  # somebody else listens there now
        return listening(host, 0)
