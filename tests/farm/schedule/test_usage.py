"""Every second of a worker is counted once, for what it was good for; and what Prometheus reads of it."""

from __future__ import annotations

from typing import ClassVar

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

from farm.cluster.metrics import RayMetrics, exposition, measures
from farm.cluster.metrics_endpoint import Endpoint
from farm.schedule.messages import Outcome
from farm.schedule.states import FailureKind
from farm.schedule.usage import MOST_TITLES, OTHERS, Accounts, Ended, Held, Purpose, how_it_ended
from storyboard.errors import FarmError, UsageError
from tests.support.waiting import PATIENCE_S


@pytest.mark.parametrize(
    ("outcome", "ended"),
    [
        (Outcome(render_s=2.0), Ended.DONE),
        (Outcome(failure=FailureKind.QUALITY), Ended.FAILED),
        (Outcome(cancelled=True), Ended.STOPPED),
        (Outcome(given_back=True), Ended.GIVEN_BACK),
        (None, Ended.LOST),
    ],
)
def test_how_an_attempt_ended_is_one_word(outcome, ended):
    assert how_it_ended(outcome) is ended


def test_time_goes_to_the_attempt_that_holds_the_worker_and_is_named_at_its_end():
    books = Accounts()
    books.look(0, {"w": Held(Purpose.LOADING, 2)})
    books.began(1, "Film")
    books.look(5, {"w": Held(1, 2)})
    books.look(8, {"w": Held(1, 2)})
    assert books.seconds == {("", "loading"): 5}
    books.look(15, {"w": Held(Purpose.IDLE, 2)})
    books.ended(1, Ended.FAILED, FailureKind.QUALITY)
    books.look(16, {})
    books.look(100, {})
    assert books.seconds == {("", "loading"): 5, ("Film", "rejected"): 10, ("", "idle"): 1}
    assert books.gpu_seconds == {key: 2 * value for key, value in books.seconds.items()}
    assert books.attempts == {("Film", "failed", "quality"): 1}


def test_an_attempt_that_is_written_beside_the_next_one_holds_nothing():
    books = Accounts()
    for token in (1, 2):
        books.began(token, "Film")
    books.look(0, {"w": Held(1)})
    books.look(4, {"w": Held(2)})
    books.look(6, {"w": Held(2)})
    books.ended(1, Ended.DONE)
    assert books.seconds == {("Film", "accepted"): 4}
    books.look(9, {})
    books.ended(2, Ended.LOST)
    assert books.seconds == {("Film", "accepted"): 4, ("Film", "lost"): 5}


LABELS = ("production", "backend", "outcome", "why", "purpose", "state")
moments = st.lists(
    st.tuples(
        st.integers(0, 5),
        st.dictionaries(
            st.sampled_from("abc"),
            st.one_of(st.sampled_from([Purpose.IDLE, Purpose.LOADING]), st.integers(1, 4)),
        ),
    ),
    max_size=12,
)


@given(moments, st.lists(st.sampled_from(Ended), min_size=4, max_size=4))
def test_the_sum_of_all_purposes_is_the_time_that_workers_were_there(history, ends):
    books = Accounts()
    for token in range(1, 5):
        books.began(token, f"film {token % 2}")
    now, there, before = 0, 0, 0
    for passed, workers in [*history, (0, {})]:
        now += passed
        there += passed * before
        books.look(now, {name: Held(by, 1) for name, by in workers.items()})
        before = len(workers)
    for token, how in enumerate(ends, 1):
        books.ended(token, how)
    assert sum(books.seconds.values()) == sum(books.gpu_seconds.values()) == there
    assert sum(books.attempts.values()) == 4


def test_an_attempt_that_is_not_known_counts_for_nothing():
    books = Accounts()
    books.look(0, {"w": Held(7)})
    books.look(3, {})
    books.ended(7, Ended.DONE)
    assert (dict(books.attempts), dict(books.seconds)) == ({}, {})


def test_there_are_no_more_labels_than_a_prometheus_can_bear():
    books = Accounts()
    for token in range(MOST_TITLES + 10):
        books.began(token, f"film {token}")
        books.ended(token, Ended.DONE)
    assert len(books.attempts) == MOST_TITLES + 1
    assert books.attempts[OTHERS, Ended.DONE, ""] == 10
    assert books.label("film 3") == "film 3"


