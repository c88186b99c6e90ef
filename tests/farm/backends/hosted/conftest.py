from __future__ import annotations

from collections import deque

import pytest

from farm.backend.conformance import OtherProcess
from farm.backends.hosted import machine
from farm.backends.hosted.runway.key import FILE_VARIABLE, VARIABLE
from tests.support.farm.fake_runway import KEY, FakeRunway


@pytest.fixture(scope="package")
def runway_server():
    """A Runway of our own, which the SDK finds, and the key that it lets in."""
    fake = FakeRunway()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RUNWAYML_BASE_URL", fake.url)
        patch.setenv(VARIABLE, KEY)
        patch.delenv(FILE_VARIABLE, raising=False)
        yield fake
    fake.close()


@pytest.fixture
def runway(runway_server, monkeypatch):
    """The same, with nothing that an earlier test has told it."""
    monkeypatch.setattr(machine, "FIRST_PAUSE_S", 0.01)
    runway_server.tasks.clear()
    runway_server.faults = {name: deque() for name in ("post", "get", "result")}
    runway_server.fates.clear()
    runway_server.withdrawn.clear()
    runway_server.wrong_requests.clear()
    runway_server.shape, runway_server.task_s, runway_server.retry_after = "", 0.0, "0"
    yield runway_server
    assert not runway_server.wrong_requests


@pytest.fixture(scope="package")
def other_process(runway_server):
    """Another process, which finds the same Runway."""
    process = OtherProcess()
    yield process
    process.close()
