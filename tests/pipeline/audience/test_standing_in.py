"""Cards stand in for what is not there in time, each for its own frames, and for nothing else."""

from dataclasses import replace
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from farm.schedule.states import TaskState
from pipeline.audience.deciding.standing_in import (
    CLIP_S,
    FETCH_S,
    LEAD_S,
    Standing,
    chosen,
    is_stood_in,
    joined,
    standing,
)
from pipeline.audience.deciding.understudies import AHEAD_S, Role, Understudy, to_make
from pipeline.audience.waiting import MissingTake
from pipeline.broadcast import LiveShot

seconds = st.none() | st.floats(0, 1000)
lacking = st.lists(seconds, max_size=4)
edges = st.lists(st.integers(0, 400), min_size=3, max_size=7, unique=True).map(sorted)


@given(st.floats(0, 1000), lacking)
def test_nothing_stands_in_for_what_is_far_or_comes_in_time(ahead_s, there_in_s):
    if ahead_s > LEAD_S or all(one is not None and one + FETCH_S <= ahead_s for one in there_in_s):
        assert not is_stood_in(ahead_s, there_in_s)


@given(st.floats(0, LEAD_S), lacking, st.none() | st.floats(LEAD_S, 1000))
def test_whoever_comes_to_what_is_late_is_shown_something(ahead_s, there_in_s, late):
    assert is_stood_in(ahead_s, [*there_in_s, late])


@given(st.floats(0, 1000), lacking, seconds, st.floats(0, 1000))
def test_who_is_nearer_or_lacks_more_is_shown_a_stand_in_no_later(ahead_s, there_in_s, one_more, nearer_s):
    if is_stood_in(ahead_s, there_in_s):
        assert is_stood_in(ahead_s, [*there_in_s, one_more])
        assert is_stood_in(min(ahead_s, nearer_s), there_in_s)


@given(edges, st.data())
def test_cards_stand_for_all_the_frames_once_and_in_order(places, data):
    start, *begins, end = places
    shots = [("first", data.draw(st.integers(0, begins[0]))), *((str(at), at) for at in begins[1:])]
    missing = data.draw(st.sets(st.sampled_from([name for name, _ in shots])))
    stood = standing(start, end, shots, missing)
    assert (stood[0].start, stood[-1].end) == (start, end)
    assert all(one.end == after.start for one, after in pairwise(stood))
    assert all(one.start < one.end for one in stood)
    assert {one.shot for one in stood} <= (missing or {name for name, _ in shots})
    began = dict(shots)
    for one in stood[1:]:
        assert began[one.shot] == one.start, "a card begins with its shot"


def test_a_dissolve_out_of_a_shot_that_is_there_is_the_card_of_what_is_missing():
    shots = [("1A", 0), ("1B", 60)]
    assert standing(48, 72, shots, {"1B"}) == [Standing("1B", 48, 72)]
    assert standing(48, 72, shots, {"1A"}) == [Standing("1A", 48, 72)]
    assert standing(48, 72, shots, {"1A", "1B"}) == [Standing("1A", 48, 60), Standing("1B", 60, 72)]
    assert standing(48, 72, shots, {"9Z"}) == [Standing("1A", 48, 60), Standing("1B", 60, 72)]


@given(edges, st.lists(st.sampled_from("ab"), min_size=6, max_size=6))
def test_what_follows_with_the_same_card_is_told_as_one(places, names):
    stood = [Standing(name, *span) for name, span in zip(names, pairwise(places), strict=False)]
    told = [*joined(stood)]
    assert all(one.shot != after.shot for one, after in pairwise(told))
    frames = lambda runs: [(run.shot, at) for run in runs for at in range(run.start, run.end)]  # noqa: E731
    assert frames(told) == frames(stood)


def test_what_is_being_written_down_is_as_good_as_there():
    def of(state, progress):
        return MissingTake("d" * 64, "2A", 60.0, LiveShot(shot="2A", state=state, progress=progress), 10.0)

    assert of(TaskState.WRITING, 1.0).there_in_s == 0.0
    assert of(TaskState.RENDERING, 0.25).there_in_s == 30.0
    assert of(TaskState.QUEUED, 0.0).there_in_s is None


@given(st.floats(0, 100), st.lists(seconds, max_size=5))
def test_the_dearest_that_is_there_in_time_is_shown(ahead_s, there_in_s):
    in_time = [one is not None and (one == 0 or one + FETCH_S <= ahead_s) for one in there_in_s]
    number = chosen(ahead_s, there_in_s)
    if number is None:
        assert not any(in_time)
    else:
        assert in_time[number]
        assert not any(in_time[:number])


works = st.floats(0.01, 60)
fast = st.none() | st.builds(
    Understudy, st.integers(0, 30).map(str), works, st.booleans() | st.just(value=False)
)
roles = st.lists(
    st.builds(Role, st.floats(0, AHEAD_S), st.floats(0, 1000), st.tuples(fast, fast)), max_size=12
)


def of_its_own(told):
    """The same, in which takes by two renderers have other names, and one take is always as much work."""
    sure = {}
    return [
        replace(
            role,
            understudies=tuple(
                one and sure.setdefault((number, one.take), replace(one, take=f"{number}-{one.take}"))
                for number, one in enumerate(role.understudies)
            ),
        )
        for role in told
    ]


@given(roles.map(of_its_own), st.tuples(st.floats(0, 20), st.floats(0, 20)), st.integers(1, 3))
def test_what_is_made_to_stand_in_is_late_else_missing_in_time_and_made_once(told, begins_in_s, workers):
    made = to_make(told, begins_in_s, workers)
    first = {}
    for role in sorted(told, key=lambda one: one.in_s):
        for one in role.understudies:
            if one and role.is_late:
                first.setdefault(one.take, (role, one))
    for number, takes in enumerate(made):
        assert len(takes) == len({*takes})
        free = [begins_in_s[number]] * workers
        for take in takes:
            assert take in first, "its own take will be late"
            assert not first[take][1].is_there
            free.sort()
            free[0] += first[take][1].work_s
            wanted = [role for role in told if any(one and one.take == take for one in role.understudies)]
            assert any(free[0] + CLIP_S + FETCH_S <= role.in_s for role in wanted), "it is there in time"


@given(roles.map(of_its_own), st.tuples(st.floats(0, 20), st.floats(0, 20)))
def test_who_comes_first_to_something_late_is_helped_if_any_renderer_can(told, begins_in_s):
    late = sorted((one for one in told if one.is_late), key=lambda one: one.in_s)
    made = {take for takes in to_make(told, begins_in_s) for take in takes}
    if late:
        usable = [one for one in late[0].understudies if one]
        able = [
            one.is_there or begins + one.work_s + CLIP_S + FETCH_S <= late[0].in_s
            for begins, one in zip(begins_in_s, late[0].understudies, strict=True)
            if one
        ]
        there = [one.is_there for one in usable]
        if any(able) and not there[able.index(True)]:
            assert usable[able.index(True)].take in made
    assert made == {take for takes in to_make(late, begins_in_s) for take in takes}, "nothing else is made"
