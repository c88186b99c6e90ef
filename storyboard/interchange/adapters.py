"""OpenTimelineIO's adapters are packages of their own, which may not be there."""

from __future__ import annotations

import opentimelineio as otio

from storyboard.errors import UsageError


def check_adapter(name: str, what: str) -> None:
    """Refuse a format whose adapter is not installed.

    Args:
        name: of the adapter.
        what: the format, for people.

    Raises:
        UsageError: says what to install.
    """
    if name not in otio.adapters.available_adapter_names():
        raise UsageError(
            f"{what} needs an adapter of OpenTimelineIO that is not installed",
            "pip install 'shotfarm[editorial]'",
        )
