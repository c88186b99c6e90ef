"""Real Ray clusters whose workers, nodes, dispatchers and clients die in mid-film."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import psutil
import pytest

from farm.cluster.client import FarmClient
from farm.cluster.connect import cluster_for_this_run, connected_to, new_token, ray_environment
from farm.host.addresses import LOOPBACK
from farm.schedule.states import TaskState
from farm.store.store import Store
from storyboard.errors import FarmError
from tests.support import ROOT
from tests.support.farm.orders_of_slates import production_order, slate
from tests.support.farm.productions import (
    InBackground,
    attempts,
    dispatcher_process,
    ended_well,
    family,
    held_worker,
    let_go,
    render,
    rendering_worker,
    shots,
    workers_of,
)
from tests.support.waiting import PATIENCE_S, until

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def client(token) -> Iterator[FarmClient]:
    """A cluster of two worker slots, started and stopped as for a run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("farm.cluster.connect.new_token", lambda: token)
        with cluster_for_this_run(2) as found:
            yield found


def test_several_workers_render_at_once(client, tmp_path):
    specs = shots(200, delay_s=0.2)  # more than one can make while another starts, however late that is
    film = InBackground(client, production_order(specs, tmp_path))
    until(lambda: len(workers_of(tmp_path, specs)) == 2, "both have published a take")
    (production,) = client.status().productions
    client.call_off(production.production)
    film.end()
    at_once = most = 0
    for event in film.events:
        at_once += {TaskState.RENDERING: 1, TaskState.DONE: -1}.get(event.state, 0)
        most = max(most, at_once)
    assert most == 2


def test_a_production_keeps_to_its_workers(client, tmp_path):
    specs = shots(4, frames=4)
    running = most = 0
    for event in render(client, production_order(specs, tmp_path, max_workers=1)):
        running += {TaskState.RENDERING: 1, TaskState.DONE: -1}.get(event.state, 0)
        most = max(most, running)
    assert most == 1


def test_a_chain_renders_in_its_order(client, tmp_path):
    first = slate("1A")
    second = slate("1B", after=first)
    third = slate("1C", after=second)
    events = render(client, production_order([first, second, third], tmp_path))
    done = [event.digest for event in events if event.state is TaskState.DONE]
    assert done == [spec.digest() for spec in (first, second, third)]


def test_a_shot_that_somebody_comes_to_is_served_before_the_others(client, tmp_path):
    specs = [*shots(1, delay_s=2.0), *shots(5)[1:]]  # the first lasts until the farm has heard of somebody
    last = specs[-1].digest()
    order = production_order(specs, tmp_path, max_workers=1)
    updates = client.render(order, due=lambda: {last: time.time()})
    events = [event for update in updates for event in update.events]
    began = [event.digest for event in events if event.state is TaskState.RENDERING]
    assert last in began[:2], "one may have begun before anybody was heard of"
    assert len(began) == 5


def test_a_film_that_is_submitted_in_parts_is_one_film(client, tmp_path, monkeypatch):
    monkeypatch.setattr("farm.cluster.client.PART", 2)
    first = slate("1A")
    specs = [first, slate("1B"), slate("1C", after=first), slate("1D"), slate("1E")]
    events = render(client, production_order(specs, tmp_path))
    ended_well({event.digest: event.state for event in events}, specs)
    began = [event.digest for event in events if event.state is TaskState.RENDERING]
    assert len(began) == len(set(began)) == 5
    assert [event.number for event in events] == [*range(1, len(events) + 1)]


def test_what_is_published_is_not_rendered_again(client, tmp_path):
    specs = shots(3, frames=3)
    render(client, production_order(specs, tmp_path))
    before = attempts(tmp_path, specs)
    render(client, production_order(specs, tmp_path, "again"))
    assert attempts(tmp_path, specs) == before


def test_kill_9_of_a_worker_in_mid_shot_costs_the_film_nothing(client, tmp_path):
    specs = shots(6, delay_s=0.6)
    film = InBackground(client, production_order(specs, tmp_path))
    victim = held_worker(tmp_path)
    until(lambda: len(attempts(tmp_path, specs)) >= 2, "two takes are published")
    before = attempts(tmp_path, specs)
    victim.kill()
    ended_well(film.end(), specs)
    after = attempts(tmp_path, specs)
    assert after.items() >= before.items()
    assert TaskState.PAUSING not in {event.state for event in film.events}, "no try was counted"
    again = [event.digest for event in film.events if event.state is TaskState.RENDERING]
    assert len(again) == len(specs) + 1, "only the lost shot was given out twice"
    Store(tmp_path).sweep()
    assert len(list(tmp_path.glob("takes/*/*/*-*"))) == 6


