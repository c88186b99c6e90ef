"""A Prefect server whose database is locked is asked again, and one that stays so is an error in words."""

from __future__ import annotations

import httpx
import pytest
from tenacity import wait_none

from pipeline.services import prefect_api
from pipeline.services.prefect_api import TRIES, PrefectApi, asking
from storyboard.errors import FarmError


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """What a server answers, one after another; the last of them for ever. Nobody waits between."""
    wanted: list[int] = []

    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(wanted.pop(0) if len(wanted) > 1 else wanted[0], json={"detail": "locked"})

    plain = httpx.Client
    monkeypatch.setattr(
        httpx, "Client", lambda **facts: plain(transport=httpx.MockTransport(answer), **facts)
    )
    monkeypatch.setattr(prefect_api._PATIENTLY, "wait", wait_none())
    return wanted


def test_a_server_that_is_busy_is_asked_again(answers):
    answers += [503] * (TRIES - 1) + [200]
    with PrefectApi(1, "password") as prefect:
        assert prefect.ask("flows/filter") == {"detail": "locked"}


def test_one_that_stays_busy_and_one_that_refuses_are_said_in_words(answers):
    for status in (503, 422):
        answers[:] = [status]
        with pytest.raises(FarmError, match="Prefect refuses: locked"), asking(1, "password") as prefect:
            prefect.read("flows/1")
