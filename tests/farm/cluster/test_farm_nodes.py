"""A farm of several nodes on this machine: what their tags mean, and how they come and go."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest

from farm.backend.conformance import Recorder
from farm.backend.registry import backend_class
from farm.backend.traits import complete_options
from farm.backends.slate import SlateBackend
from farm.cluster.client import FarmClient
from farm.cluster.dispatcher import HEAD, NAME, NAMESPACE
from farm.cluster.operator_choices import Decisions, kept_decisions
from farm.host.addresses import LOOPBACK
from farm.schedule.messages import ProductionOrder
from farm.schedule.states import TaskState
from farm.schedule.status import ProductionStatus, WorkerStatus
from farm.store.store import Store
from farm.takes.clip import CLIP
from tests.support.farm.orders_of_slates import production_order, render_order, slate
from tests.support.farm.productions import InBackground, ended_well, render, shots, workers_of
from tests.support.farm.takes import render_take
from tests.support.processes import words_of
from tests.support.waiting import until

pytestmark = pytest.mark.slow


def asking(order: ProductionOrder, **needs: Any) -> ProductionOrder:
    """The same order, whose shots need more."""
    return replace(order, requests=tuple(replace(request, **needs) for request in order.requests))


def drained(client: FarmClient) -> list[str]:
    """The nodes: they get no shots until a test says so, and what waits for them without end stays."""
    nodes = [each.id for each in client.status().nodes if each.cpus]
    for node in nodes:
        client.drain(node, drained=True)
    return nodes


def production(client: FarmClient, title: str) -> ProductionStatus | None:
    return next((each for each in client.status().productions if each.title == title), None)


def both_slates_are_up(client: FarmClient, store: Path) -> None:
    """Two workers have rendered slates: neither comes up late in what follows."""
    long = production_order(shots(2, frames=6000), store, "Long")
    begun = InBackground(client, long)
    until(lambda: sum(bool(worker.shot) for worker in client.status().workers) == 2, "there are two workers")
    client.call_off(long.production)
    begun.end()


def test_a_rendering_shot_gives_way_to_a_higher_priority_and_goes_on_from_its_state(farm, tmp_path):
    _, client = farm
    both_slates_are_up(client, tmp_path / "long")
    specs = shots(2, frames=60, delay_s=1.0, keep_every=2)  # far longer than it takes to ask for more
    night = InBackground(client, production_order(specs, tmp_path, "Night"))
    until(
        lambda: all(Store(tmp_path).notes.kept_state(spec.digest()) for spec in specs),
        "both have kept a state",
    )
    urgent = slate("9Z", frames=2)
    order = replace(production_order([urgent], tmp_path, "Urgent"), priority=5)
    ended_well(InBackground(client, order).end(), [urgent])
    ended_well(night.end(), specs)
    states = [[event.state for event in night.events if event.digest == spec.digest()] for spec in specs]
    whole = [TaskState.QUEUED, TaskState.RENDERING, TaskState.DONE]
    (stopped,) = [number for number, passed in enumerate(states) if passed != whole]
    assert states[stopped] == [*whole[:2], *whole], "back into the queue, and no try counted"
    take = Store(tmp_path).find("takes", specs[stopped].digest())
    assert take.facts["notes"]["resumed_at_frame"] >= 2
    render_take(SlateBackend(), render_order(specs[stopped], tmp_path / "whole"), Recorder())
    undisturbed = Store(tmp_path / "whole").find("takes", specs[stopped].digest())
    assert take.files[CLIP].sha256 == undisturbed.files[CLIP].sha256
    assert "resumed_at_frame" not in undisturbed.facts["notes"]


def test_the_dispatcher_lives_on_the_head_and_goes_with_no_other_node(farm):
    from ray._private.state import available_resources_per_node

    cluster, _ = farm
    until(
        lambda: 0 < 1 - available_resources_per_node()[cluster.head_node.node_id][HEAD] < 1,
        "Ray tells that the head has it",
    )


def test_a_shot_of_another_backend_gets_the_place_of_what_is_less_urgent(farm, tmp_path):
    _, client = farm
    specs = shots(2, frames=600, delay_s=0.5, keep_every=2)  # it is called off when all has been seen
    order = production_order(specs, tmp_path, "Night")
    night = InBackground(client, order)
    until(lambda: all(Store(tmp_path).notes.kept_state(spec.digest()) for spec in specs), "both render")
    options = complete_options(backend_class("animatic").TRAITS)
    drawn = slate("9Z", frames=2).model_copy(update={"backend": "animatic", "options": options})
    urgent = InBackground(client, replace(production_order([drawn], tmp_path, "Urgent"), priority=5))
    ended_well(urgent.end(), [drawn])
    given_out = [TaskState.QUEUED, TaskState.RENDERING]

    def passed() -> list[list[TaskState]]:
        """What each shot of the night has, that of which more has happened last."""
        found = [[event.state for event in night.events if event.digest == spec.digest()] for spec in specs]
        return sorted(found, key=len)

    until(lambda: passed() == [given_out, given_out * 2], "it did not wait for the night's end, and goes on")
    client.call_off(order.production)
    night.end()


def test_a_drained_node_gets_no_shots_until_that_is_undone(farm, tmp_path):
    cluster, client = farm
    (first,) = [node.id for node in client.status().nodes if node.cpus]
    joined = cluster.add_node(num_cpus=1)
    try:
        client.drain(first, drained=True)
        specs = shots(3, frames=2)
        ended_well(InBackground(client, production_order(specs, tmp_path, "elsewhere")).end(), specs)
        workers = {each.name: each.node for each in client.status().workers}
        assert {workers[name] for name in workers_of(tmp_path, specs)} == {joined.node_id}
        until(lambda: not any(each.node == first for each in client.status().workers), "its workers are gone")
        client.drain(first, drained=False)
        client.drain(joined.node_id, drained=True, at_once=True)
        specs = shots(3, frames=3)
        ended_well(InBackground(client, production_order(specs, tmp_path, "here")).end(), specs)
        workers = {each.name: each.node for each in client.status().workers}
        assert {workers[name] for name in workers_of(tmp_path, specs)} == {first}
    finally:
        client.drain(joined.node_id, drained=False)
        cluster.remove_node(joined)


# On the loopback address Ray would refuse a second node, and give it half a minute to start.
_RAY_START = """
import types
from ray.scripts import scripts
from farm.cluster import lean_head
from tests.support.farm.clusters import make_ray_patient
make_ray_patient()
scripts.ray_constants = types.SimpleNamespace(**vars(scripts.ray_constants) | {"ENABLE_RAY_CLUSTER": True})
lean_head.main()
"""
SPOT = '{"spot": 1}'


def ray_start(address: str) -> psutil.Popen:
    """Lets a node join as an operator does."""
    words = f"start --block --address={address} --node-ip-address={LOOPBACK} --num-cpus=1"
    command = [sys.executable, "-c", _RAY_START, *words.split(), f"--resources={SPOT}"]
    return psutil.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def drain_node(address: str, node: str) -> None:
    """What an autoscaler does, or a script that hears that a spot instance will be taken."""
    ray = Path(sys.executable).with_name("ray")
    words = f"{ray} drain-node --address={address} --node-id={node} --reason-message=spot"
    notice = "--reason=DRAIN_NODE_REASON_PREEMPTION --deadline-remaining-seconds=60"
    subprocess.run([*words.split(), *notice.split()], check=True, capture_output=True)


def family(leader: int) -> list[psutil.Process]:
    process = psutil.Process(leader)
    return [process, *process.children(recursive=True)]


def test_a_shot_goes_on_from_the_step_that_it_was_at_however_its_worker_is_told_to_leave(farm, tmp_path):
    cluster, client = farm
    (spec,) = specs = shots(1, frames=6000, delay_s=0.1, keep_every=6000)
    order = asking(production_order(specs, tmp_path, "Spot"), tags=("spot",), node_wait_s=float("inf"))
    film = InBackground(client, order)
    left: set[str] = set()

    def kept() -> int:
        return int(Store(tmp_path).notes.kept_state(spec.digest()) or 0)

    def renders() -> tuple[WorkerStatus, int]:
        """The worker that has come further than what is kept, and its frame."""

        def find() -> tuple[WorkerStatus, int] | None:
            for worker in client.status().workers:
                frame = round(worker.progress * spec.total_frames)
                if worker.shot and worker.name not in left and frame >= kept() + 3:
                    left.add(worker.name)
                    return worker, frame
            return None

        return until(find, "it renders")

    with contextlib.ExitStack() as nodes:
        first = ray_start(cluster.address)
        nodes.callback(lambda: [process.kill() for process in [*first.children(recursive=True), first]])
        worker, frame = renders()
        assert kept() == 0
        (process,) = [one for one in family(first.pid) if words_of(one).startswith("ray::Worker")]
        process.terminate()  # as an operator might

        again, further = renders()
        assert (again.node, kept() >= frame) == (worker.node, True)
        first.terminate()  # as a container is stopped
        second = cluster.add_node(num_cpus=1, resources=json.loads(SPOT))
        nodes.callback(cluster.remove_node, second)

        worker, frame = renders()
        assert (worker.node, kept() >= further) == (second.node_id, True)
        drain_node(cluster.address, worker.node)
        third = cluster.add_node(num_cpus=1, resources=json.loads(SPOT))
        nodes.callback(cluster.remove_node, third)

        worker, _ = renders()
        reached = kept()
        assert (worker.node, reached >= frame) == (third.node_id, True)
        for process in family(third.all_processes["raylet"][0].process.pid):
            # As a machine is shut down: Ray leaves a worker hardly the time to do anything.
            with contextlib.suppress(psutil.NoSuchProcess):
                process.terminate()
        until(lambda: film.events[-1].state is TaskState.QUEUED, "it has lost its worker")
        assert kept() >= reached
        client.call_off(order.production)
        film.end()
    given_out = [TaskState.QUEUED, TaskState.RENDERING] * 4
    assert [event.state for event in film.events] == [*given_out, TaskState.QUEUED, TaskState.CANCELLED]


def test_what_people_said_survives_the_dispatcher(farm, tmp_path):
    import ray

    _, client = farm
    specs = shots(6)
    nodes = drained(client)  # nothing renders before all is told
    order = asking(production_order(specs, tmp_path, "Told"), node_wait_s=float("inf"))
    film = InBackground(client, order)
    name = until(lambda: production(client, "Told"), "it is there").production
    client.pause(name, paused=True)
    client.prioritize(name, 7)
    client.limit("moon", 3)
    client.drain("0" * 56, drained=True)
    epoch, _ = client._hello()
    ray.kill(ray.get_actor(NAME, namespace=NAMESPACE), no_restart=False)
    other = FarmClient()
    until(lambda: other._hello()[0] != epoch, "another dispatcher answers")
    found = until(lambda: production(other, "Told"), "its client asks again")
    assert (found.paused, found.priority) == (True, 7)
    assert other.status().limits == {"moon": 3}
    assert kept_decisions().drained == dict.fromkeys(["0" * 56, *nodes], False)
    other.drain("0" * 56, drained=False)
    other.limit("moon", None)
    other.pause(name, paused=False)
    for node in nodes:
        other.drain(node, drained=False)
    ended_well(film.end(), specs)
    assert kept_decisions() == Decisions(), "a production's part goes with it"


def test_a_failed_shot_is_tried_again_while_its_run_goes_on(farm, tmp_path):
    cluster, client = farm
    specs = [slate("1A"), slate("2A")]
    order = production_order(specs, tmp_path, "Mended")
    first, second = order.requests
    requests = (replace(first, tags=("mended",), node_wait_s=0.0), replace(second, node_wait_s=float("inf")))
    nodes = drained(client)  # so that the run does not end meanwhile
    film = InBackground(client, replace(order, requests=requests))
    failed = until(lambda: (found := production(client, "Mended")) and found.failed and found, "it fails")
    assert failed.failed == ("1A",)
    client.pause(failed.production, paused=True)
    for each in nodes:
        client.drain(each, drained=False)
    node = cluster.add_node(num_cpus=1, resources={"mended": 1})
    try:
        until(lambda: any("mended" in each.tags for each in client.status().nodes), "the node is there")
        assert client.retry(failed.production) == ["1A"]
        client.pause(failed.production, paused=False)
        ended_well(film.end(), specs)
    finally:
        cluster.remove_node(node)


def test_shots_with_a_tag_wait_in_words_until_a_node_with_it_joins(farm, tmp_path):
    cluster, client = farm
    specs = shots(2, frames=2)
    order = asking(production_order(specs, tmp_path, "Tagged"), tags=("near",), node_wait_s=float("inf"))
    film = InBackground(client, order)
    words = ('no node of the farm has the tag "near" (no node has tags)',)
    # Nodes of other tests, which have tags, have to be known to be gone.
    until(lambda: (found := production(client, "Tagged")) and found.waits == words, "it waits")
    node = cluster.add_node(num_cpus=1, resources={"near": 1})
    try:
        ended_well(film.end(), specs)
        (worker,) = [each for each in client.status().workers if each.name in workers_of(tmp_path, specs)]
        (tagged,) = [each for each in client.status().nodes if each.tags]
        assert worker.node == tagged.id
    finally:
        cluster.remove_node(node)


def test_a_tag_that_no_node_has_fails_shots_that_do_not_wait(farm, tmp_path):
    _, client = farm
    order = asking(production_order([slate("1A")], tmp_path), tags=("moon",), node_wait_s=0.0)
    (failed,) = [event for event in render(client, order) if event.error]
    assert failed.state is TaskState.FAILED
    assert failed.error.startswith('no node of the farm has the tag "moon"')
