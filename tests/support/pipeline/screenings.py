"""What somebody who watches a film asks of the application of the audience."""

from __future__ import annotations

from typing import Any

import httpx

from tests.support.waiting import until


def begins(client: httpx.Client, **more: Any) -> dict[str, Any]:
    """A screening of theirs, as they are told of it."""
    answer = client.post("/api/screenings", json=more)
    assert answer.status_code == 201, answer.text
    told: dict[str, Any] = answer.json()
    return told


def stands(client: httpx.Client, made: dict[str, Any]) -> dict[str, Any]:
    """How it stands with it."""
    told: dict[str, Any] = client.get(f"/api/screenings/{made['key']}").json()
    return told


def decides(
    client: httpx.Client, made: dict[str, Any], number: int, answer: str | None = None
) -> httpx.Response:
    """They answer its question of a number, or let the default hold."""
    return client.post(f"/api/screenings/{made['key']}/answers", json={"number": number, "answer": answer})


def given_until(client: httpx.Client, made: dict[str, Any], frame: int) -> None:
    """Wait until they are given all before a frame, and no more."""
    until(lambda: stands(client, made)["until"] == frame, f"all before {frame} is given")
