"""Serves the review application until somebody ends it."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Collection, Sequence
from functools import partial
from pathlib import Path

from farm.host.addresses import LOOPBACK, is_loopback
from pipeline.garbage import spare_what_is_there
from pipeline.review.app import review_app
from pipeline.review.films import reviewed
from pipeline.review.people.accounts import Accounts
from pipeline.review.people.database import PeopleDatabase
from pipeline.review.people.desk import Desk
from pipeline.review.people.films import film_keys
from pipeline.settings import Settings
from pipeline.web.access import Door
from pipeline.web.public_url import PublicUrl
from pipeline.web.serving import listening, serve_until_ended, server_of
from storyboard.document.load import NO_VALUES
from storyboard.document.values import GivenValues
from storyboard.errors import UsageError

_SWITCH_S = 0.001
"""a film that is opened again keeps nobody waiting for longer who only wants to be told something"""


def serve(
    paths: Sequence[Path],
    settings: Settings,
    ready: Callable[[str], None],
    *,
    host: str = LOOPBACK,
    port: int = 0,
    public: PublicUrl | None = None,
    proxies: Collection[str] = (),
    given: GivenValues = NO_VALUES,
) -> None:
    """Serve films for review until Ctrl-C.

    Where only this machine reaches them, for whoever has the link; else for people who sign in.

    Args:
        paths: the film documents, or their folders.
        settings: where their stores are, and what renders them.
        ready: is told the link when it can be opened.
        host: the address to listen on.
        port: a free one when it is 0.
        public: what people call the server, where a proxy stands before it.
        proxies: the addresses of proxies on other machines.
        given: the versions of them that are shown: values of their parameters.

    Raises:
        ShotfarmError: a film cannot be opened, the address cannot be listened on, or nobody can sign in yet.
    """
    with contextlib.ExitStack() as kept:
        database = None
        if public or not is_loopback(host):
            database = kept.enter_context(people_there(settings))
        films = reviewed(paths, settings, given)
        for film in films.values():
            kept.callback(film.close)
        spare_what_is_there()
        sys.setswitchinterval(_SWITCH_S)
        socket_of_ours = kept.enter_context(contextlib.closing(listening(host, port)))
        door = Door(
            host,
            socket_of_ours.getsockname()[1],
            desk=Desk(database, film_keys(films)) if database else None,
            public=public,
            proxies=frozenset(proxies),
        )
        server = server_of(review_app(films, door))
        serve_until_ended(server, socket_of_ours, partial(ready, door.url))


def people_there(settings: Settings) -> PeopleDatabase:
    """The database of people, of whom there are some.

    Raises:
        UsageError: there is nobody yet.
        CatalogError: the database cannot be used.
        StoreError: the home cannot be written.
    """
    database = PeopleDatabase.open(settings)
    if Accounts(database).every():
        return database
    database.close()
    raise UsageError(
        "other machines would reach it, and nobody can sign in yet",
        "add somebody first: `shotfarm review people add NAME --role producer`",
    )