def test_a_failing_shot_is_tried_on_another_worker_then_failed_with_its_followers(client, tmp_path):
    long = production_order(shots(2, frames=1000), tmp_path / "long", "Long")
    begun = InBackground(client, long)
    until(lambda: sum(bool(worker.shot) for worker in client.status().workers) == 2, "there are two workers")
    client.call_off(long.production)
    begun.end()
    bad = slate("1A", raise_at_frame=1)
    follower = slate("1B", after=bad)
    last = slate("1C", after=follower)
    good = slate("2A", frames=30, delay_s=0.02)
    events = render(client, production_order([bad, follower, last, good], tmp_path))
    tried_by = [
        event.worker for event in events if (event.digest, event.state) == (bad.digest(), TaskState.RENDERING)
    ]
    assert len(tried_by) == 3
    assert tried_by[0] != tried_by[1]
    ends = {event.digest: event for event in events if event.state in {TaskState.DONE, TaskState.FAILED}}
    assert "the slate was told to fail at frame 1" in ends[bad.digest()].error
    assert ends[follower.digest()].error == "starts from shot 1A, which failed"
    assert ends[last.digest()].error == "starts from shot 1B, which failed"
    assert ends[good.digest()].state is TaskState.DONE
    assert len(list(tmp_path.glob("takes/*/*/*-*"))) == 1, "failed tries leave nothing"


def test_the_dispatcher_may_die_in_mid_film(client, tmp_path):
    specs = shots(8)
    film = InBackground(client, production_order(specs, tmp_path))
    until(lambda: len(attempts(tmp_path, specs)) >= 2, "two takes are published")
    before = attempts(tmp_path, specs)
    dispatcher_process().kill()
    ended_well(film.end(), specs)
    assert attempts(tmp_path, specs).items() >= before.items()
    assert film.spent_ms == sorted(film.spent_ms), "what the first one charged is not forgotten"
    assert film.spent_ms[-1]


def test_a_dispatcher_that_came_back_unnoticed_renders_what_it_is_asked_for(client, tmp_path):
    import ray

    def knows_nobody() -> bool:
        with contextlib.suppress(ray.exceptions.RayError):
            return ray.get(client._dispatcher.updates.remote("nobody", 0, 0)) is None
        return False

    client._hello()
    dispatcher_process().kill()
    until(knows_nobody, "it is back")
    specs = shots(2)
    list(client._follow(production_order(specs, tmp_path), {}))
    assert len(attempts(tmp_path, specs)) == len(specs)


def test_a_dispatcher_that_is_silent_for_a_while_is_followed_on_and_nothing_is_asked_twice(
    client, tmp_path, monkeypatch
):
    monkeypatch.setattr("farm.cluster.client.SILENCE_S", 1.0)
    # One lasts for a minute, so that there is something to follow.
    bad, *good = specs = [slate("9Z", raise_at_frame=1), *shots(1, delay_s=4.0), *shots(2)[1:]]
    order = production_order(specs, tmp_path)
    asked_again = threading.Event()
    hello = client._hello
    monkeypatch.setattr(client, "_hello", lambda: asked_again.set() or hello())
    film = InBackground(client, order)
    until(lambda: any(event.state is TaskState.PAUSING for event in film.events), "it has failed once")
    dispatcher = dispatcher_process()
    dispatcher.suspend()
    assert asked_again.wait(PATIENCE_S)
    dispatcher.resume()
    assert film.end() == {bad.digest(): TaskState.FAILED} | {spec.digest(): TaskState.DONE for spec in good}
    numbers = [event.number for event in film.events]
    assert numbers == [*range(1, len(numbers) + 1)]
    tried = [
        event for event in film.events if (event.digest, event.state) == (bad.digest(), TaskState.RENDERING)
    ]
    assert len(tried) == 3


def test_a_bug_that_ends_the_dispatcher_costs_a_film_nothing_and_is_told(client, tmp_path):
    import ray

    specs = shots(8, delay_s=0.4)
    film = InBackground(client, production_order(specs, tmp_path))
    renders = held_worker(tmp_path)
    until(lambda: len(attempts(tmp_path, specs)) >= 2, "two takes are published")
    before = attempts(tmp_path, specs)
    client.limit("h200", 3)
    broken = client._dispatcher
    with contextlib.suppress(ray.exceptions.RayError):  # its process may end before it has answered
        ray.get(broken.__ray_call__.remote(lambda dispatcher: vars(dispatcher).update(_schedule=None)))
    let_go(renders)
    ended_well(film.end(), specs)
    assert attempts(tmp_path, specs).items() >= before.items()
    status = client.status()
    (told,) = (one for one in status.troubles if one.what.startswith("dispatching"))
    assert told.latest.startswith("AttributeError: 'NoneType'")
    assert status.limits == {"h200": 3}
    client.limit("h200", None)
    FarmClient().status()


