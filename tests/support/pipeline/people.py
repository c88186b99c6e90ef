"""A review application where people sign in, asked in this process: by as many of them as a test has."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from starlette.testclient import TestClient

from pipeline.review.app import review_app
from pipeline.review.films import ReviewedFilm
from pipeline.review.people.accounts import Account
from pipeline.review.people.audit import Source, entries_since
from pipeline.review.people.database import PeopleDatabase
from pipeline.review.people.desk import Desk
from pipeline.review.people.films import film_keys
from pipeline.review.people.passwords import Passwords
from pipeline.review.people.tries import Tries
from pipeline.settings import Settings
from pipeline.web.access import OWN_HEADER, Door
from pipeline.web.public_url import PublicUrl
from pipeline.web.roles import Role

PUBLIC = "https://review.studio.example"
PASSWORD = "four words of mine"  # noqa: S105
NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
OWN = {OWN_HEADER: "1"}
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""a hash in a tenth of a millisecond"""
HERE = Source("keeper", "", "command line")


@dataclass
class Clock:
    """Both clocks of an application, moved by hand."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        """For what lasts."""
        return self.now

    def seconds(self) -> float:
        """For what waits."""
        return self.now.timestamp()

    def pass_(self, **given: float) -> None:
        """Let time pass."""
        self.now += timedelta(**given)


@dataclass
class Studio:
    """An application with people, and what stands behind it."""

    database: PeopleDatabase
    films: Mapping[str, ReviewedFilm]
    clock: Clock = field(default_factory=Clock)
    public: str | None = PUBLIC
    desk: Desk = field(init=False)
    door: Door = field(init=False)

    def __post_init__(self) -> None:
        """Open it."""
        self.open()

    def open(self, films: Mapping[str, ReviewedFilm] | None = None) -> None:
        """Open it anew, as a server does that was started again."""
        self.films = films or self.films
        tries = Tries(self.clock.seconds)
        self.desk = Desk(
            self.database,
            film_keys(self.films),
            passwords=Passwords(QUICK),
            tries=tries,
            clock=self.clock,
            known_s=0,
        )
        public = PublicUrl.parse(self.public) if self.public else None
        self.door = Door("127.0.0.1", 8123, desk=self.desk, public=public)
        self.app = review_app(self.films, self.door)

    def add(self, name: str, role: Role = Role.REVIEWER) -> Account:
        """Somebody who may sign in."""
        return self.desk.accounts.add(name, role, PASSWORD, HERE)

    def client(self, address: str = "192.0.2.7", **headers: str) -> TestClient:
        """Somebody's browser, in which nobody has signed in."""
        base = self.public or "http://127.0.0.1:8123"
        client = TestClient(
            self.app, base, client=(address, 4000), follow_redirects=False, headers={**OWN, **headers}
        )
        client.cookies.jar.clear()
        return client

    def signed_in(self, name: str, password: str = PASSWORD, **given: str) -> TestClient:
        """The browser of somebody who has signed in."""
        client = self.client(**given)
        answer = client.post("/api/session", json={"name": name, "password": password})
        assert answer.status_code == 200, answer.text
        return client

    def guest(self, url: str, name: str = "") -> TestClient:
        """The browser of somebody who has opened a link."""
        client = self.client()
        answer = client.post("/api/share", json={"link": url.partition("#")[2], "name": name})
        assert answer.status_code == 200, answer.text
        return client

    def trail(self) -> list[tuple[str, str, str, str]]:
        """The audit trail: kind, who, address, about."""
        return [(one.kind, one.who, one.address, one.about) for one in entries_since(self.database, None)]


@contextlib.contextmanager
def studio(home: Path, films: Mapping[str, ReviewedFilm], **given: Any) -> Iterator[Studio]:
    """An application with nobody in it yet."""
    with PeopleDatabase.open(Settings(home=home)) as database:
        yield Studio(database, films, **given)
