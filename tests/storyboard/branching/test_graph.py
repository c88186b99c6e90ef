from __future__ import annotations

import time
from itertools import pairwise, product

from hypothesis import given, settings
from hypothesis import strategies as st

from storyboard.branching.graph import SceneGraph, branches, graph_of
from storyboard.branching.lengths import Ways, ways
from storyboard.schema.film import Film
from tests.support.storyboard.branching_films import forked, leads, plain, scene


def film(document) -> Film:
    return Film.model_validate(document)


@st.composite
def graphs(draw, *, circles: bool) -> SceneGraph:
    count = draw(st.integers(1, 7))
    after = []
    for number in range(count):
        least = 0 if circles else number + 1
        after.append(
            draw(st.lists(st.integers(least, count - 1), max_size=3, unique=True)) if least < count else []
        )
    return SceneGraph(tuple(map(tuple, after)), tuple(draw(st.booleans()) for _ in after))


def every_way(graph: SceneGraph, most: int) -> list[tuple[int, ...]]:
    """All ways of at most so many scenes, to whatever scene."""
    found, open_ways = [], [(0,)]
    while open_ways:
        found += open_ways
        open_ways = [(*way, one) for way in open_ways for one in graph.after[way[-1]] if len(way) < most]
    return found


@given(graphs(circles=False), st.lists(st.integers(1, 50), min_size=7, max_size=7))
def test_lengths_and_numbers_are_those_of_all_ways_one_by_one(graph, frames):
    every = every_way(graph, 8)
    found = ways(graph, frames)
    assert found.keys() == {way[-1] for way in every}
    for number, told in found.items():
        lengths = [sum(frames[one] for one in way) for way in every if way[-1] == number]
        assert told == Ways(min(lengths), max(lengths), len(lengths))


@given(graphs(circles=True), st.lists(st.integers(1, 50), min_size=7, max_size=7))
@settings(max_examples=200)
def test_where_ways_go_in_circles_there_is_no_longest_one(graph, frames):
    found = ways(graph, frames)
    for number, told in found.items():
        before = graph.leading_to([number]) & graph.reached
        circles = any(one in graph.come_after(one) for one in before)
        assert (told.longest is None) == (told.number is None) == circles
        assert told.shortest == min(
            sum(frames[one] for one in way) for way in every_way(graph, 8) if way[-1] == number
        )


@given(graphs(circles=True))
def test_a_scene_is_always_before_another_if_no_way_there_goes_without_it(graph):
    for number, first in product(graph.reached, range(len(graph.after))):
        without = SceneGraph(
            tuple(() if one == first else following for one, following in enumerate(graph.after)), graph.asks
        )
        avoided = first not in {0, number} and number in without.reached
        assert bool(graph.always_before[number] >> first & 1) is not avoided


@given(graphs(circles=True))
def test_a_stretch_is_entered_and_left_at_its_ends_alone(graph):
    assert sorted(number for run in graph.stretches for number in run) == [*range(len(graph.after))]
    for run in graph.stretches:
        for before, after in pairwise(run):
            assert graph.after[before] == (after,)
            assert graph.before[after] == (before,)
            assert not graph.asks[before]
            assert after != 0


def test_a_film_whose_scenes_follow_one_another_is_one_stretch():
    graph = graph_of(film(plain(4)))
    assert (graph.stretches, graph.endings, branches(film(plain(4)))) == (((0, 1, 2, 3),), (3,), False)
    assert ways(graph, [24] * 4)[3] == Ways(96, 96, 1)


def test_a_film_that_branches_meets_where_its_ways_do():
    graph = graph_of(film(forked()))
    assert graph.after == ((1, 2), (3,), (3, 4), (), ())
    assert graph.stretches == ((0,), (1,), (2,), (3,), (4,))
    found = ways(graph, [96, 48, 72, 48, 12])
    assert (found[3], found[4]) == (Ways(192, 216, 2), Ways(180, 180, 1))
    document = plain(4)
    leads(document, "s0", "s1", "s3")
    scene(document, "s1")["shots"][0]["duration"] = 5
    assert graph_of(film(document)).stretches == ((0,), (1, 2), (3,))


def test_more_ways_than_anybody_could_go_are_counted_at_once():
    document = plain(3001, frames=10)
    for number in range(0, 3000, 3):
        leads(document, f"s{number}", f"s{number + 1}", f"s{number + 2}")
        leads(document, f"s{number + 1}", f"s{number + 3}")
        leads(document, f"s{number + 2}", f"s{number + 3}")
        scene(document, f"s{number + 1}")["shots"][0]["duration"] = 20
    graph = graph_of(film(document))
    began = time.process_time()
    assert ways(graph, [20 if number % 3 == 1 else 10 for number in range(3001)])[3000] == Ways(
        20 * 1000 + 10, 30 * 1000 + 10, 2**1000
    )
    assert time.process_time() - began < 5