def test_a_production_that_ends_the_dispatcher_each_time_is_told_so_and_others_go_on(client, tmp_path):
    poisoned = production_order([slate("1A", frames=100, delay_s=0.1)], tmp_path / "poisoned")
    (request,) = poisoned.requests
    poisoned = replace(poisoned, requests=(replace(request, silence_s=None),))
    with pytest.raises(FarmError, match="a bug has ended the farm's dispatcher 3 times in a row: TypeError"):
        render(client, poisoned)
    specs = shots(2)
    events = render(FarmClient(), production_order(specs, tmp_path))
    ended_well({event.digest: event.state for event in events}, specs)


def test_a_dispatcher_that_takes_no_shots_on_is_said_in_words(client, tmp_path, monkeypatch):
    dispatcher = dispatcher_process()
    dispatcher.suspend()
    try:
        with monkeypatch.context() as patch:
            patch.setattr("farm.cluster.client.ANSWER_S", 1.0)
            with pytest.raises(FarmError, match="has not taken the shots on within 1 s"):
                render(client, production_order(shots(1), tmp_path))
    finally:
        dispatcher.resume()
    client.status()


def test_the_dispatcher_may_be_removed_in_mid_film(client, tmp_path):
    import ray

    from farm.cluster.dispatcher import NAME, NAMESPACE

    specs = shots(8)
    film = InBackground(client, production_order(specs, tmp_path))
    until(lambda: len(attempts(tmp_path, specs)) >= 2, "two takes are published")
    before = attempts(tmp_path, specs)
    ray.kill(ray.get_actor(NAME, namespace=NAMESPACE))
    ended_well(film.end(), specs)
    assert attempts(tmp_path, specs).items() >= before.items()


def test_two_productions_that_want_the_same_shots_share_them(client, tmp_path):
    specs = shots(5)
    first = InBackground(client, production_order(specs, tmp_path, "one"))
    until(lambda: first.events, "the farm has taken the first on")
    second = InBackground(client, production_order(specs, tmp_path, "two"))
    ended_well(first.end(), specs)
    ended_well(second.end(), specs)
    assert len(list(tmp_path.glob("takes/*/*/*-*"))) == 5
    given_out = {(event.digest, event.worker) for event in first.events if event.state is TaskState.RENDERING}
    assert len(given_out) == 5


def test_the_same_shots_in_two_stores_are_rendered_into_both(client, tmp_path):
    specs = shots(3)
    films = [InBackground(client, production_order(specs, tmp_path / name, name)) for name in ("a", "b")]
    for name, film in zip(("a", "b"), films, strict=True):
        ended_well(film.end(), specs)
        assert len(attempts(tmp_path / name, specs)) == 3


def test_leaving_early_frees_the_workers_and_leaves_no_half_take(client, tmp_path):
    specs = shots(6, frames=200, delay_s=0.5)
    order = production_order(specs, tmp_path)
    updates = client.render(order)
    for update in updates:
        if any(event.state is TaskState.RENDERING for event in update.events):
            break
    rendering_worker(tmp_path)
    updates.close()
    until(lambda: not any(worker.shot for worker in client.status().workers), "the workers are free")
    # A client that another test has killed may have left its own there.
    assert order.production not in {film.production for film in client.status().productions}
    until(lambda: not list(tmp_path.glob("takes/*/*/*-*")), "the half takes are gone")
    small = shots(2, frames=2)
    render(client, production_order(small, tmp_path, "next"))
    assert len(attempts(tmp_path, small)) == 2


def test_leaving_again_and_again_never_wedges_a_worker(client, tmp_path):
    """Withdrawing at any moment: before, while and after a shot is given out."""
    for number in range(12):
        updates = client.render(
            production_order(shots(4, frames=30), tmp_path / f"{number}", f"film {number}")
        )
        if number % 3:
            next(updates)
        time.sleep(0.01 * number)
        updates.close()
    specs = shots(2, frames=2)
    ended_well(InBackground(client, production_order(specs, tmp_path, "last")).end(), specs)
    until(lambda: not any(worker.shot for worker in client.status().workers), "the workers are free")


