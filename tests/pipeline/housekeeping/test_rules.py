"""What may be removed from a store, and why the rest may not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from farm.store.contents import Thing
from pipeline.housekeeping.rules import Keep, Known, Why, judge, latest_takes
from pipeline.housekeeping.usage import summed
from storyboard.errors import UsageError
from tests.support.pipeline.catalogs import digest_called, new_take, numbered

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
OLD = NOW - timedelta(days=100)
TAKES = [numbered(new_take("1A", name), number) for number, name in enumerate(("a", "b", "c"), 1)]
A, B, C = (take.digest for take in TAKES)
OTHER = digest_called("of another production")


def thing(kind: str, digest: str = OTHER, written: datetime | None = OLD) -> Thing:
    return Thing(kind, digest, 1000, written, (f"/store/{kind}/{digest}/manifest.json",))


OURS = Known(takes=tuple(TAKES))


def why(one: Thing, known: Known = OURS, keep: str = "", **how) -> Why | None:
    (judged,) = judge([one], known, Keep.parse(keep), NOW, running=how.pop("running", None), **how)
    return judged.why


def test_what_nobody_needs_goes():
    for kind in ("takes", "segments", "joints", "films", "deliverables", "files", "logs", "conditioning"):
        assert why(thing(kind)) is None, kind


@pytest.mark.parametrize("keep", ["", "latest:3,days:30"])
def test_a_circled_take_stays_whatever_is_asked_for(keep):
    known = Known(takes=tuple(TAKES), circled={A}, alone=False)
    assert why(thing("takes", A), known, keep, unknown=True) is Why.CIRCLED


@pytest.mark.parametrize("kind", ["takes", "files", "segments", "films", "deliverables"])
def test_what_a_film_needs_stays(kind):
    known = Known(needed={(kind, OTHER)})
    assert why(thing(kind), known, unknown=True) is Why.NEEDED
    assert why(thing(kind, B), known) is None, "another one is not"


@pytest.mark.parametrize("kind", ["logs", "refused", "states"])
def test_notes_on_a_take_stay_with_it(kind):
    assert why(thing(kind, A), Known(circled={A})) is Why.NEEDED
    assert why(thing(kind, A), Known(needed={("takes", A)})) is Why.NEEDED
    assert why(thing(kind, C), keep="latest:1") is Why.NEEDED
    assert why(thing(kind, A), keep="latest:1") is None


def test_a_run_keeps_what_it_names_and_every_part():
    assert why(thing("takes", A), running={A}) is Why.RUNNING
    assert why(thing("files", A), running={A}) is Why.RUNNING
    assert why(thing("takes", B), running={A}) is None
    for kind in ("segments", "reels", "mixes", "films", "conditioning", "states"):
        assert why(thing(kind), running=set()) is Why.RUNNING, kind


def test_the_latest_takes_of_a_shot_stay():
    assert why(thing("takes", A), keep="latest:2") is None
    assert why(thing("takes", B), keep="latest:2") is Why.LATEST
    assert latest_takes(TAKES, 0) == set()
    finals = [numbered(new_take("1A", "final", "final"), 4), numbered(new_take("1B", "first"), 1)]
    assert latest_takes([*TAKES, *finals], 1) == {C, *(take.digest for take in finals)}


def test_what_is_young_stays_and_what_is_younger_than_an_hour_always_does():
    assert why(thing("takes", A, NOW - timedelta(days=29)), keep="days:30") is Why.YOUNG
    assert why(thing("takes", A, NOW - timedelta(days=31)), keep="days:30") is None
    assert why(thing("joints", A, NOW - timedelta(minutes=59)), keep="days:0") is Why.YOUNG
    assert why(thing("joints", A, NOW - timedelta(minutes=61)), keep="days:0") is None


def test_what_is_being_written_stays():
    assert why(thing("takes", A, None), unknown=True) is Why.WRITTEN


def test_in_a_shared_store_what_no_known_production_made_stays_unless_it_is_asked_for():
    shared = Known(takes=tuple(TAKES), alone=False)
    for kind in ("takes", "segments", "films", "files"):
        assert why(thing(kind), shared) is Why.UNKNOWN, kind
        assert why(thing(kind), shared, unknown=True) is None, kind
    assert why(thing("takes", A), shared) is None, "a take of ours"


def test_a_take_that_a_shot_of_another_production_has_stays_though_it_is_ours_too():
    known = Known(takes=tuple(TAKES), alone=False, of_others={A: "Theirs"})
    assert why(thing("takes", A), known) is Why.UNKNOWN
    assert why(thing("takes", A), known, unknown=True) is None
    assert why(thing("takes", B), known) is None


@pytest.mark.parametrize("text", ["latest", "latest:x", "days:-3", "all", "latest:3;days:2"])
def test_what_keep_does_not_know_is_refused(text):
    with pytest.raises(UsageError, match="--keep does not know"):
        Keep.parse(text)


def test_what_keep_knows():
    assert Keep.parse("circled, latest:3,days:30") == Keep(3, 30)
    assert Keep.parse("") == Keep(0, 0)


def test_usage_is_told_by_film_kind_and_age():
    known = Known(films={("takes", A): "Ours", ("takes", B): "Ours"}, alone=False)
    young = NOW - timedelta(hours=2)
    used = summed([thing("takes", A), thing("takes", B, young), thing("takes"), thing("mixes")], known, NOW)
    assert [(part.film, part.kind, part.things, part.size, part.by_age) for part in used] == [
        ("Ours", "takes", 2, 2000, {"older": 1000, "a day": 1000}),
        (None, "takes", 1, 1000, {"older": 1000}),
        (None, "mixes", 1, 1000, {"older": 1000}),
    ]
