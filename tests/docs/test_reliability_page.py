"""The page of the soak is what its numbers say, and its journal is read as it was written."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.pages.reliability_page import (
    NUMBERS,
    PAGE,
    WORDS,
    attempts_in,
    overlaps,
    page,
    rendered_again,
    rows,
)
from tests.support.pipeline.faulty_slate import KILLED, MISBEHAVES
from tests.support.pipeline.soak_film import ONCE, OTHERS


def begin(at: float, attempt: str, shot: str = "A", farm: str = "one", pid: int = 1) -> dict[str, Any]:
    return {
        "at": at,
        "what": "begin",
        "attempt": attempt,
        "shot": shot,
        "digest": shot,
        "farm": farm,
        "pid": pid,
    }


def then(at: float, what: str, attempt: str) -> dict[str, Any]:
    return {"at": at, "what": what, "attempt": attempt, "by": f"take of {attempt}"}


def fault(at: float, kind: str, *pids: int, shot: str = "-") -> dict[str, Any]:
    return {"at": at, "what": "fault", "kind": kind, "pids": [*pids], "shot": shot}


def test_the_page_is_what_the_numbers_of_the_last_soaks_say():
    assert PAGE.read_text() == page(json.loads(NUMBERS.read_text())), "`make soak` writes it"


def test_every_fault_of_the_soak_has_words_on_the_page():
    assert {*KILLED, *MISBEHAVES, *OTHERS, *ONCE} <= WORDS.keys()


def test_two_attempts_at_a_shot_that_live_at_once_are_found():
    events = [begin(1, "a"), begin(2, "b"), then(3, "frame", "a"), then(4, "published", "b")]
    assert [(one.attempt, other.attempt) for one, other in overlaps(attempts_in(events))] == [("a", "b")]
    events[1]["at"] = 3.5
    events.sort(key=lambda event: event["at"])
    assert overlaps(attempts_in(events)) == []


@pytest.mark.parametrize(("farm", "at", "again"), [("one", 3, True), ("two", 3, False), ("two", 9, True)])
def test_a_published_take_that_is_rendered_again_is_found(farm, at, again):
    events = [begin(1, "a"), then(2, "published", "a"), begin(at, "b", farm=farm)]
    assert bool(rendered_again(attempts_in(events))) is again


def test_a_take_of_a_process_that_was_killed_before_it_heard_that_it_stands_was_published_by_it():
    events = [begin(1, "a"), then(2, "publishing", "a"), begin(4, "b"), then(5, "dropped", "b")]
    takes = {"A": "take of a"}
    first, second = attempts_in(events, takes)
    assert (first.published, second.published) == (2, None)
    assert rendered_again([first, second]) == [], "the take was on its way when the other began"
    assert [tried.published for tried in attempts_in(events)] == [None, None]


def test_what_a_fault_interrupted_is_counted_for_it_with_its_cost_and_the_time_until_all_was_well():
    events = [
        begin(0, "a", "A", pid=1),
        begin(0, "b", "B", pid=2),
        then(4, "frame", "a"),
        fault(5, "node", 1),
        then(6, "published", "b"),
        begin(7, "c", "C", pid=2),
        then(9, "published", "c"),
        fault(9.5, "raises", 3, shot="D"),
        begin(9, "d", "D", pid=3),
        then(9.6, "frame", "d"),
        then(9.7, "over", "d"),
        begin(10, "a2", "A", pid=2),
        then(12, "published", "a2"),
        begin(13, "d2", "D", pid=2),
        then(15, "published", "d2"),
    ]
    events.sort(key=lambda event: event["at"])
    takes = {"A": "take of a2", "B": "take of b", "C": "take of c", "D": "take of d2"}
    found = rows(events, takes)
    none = {"lost": 0, "twice": 0}
    assert found == {
        "node": {"times": 1, "shots": 1, "recovery_s": [7], "wasted_s": 4, **none},
        "raises": {"times": 1, "shots": 1, "recovery_s": [5.5], "wasted_s": 0.6, **none},
    }
    assert rows(events, takes | {"B": "of another"})["node"]["lost"] == 1
