"""What is installed beside shotfarm: classes that entry points name, each imported when it is asked for."""

from __future__ import annotations

from functools import cache
from importlib import metadata
from typing import Any

from storyboard.errors import UsageError
from storyboard.wording import did_you_mean


@cache
def _every() -> Any:  # what it is called depends on the version of Python
    """Those of all groups. The facts of every installed package are read for them, so it is done once."""
    return metadata.entry_points()


def entry_points(group: str) -> tuple[metadata.EntryPoint, ...]:
    """Those of a group."""
    return tuple(_every().select(group=group))


def plugin_names(group: str) -> list[str]:
    """The names that can be asked for in a group of entry points."""
    return sorted({point.name for point in entry_points(group=group)})


def load_plugin(group: str, what: str, name: str) -> Any:
    """What the entry point of a name stands for.

    Args:
        group: of entry points.
        what: what its entry points are, for people.
        name: which one.

    Raises:
        UsageError: there is none of that name, or it cannot be imported.
    """
    for point in entry_points(group=group):
        if point.name == name:
            try:
                return point.load()
            except Exception as error:  # somebody else's code
                raise UsageError(
                    f"the {what} {name!r} ({point.value}) cannot be imported: {error}",
                    "install what it needs",
                ) from error
    raise unknown_plugin(what, name, plugin_names(group))


def unknown_plugin(what: str, name: str, names: list[str]) -> UsageError:
    """There is no plugin of a name; says which there are."""
    return UsageError(
        f"no {what} is named {name!r}{did_you_mean(name, names)}", f"there are: {', '.join(names)}"
    )
