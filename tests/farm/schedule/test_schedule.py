"""The failure policy and the order of work, as tables and as properties over random histories."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from farm.schedule.encodings import with_encodings
from farm.schedule.messages import Outcome
from farm.schedule.policy import Policy
from farm.schedule.schedule import Schedule
from farm.schedule.states import ENDED, AttemptState, FailureKind, ShotRequest, TaskState, WorkerNeeds
from farm.schedule.tasks import CallSheet


def request(digest: str, order: int = 0, *, rank: float = 0.0, after: str | None = None, backend: str = "x"):
    return ShotRequest(digest, digest.upper(), backend, order, rank, after)


def farm(*requests: ShotRequest, workers: int = 1, policy: Policy | None = None) -> Schedule:
    schedule = Schedule(CallSheet(policy))
    schedule.sheet.submit("film", requests)
    for number in range(workers):
        schedule.roster.join(f"w{number}", "x")
    return schedule


def test_the_longest_chain_is_served_first_then_the_order_of_the_film():
    schedule = farm(request("a", 0), request("b", 1), request("c", 2, rank=9.0), workers=3)
    assert [each.digest for each in schedule.next_assignments(0.0)] == ["c", "a", "b"]


def test_a_continuing_shot_waits_until_its_predecessor_is_published():
    schedule = farm(request("a", 0), request("b", 1, after="a"), workers=2)
    (first,) = schedule.next_assignments(0.0)
    assert first.digest == "a"
    assert schedule.next_assignments(0.0) == []
    schedule.completed(first.token, 0.0)
    assert [each.digest for each in schedule.next_assignments(0.0)] == ["b"]


def test_a_failed_shot_is_tried_on_another_worker_after_a_pause():
    schedule = farm(request("a"), workers=2)
    (first,) = schedule.next_assignments(0.0)
    schedule.failed(first.token, FailureKind.BACKEND, "boom", now=0.0)
    assert schedule.next_assignments(0.5) == []
    (second,) = schedule.next_assignments(1.0)
    assert second.worker != first.worker


def test_a_shot_that_was_done_and_is_asked_for_again_is_given_out_again():
    """Whoever asks did not find its take; the first production, still here, must not lose it either."""
    schedule = farm(request("a"), workers=1)
    (first,) = schedule.next_assignments(0.0)
    schedule.completed(first.token, 0.0)
    schedule.sheet.submit("again", [request("a")])
    (second,) = schedule.next_assignments(0.0)
    assert second.digest == "a"
    schedule.completed(second.token, 0.0)
    schedule.cancel("again")
    assert schedule.sheet.counts("film") == {"done": 1}
    assert schedule.demand() == {}


def test_a_failed_shot_that_another_production_asks_for_outlives_its_withdrawal():
    schedule = farm(request("a"), workers=1)
    (first,) = schedule.next_assignments(0.0)
    schedule.failed(first.token, FailureKind.USER, "boom", 0.0)
    schedule.sheet.submit("again", [request("a")])
    schedule.cancel("again")
    assert sum(schedule.sheet.counts("film").values()) == 1
    schedule.cancel("film")
    assert schedule.sheet.tasks == {}


def test_the_only_worker_gets_a_shot_again_that_it_failed():
    schedule = farm(request("a"), workers=1)
    (first,) = schedule.next_assignments(0.0)
    schedule.failed(first.token, FailureKind.BACKEND, "boom", now=0.0)
    assert [each.worker for each in schedule.next_assignments(1.0)] == [first.worker]


def test_a_shot_that_every_worker_has_failed_is_not_held_back_for_ever():
    schedule = farm(request("a"), workers=2)
    now = 0.0
    for _ in range(2):
        (tried,) = schedule.next_assignments(now)
        schedule.failed(tried.token, FailureKind.BACKEND, "boom", now)
        now += 10.0
    assert len(schedule.next_assignments(now)) == 1


def test_a_shot_is_called_failed_after_its_tries_and_its_followers_fail_with_it():
    schedule = farm(request("a", 0), request("b", 1, after="a"), request("c", 2, after="b"))
    now = 0.0
    for _ in range(3):
        (tried,) = schedule.next_assignments(now)
        schedule.failed(tried.token, FailureKind.BACKEND, "boom", now)
        now += 100.0
    assert {digest: task.state for digest, task in schedule.sheet.tasks.items()} == dict.fromkeys(
        "abc", TaskState.FAILED
    )
    assert schedule.sheet.tasks["c"].error == "starts from shot B, which failed"
    assert schedule.sheet.production_ended("film")


def test_what_the_user_caused_is_not_tried_again():
    schedule = farm(request("a"), workers=2)
    (first,) = schedule.next_assignments(0.0)
    schedule.failed(first.token, FailureKind.USER, "no such option", now=0.0)
    assert schedule.sheet.tasks["a"].state is TaskState.FAILED


def test_losing_a_worker_costs_no_try():
    schedule = farm(request("a"), policy=Policy(attempts=1, losses=3))
    for number in range(2):
        (tried,) = schedule.next_assignments(0.0)
        schedule.worker_lost(tried.worker)
        assert schedule.sheet.tasks["a"].tries.total() == 0
        schedule.roster.join(f"new{number}", "x")
    assert len(schedule.next_assignments(0.0)) == 1


def test_a_shot_that_loses_worker_after_worker_is_called_failed():
    schedule = farm(request("a"), policy=Policy(losses=2))
    for number in range(2):
        (tried,) = schedule.next_assignments(0.0)
        schedule.worker_lost(tried.worker)
        schedule.roster.join(f"new{number}", "x")
    assert schedule.sheet.tasks["a"].state is TaskState.FAILED
    assert "2 workers were lost" in (schedule.sheet.tasks["a"].error or "")


def test_a_completion_with_an_old_token_is_ignored():
    schedule = farm(request("a"), workers=2)
    (first,) = schedule.next_assignments(0.0)
    schedule.worker_lost(first.worker)
    (second,) = schedule.next_assignments(0.0)
    assert schedule.completed(first.token, 0.0) is False
    assert schedule.sheet.tasks["a"].state is TaskState.RENDERING
    assert schedule.completed(second.token, 0.0) is True


def test_a_worker_whose_shot_was_withdrawn_is_busy_until_it_has_stopped():
    schedule = farm(request("a"))
    (first,) = schedule.next_assignments(0.0)
    assert schedule.cancel("film") == [first]
    schedule.sheet.submit("other", [request("b")])
    assert schedule.next_assignments(0.0) == []
    schedule.attempt_over(first.worker, first.token)
    assert [each.digest for each in schedule.next_assignments(0.0)] == ["b"]


def test_two_productions_share_the_workers_evenly():
    schedule = Schedule(CallSheet())
    schedule.sheet.submit("long", [request(f"l{number}", number, rank=99.0) for number in range(20)])
    schedule.sheet.submit("short", [request(f"s{number}", number) for number in range(20)])
    for number in range(6):
        schedule.roster.join(f"w{number}", "x")
    served = [each.digest[0] for each in schedule.next_assignments(0.0)]
    assert sorted(served) == ["l", "l", "l", "s", "s", "s"]


def test_a_production_uses_no_more_workers_than_it_may():
    schedule = Schedule(CallSheet())
    schedule.sheet.submit("film", [request(f"a{number}", number) for number in range(5)], max_workers=2)
    for number in range(4):
        schedule.roster.join(f"w{number}", "x")
    assert len(schedule.next_assignments(0.0)) == 2
    assert schedule.demand() == {WorkerNeeds("x"): 2}


def test_a_shot_that_two_productions_want_is_rendered_once():
    schedule = farm(request("a"), workers=2)
    schedule.sheet.submit("other", [request("a")])
    (only,) = schedule.next_assignments(0.0)
    schedule.completed(only.token, 0.0)
    assert schedule.sheet.production_ended("film")
    assert schedule.sheet.production_ended("other")


def test_one_productions_withdrawal_leaves_a_shared_shot_rendering():
    schedule = farm(request("a"))
    schedule.sheet.submit("other", [request("a")])
    (only,) = schedule.next_assignments(0.0)
    assert schedule.cancel("film") == []
    assert schedule.completed(only.token, 0.0)
    assert schedule.sheet.production_ended("other")


def test_a_backend_that_no_worker_can_load_fails_what_waits_for_it():
    schedule = farm(request("a", 0), request("b", 1, after="a"))
    schedule.sheet.submit("other", [request("c", backend="y")])
    schedule.sheet.backend_unusable("y", "no worker can load y")
    assert schedule.sheet.tasks["c"].state is TaskState.FAILED
    assert schedule.sheet.tasks["a"].state is TaskState.QUEUED


def test_every_change_of_state_is_told_once_and_in_order():
    schedule = farm(request("a"))
    (first,) = schedule.next_assignments(0.0)
    schedule.completed(first.token, 0.0)
    assert [change.state for change in schedule.sheet.take_changes()] == [
        TaskState.QUEUED,
        TaskState.RENDERING,
        TaskState.DONE,
    ]
    assert schedule.sheet.take_changes() == []


CHAIN = st.lists(st.integers(0, 3), min_size=1, max_size=25)


@settings(max_examples=200)
@given(chain=CHAIN, workers=st.integers(1, 4), fates=st.lists(st.integers(0, 5), max_size=120))
def test_over_random_histories_no_shot_has_two_attempts_and_every_shot_ends(chain, workers, fates):
    requests = [
        request(
            f"d{number}", number, rank=float(step), after=f"d{number - 1}" if step == 0 and number else None
        )
        for number, step in enumerate(chain)
    ]
    schedule = farm(*requests, workers=workers)
    live: dict[int, tuple[str, str]] = {}
    now, names = 0.0, workers
    pending = iter(fates)
    for _ in range(5000):
        for each in schedule.next_assignments(now):
            assert each.digest not in {digest for digest, _ in live.values()}, "two live attempts of one shot"
            assert each.worker not in {worker for _, worker in live.values()}, "two shots on one worker"
            live[each.token] = (each.digest, each.worker)
        if schedule.sheet.production_ended("film"):
            break
        now += 0.5
        if not live:
            continue
        token, (_, worker) = next(iter(live.items()))
        fate = next(pending, 0)
        del live[token]
        if fate <= 2:
            assert schedule.completed(token, now)
        elif fate == 3:
            assert schedule.failed(token, FailureKind.BACKEND, "boom", now)
        elif fate == 4:
            schedule.worker_lost(worker)
            schedule.roster.join(f"w{names}", "x")
            names += 1
        else:
            assert not schedule.completed(token + 10_000, now)
            assert schedule.failed(token, FailureKind.STORE, "slow", now)
    assert schedule.sheet.production_ended("film")
    assert not live
    counts = schedule.sheet.counts("film")
    assert sum(counts.values()) == len(requests)
    assert set(counts) <= {state.value for state in ENDED}


def test_each_way_to_fail_has_a_budget_of_its_own():
    cases = {
        FailureKind.USER: 1,
        FailureKind.QUALITY: 1,
        FailureKind.MEMORY: 2,
        FailureKind.BACKEND: 3,
        FailureKind.STORE: 4,
    }
    for kind, tries in cases.items():
        schedule = farm(request("a"), workers=2)
        now = 0.0
        for number in range(1, tries + 1):
            (tried,) = schedule.next_assignments(now)
            schedule.failed(tried.token, kind, "boom", now)
            assert (schedule.sheet.tasks["a"].state is TaskState.FAILED) == (number == tries), kind
            now += 100.0
        assert schedule.sheet.tasks["a"].failure is kind


def test_failures_of_the_farm_leave_the_budget_for_bad_backends_alone():
    policy = Policy(attempts=2, store_attempts=3)
    schedule = farm(request("a"), policy=policy)
    now = 0.0
    for kind in (FailureKind.STORE, FailureKind.STORE, FailureKind.BACKEND):
        (tried,) = schedule.next_assignments(now)
        schedule.failed(tried.token, kind, "boom", now)
        now += 100.0
    assert len(schedule.next_assignments(now)) == 1


def test_a_store_that_stays_broken_ends_its_production_and_no_other():
    schedule = Schedule(CallSheet(Policy(store_attempts=1)))
    schedule.sheet.submit("full", [request("a", 0), request("b", 1), request("shared", 2)])
    schedule.sheet.submit("other", [request("c", 0), request("shared", 2)])
    schedule.roster.join("w", "x")
    (first,) = schedule.next_assignments(0.0)
    assert first.digest == "a"
    schedule.failed(first.token, FailureKind.STORE, "the disk is full", 0.0)
    assert schedule.sheet.tasks["b"].state is TaskState.FAILED
    assert schedule.sheet.tasks["b"].failure is FailureKind.STORE
    assert {schedule.sheet.tasks[name].state for name in ("c", "shared")} == {TaskState.QUEUED}


def test_when_a_share_of_the_shots_has_failed_the_rest_is_not_tried():
    names = [f"a{number:02}" for number in range(20)]
    schedule = farm(*(request(name, number) for number, name in enumerate(names)), workers=2)
    now, failures = 0.0, 0
    running = schedule.next_assignments(now)
    survivor = running.pop()
    while failures < 5:
        (bad,) = running or schedule.next_assignments(now)
        running = []
        schedule.failed(bad.token, FailureKind.QUALITY, "black", now)
        failures += 1
        assert schedule.sheet.production_ended("film") is False
    assert schedule.next_assignments(now) == []
    assert schedule.sheet.counts("film") == {"rendering": 1, "failed": 19}
    assert schedule.sheet.tasks["a19"].error == "not tried: 5 of 20 shots have failed"
    assert schedule.completed(survivor.token, now), "what renders is finished"


def test_what_users_caused_does_not_stop_the_film():
    names = [f"a{number:02}" for number in range(20)]
    schedule = farm(*(request(name, number) for number, name in enumerate(names)))
    for _ in range(19):
        (bad,) = schedule.next_assignments(0.0)
        schedule.failed(bad.token, FailureKind.USER, "no such picture", 0.0)
    assert len(schedule.next_assignments(0.0)) == 1


def test_a_worker_that_fails_what_others_render_is_blocked_and_forgiven():
    policy = Policy(blame=2, block_s=100.0)
    schedule = farm(*(request(f"a{number}", number) for number in range(9)), workers=2, policy=policy)
    now = 0.0
    for _ in range(2):
        now += 5.0
        given = {each.worker: each for each in schedule.next_assignments(now)}
        schedule.failed(given["w0"].token, FailureKind.BACKEND, "boom", now)
        schedule.completed(given["w1"].token, now)
        now += 5.0
        again = {each.worker: each for each in schedule.next_assignments(now)}
        assert again["w1"].digest == given["w0"].digest, "tried on another worker"
        schedule.completed(again["w1"].token, now)
        if "w0" in again:
            schedule.completed(again["w0"].token, now)
    assert [each.worker for each in schedule.next_assignments(now)] == ["w1"]
    assert "w0" in {each.worker for each in schedule.next_assignments(now + 101.0)}


def test_a_blocked_worker_renders_when_there_is_no_other():
    schedule = farm(*(request(name, number) for number, name in enumerate("abcd")), policy=Policy(blame=1))
    (first,) = schedule.next_assignments(0.0)
    schedule.failed(first.token, FailureKind.BACKEND, "boom", 0.0)
    schedule.roster.join("new", "x")
    given = {each.worker: each for each in schedule.next_assignments(9.0)}
    schedule.completed(given["new"].token, 9.0)
    schedule.completed(given["w0"].token, 9.0)
    assert given["new"].digest == "a", "which the other one had failed"
    assert [each.worker for each in schedule.next_assignments(9.0)] == ["new"]
    schedule.worker_lost("new")
    assert [each.worker for each in schedule.next_assignments(9.0)] == ["w0"]


def test_an_attempt_without_a_sign_of_life_hangs():
    schedule = farm(*(replace(request(name), silence_s=60.0) for name in "ab"), workers=2)
    first, second = schedule.next_assignments(0.0)
    assert schedule.alive(first.token, 30.0)
    assert schedule.silent(59.0) == []
    assert schedule.silent(70.0) == [second]
    schedule.worker_lost(second.worker)
    assert not schedule.alive(second.token, 80.0)
    assert schedule.silent(80.0) == []


def encoding(name: str, *shots: str, backend: str = "x") -> ShotRequest:
    return ShotRequest(name, f"inputs of {len(shots)} shots", backend, 0, float("inf"), encodes=shots)


def encoded(digest: str, order: int, name: str) -> ShotRequest:
    return ShotRequest(digest, digest.upper(), "x", order, encoding=name)


def test_shots_wait_for_the_encoding_of_their_own_inputs_alone():
    schedule = farm(
        encoding("e1", "a", "b"), encoding("e2", "c"),
        encoded("a", 0, "e1"), encoded("b", 1, "e1"), encoded("c", 2, "e2"), workers=2,
    )  # fmt: skip
    first, second = schedule.next_assignments(0.0)
    assert {first.digest, second.digest} == {"e1", "e2"}
    schedule.completed(next(each for each in (first, second) if each.digest == "e2").token, 0.0)
    assert [each.digest for each in schedule.next_assignments(0.0)] == ["c"]
    assert schedule.sheet.counts("film") == {"waiting": 2, "rendering": 1}, "encodings are no shots"


def test_a_worker_lost_while_it_encodes_costs_nothing():
    schedule = farm(encoding("e", "a"), encoded("a", 0, "e"))
    (first,) = schedule.next_assignments(0.0)
    schedule.worker_lost(first.worker)
    schedule.roster.join("new", "x")
    assert [each.digest for each in schedule.next_assignments(0.0)] == ["e"]
    assert schedule.sheet.tasks["e"].tries.total() == 0


def test_when_encoding_fails_the_shots_render_and_encode_for_themselves():
    for kind in FailureKind:
        schedule = farm(encoding("e", "a", "b"), encoded("a", 0, "e"), encoded("b", 1, "e"))
        now = 0.0
        while schedule.sheet.tasks["e"].state is not TaskState.FAILED:
            (tried,) = schedule.next_assignments(now)
            schedule.failed(tried.token, kind, "boom", now)
            now += 100.0
        assert schedule.sheet.counts("film") == {"queued": 2}, kind


def test_a_shot_whose_encoding_was_withdrawn_with_another_production_goes_on():
    schedule = Schedule(CallSheet())
    schedule.sheet.submit("one", [encoding("e", "a"), encoded("a", 0, "e")])
    schedule.sheet.submit("two", [encoded("a", 0, "e")])
    schedule.cancel("one")
    schedule.roster.join("w", "x")
    assert [each.digest for each in schedule.next_assignments(0.0)] == ["a"]


def warm(digest: str, order: int, *warmth: str) -> ShotRequest:
    return ShotRequest(digest, digest.upper(), "x", order, warmth=warmth)


def served_in_turn(schedule: Schedule, number: int) -> list[str]:
    """The shots that one worker gets, each done before the next."""
    served = []
    for _ in range(number):
        (given,) = schedule.next_assignments(0.0)
        served.append(given.digest)
        schedule.completed(given.token, 0.0)
    return served


def test_a_worker_that_holds_the_model_then_the_loras_is_preferred():
    schedule = farm(warm("a1", 0, "wan"), warm("b1", 1, "ltx"), workers=2)
    first, second = schedule.next_assignments(0.0)
    schedule.completed(first.token, 0.0)
    schedule.completed(second.token, 0.0)
    schedule.sheet.submit("more", [warm("b2", 0, "ltx", "ada"), warm("a2", 1, "wan")])
    given = {each.digest: each.worker for each in schedule.next_assignments(0.0)}
    assert given == {"b2": second.worker, "a2": first.worker}


def test_a_new_model_goes_to_a_worker_whose_own_nobody_wants():
    schedule = farm(warm("a1", 0, "wan"), workers=2)
    (first,) = schedule.next_assignments(0.0)
    schedule.completed(first.token, 0.0)
    schedule.sheet.submit("more", [warm("b1", 0, "ltx"), warm("a2", 1, "wan")])
    given = {each.digest: each.worker for each in schedule.next_assignments(0.0)}
    assert given["a2"] == first.worker != given["b1"]


def test_models_are_not_swapped_for_every_shot_and_nobody_starves():
    schedule = farm(*(warm(f"{'ab'[n % 2]}{n}", n, "wan" if n % 2 else "ltx") for n in range(40)))
    served = served_in_turn(schedule, 40)
    swaps = sum(one[0] != other[0] for one, other in itertools.pairwise(served))
    assert swaps <= 40 // 8
    waits = [served.index(name) for name in ("a0", "b1")]
    assert max(waits) <= Policy().passes + 1


def test_with_one_worker_productions_take_turns_by_their_weight():
    schedule = Schedule(CallSheet())
    schedule.sheet.submit("heavy", [request(f"h{n}", n, rank=9.0) for n in range(20)], weight=3.0)
    schedule.sheet.submit("light", [request(f"l{n}", n) for n in range(20)])
    schedule.roster.join("w", "x")
    served = "".join(name[0] for name in served_in_turn(schedule, 12))
    assert served.count("l") == 3
    assert "l" in served[:4]


def test_a_production_that_was_paused_does_not_keep_the_others_waiting_afterwards():
    schedule = Schedule(CallSheet())
    schedule.roster.join("w", "x")
    for name in ("a", "b"):
        schedule.sheet.submit(name, [request(f"{name}{number}", order=number) for number in range(40)])
    schedule.sheet.pause("a", paused=True)

    def served() -> str:
        (given,) = schedule.next_assignments(0.0)
        schedule.completed(given.token, 0.0)
        return given.digest[0]

    assert [served() for _ in range(20)] == ["b"] * 20
    schedule.sheet.pause("a", paused=False)
    assert 4 <= [served() for _ in range(10)].count("a") <= 6


def test_a_higher_priority_is_served_first():
    schedule = Schedule(CallSheet())
    schedule.sheet.submit("night", [request(f"n{n}", n, rank=99.0) for n in range(3)])
    schedule.sheet.submit("urgent", [request(f"u{n}", n) for n in range(3)], priority=5)
    schedule.roster.join("w", "x")
    assert served_in_turn(schedule, 4) == ["u0", "u1", "u2", "n0"]


def test_a_worker_that_writes_gets_one_more_shot_and_never_two():
    schedule = farm(*(request(name, number) for number, name in enumerate("abc")))
    (first,) = schedule.next_assignments(0.0)
    assert schedule.next_assignments(0.0) == []
    schedule.began_next(first.token)
    assert schedule.sheet.tasks["a"].state is TaskState.WRITING
    (second,) = schedule.next_assignments(0.0)
    schedule.began_next(second.token)
    assert schedule.next_assignments(0.0) == [], "one renders, one is written"
    assert schedule.completed(first.token, 0.0)
    assert schedule.sheet.tasks["b"].state is TaskState.WRITING
    assert [each.digest for each in schedule.next_assignments(0.0)] == ["c"]


def test_a_worker_lost_while_it_writes_gives_both_back():
    schedule = farm(request("a", 0), request("b", 1))
    (first,) = schedule.next_assignments(0.0)
    schedule.began_next(first.token)
    schedule.next_assignments(0.0)
    schedule.worker_lost(first.worker)
    assert schedule.sheet.counts("film") == {"queued": 2}
    assert not schedule.completed(first.token, 0.0)


def test_a_paused_production_finishes_what_renders_and_gets_no_more():
    schedule = farm(request("a", 0), request("b", 1))
    (first,) = schedule.next_assignments(0.0)
    assert schedule.sheet.pause("film", paused=True)
    assert schedule.completed(first.token, 0.0)
    assert schedule.next_assignments(0.0) == []
    assert schedule.demand() == {}
    schedule.sheet.pause("film", paused=False)
    assert [each.digest for each in schedule.next_assignments(0.0)] == ["b"]
    assert not schedule.sheet.pause("nobody", paused=True)


def test_a_production_that_is_called_off_ends_and_leaves_others_alone():
    schedule = farm(request("a", 0), request("b", 1), request("shared", 2))
    schedule.sheet.submit("other", [request("shared", 0)])
    (first,) = schedule.next_assignments(0.0)
    assert schedule.call_off("film", "by somebody") == [first]
    assert schedule.sheet.counts("film") == {"cancelled": 2, "queued": 1}
    assert schedule.sheet.tasks["a"].error == "by somebody"
    assert schedule.next_assignments(0.0) == [], "until it has really stopped"
    assert not schedule.completed(first.token, 0.0)
    schedule.attempt_over(first.worker, first.token)
    assert [each.digest for each in schedule.next_assignments(0.0)] == ["shared"]


def test_the_rest_of_a_film_that_was_called_off_while_it_was_submitted_does_not_begin():
    schedule = farm(request("a"), request("b", 1))
    schedule.next_assignments(0.0)
    schedule.call_off("film", "called off")
    schedule.sheet.submit("film", [request("c", 2)], more=True)
    assert schedule.sheet.tasks["c"].state is TaskState.CANCELLED
    assert schedule.sheet.tasks["c"].error == "called off"
    schedule.sheet.submit("film", [request("c", 2)])
    assert schedule.sheet.tasks["c"].state is TaskState.QUEUED, "who asks anew is heard"


def test_the_chain_of_a_film_that_was_called_off_is_cancelled_and_may_be_asked_for_again():
    schedule = farm(request("a"), request("b", 1, after="a"))
    (first,) = schedule.next_assignments(0.0)
    schedule.call_off("film", "called off")
    schedule.attempt_over(first.worker, first.token)
    assert schedule.sheet.counts("film") == {"cancelled": 2}
    schedule.sheet.submit("film", [request("c", 2, after="b")], more=True)
    assert schedule.sheet.counts("film") == {"cancelled": 3}
    assert schedule.sheet.failures("film") == []
    assert schedule.sheet.production_ended("film")
    assert schedule.sheet.retry("film") == ["A", "B", "C"]
    assert schedule.sheet.counts("film") == {"queued": 1, "waiting": 2}


def test_the_next_shots_are_told_in_the_order_in_which_they_are_served():
    shots = [
        replace(request(f"{number}", number, rank=float(number % 7)), warmth=(f"{number % 3}",))
        for number in range(40)
    ]
    schedule = farm(*shots)
    for _ in range(30):
        ordered = sorted(shots, key=lambda one: (-one.rank, one.order))
        left = [one.shot for one in ordered if schedule.sheet.tasks[one.digest].state is TaskState.QUEUED]
        assert schedule.sheet.next_shots("film", 8) == left[:8]
        (given,) = schedule.next_assignments(0.0)
        schedule.completed(given.token, 0.0)


def test_a_priority_that_is_raised_counts_from_the_next_shot_on():
    schedule = Schedule(CallSheet())
    schedule.sheet.submit("one", [request(f"a{n}", n, rank=9.0) for n in range(3)])
    schedule.sheet.submit("two", [request(f"b{n}", n) for n in range(3)])
    schedule.roster.join("w", "x")
    schedule.sheet.prioritize("two", 1)
    assert served_in_turn(schedule, 4) == ["b0", "b1", "b2", "a0"]


def tagged(digest: str, order: int, *tags: str) -> ShotRequest:
    return replace(request(digest, order), tags=tags)


def test_a_shot_with_tags_goes_only_to_a_worker_whose_node_carries_them():
    schedule = farm(tagged("a", 0, "h200"), request("b", 1))
    assert [each.digest for each in schedule.next_assignments(0.0)] == ["b"]
    assert schedule.demand() == {WorkerNeeds("x"): 1, WorkerNeeds("x", ("h200",)): 1}
    assert schedule.sheet.ready("film") == [WorkerNeeds("x", ("h200",))]
    schedule.roster.join("big", "x", tags=frozenset({"h200", "fast"}))
    assert [(each.digest, each.worker) for each in schedule.next_assignments(0.0)] == [("a", "big")]


def test_a_shot_goes_only_to_a_worker_that_holds_as_many_gpus_as_it_needs():
    wide = replace(request("a", 0), gpus=2.0, tags=("h200",))
    schedule = farm(wide, replace(request("b", 1), gpus=1.0), workers=0)
    assert schedule.demand() == {WorkerNeeds("x", gpus=1.0): 1, WorkerNeeds("x", ("h200",), 2.0): 1}
    for name, gpus in (("none", 0.0), ("one", 1.0), ("four", 4.0)):
        schedule.roster.join(name, "x", tags=frozenset({"h200"}), gpus=gpus)
    assert [(each.digest, each.worker) for each in schedule.next_assignments(0.0)] == [("b", "one")]
    schedule.roster.join("two", "x", tags=frozenset({"h200"}), gpus=2.0)
    assert [(each.digest, each.worker) for each in schedule.next_assignments(0.0)] == [("a", "two")]


def test_an_encoding_needs_as_many_gpus_as_its_shots():
    shots = [replace(request("a", 0), gpus=2.0), replace(request("b", 1), gpus=1.0)]
    encodings = with_encodings(shots, lambda _: True)[:2]
    assert [(each.encodes, each.gpus) for each in encodings] == [(("a",), 2.0), (("b",), 1.0)]


def test_a_shot_without_tags_leaves_a_tagged_worker_to_others_when_it_can():
    schedule = farm(request("b", 1), workers=0)
    schedule.roster.join("big", "x", tags=frozenset({"h200"}))
    schedule.roster.join("plain", "x")
    assert [each.worker for each in schedule.next_assignments(0.0)] == ["plain"]


def test_a_tag_is_used_by_no_more_workers_than_its_limit():
    schedule = farm(*(tagged(f"a{n}", n, "h200") for n in range(4)), request("b", 9), workers=0)
    for number in range(4):
        schedule.roster.join(f"w{number}", "x", tags=frozenset({"h200"}))
    schedule.limit("h200", 2)
    assert schedule.demand() == {WorkerNeeds("x"): 1, WorkerNeeds("x", ("h200",)): 2}
    given = schedule.next_assignments(0.0)
    assert [each.digest for each in given] == ["a0", "a1", "b"]
    assert schedule.limited(WorkerNeeds("x", ("h200",))) == "h200"
    schedule.completed(given[0].token, 0.0)
    assert [each.digest for each in schedule.next_assignments(0.0)] == ["a2"]
    schedule.limit("h200", None)
    assert [each.digest for each in schedule.next_assignments(0.0)] == ["a3"]


def test_what_waits_for_a_node_fails_only_when_it_has_waited_long_enough():
    schedule = farm(replace(tagged("a", 0, "moon"), node_wait_s=20.0), request("c", 2))
    schedule.sheet.submit("patient", [replace(tagged("b", 0, "moon"), node_wait_s=float("inf"))])
    schedule.sheet.no_node_for(WorkerNeeds("x", ("moon",)), "no node there", waited_s=20.0)
    assert schedule.sheet.tasks["a"].state is TaskState.QUEUED
    schedule.sheet.no_node_for(WorkerNeeds("x", ("moon",)), "no node there", waited_s=21.0)
    assert schedule.sheet.tasks["a"].error == "no node there"
    assert {schedule.sheet.tasks[name].state for name in "bc"} == {TaskState.QUEUED}


def two_priorities(low: int = 3, high: int = 1, workers: int = 2, **policy: int) -> Schedule:
    """A film that renders on every worker, and one of a higher priority that has just come."""
    schedule = Schedule(CallSheet(Policy(**policy)))
    schedule.sheet.submit("night", [request(f"n{number}", number) for number in range(low)])
    for number in range(workers):
        schedule.roster.join(f"w{number}", "x", keeps=True)
    for now in range(workers):
        schedule.next_assignments(float(now))
    schedule.sheet.submit("urgent", [request(f"u{number}", number) for number in range(high)], priority=5)
    return schedule


def test_a_waiting_shot_of_a_higher_priority_gets_the_worker_of_a_lower_one_at_its_next_state():
    schedule = two_priorities()
    assert schedule.next_assignments(9.0) == []
    (asked,) = schedule.to_give_back()
    assert schedule.to_give_back() == [], "one worker is enough, and nobody is asked twice"
    assert schedule.given_back(asked.token)
    (urgent,) = schedule.next_assignments(10.0)
    assert (urgent.digest, urgent.worker) == ("u0", asked.worker)
    assert schedule.sheet.tasks[asked.digest].state is TaskState.QUEUED
    assert schedule.sheet.tasks[asked.digest].tries.total() == schedule.sheet.tasks[asked.digest].losses == 0
    assert not schedule.completed(asked.token, 10.0), "its token is old now"
    schedule.completed(urgent.token, 11.0)
    assert [each.digest for each in schedule.next_assignments(11.0)] == [asked.digest]


def test_of_one_priority_the_shot_that_began_last_is_asked_and_of_two_the_lower_one():
    schedule = Schedule(CallSheet())
    for number, (name, priority) in enumerate([("lower", 0), ("low", 1), ("low", 1)]):
        schedule.roster.join(f"w{number}", "x", keeps=True)
        schedule.sheet.submit(name, [request(f"{name}{number}", number)], priority=priority)
        schedule.next_assignments(float(number))
    schedule.sheet.submit("urgent", [request(f"u{number}", number) for number in range(2)], priority=5)
    assert [each.digest for each in schedule.to_give_back()] == ["lower0", "low2"]


def test_what_keeps_no_state_is_finished():
    schedule = farm(request("a"))
    schedule.next_assignments(0.0)
    schedule.sheet.submit("urgent", [request("u")], priority=5)
    assert schedule.to_give_back() == []


def test_a_shot_gives_its_worker_back_only_so_often():
    schedule = two_priorities(low=1, high=4, workers=1, give_backs=2)
    asked = 0
    for now in range(20):
        for each in schedule.to_give_back():
            schedule.given_back(each.token)
            asked += 1
        for each in schedule.next_assignments(float(now)):
            if each.digest != "n0":
                schedule.completed(each.token, float(now))
                schedule.sheet.pause("urgent", paused=True)
                schedule.next_assignments(float(now))
                schedule.sheet.pause("urgent", paused=False)
    assert asked == 2
    assert schedule.sheet.tasks["n0"].state is TaskState.RENDERING


def test_nothing_is_stopped_for_a_shot_that_may_not_begin_or_whose_worker_is_coming():
    for setback in (
        lambda schedule: schedule.sheet.pause("urgent", paused=True),
        lambda schedule: schedule.sheet.submit("urgent", [], max_workers=0, priority=5),
        lambda schedule: schedule.sheet.prioritize("urgent", 0),
    ):
        schedule = two_priorities()
        setback(schedule)
        assert schedule.to_give_back() == []
    schedule = two_priorities(high=2)
    assert len(schedule.to_give_back(coming=lambda _: 1)) == 1


def test_a_worker_that_stands_down_gives_back_what_it_has_and_gets_no_more():
    schedule = farm(request("a", 0), request("b", 1), workers=0)
    schedule.roster.join("w", "x", keeps=True)
    (first,) = schedule.next_assignments(0.0)
    schedule.roster.stand_down("w")
    assert schedule.to_give_back() == [first]
    assert schedule.to_give_back() == []
    schedule.given_back(first.token)
    assert schedule.next_assignments(0.0) == []
    schedule.roster.join("new", "x")
    assert [each.worker for each in schedule.next_assignments(0.0)] == ["new"]


def chain_of_which_the_first_fails(schedule: Schedule) -> None:
    schedule.sheet.submit(
        "film", [request("a", 0), request("b", 1, after="a"), request("c", 2), request("d", 3)]
    )
    for _ in range(3):
        (given,) = schedule.next_assignments(0.0)
        if given.digest == "d":
            schedule.completed(given.token, 0.0)
        else:
            schedule.failed(given.token, FailureKind.USER, "no such picture", 0.0)


def test_failed_shots_are_tried_again_when_somebody_asks_with_what_failed_because_of_them():
    schedule = farm()
    chain_of_which_the_first_fails(schedule)
    assert [task.request.shot for task in schedule.sheet.failures("film")] == ["A", "B", "C"]
    assert schedule.sheet.retry("film", "B") == ["A", "B"]
    assert schedule.sheet.counts("film") == {"queued": 1, "waiting": 1, "failed": 1, "done": 1}
    (again,) = schedule.next_assignments(0.0)
    assert schedule.sheet.tasks[again.digest].tries.total() == 0
    schedule.completed(again.token, 0.0)
    assert schedule.sheet.retry("film") == ["C"]
    assert sorted(served_in_turn(schedule, 2)) == ["b", "c"]
    assert schedule.sheet.production_ended("film")
    assert schedule.sheet.retry("film") == schedule.sheet.retry("nobody") == []


def test_a_film_that_was_stopped_for_its_failures_goes_on_when_they_are_tried_again():
    schedule = farm(*(request(f"a{number:02}", number) for number in range(20)))
    for _ in range(5):
        (bad,) = schedule.next_assignments(0.0)
        schedule.failed(bad.token, FailureKind.QUALITY, "black", 0.0)
    assert schedule.sheet.production_ended("film")
    assert len(schedule.sheet.retry("film")) == 20
    assert len(served_in_turn(schedule, 20)) == 20
    assert schedule.sheet.counts("film") == {"done": 20}


def test_a_drained_node_finishes_what_renders_and_gets_no_more():
    schedule = farm(request("a", 0), request("b", 1), request("c", 2), workers=0)
    schedule.roster.join("w", "x", node="n", keeps=True)
    (first,) = schedule.next_assignments(0.0)
    schedule.roster.drain({"n": False})
    assert schedule.to_give_back() == []
    schedule.completed(first.token, 0.0)
    assert schedule.next_assignments(0.0) == []
    schedule.roster.drain({})
    (second,) = schedule.next_assignments(0.0)
    schedule.roster.drain({"n": True})
    assert schedule.to_give_back() == [second], "a node that leaves now gives back what it can"


def test_a_worker_that_renders_what_is_less_urgent_stands_down_for_another_backend():
    schedule = Schedule(CallSheet())
    for number, priority in enumerate([1, 0, 9]):
        name = f"film{priority}"
        schedule.sheet.submit(name, [request(name, number)], priority=priority)
        schedule.roster.join(f"w{number}", "x")
        schedule.next_assignments(float(number))
    schedule.sheet.submit("urgent", [request("u", backend="y")], priority=5)
    assert schedule.outranked(WorkerNeeds("y")) == ["w1", "w0"], (
        "the lowest priority first, and none above its own"
    )
    assert schedule.outranked(WorkerNeeds("z")) == [], "nobody waits for such a worker"
    schedule.roster.stand_down("w1")
    assert schedule.outranked(WorkerNeeds("y")) == ["w0"]


@pytest.mark.parametrize(
    ("outcome", "counts", "state"),
    [
        (Outcome(), True, TaskState.DONE),
        (Outcome(failure=FailureKind.USER, message="no"), True, TaskState.FAILED),
        (Outcome(failure=FailureKind.BACKEND, message="boom"), True, TaskState.PAUSING),
        (Outcome(given_back=True), True, TaskState.QUEUED),
        (Outcome(cancelled=True), False, TaskState.RENDERING),
    ],
)
def test_what_an_attempt_says_of_its_end_moves_its_shot(outcome, counts, state):
    schedule = farm(request("a"))
    (attempt,) = schedule.next_assignments(0.0)
    assert schedule.ended(attempt.token, outcome, 0.0) == counts
    assert schedule.sheet.tasks["a"].state is state
    assert schedule.sheet.tasks["a"].error == (outcome.message or None)
    assert schedule.ended(attempt.token, Outcome(), 0.0) == (not counts), (
        "its token is old, unless it renders"
    )


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (Outcome(render_s=2.0), AttemptState.DONE),
        (Outcome(failure=FailureKind.QUALITY), AttemptState.FAILED),
        (Outcome(cancelled=True), AttemptState.STOPPED),
        (Outcome(given_back=True), AttemptState.GIVEN_BACK),
    ],
)
def test_how_an_attempt_ended_is_one_word(outcome, state):
    assert outcome.state is state
