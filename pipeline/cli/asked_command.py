"""The command that is asked for, without the others.

To make the parsers of all of them takes longer than to read a film.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy

import typer
from typer.main import get_command_name
from typer.models import CommandInfo, TyperInfo


def with_what_is_asked(app: typer.Typer, words: Sequence[str]) -> typer.Typer:
    """An application with no command but the one that is asked for; all of it where that is not clear.

    Args:
        app: with all commands.
        words: after the application's name. Unless the first is a command or a group, the whole is needed, to
            tell what there is.
    """
    asked = words[0] if words else ""
    commands = [one for one in app.registered_commands if _name(one) == asked]
    groups = [one for one in app.registered_groups if one.name == asked]
    if not commands and not groups:
        return app
    alone = copy(app)
    alone.registered_commands, alone.registered_groups = commands, groups
    # Without a callback of the application, its only command would be called without its name.
    alone.registered_callback = app.registered_callback or TyperInfo()
    return alone


def _name(command: CommandInfo) -> str:
    callback = command.callback
    return command.name or (get_command_name(callback.__name__) if callback else "")
