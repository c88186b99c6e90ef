"""Which node a new worker is put on, and what is said when there is none."""

from __future__ import annotations

from dataclasses import dataclass

from farm.backend import Resources
from farm.placement import FarmNode, bundle, place, tags_of, why_nowhere
from farm.states import Needs

SMALL = FarmNode("s", "small", cpus=4, gpus=1)
LARGE = FarmNode("l", "large", cpus=8, gpus=2, tags=frozenset({"h200"}))
GPU = Resources(cpus=2, gpus=1)


@dataclass
class OnNode:
    node: FarmNode
    resources: Resources


def test_the_plainest_node_with_room_is_taken_then_the_one_with_the_most_left():
    assert place(GPU, (), [LARGE, SMALL], []) == SMALL
    assert place(GPU, (), [LARGE, SMALL], [OnNode(SMALL, GPU)]) == LARGE
    other = FarmNode("o", "other", cpus=6, gpus=1)
    assert place(GPU, (), [SMALL, other], []) == other


def test_a_node_that_is_full_or_lacks_a_tag_is_not_taken():
    assert place(GPU, ("h200",), [SMALL, LARGE], []) == LARGE
    full = [OnNode(LARGE, GPU), OnNode(LARGE, GPU)]
    assert place(GPU, ("h200",), [SMALL, LARGE], full) is None
    assert place(GPU, (), [SMALL], [OnNode(FarmNode("gone", "gone"), GPU)]) == SMALL


def test_the_tags_of_a_node_are_its_custom_resources_and_the_kind_of_its_gpu():
    resources = {"CPU": 8.0, "memory": 1e9, "node:10.0.0.1": 1.0, "accelerator_type:H200": 1.0, "fast": 1.0}
    assert tags_of(resources) == {"h200", "fast"}


def test_a_tag_that_no_node_has_is_told_with_the_nearest_one():
    said = why_nowhere(Needs("x", ("h20",)), GPU, [SMALL, LARGE])
    assert said == 'no node of the farm has the tag "h20"; did you mean "h200"? (there are h200)'
    assert why_nowhere(Needs("x", ("h200",)), GPU, [SMALL]) == (
        'no node of the farm has the tag "h200" (no node has tags)'
    )


def test_a_worker_that_is_too_large_for_every_node_that_carries_its_tags_is_told_of():
    huge = Resources(gpus=2)
    assert why_nowhere(Needs("x", ("h200",)), huge, [SMALL, LARGE]) is None
    assert "2 GPUs and 1 CPUs; no node" in why_nowhere(Needs("x"), huge, [SMALL])
    both = [LARGE, FarmNode("f", "far", cpus=64, gpus=8, tags=frozenset({"far"}))]
    said = why_nowhere(Needs("x", ("far", "h200")), huge, both)
    assert said == "a worker of x needs 2 GPUs and 1 CPUs on a node with far, h200; there is none"


def test_the_autoscaler_is_asked_for_the_size_and_the_tags_of_a_worker():
    assert bundle(GPU, ("far", "h200")) == {"CPU": 2, "GPU": 1, "far": 0.001, "h200": 0.001}
    assert bundle(Resources(), ()) == {"CPU": 1.0}
