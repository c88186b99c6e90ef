"""Chores on a real cluster of several nodes: done once, elsewhere when a node dies, told when they fail."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from farm.cluster.chore_processes import NICENESS
from farm.cluster.chores import LOSSES, Stagehands
from farm.cluster.connect import ray_environment
from farm.schedule.chores import Chore
from farm.store.store import Store
from storyboard.errors import AssemblyError, FarmError, ShotfarmError
from tests.support import ROOT
from tests.support.farm import chores_for_tests
from tests.support.farm.orders_of_slates import production_order, slate
from tests.support.farm.productions import InBackground
from tests.support.waiting import PATIENCE_S, until

pytestmark = pytest.mark.slow


@pytest.fixture
def hands(farm, tmp_path) -> Iterator[Stagehands]:
    doing = Stagehands(farm[1], str(tmp_path / "store"))
    yield doing
    doing.close()


def words(number: int) -> Chore:
    digest = f"{number:064}"
    return Chore("words", digest, f"words {number}", chores_for_tests.write, (digest, f"these are {number}"))


def wait_for(hands: Stagehands, number: int) -> list[tuple[Chore, ShotfarmError | None]]:
    ended = []
    deadline = time.monotonic() + PATIENCE_S
    while len(ended) < number and time.monotonic() < deadline:
        ended += hands.ended(0.5)
    assert len(ended) == number
    return ended


def begun_in(hands: Stagehands, folder: Path) -> list[Path]:
    """What chores that wait in a folder have noted, once one has; the farm may lend nothing at first."""

    def begun() -> list[Path]:
        assert hands.ended(0.1) == []
        return list(folder.glob("told.*"))

    return until(begun, "one has begun")


def test_chores_are_done_on_nodes_and_give_way_to_rendering(farm, hands, tmp_path):
    for number in range(6):
        hands.begin(words(number))
    ended = wait_for(hands, 6)
    assert {chore.words for chore, _ in ended} == {f"words {number}" for number in range(6)}
    assert all(error is None for _, error in ended)
    kept = [Store(tmp_path / "store").find("words", f"{number:064}") for number in range(6)]
    assert all(manifest.facts["nice"] >= NICENESS for manifest in kept)


def test_the_next_production_has_the_processes_of_the_one_before(farm, hands, tmp_path):
    def made_by(doing: Stagehands, numbers: range) -> set[int]:
        for number in numbers:
            doing.begin(words(number))
        wait_for(doing, len(numbers))
        store = Store(tmp_path / "store")
        return {store.find("words", f"{number:064}").facts["pid"] for number in numbers}

    first = made_by(hands, range(6))
    hands.close()
    other = Stagehands(farm[1], str(tmp_path / "store"))
    try:
        assert made_by(other, range(6, 8)) <= first
    finally:
        other.close()


def test_the_processes_of_whoever_was_killed_end(farm, token, tmp_path):
    told = tmp_path / "told"
    code = (
        "import sys, time\n"
        "from farm.cluster.chores import Stagehands\n"
        "from farm.cluster.connect import connected_to\n"
        "from farm.schedule.chores import Chore\n"
        "from tests.support.farm import chores_for_tests\n"
        "with connected_to(sys.argv[1], sys.argv[2]) as client:\n"
        "    doing = Stagehands(client, sys.argv[3])\n"
        "    asked = '0' * 64, sys.argv[4]\n"
        "    doing.begin(Chore('words', '0' * 64, 'x', chores_for_tests.write_when_told, asked))\n"
        "    while True:\n"
        "        doing.ended(0.5)\n"
    )
    borrower = subprocess.Popen(
        [sys.executable, "-c", code, farm[0].address, token, str(tmp_path / "store"), str(told)],
        env={**os.environ, **ray_environment(token)},
        cwd=ROOT,
    )
    try:
        (waits,) = until(lambda: list(tmp_path.glob("told.*")), "it has begun")
    finally:
        borrower.kill()
        borrower.wait()
    until(lambda: not psutil.pid_exists(int(waits.name.split(".")[2])), "what did its chore ends")


def test_while_all_workers_render_a_node_does_one_chore_at_a_time(farm, hands, tmp_path):
    _, client = farm
    specs = [slate(f"{number}A", frames=4000, delay_s=0.1, seed=number) for number in range(2)]
    order = production_order(specs, tmp_path / "takes", "Night")
    night = InBackground(client, order)
    until(lambda: sum(bool(w.shot) for w in client.status().workers) == 2, "both workers render")
    told = tmp_path / "told"
    for number in range(3):
        digest = f"{number:064}"
        hands.begin(Chore("words", digest, "x", chores_for_tests.write_when_told, (digest, str(told))))
    begun_in(hands, tmp_path)
    for _ in range(3):
        assert hands.ended(0.5) == []
    assert len(list(tmp_path.glob("told.*"))) == 1
    told.touch()
    wait_for(hands, 3)
    client.call_off(order.production)
    night.end()


def test_a_chore_whose_node_dies_is_done_on_another(farm, hands, tmp_path):
    cluster, _ = farm
    doomed = cluster.add_node(num_cpus=6)
    told = tmp_path / "told"
    digest = f"{7:064}"
    until(lambda: len(farm[1].status().nodes) >= 3, "the farm knows the node")
    hands.begin(Chore("words", digest, "x", chores_for_tests.write_when_told, (digest, str(told))))
    (waits,) = begun_in(hands, tmp_path)
    assert waits.name.split(".")[1] == doomed.node_id, "the idlest node is lent first"
    cluster.remove_node(doomed, allow_graceful=False)
    until(lambda: not psutil.pid_exists(int(waits.name.split(".")[2])), "its process is gone")
    told.touch()
    ((_, error),) = wait_for(hands, 1)
    assert error is None
    manifest = Store(tmp_path / "store").find("words", digest)
    assert manifest.facts["node"] != doomed.node_id


def test_what_a_chore_fails_of_is_told_with_its_last_words_and_its_hint(hands):
    hands.begin(
        Chore("words", "0" * 64, "the segment of shot 2A", chores_for_tests.fail, ("no such % filter",))
    )
    ((_, error),) = wait_for(hands, 1)
    assert isinstance(error, AssemblyError)
    assert error.message == "the segment of shot 2A: ffmpeg ended with status 1\n  no such % filter"
    assert error.hint == "mend it"


def test_a_chore_that_ends_every_process_is_not_tried_for_ever(hands):
    hands.begin(Chore("words", "0" * 64, "the joint of 1A and 1B", chores_for_tests.end_process))
    ((_, error),) = wait_for(hands, 1)
    assert isinstance(error, FarmError)
    assert f"the joint of 1A and 1B: its process was lost {LOSSES} times" in error.message


def test_closing_ends_what_runs(farm, tmp_path):
    doing = Stagehands(farm[1], str(tmp_path / "store"))
    told = tmp_path / "told"
    doing.begin(Chore("words", "0" * 64, "x", chores_for_tests.write_when_told, ("0" * 64, str(told))))
    (waits,) = begun_in(doing, tmp_path)
    doing.close()
    until(lambda: not psutil.pid_exists(int(waits.name.split(".")[2])), "its process is gone")
    assert doing.ended(0) == []
