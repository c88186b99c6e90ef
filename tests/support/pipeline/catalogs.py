"""Takes and wishes as tests of catalogs make them up."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

from pipeline.catalog.entries import Decision, NewTake, Payload, Take, Wish


def digest_called(name: str) -> str:
    """A digest that stands for a name."""
    return hashlib.sha256(name.encode()).hexdigest()


def new_take(shot: str, name: str = "first", renderer: str = "draft", **facts: Any) -> NewTake:
    """A take of a shot that was just rendered; its digest is that of the shot and the name."""
    told: dict[str, Any] = {
        "seed": 7,
        "made_at": datetime(2026, 11, 1, 12, tzinfo=UTC),
        "by": "ada",
        "why": "new shot",
        "worker_s": 2.5,
        "gpu_s": 5.0,
        "quality": {"frames": 24, "drift": None, "failures": []},
    }
    return NewTake(shot=shot, digest=digest_called(f"{shot} {name}"), renderer=renderer, **{**told, **facts})


def numbered(new: NewTake, number: int) -> Take:
    """The take, registered under a number."""
    return Take(number=number, **dict(new))


def wish(shot: str, what: Payload, take: str | None = None, seen: int | None = None, by: str = "ada") -> Wish:
    """A wish; its take is named as `new_take` names it."""
    digest = digest_called(f"{shot} {take}") if take else None
    return Wish(shot=shot, what=what, by=by, take=digest, seen=seen)


def decided(number: int, one: Wish) -> Decision:
    """The wish, as a decision with a number."""
    at = datetime(2026, 11, 2, 12, 0, number % 60, tzinfo=UTC)
    return Decision(
        number=number, shot=one.shot, what=one.what, by=one.by, at=at, take=one.take, seen=one.seen
    )
