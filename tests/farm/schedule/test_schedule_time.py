"""The schedule in simulated time: nobody starves, and the workers are busy."""

from __future__ import annotations

import heapq
import math

from hypothesis import given, settings
from hypothesis import strategies as st

from farm.schedule.fairness import ProductionQueue
from farm.schedule.policy import Policy
from farm.schedule.schedule import Schedule
from farm.schedule.states import FailureKind, TaskState
from farm.schedule.tasks import CallSheet
from tests.support.farm.simulated_farm import film, one_film, simulate, three_films

SHOTS = 60
WEIGHTS = (1.0, 2.0, 5.0)


def test_sixteen_workers_are_busy_for_97_percent_of_the_least_time_that_any_schedule_needs():
    for simulated in (*one_film(seeds=5), *one_film(mistaken=0.3, seeds=5), *three_films(seeds=3)):
        assert simulated.utilisation >= 0.97


def test_a_chain_that_is_longer_than_all_other_work_is_begun_at_once():
    assert simulate([film(1, 30, continued=1.0)]).utilisation > 0.9999


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 1000),
    weights=st.lists(st.sampled_from(WEIGHTS), min_size=2, max_size=4),
    workers=st.integers(1, 4),
    events=st.lists(
        st.tuples(st.integers(1, 20), st.sampled_from(["pause", "resume", "leave", "join", "fail", "late"])),
        max_size=12,
    ),
)
def test_no_production_starves_whatever_arrives_fails_joins_and_leaves(seed, weights, workers, events):
    """A production that has shots to give is given a worker after a bounded number of others' shots."""
    schedule = Schedule(CallSheet(Policy(passes=2)))
    films = {name: film(seed * 10 + number, SHOTS, 0.2) for number, name in enumerate("abcd"[: len(weights)])}
    films |= {"late": film(seed * 10 + 9, SHOTS, 0.2)}
    weight = dict(zip("abcd", weights, strict=False)) | {"late": 1.0}
    takes_s = {digest: seconds for one in films.values() for digest, seconds in one.takes_s.items()}
    of = {digest: name for name, one in films.items() for digest in one.takes_s}

    def submit(name: str) -> None:
        schedule.sheet.submit(name, films[name].requests, weight=weight[name])

    for name in weight:
        if name != "late":
            submit(name)
    names = iter(range(1000))
    for _ in range(workers):
        schedule.roster.join(f"w{next(names)}", "slate")
    waited = dict.fromkeys(films, 0)
    most = {
        name: (schedule.sheet.policy.passes + 1)
        * sum(math.ceil(weight[other] / weight[name]) + 1 for other in films)
        + 8
        for name in films
    }
    ends: list[tuple[float, int, str]] = []
    now, ended = 0.0, 0
    happens = iter(sorted(events, key=lambda event: event[0]))
    next_event = next(happens, None)

    def asks(entry: ProductionQueue) -> bool:
        return entry.may_have_more and bool(entry.number(TaskState.QUEUED))

    while True:
        given_out = schedule.next_assignments(now)
        for each in given_out:
            heapq.heappush(ends, (now + takes_s[each.digest], each.token, each.worker))
            for name, entry in schedule.sheet.productions.items():
                waited[name] = waited[name] + 1 if asks(entry) and of[each.digest] != name else 0
                assert waited[name] <= most[name], f"{name} starves"
        if not ends:
            wake = schedule.next_wake()
            paused = [name for name in films if schedule.sheet.is_paused(name)]
            if wake is not None:
                now = wake
            elif paused:
                schedule.sheet.pause(paused[0], paused=False)
            else:
                break
            continue
        now, token, worker = heapq.heappop(ends)
        ended += 1
        while next_event is not None and next_event[0] <= ended:
            _, what = next_event
            next_event = next(happens, None)
            if what == "late" and "late" not in schedule.sheet.productions:
                submit("late")
            elif what in {"pause", "resume"}:
                schedule.sheet.pause("a", paused=what == "pause")
            elif what == "join":
                schedule.roster.join(f"w{next(names)}", "slate")
            elif what == "fail" and schedule.task_of(token):
                schedule.failed(token, FailureKind.BACKEND, "boom", now)
            elif what == "leave" and len(schedule.roster.workers) > 1:
                gone = next(iter(schedule.roster.workers))
                schedule.worker_lost(gone)
                ends = [one for one in ends if one[2] != gone]
                heapq.heapify(ends)
        schedule.completed(token, now)
        schedule.attempt_over(worker, token)
    for name in schedule.sheet.productions:
        assert schedule.sheet.production_ended(name)
        assert schedule.sheet.counts(name) == {"done": SHOTS}
