"""Which node a new worker is put on, and what is said when there is none."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from farm.backend.traits import Resources
from farm.schedule.placement import FarmNode, FreeSpace, bundle, resources_of, tags_of, why_nowhere
from farm.schedule.states import WorkerNeeds

SMALL = FarmNode("s", "small", cpus=4, gpus=1)
LARGE = FarmNode("l", "large", cpus=8, gpus=2, tags=frozenset({"h200"}))
GPU = Resources(cpus=2, gpus=1)
PAIR = Resources(cpus=2, gpus=2)


@dataclass
class OnNode:
    node: FarmNode
    resources: Resources


def test_the_plainest_node_with_room_is_taken_then_the_one_with_the_most_left():
    space = FreeSpace([LARGE, SMALL], {})
    assert [space.fit(GPU, ()) for _ in range(4)] == [SMALL, LARGE, LARGE, None]
    assert FreeSpace([LARGE, SMALL], {"w": OnNode(SMALL, GPU)}).fit(GPU, ()) == LARGE
    other = FarmNode("o", "other", cpus=6, gpus=1)
    assert FreeSpace([SMALL, other], {}).fit(GPU, ()) == other


def test_a_node_that_is_full_or_lacks_a_tag_is_not_taken():
    assert FreeSpace([SMALL, LARGE], {}).fit(GPU, ("h200",)) == LARGE
    full = {"a": OnNode(LARGE, GPU), "b": OnNode(LARGE, GPU)}
    assert FreeSpace([SMALL, LARGE], full).fit(GPU, ("h200",)) is None
    assert FreeSpace([SMALL], {"w": OnNode(FarmNode("gone", "gone"), GPU)}).fit(GPU, ()) == SMALL


def test_the_fewest_workers_are_stopped_for_a_large_one_and_of_those_the_first_named():
    one = Resources(cpus=1, gpus=1)
    far = FarmNode("f", "far", cpus=8, gpus=2)
    there = {"a": OnNode(LARGE, one), "b": OnNode(LARGE, one), "c": OnNode(far, one)}
    for willing, leaving, stopped in (
        (["a", "b", "c"], [], ["c"]),
        (["a", "b"], [], ["a", "b"]),
        (["b", "a"], [], ["b", "a"]),
        (["a"], [], None),
        (["a"], ["b"], ["a"]),
        ([], ["a", "b"], []),
        ([], ["c"], []),
        ([], [], None),
    ):
        assert FreeSpace([LARGE, far], there, leaving).clear(PAIR, (), willing) == stopped
    assert FreeSpace([LARGE, far], there).clear(PAIR, ("h200",), ["a", "b", "c"]) == ["a", "b"]
    processors_only = {"a": OnNode(LARGE, one), "b": OnNode(LARGE, Resources(cpus=1))}
    assert FreeSpace([LARGE], processors_only).clear(PAIR, (), ["b", "a"]) == ["a"], "cards are what lacks"


def test_a_place_that_is_cleared_for_a_large_worker_is_not_given_to_a_small_one():
    one = Resources(cpus=1, gpus=1)
    there = {"a": OnNode(LARGE, one)}
    space = FreeSpace([LARGE], there, leaving=["a"])
    assert space.fit(PAIR, ()) is None, "not before it has left"
    assert space.clear(PAIR, (), []) == []
    assert space.fit(one, ()) is None, "though one card is free"
    assert space.clear(one, (), []) is None
    assert space.fit(Resources(cpus=1), ()) == LARGE, "processors are left"
    assert FreeSpace([LARGE], there, leaving=["a"]).fit(one, ()) == LARGE, "nobody was promised it"


@pytest.mark.parametrize(
    ("gpus", "own", "held"),
    [
        (0.0, Resources(cpus=2), Resources(cpus=2)),
        (1.0, Resources(cpus=2, gpus=1), Resources(cpus=2, gpus=1)),
        (4.0, Resources(cpus=2, gpus=1), Resources(cpus=8, gpus=4)),
        (2.0, Resources(cpus=1), Resources(cpus=1, gpus=2)),  # its backend needs none for most shots
    ],
)
def test_a_worker_of_several_cards_holds_as_many_times_its_processors(gpus, own, held):
    assert resources_of(WorkerNeeds("x", gpus=gpus), own) == held


def test_the_tags_of_a_node_are_its_custom_resources_and_the_kind_of_its_gpu():
    resources = {"CPU": 8.0, "memory": 1e9, "node:10.0.0.1": 1.0, "accelerator_type:H200": 1.0, "fast": 1.0}
    assert tags_of(resources) == {"h200", "fast"}


def test_a_tag_that_no_node_has_is_told_with_the_nearest_one():
    said = why_nowhere(WorkerNeeds("x", ("h20",)), GPU, [SMALL, LARGE])
    assert said == 'no node of the farm has the tag "h20"; did you mean "h200"? (there are h200)'
    assert why_nowhere(WorkerNeeds("x", ("h200",)), GPU, [SMALL]) == (
        'no node of the farm has the tag "h200" (no node has tags)'
    )


def test_a_worker_that_is_too_large_for_every_node_that_carries_its_tags_is_told_of():
    huge = Resources(gpus=2)
    assert why_nowhere(WorkerNeeds("x", ("h200",)), huge, [SMALL, LARGE]) is None
    assert "2 GPUs and 1 CPUs; no node" in why_nowhere(WorkerNeeds("x"), huge, [SMALL])
    both = [LARGE, FarmNode("f", "far", cpus=64, gpus=8, tags=frozenset({"far"}))]
    said = why_nowhere(WorkerNeeds("x", ("far", "h200")), huge, both)
    assert said == "a worker of x needs 2 GPUs and 1 CPUs on a node with far, h200; there is none"


def test_the_autoscaler_is_asked_for_the_size_and_the_tags_of_a_worker():
    assert bundle(GPU, ("far", "h200")) == {"CPU": 2, "GPU": 1, "far": 0.001, "h200": 0.001}
    assert bundle(Resources(), ()) == {"CPU": 1.0}
