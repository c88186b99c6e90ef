from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.audience.deciding.chances import chances
from pipeline.audience.deciding.prefetch import (
    HALVING_S,
    LEAST_CHANCE,
    SURE,
    Ahead,
    Coming,
    SceneShot,
    coming_to,
    order,
)
from pipeline.audience.deciding.starting import begins_in_s
from storyboard.branching.graph import SceneGraph

FORK = SceneGraph(((1, 2), (3,), (3,), ()), (True, False, False, False))
"""a scene, two answers, and the scene in which they meet"""
counts = st.dictionaries(st.sampled_from("abcdx"), st.integers(0, 1000))


def film(seconds: dict[int, float], there: frozenset[str] = frozenset(), shots: int = 2):
    """Scenes of a few shots as long as each other, called by scene and place."""

    def of(scene: int) -> list[SceneShot]:
        names = [f"{scene}{'abc'[place]}" for place in range(shots)]
        return [SceneShot(name, seconds[scene] / shots, 10.0, name in there) for name in names]

    return of


def even(scene: int) -> dict[int, float]:
    return {one: 1 / len(FORK.after[scene]) for one in FORK.after[scene]}


@given(counts, st.integers(2, 4))
def test_chances_add_up_and_what_more_chose_is_likelier(given_counts, number):
    answers = "abcd"[:number]
    found = chances(answers, given_counts)
    assert sum(found.values()) == pytest.approx(1)
    assert all(0 < chance < 1 for chance in found.values())
    ranked = sorted(answers, key=lambda one: given_counts.get(one, 0))
    assert [found[one] for one in ranked] == sorted(found.values())


def test_chances_start_equal():
    assert set(chances("abcd", {}).values()) == {0.25}


def test_the_first_shots_of_both_answers_come_before_what_follows_them():
    coming = coming_to(FORK, film(dict.fromkeys(range(4), 20.0)), even, scene=0, played_s=19.0, horizon_s=60)
    assert [(one.take, one.in_s, one.chance) for one in coming] == [
        ("0b", 0.0, SURE),
        ("1a", 1.0, 0.5),
        ("2a", 1.0, 0.5),
        ("1b", 11.0, 0.5),
        ("2b", 11.0, 0.5),
        ("3a", 21.0, SURE),
        ("3b", 31.0, SURE),
    ]


def test_half_as_likely_waits_as_if_it_were_some_seconds_later():
    sure, near = Coming("sure", 30, SURE, 4), Coming("near", 30 - HALVING_S - 0.1, 0.5, 4)
    assert near.rank_s < sure.rank_s
    assert Coming("far", 30 - HALVING_S + 0.1, 0.5, 4).rank_s > sure.rank_s


def test_scenes_that_every_answer_leads_to_are_sure_however_many_questions_are_before_them():
    rungs = SceneGraph(
        (*(one for at in range(0, 30, 3) for one in ((at + 1, at + 2), (at + 3,), (at + 3,))), ()),
        tuple(at % 3 == 0 for at in range(31)),
    )
    seconds = {at: 10.0 + at % 3 for at in range(31)}

    def halves(scene: int) -> dict[int, float]:
        return dict.fromkeys(rungs.after[scene], 0.5)

    coming = {
        one.take: one
        for one in coming_to(rungs, film(seconds), halves, scene=0, played_s=0.0, horizon_s=1000)
    }
    assert len(coming) == 62
    assert all(coming[f"{at}a"].chance == (SURE if at % 3 == 0 else 0.5) for at in range(31))
    assert coming["30a"].in_s == 10 * 21.0


def test_a_choice_that_was_made_is_sure_and_the_other_is_not_looked_at():
    coming = coming_to(
        FORK, film(dict.fromkeys(range(4), 20.0)), even, scene=0, played_s=0.0, chosen=2, horizon_s=100
    )
    assert {one.take for one in coming} == {"0a", "0b", "2a", "2b", "3a", "3b"}
    assert all(one.chance == SURE for one in coming)
    assert [one.take for one in coming] == ["0a", "0b", "2a", "2b", "3a", "3b"]


def test_what_is_there_or_beyond_the_horizon_is_not_made():
    coming = coming_to(
        FORK,
        film(dict.fromkeys(range(4), 20.0), frozenset({"1a"})),
        even,
        scene=0,
        played_s=0.0,
        horizon_s=25,
    )
    assert {one.take for one in coming} == {"0a", "0b", "2a"}


def test_who_waits_needs_everything_so_much_later():
    story = film(dict.fromkeys(range(4), 20.0))
    now, later = (
        coming_to(FORK, story, even, scene=0, played_s=0.0, begins_in_s=wait_s, horizon_s=60)
        for wait_s in (0.0, 7.0)
    )
    assert [(one.take, one.in_s + 7) for one in now] == [(one.take, one.in_s) for one in later]


