"""The failure policy and the order of work, as tables and as properties over random histories."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from farm.schedule import ENDED, FailureKind, Policy, Schedule, ShotRequest, State


def request(digest: str, order: int = 0, *, rank: float = 0.0, after: str | None = None, backend: str = "x"):
    return ShotRequest(digest, digest.upper(), backend, order, rank, after)


def farm(*requests: ShotRequest, workers: int = 1, policy: Policy | None = None) -> Schedule:
    schedule = Schedule(policy)
    schedule.submit("film", requests)
    for number in range(workers):
        schedule.worker_joined(f"w{number}", "x")
    return schedule


def test_the_longest_chain_is_served_first_then_the_order_of_the_film():
    schedule = farm(request("a", 0), request("b", 1), request("c", 2, rank=9.0), workers=3)
    assert [each.digest for each in schedule.next_assignments(0.0)] == ["c", "a", "b"]


def test_a_continuing_shot_waits_until_its_predecessor_is_published():
    schedule = farm(request("a", 0), request("b", 1, after="a"), workers=2)
    (first,) = schedule.next_assignments(0.0)
    assert first.digest == "a"
    assert schedule.next_assignments(0.0) == []
    schedule.completed(first.token)
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
    schedule.completed(first.token)
    schedule.submit("again", [request("a")])
    (second,) = schedule.next_assignments(0.0)
    assert second.digest == "a"
    schedule.completed(second.token)
    schedule.cancel("again")
    assert schedule.counts("film") == {"done": 1}
    assert schedule.demand() == {}


def test_a_failed_shot_that_another_production_asks_for_outlives_its_withdrawal():
    schedule = farm(request("a"), workers=1)
    (first,) = schedule.next_assignments(0.0)
    schedule.failed(first.token, FailureKind.USER, "boom", 0.0)
    schedule.submit("again", [request("a")])
    schedule.cancel("again")
    assert sum(schedule.counts("film").values()) == 1
    schedule.cancel("film")
    assert schedule.tasks == {}


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
    assert {digest: task.state for digest, task in schedule.tasks.items()} == dict.fromkeys(
        "abc", State.FAILED
    )
    assert schedule.tasks["c"].error == "starts from shot B, which failed"
    assert schedule.production_ended("film")


def test_what_the_user_caused_is_not_tried_again():
    schedule = farm(request("a"), workers=2)
    (first,) = schedule.next_assignments(0.0)
    schedule.failed(first.token, FailureKind.USER, "no such option", now=0.0)
    assert schedule.tasks["a"].state is State.FAILED


def test_losing_a_worker_costs_no_try():
    schedule = farm(request("a"), policy=Policy(attempts=1, losses=3))
    for number in range(2):
        (tried,) = schedule.next_assignments(0.0)
        schedule.worker_lost(tried.worker)
        assert schedule.tasks["a"].attempts == 0
        schedule.worker_joined(f"new{number}", "x")
    assert len(schedule.next_assignments(0.0)) == 1


def test_a_shot_that_loses_worker_after_worker_is_called_failed():
    schedule = farm(request("a"), policy=Policy(losses=2))
    for number in range(2):
        (tried,) = schedule.next_assignments(0.0)
        schedule.worker_lost(tried.worker)
        schedule.worker_joined(f"new{number}", "x")
    assert schedule.tasks["a"].state is State.FAILED
    assert "2 workers were lost" in (schedule.tasks["a"].error or "")


def test_a_completion_with_an_old_token_is_ignored():
    schedule = farm(request("a"), workers=2)
    (first,) = schedule.next_assignments(0.0)
    schedule.worker_lost(first.worker)
    (second,) = schedule.next_assignments(0.0)
    assert schedule.completed(first.token) is False
    assert schedule.tasks["a"].state is State.RENDERING
    assert schedule.completed(second.token) is True


def test_a_worker_whose_shot_was_withdrawn_is_busy_until_it_has_stopped():
    schedule = farm(request("a"))
    (first,) = schedule.next_assignments(0.0)
    assert schedule.cancel("film") == [first]
    schedule.submit("other", [request("b")])
    assert schedule.next_assignments(0.0) == []
    schedule.worker_free(first.worker)
    assert [each.digest for each in schedule.next_assignments(0.0)] == ["b"]


def test_two_productions_share_the_workers_evenly():
    schedule = Schedule()
    schedule.submit("long", [request(f"l{number}", number, rank=99.0) for number in range(20)])
    schedule.submit("short", [request(f"s{number}", number) for number in range(20)])
    for number in range(6):
        schedule.worker_joined(f"w{number}", "x")
    served = [each.digest[0] for each in schedule.next_assignments(0.0)]
    assert sorted(served) == ["l", "l", "l", "s", "s", "s"]


def test_a_production_uses_no_more_workers_than_it_may():
    schedule = Schedule()
    schedule.submit("film", [request(f"a{number}", number) for number in range(5)], max_workers=2)
    for number in range(4):
        schedule.worker_joined(f"w{number}", "x")
    assert len(schedule.next_assignments(0.0)) == 2
    assert schedule.demand() == {"x": 2}


def test_a_shot_that_two_productions_want_is_rendered_once():
    schedule = farm(request("a"), workers=2)
    schedule.submit("other", [request("a")])
    (only,) = schedule.next_assignments(0.0)
    schedule.completed(only.token)
    assert schedule.production_ended("film")
    assert schedule.production_ended("other")


def test_one_productions_withdrawal_leaves_a_shared_shot_rendering():
    schedule = farm(request("a"))
    schedule.submit("other", [request("a")])
    (only,) = schedule.next_assignments(0.0)
    assert schedule.cancel("film") == []
    assert schedule.completed(only.token)
    assert schedule.production_ended("other")


def test_a_backend_that_no_worker_can_load_fails_what_waits_for_it():
    schedule = farm(request("a", 0), request("b", 1, after="a"))
    schedule.submit("other", [request("c", backend="y")])
    schedule.backend_unusable("y", "no worker can load y")
    assert schedule.tasks["c"].state is State.FAILED
    assert schedule.tasks["a"].state is State.QUEUED


def test_every_change_of_state_is_told_once_and_in_order():
    schedule = farm(request("a"))
    (first,) = schedule.next_assignments(0.0)
    schedule.completed(first.token)
    assert [change.state for change in schedule.take_changes()] == [State.QUEUED, State.RENDERING, State.DONE]
    assert schedule.take_changes() == []


CHAIN = st.lists(st.integers(0, 3), min_size=1, max_size=25)


@settings(max_examples=200, deadline=None)
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
        if schedule.production_ended("film"):
            break
        now += 0.5
        if not live:
            continue
        token, (_, worker) = next(iter(live.items()))
        fate = next(pending, 0)
        del live[token]
        if fate <= 2:
            assert schedule.completed(token)
        elif fate == 3:
            assert schedule.failed(token, FailureKind.BACKEND, "boom", now)
        elif fate == 4:
            schedule.worker_lost(worker)
            schedule.worker_joined(f"w{names}", "x")
            names += 1
        else:
            assert not schedule.completed(token + 10_000)
            assert schedule.failed(token, FailureKind.STORE, "slow", now)
    assert schedule.production_ended("film")
    assert not live
    counts = schedule.counts("film")
    assert sum(counts.values()) == len(requests)
    assert set(counts) <= {state.value for state in ENDED}
