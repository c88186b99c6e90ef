"""Chores of many productions, done by hands that they share."""

from __future__ import annotations

import threading

import pytest

from assembly.programs.stopping import stoppable
from farm.schedule.chores import Chore
from pipeline.batches.crew import Crew
from storyboard.errors import AssemblyError, FarmError, Interrupted, ShotfarmError
from tests.support.waiting import PATIENCE_S, until


def nothing(*_: object) -> None: ...


class Hands:
    """Ends chores when it is told to."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.over: list[tuple[Chore, ShotfarmError | None]] = []
        self.running: dict[str, Chore] = {}
        self.closed = False
        self.gone = False

    def begin(self, chore: Chore) -> None:
        self.begun.append(chore.digest)
        self.running[chore.digest] = chore

    def ended(self, wait_s: float) -> list[tuple[Chore, ShotfarmError | None]]:
        del wait_s
        if self.gone:
            raise FarmError("the farm has gone away")
        over, self.over = self.over, []
        return over

    def close(self) -> None:
        self.closed = True

    def end(self, digest: str, error: ShotfarmError | None = None) -> None:
        until(lambda: digest in self.running, f"{digest} is begun")
        self.over.append((self.running.pop(digest), error))


def chore(digest: str) -> Chore:
    return Chore("joints", digest, f"the joint {digest}", nothing)


def heard(member, number: int = 1) -> list[tuple[str, str | None]]:
    found: list[tuple[str, str | None]] = []
    while len(found) < number:
        over = member.ended(PATIENCE_S)
        assert over, "something has ended"
        found += [(one.digest, error.message if error else None) for one, error in over]
    return found


@pytest.fixture
def hands():
    return Hands()


@pytest.fixture
def crew(hands):
    crew = Crew(lambda: hands)
    yield crew
    crew.close()


def test_what_two_productions_want_is_done_once_and_both_hear_of_it(crew, hands):
    one, two = crew.member(), crew.member()
    for member in (one, two):
        member.begin(chore("a"))
    two.begin(chore("b"))
    hands.end("a")
    hands.end("b", AssemblyError("no"))
    assert heard(one) == [("a", None)]
    assert sorted(heard(two, 2)) == [("a", None), ("b", "no")]
    assert sorted(hands.begun) == ["a", "b"]


def test_what_has_failed_is_tried_again_for_who_asks_later(crew, hands):
    one = crew.member()
    for error in (AssemblyError("no"), None):
        one.begin(chore("a"))
        hands.end("a", error)
        assert heard(one) == [("a", error.message if error else None)]
    assert hands.begun == ["a", "a"]


def test_a_production_that_has_ended_hears_no_more(crew, hands):
    one, two = crew.member(), crew.member()
    one.begin(chore("a"))
    two.begin(chore("a"))
    one.close()
    hands.end("a")
    assert heard(two) == [("a", None)]
    assert one.ended(0) == []


def test_everybody_hears_that_the_farm_has_gone_and_so_does_who_asks_then(crew, hands):
    one, two = crew.member(), crew.member()
    one.begin(chore("a"))
    until(lambda: hands.begun == ["a"], "the chore is begun")
    hands.gone = True
    with pytest.raises(FarmError, match="gone away"):
        one.ended(PATIENCE_S)
    two.begin(chore("b"))
    with pytest.raises(FarmError, match="gone away"):
        heard(two)
    assert hands.closed


def test_whoever_waits_is_told_to_end(crew):
    stop = threading.Event()
    stop.set()
    with pytest.raises(Interrupted):
        stoppable(stop, crew.member().ended, 0)


def test_hands_that_nobody_needs_are_never_asked_for(hands):
    asked = []
    crew = Crew(lambda: asked.append(1) or hands)
    crew.member().close()
    crew.close()
    assert not asked
