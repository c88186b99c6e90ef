"""Shots that a hosted service renders, on a real cluster whose worker and dispatcher are killed meanwhile."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator

import psutil
import pytest

from farm.backend.conformance import shot
from farm.backend.traits import complete_options
from farm.backends.hosted.comfyui import ComfyBackend
from farm.backends.hosted.runway import RunwayBackend
from farm.cluster.client import FarmClient
from farm.cluster.connect import cluster_for_this_run
from farm.logs.kept import logs_in
from farm.schedule.states import TaskState
from farm.store.store import Store
from storyboard.document.given_files import sha256_of
from storyboard.planning.spec import ResolvedFile
from tests.support.farm.fake_comfyui import INPUTS, running, workflow
from tests.support.farm.fake_runway import KEY
from tests.support.farm.orders_of_slates import production_order
from tests.support.farm.productions import InBackground, attempts, dispatcher_process
from tests.support.processes import words_of
from tests.support.waiting import until

pytestmark = pytest.mark.slow
OPTIONS = {"look_every_s": 0.05, "concurrency": 3, "ahead": 3}


@pytest.fixture(scope="module")
def client(token, runway_server) -> Iterator[FarmClient]:
    """A cluster of two processors, whose workers find the Runway of these tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("farm.cluster.connect.new_token", lambda: token)
        with cluster_for_this_run(2) as found:
            yield found


def specs_of(count: int, seed: int = 0, **options):
    complete = complete_options(RunwayBackend.TRAITS, OPTIONS, options)
    return [
        shot(backend="runway", options=complete, seed=seed + number, head=0, tail=0)
        for number in range(count)
    ]


def workers() -> list[psutil.Process]:
    every = psutil.Process().children(recursive=True)
    return [one for one in every if words_of(one).startswith("ray::Worker")]


def test_shots_wait_in_one_process_and_are_paid_once_whoever_is_killed(client, tmp_path, runway):
    runway.task_s = 1.0
    specs = specs_of(15)
    film = InBackground(client, production_order(specs, tmp_path))
    until(lambda: attempts(tmp_path, specs), "a first take is published", run=film)
    (process,) = workers()
    process.kill()
    until(lambda: len(attempts(tmp_path, specs)) > 5, "others are published", run=film)
    dispatcher_process().kill()
    states = film.end()
    # A kill that falls between sending and the answer leaves what nobody can know, and the shot says so.
    said = {one.digest for one in film.events if "may have taken it on" in (one.error or "")}
    ended = {spec.digest(): TaskState.FAILED if spec.digest() in said else TaskState.DONE for spec in specs}
    assert states == ended
    assert len(said) < len(specs) / 2
    paid = Counter(task.body["seed"] for task in runway.accepted)
    assert set(paid.values()) == {1}
    assert paid.keys() >= {spec.seed for spec in specs if spec.digest() not in said}
    assert not runway.withdrawn


def test_servers_of_comfyui_take_each_shot_on_once_whoever_is_killed(client, tmp_path):
    workflow_file = tmp_path / "shot.json"
    workflow_file.write_text(json.dumps(workflow()))
    sha256 = sha256_of(workflow_file)
    Store(tmp_path).keep_file(workflow_file, sha256)
    with running() as one, running() as other:
        servers = [{"url": server.url} for server in (one, other)]
        options = {"workflow": "shot.json", "inputs": INPUTS, "servers": servers, "look_every_s": 0.05}
        complete = complete_options(ComfyBackend.TRAITS, options)
        given = {"shot.json": ResolvedFile(sha256=sha256)}
        common = {"backend": "comfyui", "options": complete, "given": given, "head": 0, "tail": 0}
        specs = [shot(seed=500 + number, **common) for number in range(8)]
        for server in (one, other):
            server.faults.hold.clear()
        film = InBackground(client, production_order(specs, tmp_path))
        # All that they may have: none is on its way when their sender is killed.
        until(
            lambda: all(server._running and server._pending for server in (one, other)),
            "servers have taken shots on",
            run=film,
        )
        killed = workers()
        for process in killed:
            process.kill()
        until(lambda: {*workers()} - {*killed}, "others stand in for them", run=film)
        dispatcher_process().kill()
        for server in (one, other):
            server.faults.hold.set()
        assert film.end() == {spec.digest(): TaskState.DONE for spec in specs}
        rendered = [server.seed_of(task) for server in (one, other) for task in server.rendered]
        assert sorted(rendered) == [spec.seed for spec in specs]


def test_cancelling_withdraws_what_waits_and_the_store_and_the_logs_have_no_key(client, tmp_path, runway):
    runway.task_s = 3600.0
    specs = specs_of(4, seed=100)
    film = InBackground(client, production_order(specs, tmp_path, title="called off"))
    until(lambda: len(runway.accepted) == 4, "all are taken on", run=film)
    (production,) = [one for one in client.status().productions if one.title == "called off"]
    client.call_off(production.production)
    assert {*film.end().values()} == {TaskState.CANCELLED}
    until(lambda: len(runway.withdrawn) == 4, "all are withdrawn")
    notes = Store(tmp_path).notes
    until(lambda: {notes.kept_state(spec.digest()) for spec in specs} <= {None, b"{}"}, "no ticket is kept")
    # A worker writes its log last: from then on nothing comes into the store, or goes.
    until(
        lambda: all(logs_in(Store(tmp_path), "", "", [spec.digest()]) for spec in specs),
        "their logs are saved",
    )
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or KEY.encode() not in path.read_bytes()
