"""Serves a film to its audience until somebody ends it."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from farm.host.addresses import LOOPBACK
from pipeline.audience.app import CUTS, OPEN_PATHS, audience_app
from pipeline.audience.chances_kept import KeptCounts
from pipeline.audience.cuts import KeptCuts
from pipeline.audience.deciding.admission import Allowance, Limits
from pipeline.audience.house import House
from pipeline.audience.keeping import KeptLink, counts_path, cuts_folder, keep_link, kept_link
from pipeline.audience.making import Maker
from pipeline.audience.open_sessions import OpenSessions
from pipeline.audience.projector import Projector
from pipeline.audience.routes.stream import STREAM
from pipeline.audience.sharing import Sharing
from pipeline.audience.ways import Ways
from pipeline.budgets.prices import price_list
from pipeline.catalog.session_log import SessionLog
from pipeline.orchestration.standby import StandBy
from pipeline.production.renderers import stand_in_settings
from pipeline.settings import Settings
from pipeline.web.access import Door, Sessions
from pipeline.web.public_url import PublicUrl
from pipeline.web.serving import listening, serve_until_ended, server_of
from storyboard.document.load import NO_VALUES
from storyboard.document.values import GivenValues
from storyboard.errors import UsageError
from storyboard.money import parse_money

MAKERS = 4
"""processes that make what is one viewer's own, side by side; the farm's workers are what takes the time"""


@dataclass(frozen=True, slots=True)
class Reached:
    """Where the page is reached.

    Attributes:
        host: the address to listen on.
        port: the one that the film had before, or a free one, when it is 0.
        public: what people call it, where a proxy stands before it: links begin with that, and requests count
            only under that name.
        proxies: addresses of proxies on other machines.
    """

    host: str = LOOPBACK
    port: int = 0
    public: PublicUrl | None = None
    proxies: frozenset[str] = frozenset()


ON_THIS_MACHINE = Reached()


def serve(
    path: Path,
    settings: Settings,
    ready: Callable[[str, str], None],
    reached: Reached = ON_THIS_MACHINE,
    *,
    given: GivenValues = NO_VALUES,
    limits: Limits | None = None,
    cuts_bytes: int | None = None,
) -> None:
    """Show a film to whoever has its link, and make what is missing of it, until Ctrl-C.

    Args:
        path: the film document, or its folder.
        settings: where its store is, and what renders it.
        ready: is told the link for a person and the address for players when they can be opened.
        reached: where the page is reached.
        given: the version of it that is shown: values of its parameters.
        limits: of the sessions, where each viewer has one of their own; None where all watch the same.
        cuts_bytes: that the files of shared cuts may take; as many as there are without it.

    Raises:
        ShotfarmError: the film cannot be opened, or the address cannot be listened on.
    """
    with contextlib.ExitStack() as kept:
        projector = Projector(path, settings, given)
        document = projector.production.path
        link = kept_link(settings.home, document)
        at = kept.enter_context(contextlib.closing(_listening(reached.host, reached.port, link)))
        link = link.model_copy(update={"port": at.getsockname()[1]})
        keep_link(settings.home, document, link)
        told = StandBy(film=document.absolute(), settings=settings, given=dict(given))

        places = threading.Semaphore(MAKERS)

        def maker_of(values: GivenValues, session: str) -> Maker:
            own = told.model_copy(update={"given": dict(values), "session": session})
            return Maker(own, places=places)

        faster_places = threading.Semaphore(MAKERS)

        def faster(renderer: str, values: GivenValues | None, session: str) -> Maker:
            own = told.model_copy(
                update={
                    "settings": stand_in_settings(settings, projector.production.film, renderer),
                    "given": dict(given if values is None else values),
                    "session": session,
                }
            )
            return Maker(own, places=faster_places if session else None, takes_only=True)

        ways = Ways(document, settings, given, projector)
        counts = KeptCounts(counts_path(settings.home, document))
        is_forgotten = SessionLog(projector.production.folder).is_forgotten
        cuts = KeptCuts(cuts_folder(settings.home, document), is_forgotten)
        sharing = Sharing(cuts, link.cuts, settings.signing, cuts_bytes)
        sessions = None if limits is None else sessions_of(projector, given, limits)
        house = House(projector, Maker(told), link.stream, ways, maker_of, counts, sharing, sessions, faster)
        kept.callback(house.close)
        door = door_of(reached, link, sessions)
        stream = f"{door.address}/hls/{house.key}/{STREAM}"
        serve_until_ended(server_of(audience_app(house, door)), at, partial(ready, door.url, stream))


def allowance_of(
    settings: Settings, shots: int | None, minutes: float | None, money: str | None
) -> Allowance:
    """What may be caused, as options say it; what is left out has no limit.

    Raises:
        DocumentError: the document of prices is wrong.
        UsageError: it is no sum of money, or nothing has a price in its currency.
    """
    fine = None
    if money is not None:
        try:
            limit = parse_money(money)
        except ValueError as error:
            raise UsageError(f"{money!r}: {error}", "a number and a currency: '0.50 EUR'") from None
        prices = price_list(settings)
        if prices.currency != limit.currency:
            there = f"the prices are in {prices.currency}" if prices.currency else "there are no prices"
            raise UsageError(
                f"the limit is {limit}, and {there}",
                "write prices.yaml (docs/costs.md), or limit minutes of workers or new shots",
            )
        fine = limit.fine
    return Allowance(None if minutes is None else minutes * 60.0, fine, shots)


def sessions_of(projector: Projector, given: GivenValues, limits: Limits) -> OpenSessions:
    """The sessions of a film's viewers, as they stood when it was shown last.

    Raises:
        DocumentError: the document of prices is wrong.
        CatalogError, StoreError: they cannot be read.
    """
    production = projector.production
    prices = price_list(production.settings)
    version = {name: one.value for name, one in given.items()}
    return OpenSessions(SessionLog(production.folder), production.path.name, version, limits, prices)


def door_of(reached: Reached, link: KeptLink, sessions: OpenSessions | None = None) -> Door:
    """Who may ask: whoever has the link, also when the server was gone in between."""
    streams = f"/hls/{link.stream}/"
    return Door(
        reached.host,
        link.port,
        token=link.token,
        public=reached.public,
        proxies=reached.proxies,
        sessions=Sessions(link.token.encode()),
        application="watch",
        viewers=sessions,
        open_paths=OPEN_PATHS if sessions is None else (streams, CUTS),
    )


def _listening(host: str, port: int, link: KeptLink) -> socket.socket:
    if port or not link.port:
        return listening(host, port)
    try:
        return listening(host, link.port)
    except UsageError:  # somebody else listens there now
        return listening(host, 0)
