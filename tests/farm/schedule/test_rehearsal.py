"""What the schedule says on paper: when productions are there, and what would help the late ones."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from farm.schedule.rehearsal import BUNDLES, MOST_APART, Wanted, _bundles, outlook, rehearsed
from farm.schedule.states import ShotRequest


def shots(name: str, *work_s: float, chained: bool = False) -> tuple[ShotRequest, ...]:
    return tuple(
        ShotRequest(
            f"{name}{place}",
            str(place),
            "x",
            place,
            rank=sum(work_s[place:]) if chained else seconds,
            after=f"{name}{place - 1}" if chained and place else None,
            work_s=seconds,
        )
        for place, seconds in enumerate(work_s)
    )


def test_a_film_takes_its_work_divided_by_the_workers_and_no_less_than_its_longest_chain():
    film = Wanted("film", shots("a", *[10.0] * 8))
    assert rehearsed([film], 1) == {"film": 80.0}
    assert rehearsed([film], 4) == {"film": 20.0}
    assert rehearsed([Wanted("film", shots("a", *[10.0] * 8, chained=True))], 4) == {"film": 80.0}


def test_a_shot_that_two_productions_want_is_made_once():
    assert rehearsed([Wanted("one", shots("a", 10.0)), Wanted("two", shots("a", 10.0))], 1) == {
        "one": 10.0,
        "two": 10.0,
    }


def test_more_workers_are_named_when_they_would_do():
    found = outlook([Wanted("film", shots("a", *[10.0] * 8), deadline_s=41.0)], 1)
    assert (found.late, found.workers, found.without) == (("film",), 2, ())


def test_no_number_of_workers_shortens_a_chain():
    found = outlook([Wanted("film", shots("a", *[10.0] * 8, chained=True), deadline_s=41.0)], 1)
    assert (found.late, found.workers) == (("film",), None)


def test_the_fewest_versions_are_named_without_which_the_others_are_in_time():
    wanted = [
        Wanted(f"v{number}", shots(f"v{number}-", 10.0), priority=int(number == 3), deadline_s=25.0)
        for number in range(4)
    ]
    found = outlook(wanted, 1)
    assert len(found.late) == 2
    assert len(found.without) == 2
    assert "v3" not in found.without
    assert found.workers == 2


def test_what_is_there_already_is_never_late():
    assert outlook([Wanted("film", (), deadline_s=-5.0)], 2).late == ()


lengths = st.lists(st.floats(0.01, 100), min_size=1, max_size=12)


@given(st.lists(lengths, min_size=1, max_size=4), st.integers(1, 5), st.floats(1, 500))
def test_what_is_said_to_help_does(films, workers, deadline_s):
    wanted = [
        Wanted(f"f{number}", shots(f"f{number}-", *work), deadline_s=deadline_s)
        for number, work in enumerate(films)
    ]
    found = outlook(wanted, workers)
    assert {name for name, end_s in found.ends_s.items() if end_s > deadline_s} == {*found.late}
    if found.workers is not None:
        assert found.workers > workers
        assert max(rehearsed(wanted, found.workers).values()) <= deadline_s
    if found.without:
        rest = [one for one in wanted if one.name not in found.without]
        assert rest
        assert max(rehearsed(rest, workers).values()) <= deadline_s


def test_a_slate_of_forty_versions_is_rehearsed_in_few_parcels():
    wanted = [Wanted(f"v{n}", shots(f"v{n}-", *[1.0] * 60), deadline_s=200.0) for n in range(40)]
    found = outlook(wanted, 8)
    assert max(found.ends_s.values()) == 300.0
    assert found.workers in {12, 13}
    assert 0 < len(found.without) < 20


@given(
    st.lists(
        st.tuples(st.integers(0, 2), st.one_of(st.none(), st.floats(0, 1e6))),
        min_size=MOST_APART + 1,
        max_size=4 * MOST_APART,
    )
)
def test_very_many_productions_are_served_in_few_bundles_of_one_priority_by_their_deadlines(wants):
    wanted = [
        Wanted(f"v{n}", shots(f"v{n}-", 1.0), priority, deadline_s=due)
        for n, (priority, due) in enumerate(wants)
    ]
    bundles = _bundles(wanted)
    assert sorted(one.name for bundle in bundles for one in bundle) == sorted(one.name for one in wanted)
    assert len(bundles) <= BUNDLES + len({one.priority for one in wanted})
    ends = rehearsed(wanted, 3)
    assert max(ends.values()) == math.ceil(len(wanted) / 3)
    for bundle in bundles:
        assert len({one.priority for one in bundle}) == 1
        due = [math.inf if one.deadline_s is None else one.deadline_s for one in bundle]
        assert due == sorted(due)
        assert [ends[one.name] for one in bundle] == sorted(ends[one.name] for one in bundle)
