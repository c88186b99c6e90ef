"""The schedule over random histories in simulated time: whatever happens, what must always hold does."""

from __future__ import annotations

import tracemalloc
from collections import Counter

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from farm.schedule.encodings import with_encodings
from farm.schedule.policy import Policy
from farm.schedule.schedule import Schedule
from farm.schedule.states import ENDED, RUNNING, TO_BEGIN, FailureKind, ShotRequest, Task, TaskState
from farm.schedule.tasks import CallSheet

BACKENDS = ("encodes", "plain")
NODES = ("here", "there")
TAGS = ((), ("big",), ("big", "near"))
GPUS = (1.0, 2.0)
PRODUCTIONS = ("one", "two")


def film(name: str, chain: list[int], backend: str) -> list[ShotRequest]:
    """Shots of which some start from the one before; some are wanted by every production."""
    shots = []
    for number, kind in enumerate(chain):
        shared = kind > 2
        digest = f"{'all' if shared else name}-{backend}-{number}"
        after = shots[-1].digest if kind == 0 and shots else None
        warmth = ((), ("wan",), ("wan", "ada"), ("ltx",))[kind % 4]
        shots.append(
            ShotRequest(
                digest,
                digest,
                backend,
                number,
                float(kind),
                None if shared else after,
                warmth,
                tags=TAGS[number % 3],
                gpus=GPUS[number % 4 == 3],
                work_s=float(number),
            )
        )
    return with_encodings(shots, lambda name: name == "encodes")