def test_guesses_about_guesses_end():
    circle = SceneGraph(((0, 1), ()), (True, False))
    coming = coming_to(
        circle, film({0: 0.1, 1: 5.0}), lambda _: {0: 0.5, 1: 0.5}, scene=0, played_s=0.0, horizon_s=1e9
    )
    assert {one.take for one in coming} == {"0a", "0b", "1a", "1b"}
    assert all(LEAST_CHANCE <= one.chance <= SURE for one in coming)


comings = st.builds(
    Coming,
    st.sampled_from("abcdefgh"),
    st.floats(0, 500),
    st.one_of(st.just(SURE), st.floats(0.02, 0.99)),
    st.just(0.0),
)
WORK = {take: 1.0 + place for place, take in enumerate("abcdefgh")}


@st.composite
def viewers(draw) -> list[Ahead]:
    found = []
    for number in range(draw(st.integers(0, 5))):
        wanted = draw(st.lists(comings, unique_by=lambda one: one.take))
        wanted = [Coming(one.take, one.in_s, one.chance, WORK[one.take]) for one in wanted]
        found.append(Ahead(f"v{number}", draw(st.floats(0, 30)), tuple(wanted)))
    return found


@given(viewers())
def test_no_viewer_pays_more_than_they_have_and_no_take_is_made_twice(everybody):
    ordered = order(everybody)
    assert len({one.take for one in ordered}) == len(ordered)
    for viewer in everybody:
        spent = sum(WORK[one.take] for one in ordered if one.charged == viewer.viewer)
        assert spent <= viewer.left_s
        assert {one.take for one in ordered if one.charged == viewer.viewer} <= {
            one.take for one in viewer.coming
        }
    assert all(one.rank_s <= other.rank_s for one, other in pairwise(ordered))


@given(viewers())
def test_what_somebody_surely_comes_to_is_made_whatever_is_left(everybody):
    ordered = {one.take: one for one in order(everybody)}
    sure = {one.take for viewer in everybody for one in viewer.coming if one.chance == SURE}
    assert sure <= ordered.keys()
    assert all(ordered[take].charged is None for take in sure)
    due = {take: min(o.in_s for v in everybody for o in v.coming if o.take == take) for take in ordered}
    assert all(one.due_s == due[take] for take, one in ordered.items())


@given(viewers())
def test_who_comes_first_in_the_list_is_served_no_sooner(everybody):
    assert order(everybody) == order(everybody[::-1])


def test_more_viewers_make_a_shot_worth_more():
    one, other = Coming("a", 10, 0.5, 1), Coming("b", 9, 0.5, 1)
    assert [each.take for each in order([Ahead("v", 9, (one, other))])] == ["b", "a"]
    crowd = [Ahead(f"v{number}", 9, (one,)) for number in range(3)]
    assert [each.take for each in order([Ahead("v", 9, (one, other)), *crowd])] == ["a", "b"]


@given(viewers(), st.integers(1, 4), st.dictionaries(st.sampled_from("abxy"), st.floats(0, 20), max_size=1))
def test_who_begins_when_it_is_foreseen_is_not_late_and_makes_nobody_late(everybody, workers, making):
    for own in everybody[:1]:
        others = [one for viewer in everybody[1:] for one in viewer.coming]
        wait_s = begins_in_s(own.coming, others, making, workers)
        mine = [replace(one, in_s=one.in_s + wait_s) for one in own.coming]
        alone, together = made_in_s(others, making, workers), made_in_s([*others, *mine], making, workers)
        assert all(together[one.take] <= one.in_s + 0.01 for one in mine)
        late_s = max((alone[one.take] - one.in_s for one in others), default=0.0)
        assert all(together[one.take] - one.in_s <= max(0.0, late_s) + 0.01 for one in others)


def made_in_s(coming, making, workers) -> dict[str, float]:
    """When each take is there if workers take them in their order, told otherwise than the code does."""
    free = sorted([*making.values(), *[0.0] * (workers - len(making))])
    there = dict(making)
    for one in sorted(coming, key=lambda one: (one.rank_s, one.take)):
        if one.take not in there:
            there[one.take] = free.pop(0) + one.work_s
            free = sorted([*free, there[one.take]])
    return there


def test_a_film_begins_with_its_first_take_when_the_others_come_in_time():
    own = [Coming("a", 0.0, SURE, 4.0), Coming("b", 6.0, SURE, 9.0), Coming("c", 12.0, SURE, 2.0)]
    assert begins_in_s(own, [], {}, 3) == pytest.approx(4.0)
    assert begins_in_s(own[:2], [], {}, 1) == pytest.approx(7.0)
    assert begins_in_s([], [], {}, 1) == 0.0