def test_what_is_told_can_be_read_whatever_a_film_is_called():
    books = Accounts()
    title = 'The "Long"\nNight\\ {x="y"} 夜'
    books.began(1, title)
    books.look(0, {"w": Held(1)})
    books.look(2.5, {})
    books.ended(1, Ended.DONE)
    text = exposition(measures(books, {(title, "queued"): 3}, {("slate", "idle"): 1})).decode()
    samples = {
        (sample.name, *(sample.labels[name] for name in LABELS if name in sample.labels)): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    assert samples == {
        ("shotfarm_shots", title, "queued"): 3,
        ("shotfarm_workers", "slate", "idle"): 1,
        ("shotfarm_attempts_total", title, "done", ""): 1,
        ("shotfarm_worker_seconds_total", title, "accepted"): 2.5,
        ("shotfarm_gpu_seconds_total", title, "accepted"): 0,
    }


class Recorded:
    """What Ray's metrics were told; without `ray[default]` they keep nothing."""

    values: ClassVar[dict[tuple[str, ...], float]] = {}

    def __init__(self, name: str, description: str, tag_keys: tuple[str, ...]) -> None:
        self.key = lambda tags: (name, *(tags[key] for key in tag_keys))

    def inc(self, value: float, tags: dict[str, str]) -> None:
        self.values[self.key(tags)] = self.values.get(self.key(tags), 0) + value

    def set(self, value: float, tags: dict[str, str]) -> None:
        self.values[self.key(tags)] = value


def test_ray_is_told_how_much_a_counter_has_grown_and_that_a_gauge_has_gone(monkeypatch):
    monkeypatch.setattr("farm.cluster.metrics.ray_metrics.Counter", Recorded)
    monkeypatch.setattr("farm.cluster.metrics.ray_metrics.Gauge", Recorded)
    monkeypatch.setattr(Recorded, "values", {})
    books, ray = Accounts(), RayMetrics()
    for token in (1, 2, 3):
        books.began(token, "Film")
        books.ended(token, Ended.DONE)
        ray.tell(measures(books, {("Film", "queued"): 3 - token} if token < 3 else {}, {}))
        ray.tell(measures(books, {("Film", "queued"): 3 - token} if token < 3 else {}, {}))
    assert Recorded.values == {
        ("shotfarm_attempts", "Film", "done", ""): 3,
        ("shotfarm_shots", "Film", "queued"): 0,
    }


def asked(url: str, *login: str) -> tuple[int, bytes]:
    answer = httpx.get(url, auth=login or None, timeout=PATIENCE_S)  # type: ignore[arg-type]
    return answer.status_code, answer.content


def test_the_endpoint_answers_whoever_has_the_login_and_only_there():
    endpoint = Endpoint("127.0.0.1:0", "shotfarm:secret", lambda: b"numbers")
    try:
        assert asked(endpoint.url, "shotfarm", "secret") == (200, b"numbers")
        assert asked(endpoint.url) == (401, b"")
        assert asked(endpoint.url, "shotfarm", "guessed") == (401, b"")
        assert asked(endpoint.url.replace("/metrics", "/"), "shotfarm", "secret") == (404, b"")
        with pytest.raises(FarmError, match="in use"):
            Endpoint(endpoint.url.split("/")[2], "", lambda: b"")
    finally:
        endpoint.close()


def test_a_farm_that_does_not_answer_in_time_is_said_to_be_away():
    def late() -> bytes:
        raise TimeoutError

    endpoint = Endpoint("127.0.0.1:0", "", late)
    try:
        assert asked(endpoint.url)[0] == 503
    finally:
        endpoint.close()


@pytest.mark.parametrize("address", ["", "9464", "127.0.0.1", "127.0.0.1:many", "127.0.0.1:99999", ":9464"])
def test_what_is_no_address_is_refused(address):
    with pytest.raises(UsageError, match="is no address for metrics"):
        Endpoint(address, "", lambda: b"")


@pytest.mark.parametrize("address", ["0.0.0.0:0", "10.1.2.3:9464", "gpu-head:9464"])
def test_others_than_this_machine_are_not_answered_without_a_login(address):
    with pytest.raises(UsageError, match="open to others than this machine"):
        Endpoint(address, "", lambda: b"")
