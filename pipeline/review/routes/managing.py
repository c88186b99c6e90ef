"""What producers look after: people, links that are shared, and the audit trail."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request

from pipeline.catalog.log import DecisionLog
from pipeline.review.people.accounts import Account, role_named
from pipeline.review.people.answers import (
    ChangePerson,
    Done,
    MadeLink,
    NewLink,
    NewPerson,
    ShownAudit,
    ShownEntry,
    ShownLink,
    ShownLinks,
    ShownPeople,
    ShownPerson,
)
from pipeline.review.people.audit import Entry, decided, entries_since
from pipeline.review.people.films import shots_named
from pipeline.review.people.links import ShareLink, page_of
from pipeline.review.routes.desk import AtDesk, From, KeyFound
from pipeline.review.routes.found import FilmFound, Films, whoever_may
from pipeline.web.roles import Right

router = APIRouter(prefix="/api", tags=["people"], dependencies=[Depends(whoever_may(Right.MANAGE))])
_LINKS = "/films/{film}/links"
MOST_ENTRIES = 2000


@router.get("/people")
def people(desk: AtDesk) -> ShownPeople:
    """Everybody who signs in."""
    names = [session.who for session in desk.sessions.listed()]
    shown = (_person(account, names.count(account.name)) for account in desk.accounts.every())
    return ShownPeople(people=tuple(shown))


@router.post("/people")
def add_person(given: NewPerson, desk: AtDesk, source: From) -> ShownPerson:
    """Somebody new."""
    return _person(desk.accounts.add(given.name, role_named(given.role), given.password, source))


@router.patch("/people/{person}")
def change_person(person: str, given: ChangePerson, desk: AtDesk, source: From) -> ShownPerson:
    """Another role or password for somebody: what they have open follows at once."""
    if given.role is not None:
        desk.accounts.set_role(person, role_named(given.role), source)
    if given.password is not None:
        desk.accounts.set_password(person, given.password, source)
    desk.forget()
    return _person(desk.accounts.of_id(person))


@router.delete("/people/{person}")
def remove_person(person: str, desk: AtDesk, source: From) -> Done:
    """Somebody signs in no more; what they decided stays."""
    desk.accounts.remove(person, source)
    desk.forget()
    return Done()


@router.get(_LINKS)
def links(key: KeyFound, desk: AtDesk) -> ShownLinks:
    """The links of a film, also those that have ended."""
    now = desk.clock()
    return ShownLinks(links=tuple(_link(one, now) for one in desk.links.listed(key)))


@router.post(_LINKS)
def share(
    given: NewLink,
    request: Request,
    found: FilmFound,
    key: KeyFound,
    desk: AtDesk,
    source: From,
) -> MadeLink:
    """A link with which somebody watches a film and says something of it."""
    film = found.now().production.film
    shots = shots_named(film, given.shots) if given.shots else None
    link, text = desk.links.share(
        key, found.title, name=given.name, days=given.days, source=source, shots=shots
    )
    url = page_of(request.state.door.address, text)
    return MadeLink(**_link(link, desk.clock()).model_dump(), url=url)


@router.delete(_LINKS + "/{link}")
def unshare(link: str, key: KeyFound, desk: AtDesk, source: From) -> ShownLink:
    """A link opens no more, and whoever came by it is out."""
    ended = desk.links.unshare(link, source, key)
    desk.forget()
    return _link(ended, desk.clock())


@router.get("/audit")
def audit(desk: AtDesk, films: Films, days: Annotated[int, Query(ge=1, le=3660)] = 30) -> ShownAudit:
    """Who did or tried what, when and from where; with what was decided of the films that are served."""
    since = desk.clock() - timedelta(days=days)
    entries = entries_since(desk.database, since, MOST_ENTRIES)
    for film in films.values():
        entries += decided(film.title, DecisionLog.of(film.folder).record().decisions, since)
    entries.sort(key=lambda entry: entry.at)
    return ShownAudit(entries=tuple(_entry(one) for one in entries[-MOST_ENTRIES:]))


def _person(account: Account, sessions: int = 0) -> ShownPerson:
    return ShownPerson(
        id=account.id,
        name=account.name,
        role=account.role,
        made_at=account.made_at,
        password_at=account.password_at,
        sessions=sessions,
    )


def _link(link: ShareLink, now: datetime) -> ShownLink:
    return ShownLink(
        id=link.id,
        name=link.name,
        version=link.film.in_words,
        shots=link.shots,
        by=link.by,
        made_at=link.made_at,
        ends_at=link.ends_at,
        revoked_at=link.revoked_at,
        holds=link.holds(now),
    )


def _entry(entry: Entry) -> ShownEntry:
    return ShownEntry(
        at=entry.at,
        kind=entry.kind,
        who=entry.who,
        role=entry.role,
        address=entry.address,
        about=entry.about,
        facts=entry.facts,
    )