class Histories(RuleBasedStateMachine):
    """A farm to which anything happens."""

    def __init__(self) -> None:
        super().__init__()
        self.schedule = Schedule(CallSheet(Policy(stop_least=4, block_s=50.0)))
        self.now = 0.0
        self.names = 0
        self.live: dict[int, tuple[str, str]] = {}
        """attempts that a worker really has: digest and worker, by token"""
        self.asked: dict[int, bool] = {}
        """attempts that were asked to give their worker back: whether for a shot of a higher priority"""
        self.preemptions: Counter[int] = Counter()
        """how often a shot was, by its task"""
        self.tasks: list[Task] = []
        """those, so that no other one is given the same number"""

    @initialize()
    def first_worker(self) -> None:
        self.join("plain")
        self.join("encodes")

    @rule(
        name=st.sampled_from(PRODUCTIONS),
        chain=st.lists(st.integers(0, 5), min_size=1, max_size=8),
        backend=st.sampled_from(BACKENDS),
        most=st.sampled_from([None, 1, 2]),
        priority=st.integers(0, 1),
        weight=st.sampled_from([1.0, 3.0]),
        due=st.one_of(st.none(), st.floats(-5, 40)),
        waited_for=st.booleans(),
    )
    def submit(self, name, chain, backend, most, priority, weight, due, waited_for) -> None:
        shots, deadline = film(name, chain, backend), None if due is None else self.now + due
        self.schedule.sheet.submit(
            name, shots, most, priority, weight, deadline=deadline, waited_for=waited_for
        )

    @rule(name=st.sampled_from(PRODUCTIONS), coming=st.lists(st.floats(-100.0, 400.0), max_size=8))
    def lead(self, name, coming) -> None:
        wanted = self.schedule.sheet.wanted_by(name)
        due = {digest: self.now + s for digest, s in zip(wanted, coming, strict=False)}
        self.schedule.sheet.lead(name, due)

    @rule(name=st.sampled_from(PRODUCTIONS))
    def cancel(self, name) -> None:
        for stopped in self.schedule.cancel(name):
            assert self.live[stopped.token] == (stopped.digest, stopped.worker)

    @rule(backend=st.sampled_from(BACKENDS), tags=st.sampled_from(TAGS), gpus=st.sampled_from(GPUS))
    def join(self, backend, tags=TAGS[-1], gpus=GPUS[0]) -> None:
        self.names += 1
        name = f"{backend}-{self.names}"
        node = NODES[self.names % 2]
        keeps = self.names % 3 > 0
        self.schedule.roster.join(name, backend, node, frozenset(tags), gpus=gpus, keeps=keeps)

    @rule(node=st.sampled_from(NODES), how=st.sampled_from([None, False, True]))
    def drain(self, node, how) -> None:
        others = {name: each for name, each in self.schedule.roster.drained.items() if name != node}
        self.schedule.roster.drain(others if how is None else {**others, node: how})

    @rule(name=st.sampled_from(PRODUCTIONS), number=st.sampled_from([None, 0, 1, 2]))
    def retry(self, name, number) -> None:
        failed = [task.request.shot for task in self.schedule.sheet.failures(name)]
        if number is None:
            assert self.schedule.sheet.retry(name) == failed
        elif number < len(failed):
            assert failed[number] in self.schedule.sheet.retry(name, failed[number])

    @precondition(lambda self: len(self.schedule.roster.workers) > 1)
    @rule(data=st.data())
    def stand_down(self, data) -> None:
        self.schedule.roster.stand_down(data.draw(st.sampled_from(sorted(self.schedule.roster.workers))))

    @rule()
    def ask_back(self) -> None:
        for each in self.schedule.to_give_back(now=self.now):
            assert self.live[each.token] == (each.digest, each.worker)
            assert each.token not in self.asked, "asked twice"
            worker, task = self.schedule.roster.workers[each.worker], self.schedule.sheet.tasks[each.digest]
            assert worker.keeps
            leaves = worker.stands_down or self.schedule.roster.drained.get(worker.node, False)
            self.asked[each.token] = not leaves
            if not leaves:
                due, urgency = self.schedule.sheet.due(task), self.schedule.sheet.urgency(task)
                assert any(
                    entry.urgency > urgency
                    or (entry.urgency == urgency and min(entry.due.values(), default=due) < due)
                    for entry in self.schedule.sheet.productions.values()
                )

    @precondition(lambda self: self.asked.keys() & self.live.keys())
    @rule(data=st.data())
    def give_back(self, data) -> None:
        token = data.draw(st.sampled_from(sorted(self.asked.keys() & self.live.keys())))
        self.stop_with_a_state(token)

    def stop_with_a_state(self, token: int) -> None:
        digest, worker = self.live.pop(token)
        task = self.schedule.task_of(token)
        tries = task.tries.total() if task else 0
        assert self.schedule.given_back(token) == (task is not None)
        self.schedule.attempt_over(worker, token)
        if task is not None:
            self.preemptions[id(task)] += self.asked[token]
            self.tasks.append(task)
            assert task.state in {TaskState.QUEUED, TaskState.FAILED}
            assert task.tries.total() == tries
            assert digest == task.request.digest

    @rule(tag=st.sampled_from(TAGS[-1]), number=st.sampled_from([0, 1, None]))
    def limit(self, tag, number) -> None:
        self.schedule.limit(tag, number)

    @precondition(lambda self: len(self.schedule.roster.workers) > 1)
    @rule(data=st.data())
    def leave(self, data) -> None:
        name = data.draw(st.sampled_from(sorted(self.schedule.roster.workers)))
        self.schedule.worker_lost(name)
        self.live = {token: each for token, each in self.live.items() if each[1] != name}

    @rule(passed=st.sampled_from([0.0, 0.5, 5.0, 60.0]))
    def assign(self, passed) -> None:
        self.now += passed
        for given in self.schedule.next_assignments(self.now):
            assert given.digest not in {
                digest for token, (digest, _) in self.live.items() if self.schedule.task_of(token)
            }, "two live attempts of one shot"
            self.live[given.token] = (given.digest, given.worker)
            tags = self.schedule.sheet.tasks[given.digest].request.tags
            assert self.schedule.roster.workers[given.worker].tags.issuperset(tags)
            assert (
                self.schedule.roster.workers[given.worker].gpus
                == self.schedule.sheet.tasks[given.digest].request.gpus
            )
            assert not self.schedule.roster.workers[given.worker].stands_down
            assert self.schedule.roster.workers[given.worker].node not in self.schedule.roster.drained
            for tag in self.schedule.limits.keys() & {*tags}:
                assert self.schedule._rendering_with(tag) <= self.schedule.limits[tag]

    @precondition(lambda self: self.live)
    @rule(data=st.data())
    def begin_next(self, data) -> None:
        self.schedule.began_next(data.draw(st.sampled_from(sorted(self.live))))

    @precondition(lambda self: self.live)
    @rule(data=st.data(), kind=st.sampled_from([None, *FailureKind]))
    def end(self, data, kind) -> None:
        token = data.draw(st.sampled_from(sorted(self.live)))
        _, worker = self.live.pop(token)
        current = self.schedule.task_of(token) is not None
        if kind is None:
            assert self.schedule.completed(token, self.now) == current
        else:
            assert self.schedule.failed(token, kind, "boom", self.now) == current
        self.schedule.attempt_over(worker, token)
        assert not self.schedule.completed(token, self.now), "its token is old now"

    @invariant()
    def workers_hold_what_they_have(self) -> None:
        for worker in self.schedule.roster.workers.values():
            held = {token for token, (_, name) in self.live.items() if name == worker.name}
            assert held == {*worker.tokens}
            assert len(held) <= 2

    @invariant()
    def nobody_is_preempted_more_often_than_the_policy_says(self) -> None:
        assert max(self.preemptions.values(), default=0) <= self.schedule.sheet.policy.give_backs

    @invariant()
    def counters_equal_the_sums(self) -> None:
        for name, entry in self.schedule.sheet.productions.items():
            tasks = [self.schedule.sheet.tasks[digest] for digest in entry.digests]
            assert all(name in task.productions for task in tasks)
            for tally, some in ((entry.tally, False), (entry.encodings, True)):
                counted = Counter(
                    (task.request.needs, task.state) for task in tasks if bool(task.request.encodes) == some
                )
                assert +tally == counted
                assert min(tally.values(), default=0) >= 0
            left_s = sum(task.request.work_s for task in tasks if task.state not in ENDED)
            assert entry.work_left_s == left_s
            states = Counter(task.state for task in tasks)
            assert entry.rendering == states[TaskState.RENDERING]
            assert entry.not_ended == sum(number for state, number in states.items() if state not in ENDED)
            to_begin = [task.request for task in tasks if task.state in TO_BEGIN]
            assert entry.to_begin_s == sum(one.work_s for one in to_begin)
            if entry.deadline is not None:
                longest_s = max((one.rank for one in to_begin), default=0.0)
                assert entry.longest_chain_s(self.schedule.sheet.tasks) == longest_s

    @invariant()
    def every_task_is_wanted_and_can_go_on(self) -> None:
        for digest, task in self.schedule.sheet.tasks.items():
            assert task.productions
            assert (task.state in RUNNING) == (task.token is not None)
            if task.state is TaskState.WAITING:
                assert task.waits
                assert all(self.schedule.sheet.tasks[name].state not in ENDED for name in task.waits)
            else:
                assert digest is not None

    def teardown(self) -> None:
        """From any moment on: when everything works, everything ends."""
        for tag in TAGS[-1]:
            self.limit(tag, None)
        self.schedule.roster.drain({})
        for backend in BACKENDS:
            for gpus in GPUS:
                self.join(backend, TAGS[-1], gpus)
        for _ in range(400):
            self.assign(60.0)
            self.ask_back()
            for token in sorted(self.asked.keys() & self.live.keys()):
                self.stop_with_a_state(token)
            for token, (_, worker) in sorted(self.live.items()):
                self.schedule.completed(token, self.now)
                self.schedule.attempt_over(worker, token)
            self.live = {}
            if all(self.schedule.sheet.production_ended(name) for name in PRODUCTIONS):
                return
        raise AssertionError(f"{ {name: self.schedule.sheet.counts(name) for name in PRODUCTIONS} }")


