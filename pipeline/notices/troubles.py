"""What people are told of notices that do not arrive: pure."""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.notices.outbox import Fate, Letter
from storyboard.wording import counted


def troubles(letters: Iterable[Letter]) -> list[str]:
    """A line for each channel whose receiver refuses, with its reason; those that go well say nothing."""
    waiting: dict[str, list[Letter]] = {}
    lost: dict[str, list[Letter]] = {}
    for one in letters:
        if one.fate is Fate.GIVEN_UP:
            lost.setdefault(one.channel, []).append(one)
        elif one.fate is Fate.WAITS and one.why:
            waiting.setdefault(one.channel, []).append(one)
    found = [
        f"{_notices(some)} to {name} will be tried again: {some[-1].why}" for name, some in waiting.items()
    ]
    return [
        *found,
        *(
            f"{_notices(some)} to {name} given up: {some[-1].why}; `shotfarm notices retry` tries again"
            for name, some in lost.items()
        ),
    ]


def _notices(letters: list[Letter]) -> str:
    return counted(len(letters), "notice")
