"""What a farm tells of itself: to Ray's metrics, and to whoever asks at its own endpoint."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import ClassVar

import httpx
import psutil
import pytest
from prometheus_client import generate_latest
from prometheus_client.core import Metric
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector

from farm.cluster.metrics import Measure, RayMetrics, families, measures
from farm.cluster.metrics_endpoint import Endpoint
from farm.schedule.states import AttemptState
from farm.schedule.usage import Accounts, Held
from storyboard.errors import FarmError, UsageError
from tests.support.waiting import PATIENCE_S

LABELS = ("production", "backend", "outcome", "why", "purpose", "state")


class Told(Collector):
    def __init__(self, told: list[Measure]) -> None:
        self.told = told

    def collect(self) -> list[Metric]:
        return families(self.told)


def test_what_is_told_can_be_read_whatever_a_film_is_called():
    books = Accounts()
    title = 'The "Long"\nNight\\ {x="y"} 夜'
    books.began(1, title)
    books.look(0, {"w": Held(1)})
    books.look(2.5, {})
    books.ended(1, AttemptState.DONE)
    text = generate_latest(Told(measures(books, {(title, "queued"): 3}, {("slate", "idle"): 1}))).decode()
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
        books.ended(token, AttemptState.DONE)
        ray.tell(measures(books, {("Film", "queued"): 3 - token} if token < 3 else {}, {}))
        ray.tell(measures(books, {("Film", "queued"): 3 - token} if token < 3 else {}, {}))
    assert Recorded.values == {
        ("shotfarm_attempts", "Film", "done", ""): 3,
        ("shotfarm_shots", "Film", "queued"): 0,
    }


def numbers() -> list[Metric]:
    return families([Measure("shotfarm_workers", "Workers", ("state",), {("idle",): 2})])


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    """One that asks for a login."""
    endpoint = Endpoint("127.0.0.1:0", "shotfarm:secret", numbers)
    yield endpoint
    endpoint.close()


def asked(url: str, *login: str, **headers: str) -> httpx.Response:
    return httpx.get(url, auth=login or None, headers=headers, timeout=PATIENCE_S)  # type: ignore[arg-type]


def test_the_endpoint_answers_whoever_has_the_login_and_only_there(endpoint):
    answer = asked(endpoint.url, "shotfarm", "secret")
    assert answer.status_code == 200
    assert 'shotfarm_workers{state="idle"} 2.0' in answer.text
    assert answer.headers["content-type"].startswith("text/plain")
    for login in ((), ("shotfarm", "guessed")):
        refused = asked(endpoint.url, *login)
        assert (refused.status_code, refused.content) == (401, b"")
        assert refused.headers["www-authenticate"] == 'Basic realm="shotfarm"'
    elsewhere = asked(endpoint.url.replace("/metrics", "/"), "shotfarm", "secret")
    assert (elsewhere.status_code, elsewhere.content) == (404, b"")


def test_it_listens_at_the_address_that_it_was_given_alone(endpoint):
    host, port = endpoint.url.split("/")[2].split(":")
    assert host == "127.0.0.1"
    process = psutil.Process()
    listening = [each.laddr for each in process.net_connections() if each.status == psutil.CONN_LISTEN]
    assert [address.ip for address in listening if address.port == int(port)] == ["127.0.0.1"]
    with pytest.raises(FarmError, match="in use"):
        Endpoint(f"{host}:{port}", "", numbers)


def test_prometheus_gets_the_format_that_it_asks_for(endpoint):
    accept = "application/openmetrics-text;version=1.0.0"
    answer = asked(endpoint.url, "shotfarm", "secret", accept=accept)
    assert answer.headers["content-type"].startswith("application/openmetrics-text")
    assert answer.text.endswith("# EOF\n")


def test_whoever_says_nothing_is_not_waited_for_and_keeps_nobody_else_from_asking(monkeypatch, capfd):
    endpoint = Endpoint("127.0.0.1:0", "", numbers)
    host, port = endpoint.url.split("/")[2].split(":")
    try:
        with socket.socket() as silent:
            silent.settimeout(PATIENCE_S)
            silent.bind((host, 0))
            mute = silent.getsockname()
            # Whoever speaks may be late, on a busy machine.
            patience = property(lambda handler: 0.5 if handler.client_address == mute else PATIENCE_S)
            monkeypatch.setattr("farm.cluster.metrics_endpoint._Handler.timeout", patience)
            silent.connect((host, int(port)))
            assert asked(endpoint.url).status_code == 200
            assert silent.recv(1) == b"", "it is sent away"
    finally:
        endpoint.close()
    assert capfd.readouterr() == ("", "")


def test_a_farm_that_does_not_answer_in_time_is_said_to_be_away():
    def late() -> list[Metric]:
        raise TimeoutError

    endpoint = Endpoint("127.0.0.1:0", "", late)
    try:
        assert asked(endpoint.url).status_code == 503
    finally:
        endpoint.close()


@pytest.mark.parametrize("address", ["", "9464", "127.0.0.1", "127.0.0.1:many", "127.0.0.1:99999", ":9464"])
def test_what_is_no_address_is_refused(address):
    with pytest.raises(UsageError, match="is no address for metrics"):
        Endpoint(address, "", numbers)


@pytest.mark.parametrize("address", ["0.0.0.0:0", "10.1.2.3:9464", "gpu-head:9464"])
def test_others_than_this_machine_are_not_answered_without_a_login(address):
    with pytest.raises(UsageError, match="open to others than this machine"):
        Endpoint(address, "", numbers)
