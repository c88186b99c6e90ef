"""Runs without a client are called crashed, and those that have come to their end are not."""

from __future__ import annotations

import json

import httpx

from pipeline.services.dead_runs import bury_dead_runs


def test_a_run_that_ends_while_somebody_looks_for_dead_ones_stays_as_it_ended(tmp_path, monkeypatch):
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        """One run goes on when it is asked for first, and is over when it is asked for again."""
        asked.append(request.url.path)
        over = "id" in json.loads(request.content)["flow_runs"]
        return httpx.Response(200, json=[] if over else [{"id": "one"}])

    plain = httpx.Client
    monkeypatch.setattr(
        httpx, "Client", lambda **facts: plain(transport=httpx.MockTransport(answer), **facts)
    )
    assert bury_dead_runs(tmp_path, 1, "password") == []
    assert asked == ["/api/flow_runs/filter"] * 2
