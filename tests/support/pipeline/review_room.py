"""The review application without a server and a browser: people who ask it, and answers that are checked."""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from starlette.testclient import TestClient

from pipeline.orchestration.hand import Hand
from pipeline.orchestration.standby import Progress, Render, StandBy
from pipeline.review.app import review_app
from pipeline.review.films import ReviewedFilm, reviewed
from pipeline.settings import Settings
from pipeline.web.access import Door
from pipeline.web.roles import Person, Role
from storyboard.document.load import NO_VALUES
from storyboard.document.values import GivenValues
from tests.support.waiting import PATIENCE_S, until

HERE = "http://127.0.0.1"


class Idle(Hand):
    """Stands by, and never renders anything.

    Attributes:
        begun: those of a test, which looks at the last one.
    """

    begun: ClassVar[list[Idle]] = []

    def __init__(self, told: StandBy) -> None:
        self.told_of = told
        self.log = told.settings.home / "idle.log"
        self.ended = threading.Event()
        self.begun.append(self)

    @property
    def lives(self) -> bool:
        """Whether nobody has stopped it."""
        return not self.ended.is_set()

    def render(self, order: Render) -> None:
        """Do nothing."""

    def lines(self) -> Iterator[Progress]:
        """Nothing, until it is stopped."""
        assert self.ended.wait(PATIENCE_S), "nobody ends it"
        yield from ()

    def stop(self) -> None:
        """End."""
        self.ended.set()

    def close(self) -> None:
        """End."""
        self.ended.set()


class Scripted(Idle):
    """Renders as a test says.

    Attributes:
        orders: what it was told to render.
    """

    begun: ClassVar[list[Scripted]] = []  # type: ignore[assignment]

    def __init__(self, told: StandBy) -> None:
        super().__init__(told)
        self.orders: list[Render] = []
        self.told: queue.SimpleQueue[Progress | None] = queue.SimpleQueue()
        self.say("ready")

    def render(self, order: Render) -> None:
        """Note what it is told."""
        self.orders.append(order)

    def say(self, state: str, **more: object) -> None:
        """Tell how it goes."""
        self.told.put(Progress.model_validate({"state": state, **more}))

    def lines(self) -> Iterator[Progress]:
        """What the test says."""
        while (told := self.told.get(timeout=PATIENCE_S)) is not None:
            yield told

    def stop(self) -> None:
        """End."""
        super().stop()
        self.told.put(None)

    close = stop

    @classmethod
    def told_to(cls, number: int) -> Scripted:
        """What was told last to render a retake, once somebody was."""

        def found() -> list[Scripted]:
            return [hand for hand in cls.begun if [one.decision for one in hand.orders][-1:] == [number]]

        until(found, f"somebody renders retake {number}")
        return found()[-1]


@dataclass(frozen=True)
class Reviewer:
    """Somebody who asks."""

    client: TestClient
    film: str

    def get(self, path: str, status: int = 200, **query: Any) -> Any:
        """What is answered to a question about the film."""
        answer = self.client.get(f"/api/films/{self.film}{path}", params=query)
        assert answer.status_code == status, answer.text
        return answer.json()

    def story(self, shot: str, **query: Any) -> Any:
        """A shot's."""
        return self.get(f"/shots/{shot}", **query)

    def send(self, path: str, body: Any, status: int) -> Any:
        """What is answered to something that is sent."""
        answer = self.client.post(f"/api/films/{self.film}{path}", json=body)
        assert answer.status_code == status, answer.text
        return answer.json()

    def decide(self, shot: str, kind: str, seen: int | None = None, status: int = 201, **what: Any) -> Any:
        """Decide of a shot; seen is what stands now, when it is left out of what is no note."""
        if seen is None and kind != "note":
            seen = self.story(shot)["seen"]
        body = {"what": {"kind": kind, **what}, "seen": seen}
        return self.send(f"/shots/{shot}/decisions", body, status)

    def propose(self, shot: str, kind: str = "retake", status: int = 200, **what: Any) -> Any:
        """What would be made again."""
        return self.send(f"/shots/{shot}/proposals", {"what": {"kind": kind, **what}}, status)


@contextlib.contextmanager
def room(
    folder: Path,
    settings: Settings,
    people: Mapping[str, Role | Person],
    hand: Callable[[StandBy], Hand] = Idle,
    given: GivenValues = NO_VALUES,
) -> Iterator[tuple[ReviewedFilm, dict[str, Reviewer]]]:
    """The application for one film, and people of these roles who look at it.

    Args:
        folder: of the film.
        settings: as it is opened.
        people: who they are, or their roles, by their names.
        hand: starts what renders retakes.
        given: the version of the film that they look at.
    """
    films = reviewed([folder], settings, given, hand)
    ((name, film),) = films.items()
    reviewers = {}
    with contextlib.ExitStack() as stack:
        for person, role in people.items():
            keeper = role if isinstance(role, Person) else Person(person, role)
            door = Door("127.0.0.1", 80, keeper=keeper)
            headers = {"Authorization": f"Bearer {door.token}"}
            client = TestClient(review_app(films, door), base_url=HERE, headers=headers)
            reviewers[person] = Reviewer(stack.enter_context(client), name)
        try:
            yield film, reviewers
        finally:
            film.close()