def test_a_backend_that_the_farm_does_not_know_fails_its_shots_in_words(client, tmp_path):
    unknown = slate("1A").model_copy(update={"backend": "watercolour"})
    (failed,) = [event for event in render(client, production_order([unknown], tmp_path)) if event.error]
    assert failed.state is TaskState.FAILED
    assert "no backend is named 'watercolour'" in failed.error


def test_the_status_names_nodes_workers_and_queue(client, tmp_path):
    order = production_order(shots(5, frames=60, delay_s=1.0), tmp_path, "Long")
    film = InBackground(client, order)
    until(lambda: sum(bool(worker.shot) for worker in client.status().workers) == 2, "two shots render")
    status = client.status()
    assert [node.alive for node in status.nodes] == [True]
    assert status.nodes[0].cpus == 2.0
    assert {worker.backend for worker in status.workers} == {"slate"}
    (production,) = [each for each in status.productions if each.title == "Long"]
    assert sum(production.counts.values()) == 5
    assert len(production.next_shots) == production.counts.get("queued", 0) >= 1
    client.call_off(order.production)
    film.end()


def test_every_socket_of_the_cluster_listens_on_the_loopback_address_alone(client, tmp_path):
    render(client, production_order(shots(1, frames=2), tmp_path))
    listening = []
    for process in family():
        with contextlib.suppress(psutil.Error):  # it has ended meanwhile
            connections = process.net_connections("inet")
            listening += [each.laddr.ip for each in connections if each.status == psutil.CONN_LISTEN]
    assert len(listening) > 3
    assert {*listening} <= {"127.0.0.1", "::1", "::ffff:127.0.0.1"}


_CLIENT = """
import sys
from tests.support.farm.orders_of_slates import production_order
from tests.support.farm.productions import shots
from farm.cluster.connect import connected_to
from farm.schedule.states import TaskState
from storyboard.errors import ShotfarmError
try:
    with connected_to(sys.argv[1], sys.argv[2]) as client:
        specs = shots(int(sys.argv[4]), delay_s=float(sys.argv[6]))
        for update in client.render(production_order(specs, sys.argv[3], sys.argv[5])):
            for event in update.events:
                print(event.state, event.digest, flush=True)
except ShotfarmError as error:
    print("refused:", type(error).__name__, error.message)
"""


def client_process(address: str, token: str, *words: object, delay_s: float = 0.04) -> subprocess.Popen[str]:
    """A client of a standing cluster, for a store, a number of shots and a production."""
    return subprocess.Popen(
        [sys.executable, "-c", _CLIENT, address, token, *map(str, (*words, delay_s))],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **ray_environment(token)},
        cwd=ROOT,
    )


def done_in(stdout: str) -> set[str]:
    """The digests that a client was told are done: once more when somebody else asked for them meanwhile."""
    return {line.removeprefix("done ") for line in stdout.splitlines() if line.startswith("done ")}


@pytest.fixture(scope="module")
def nodes(token) -> Iterator[tuple[Any, str, str]]:
    """A cluster of a head without worker slots and two nodes with one each; its address and token."""
    import ray

    from tests.support.farm.clusters import PatientCluster

    ray.shutdown()
    cluster = PatientCluster(num_cpus=0)
    try:
        for _ in range(2):
            cluster.add_node(num_cpus=1)
        cluster.wait_for_nodes()
        yield cluster, cluster.address, token
    finally:
        cluster.shutdown()


def test_a_wrong_token_is_refused_in_words(nodes, tmp_path):
    _, address, _ = nodes
    process = client_process(address, new_token(), tmp_path, 1, "film")
    stdout, stderr = process.communicate(timeout=PATIENCE_S)
    assert "refused: FarmError" in stdout, stderr
    assert not list(tmp_path.iterdir())


def test_an_address_where_nothing_listens_is_refused_in_words():
    with socket.socket() as silent:
        silent.bind((LOOPBACK, 0))  # and does not listen
        address = f"{LOOPBACK}:{silent.getsockname()[1]}"
        with pytest.raises(FarmError, match=f"nothing answers at {LOOPBACK}"), connected_to(address):
            pass
    with pytest.raises(FarmError, match="is no address"), connected_to("nowhere"):
        pass


def test_a_head_that_goes_away_while_a_run_connects_is_said_in_words(tmp_path):
    with socket.create_server((LOOPBACK, 0)) as head:
        address = f"{LOOPBACK}:{head.getsockname()[1]}"
        process = client_process(address, new_token(), tmp_path, 1, "film")
        for _ in range(2):  # one that sees whether it is there, and one that connects
            head.accept()
    stdout, stderr = process.communicate(timeout=PATIENCE_S)
    assert f"refused: FarmError {address} does not answer any more" in stdout, stderr


