"""The backends that are installed here, by their names: entry points of the group `shotfarm.backends`."""

from __future__ import annotations

from functools import cache

from farm.backend.protocol import Backend
from storyboard.plugins import load_plugin, plugin_names

ENTRY_POINT_GROUP = "shotfarm.backends"


def available_backends() -> list[str]:
    """The names that can be asked for."""
    return plugin_names(ENTRY_POINT_GROUP)


@cache
def backend_class(name: str) -> type[Backend]:
    """The class of a backend, imported now; looking for it again costs nothing.

    Raises:
        UsageError: no such backend, or it cannot be imported; the message names those there are.
    """
    found: type[Backend] = load_plugin(ENTRY_POINT_GROUP, "backend", name)
    return found
