"""Whoever watches leads: what somebody comes to first is served first, and nobody starves for it."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from farm.schedule.playheads import ANY_TIME, Coming, Placed, overtaken, with_what_they_wait_for
from farm.schedule.policy import Policy
from farm.schedule.schedule import Schedule
from farm.schedule.states import ShotRequest, WorkerNeeds
from farm.schedule.tasks import CallSheet

PASSES = Policy().passes
NEEDS = WorkerNeeds("x")
seconds = st.floats(-1e6, 1e6)
urgencies = st.tuples(st.integers(0, 2), st.booleans(), st.integers(0, 2))


def shots(count: int, work_s: float = 1.0) -> list[ShotRequest]:
    return [ShotRequest(f"s{n}", f"{n}A", "x", n, rank=work_s, work_s=work_s) for n in range(count)]


def farm(requests: list[ShotRequest], due: dict[str, float], workers: int = 1, **worker: bool) -> Schedule:
    schedule = Schedule(CallSheet())
    schedule.sheet.submit("film", requests)
    schedule.sheet.lead("film", due)
    for number in range(workers):
        schedule.roster.join(f"w{number}", "x", **worker)
    return schedule


def rendered(schedule: Schedule, count: int, work_s: float = 1.0) -> dict[str, float]:
    """When each shot is there, one worker doing one after another."""
    there = {}
    for number in range(count):
        (one,) = schedule.next_assignments(number * work_s)
        there[one.digest] = (number + 1) * work_s
        schedule.completed(one.token, there[one.digest])
    return there


@given(st.permutations(range(12)))
def test_shots_are_served_by_when_somebody_comes_to_them(places):
    due = {f"s{n}": 10.0 * place for n, place in enumerate(places)}
    assert [*rendered(farm(shots(12), due), 12)] == sorted(due, key=due.__getitem__)


@given(st.lists(st.integers(0, 40), min_size=1, max_size=12))
def test_whatever_can_all_be_in_time_is(gaps):
    """Earliest deadline first is optimal on one worker (Jackson, 1955)."""
    due, at = {}, 0.0
    for number, gap in enumerate(sorted(gaps)):
        at = max(at + 1.0, float(gap))
        due[f"s{number}"] = at
    there = rendered(farm(shots(len(due)), due), len(due))
    assert all(there[shot] <= due[shot] for shot in due)


@given(st.sets(st.integers(0, 59), max_size=60), seconds)
def test_what_nobody_comes_to_is_passed_so_often_and_no_more(comes_to, moment):
    due = {f"s{n}": moment + n for n in comes_to}
    order = [*rendered(farm(shots(60), due), 60)]
    others = [shot for shot in order if shot not in due]
    last = -1
    for place in map(order.index, others):
        assert place - last - 1 <= PASSES
        last = place
    assert len(order) == 60


def test_a_viewer_who_goes_elsewhere_is_followed_and_nobody_leads_any_more():
    schedule = farm(shots(6), {f"s{n}": float(n) for n in range(6)})
    (first,) = schedule.next_assignments(0.0)
    schedule.completed(first.token, 1.0)
    schedule.sheet.lead("film", {"s4": 1.0, "s5": 2.0})
    (second,) = schedule.next_assignments(1.0)
    schedule.completed(second.token, 2.0)
    schedule.sheet.lead("film", {})
    (third,) = schedule.next_assignments(2.0)
    assert [first.digest, second.digest, third.digest] == ["s0", "s4", "s1"]
    assert schedule.sheet.next_shots("film", 9) == ["2A", "3A", "5A"]


def test_a_warm_worker_passes_nothing_that_somebody_comes_to():
    warm = [replace(one, warmth=("wan",) if one.order else ("ltx",)) for one in shots(2)]
    schedule = Schedule(CallSheet())
    schedule.sheet.submit("film", warm)
    schedule.roster.join("w0", "x")
    schedule.roster.workers["w0"].warmth = ("wan",)
    schedule.sheet.lead("film", {"s0": 5.0, "s1": 6.0})
    (given_out,) = schedule.next_assignments(0.0)
    assert given_out.digest == "s0"


def test_another_production_keeps_its_share():
    schedule = farm(shots(20), {f"s{n}": float(n) for n in range(20)})
    others = [replace(one, digest=f"o{one.order}") for one in shots(20)]
    schedule.sheet.submit("other", others)
    served = []
    for moment in range(10):
        (one,) = schedule.next_assignments(float(moment))
        served.append(one.digest[0])
        schedule.completed(one.token, float(moment))
    assert served.count("o") == 5


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 100), st.none() | seconds), min_size=1, max_size=10))
def test_what_a_shot_waits_for_is_due_before_it(chain):
    requests, due = [], {}
    for number, (continues, work_s, at) in enumerate(chain):
        after = f"s{number - 1}" if continues and number else None
        requests.append(ShotRequest(f"s{number}", f"{number}A", "x", number, after=after, work_s=work_s))
        if at is not None:
            due[f"s{number}"] = at
    found = with_what_they_wait_for(due, requests)
    assert all(found[shot] <= at for shot, at in due.items())
    for one in requests:
        if one.after and one.digest in found:
            assert found[one.after] <= found[one.digest] - one.work_s


@st.composite
def places(draw):
    """Attempts that render, each with a token of its own."""
    one = st.builds(
        Placed,
        st.just(0),
        st.just(ANY_TIME) | st.floats(0, 300),
        st.floats(0, 60),
        urgencies,
        st.sampled_from([NEEDS, WorkerNeeds("y")]).map(lambda its: its.__eq__),
        st.sampled_from([frozenset({"film"}), frozenset({"other"})]),
        st.booleans(),
        st.booleans(),
    )
    found = draw(st.lists(one, max_size=6))
    return [
        replace(one, token=n, may_be_asked=one.may_be_asked and not one.asked) for n, one in enumerate(found)
    ]


@st.composite
def comings(draw):
    """Shots that wait for a worker."""
    place_of = st.sampled_from([None, "film"])
    one = st.builds(Coming, st.floats(0, 300), st.floats(0, 60), st.just(NEEDS), urgencies, place_of)
    return draw(st.lists(one, max_size=6))


@given(comings(), places(), st.floats(0, 200))
def test_only_what_can_wait_gives_way_and_only_to_what_cannot(coming, placed, now):
    asked = overtaken(coming, placed, now)
    late = [one for one in coming if one.due - one.work_s <= now]
    assert len(asked) == len({*asked}) <= len(late)
    for one in placed:
        if one.token in asked:
            assert one.may_be_asked
            assert any(
                one.due >= now + shot.work_s + one.work_s
                and one.urgency <= shot.urgency
                and one.serves(shot.needs)
                and shot.place_of in {None, *one.productions}
                for shot in late
            )


def test_a_shot_that_somebody_has_come_to_gets_the_place_of_one_that_is_far_away():
    schedule = farm(shots(4, 10.0), {"s0": 600.0, "s1": 700.0}, workers=2, keeps=True)
    assert [one.digest for one in schedule.next_assignments(0.0)] == ["s0", "s1"]
    assert schedule.to_give_back(now=0.0) == []
    schedule.sheet.lead("film", {"s0": 600.0, "s1": 700.0, "s3": 2.0})
    (asked,) = schedule.to_give_back(now=1.0)
    assert asked.digest == "s1", "what is farthest away"
    assert schedule.to_give_back(now=1.0) == [], "one place is enough"
    assert schedule.given_back(asked.token)
    schedule.attempt_over(asked.worker, asked.token)
    assert [one.digest for one in schedule.next_assignments(1.0)] == ["s3"]


def test_what_would_be_late_itself_is_finished():
    schedule = farm(shots(2, 10.0), {"s0": 15.0, "s1": 30.0}, keeps=True)
    schedule.next_assignments(0.0)
    schedule.sheet.lead("film", {"s0": 15.0, "s1": 2.0})
    assert schedule.to_give_back(now=1.0) == []


def test_within_its_limit_of_workers_a_production_gets_its_own_places_alone():
    schedule = farm(shots(2, 10.0), {}, keeps=True)
    schedule.next_assignments(0.0)
    other = [replace(one, digest=f"o{one.order}") for one in shots(2, 10.0)]
    schedule.sheet.submit("other", other, max_workers=0)
    schedule.sheet.lead("other", {"o0": 1.0})
    assert schedule.to_give_back(now=1.0) == []
    schedule.sheet.lead("film", {"s1": 1.0})
    assert len(schedule.to_give_back(now=1.0)) == 1