TestHistories = Histories.TestCase
TestHistories.pytestmark = [pytest.mark.slow]
TestHistories.settings = settings(max_examples=120, stateful_step_count=30)


class Looks(dict):
    """Counts how often something is looked up in it; looking at all counts for each."""

    looks = 0

    def __getitem__(self, key):
        self.looks += 1
        return super().__getitem__(key)

    def get(self, key, default=None):
        self.looks += 1
        return super().get(key, default)

    def __iter__(self):
        self.looks += len(self)
        return super().__iter__()

    def values(self):
        self.looks += len(self)
        return super().values()


@pytest.mark.slow
def test_fifty_thousand_queued_shots_cost_little_memory_and_do_not_slow_a_completion():
    count = 50_000
    tracemalloc.start()
    schedule = Schedule(CallSheet())
    schedule.sheet.submit(
        "film", [ShotRequest(f"{n:064d}", f"{n}", "x", n, warmth=("wan",)) for n in range(count)]
    )
    schedule.sheet.take_changes()
    used, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert used < 200 * 2**20
    for number in range(8):
        schedule.roster.join(f"w{number}", "x")
    given = schedule.next_assignments(0.0)
    looks = schedule.sheet._tasks = Looks(schedule.sheet.tasks)
    entry = schedule.sheet.productions["film"]
    digests = entry.digests = Looks(entry.digests)
    for each in given:
        schedule.completed(each.token, 0.0)
        schedule.next_assignments(0.0)
        schedule.demand()
        schedule.sheet.production_ended("film")
        assert len(schedule.sheet.next_shots("film", 8)) == 8
        schedule.sheet.work_left_s("film")
    assert looks.looks < 60 * len(given)
    assert digests.looks == 0