def test_a_cluster_that_does_not_come_up_is_said_in_words(token, monkeypatch):
    def give_up(**_: object) -> None:
        raise Exception("The current node timed out during startup.")  # noqa: TRY002  (it is what Ray raises)

    monkeypatch.setattr("farm.cluster.connect.new_token", lambda: token)
    monkeypatch.setattr("ray.init", give_up)
    with pytest.raises(FarmError, match="timed out during startup"), cluster_for_this_run(1):
        pass


def test_a_client_killed_in_mid_film_loses_nothing_that_was_published(nodes, tmp_path):
    _, address, token = nodes
    specs = shots(6, delay_s=0.4)
    first = client_process(address, token, tmp_path, 6, "film", delay_s=0.4)
    worker = held_worker(tmp_path)
    until(lambda: attempts(tmp_path, specs), "a first take", run=first)
    first.kill()
    first.communicate()
    before = attempts(tmp_path, specs)
    let_go(worker)
    assert 0 < len(before) < 6
    second = client_process(address, token, tmp_path, 6, "film", delay_s=0.4)
    stdout, stderr = second.communicate(timeout=PATIENCE_S)
    assert len(done_in(stdout)) == 6, stderr
    assert attempts(tmp_path, specs).items() >= before.items()
    assert len(list(tmp_path.glob("takes/*/*/*-*"))) == 6


def test_two_clients_that_want_the_same_film_render_each_shot_once(nodes, tmp_path):
    _, address, token = nodes
    both = [client_process(address, token, tmp_path, 6, name) for name in ("one", "two")]
    for process in both:
        stdout, stderr = process.communicate(timeout=PATIENCE_S)
        assert len(done_in(stdout)) == 6, stderr
    assert len(list(tmp_path.glob("takes/*/*/*-*"))) == 6


def test_a_node_removed_in_mid_film_costs_the_film_nothing(nodes, tmp_path):
    cluster, address, token = nodes
    specs = shots(8, delay_s=0.4)
    process = client_process(address, token, tmp_path, 8, "film", delay_s=0.4)
    worker = held_worker(tmp_path)
    until(lambda: len(attempts(tmp_path, specs)) >= 2, "two takes are published", run=process)
    before = attempts(tmp_path, specs)
    cluster.remove_node(next(iter(cluster.worker_nodes)), allow_graceful=False)
    let_go(worker)
    stdout, stderr = process.communicate(timeout=PATIENCE_S)
    assert len(done_in(stdout)) == 8, stdout + stderr
    assert {line.split()[0] for line in stdout.splitlines()} <= {*TaskState}, "Ray says nothing of its own"
    assert "pausing" not in stdout, "no try was counted"
    assert attempts(tmp_path, specs).items() >= before.items()


def test_a_node_that_joins_in_mid_film_renders_too(nodes, tmp_path):
    cluster, address, token = nodes
    specs = shots(200, delay_s=0.2)  # more than they can make while the node starts, however late that is
    process = client_process(address, token, tmp_path, len(specs), "film", delay_s=0.2)
    try:
        until(lambda: attempts(tmp_path, specs), "a first take")
        workers = len(cluster.worker_nodes) + 1
        cluster.add_node(num_cpus=1)
        until(lambda: len(workers_of(tmp_path, specs)) == workers, "the new node has published a take")
    finally:
        process.kill()
        process.communicate()


def test_a_run_s_cluster_leaves_no_process():
    code = (
        "import json, psutil\n"
        "from farm.cluster.connect import cluster_for_this_run\n"
        "with cluster_for_this_run(1) as client:\n"
        "    client.status()\n"
        "    family = {process.pid for process in psutil.Process().children(recursive=True)}\n"
        "    born = {one.pid: one.info['create_time'] for one in psutil.process_iter(['create_time'])}\n"
        "    print(json.dumps([[pid, born[pid]] for pid in family & born.keys()]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=PATIENCE_S
    )
    started = {(pid, born) for pid, born in json.loads(done.stdout)}
    assert len(started) > 2

    def alive() -> set[tuple[int, float]]:
        """Of these: a number may be another process's by now."""
        every = psutil.process_iter(["create_time"])
        return started & {(process.pid, process.info["create_time"]) for process in every}

    until(lambda: not alive(), "the cluster's processes end")
