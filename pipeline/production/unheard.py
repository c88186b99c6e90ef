"""Notices that nobody would get: channels that a film or a slate names and this machine does not have."""

from __future__ import annotations

from collections.abc import Callable

from pipeline.notices.channels import load_channels
from pipeline.settings import Settings
from storyboard.document.text import DocumentPath
from storyboard.errors import Problem, UsageError
from storyboard.schema.notices import Notices
from storyboard.wording import did_you_mean


def unheard(
    named: Notices, problem: Callable[[DocumentPath, str], Problem], settings: Settings
) -> tuple[str, ...]:
    """A warning for each, at its line; what is made is made all the same.

    Args:
        named: the notices of a document.
        problem: says what is wrong at a path of it.
        settings: where channels are.
    """
    if not named:
        return ()
    try:
        there = load_channels(settings)
    except UsageError as error:
        return (str(problem(("notices",), f"no notice can be sent: {error.message}")),)
    return tuple(
        str(
            problem(
                ("notices", name),
                f"this machine has no channel {name}{did_you_mean(name, there)}: its notices wait",
            )
        )
        for name in named
        if name not in there
    )
