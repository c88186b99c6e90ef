"""Which processes are kept for chores, and which end; without a cluster."""

from __future__ import annotations

import pytest

from farm.cluster.chore_processes import FEW, LOOK_S, MANY_S, ChoreProcesses

IDLE_S = 600.0


class Farm:
    """Starts and ends none."""

    def __init__(self) -> None:
        self.started: list[str] = []
        self.ended: list[str] = []
        self.processes = ChoreProcesses(IDLE_S, self._start, self.ended.append)

    def _start(self, node: str) -> str:
        self.started.append(node)
        return f"{node}/{len(self.started)}"

    def take(self, borrower: str, node: str = "here") -> str:
        return self.processes.take(borrower, f"job of {borrower}", node).handle

    def tidy(self, now: float, *gone: str, nodes: tuple[str, ...] = ("here", "there")) -> set[str]:
        return self.processes.tidy(nodes, lambda: [f"job of {name}" for name in gone], now)


@pytest.fixture
def farm():
    return Farm()


def test_what_one_gave_back_the_next_one_of_that_node_is_lent_and_the_last_used_first(farm):
    first, second = farm.take("a"), farm.take("b")
    assert first != second
    assert farm.take("a", "there") not in {first, second}
    farm.processes.give_back("a", (), 1.0)
    farm.processes.give_back("b", (), 2.0)
    assert [farm.take("c"), farm.take("c")] == [second, first]
    assert farm.started == ["here", "here", "there"]


def test_one_that_was_lost_is_lent_to_nobody(farm):
    lost = farm.processes.take("a", "job of a", "here")
    kept = farm.take("a")
    farm.processes.give_back("a", {lost.name}, 1.0)
    assert [farm.take("b"), farm.take("b") in {lost.handle, kept}] == [kept, False]


def test_those_of_a_borrower_end_with_its_job_and_not_before_however_long_it_is_silent(farm):
    mine, other = farm.take("a"), farm.take("b")
    farm.tidy(10 * IDLE_S)
    assert farm.ended == []
    assert farm.tidy(10 * IDLE_S + LOOK_S + 1, "a") == {"a"}
    assert farm.ended == [mine]
    farm.processes.give_back("b", (), 0.0)
    assert farm.take("c") == other


def test_few_of_a_node_are_kept_for_long_and_the_others_for_a_minute(farm):
    of_here = [farm.take("a") for _ in range(FEW + 2)]
    of_there = farm.take("a", "there")
    farm.processes.give_back("a", (), 0.0)
    farm.tidy(MANY_S - 1)
    assert farm.ended == []
    farm.tidy(MANY_S + 1)
    assert len(farm.ended) == 2
    assert {*farm.ended} < {*of_here}
    farm.tidy(IDLE_S + 1)
    assert {*farm.ended} == {*of_here, of_there}
    assert not farm.processes


def test_a_node_that_lends_no_more_keeps_none_that_idles(farm):
    idle, busy = farm.take("a"), farm.take("b")
    farm.processes.give_back("a", (), 0.0)
    farm.tidy(1.0, nodes=("there",))
    assert farm.ended == [idle]
    farm.processes.give_back("b", (), 2.0)
    farm.tidy(3.0, nodes=("there",))
    assert farm.ended == [idle, busy]
