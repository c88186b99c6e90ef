"""Programs that a film document chooses run only for films that the machine allows it.

A film document comes from anywhere, and whoever renders it means pictures and no programs. So a backend that
starts what the film names (`backend: command`) renders a film only if its folder lies in one of those that
`SHOTFARM_ALLOW_COMMANDS` names. Everything else of such a film works: its plan, its takes that are there.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from pipeline.production.renderers import Choices
from pipeline.settings import Settings
from storyboard.document.load import LoadedFilm
from storyboard.errors import UsageError
from storyboard.planning.plan import PlannedShot, PlanWarning
from storyboard.wording import listed

_MOST_PROGRAMS = 3


def may_run_programs(folder: Path, settings: Settings) -> bool:
    """Whether this machine lets a film of this folder run programs that it chooses."""
    resolved = folder.resolve()
    return any(resolved.is_relative_to(allowed) for allowed in _allowed(settings))


def _allowed(settings: Settings) -> Iterator[Path]:
    for word in settings.allow_commands.split(os.pathsep):
        if word.strip():
            yield Path(word.strip()).expanduser().resolve()


def refuse_programs(
    missing: Iterable[PlannedShot], choices: Choices, folder: Path, settings: Settings
) -> None:
    """Refuse to render shots with programs that the film chooses, unless it may.

    Raises:
        UsageError: it may not; names the programs.
    """
    programs: dict[str, None] = {}
    for shot in missing:
        traits = choices.of(shot.laid).traits
        if traits.programs is not None:
            programs[traits.programs(shot.spec.options)] = None
    if programs and not may_run_programs(folder, settings):
        raise UsageError(_words(programs), _hint(folder))


def program_warnings(loaded: LoadedFilm, choices: Choices, settings: Settings) -> tuple[PlanWarning, ...]:
    """What a film would run that it may not run here."""
    if all(choice.traits.programs is None for choice in choices.used):
        return ()
    if may_run_programs(loaded.folder, settings):
        return ()
    shots: list[str] = []
    programs: dict[str, None] = {}
    for _, shot in loaded.film.shots():
        choice = choices.of(shot)
        if choice.traits.programs is not None:
            name, options = choice.traits.name, loaded.film.backend_options
            complete = choice.complete(options.get(name, {}), shot.backend_options.get(name, {}))
            programs[choice.traits.programs(complete)] = None
            shots.append(shot.id)
    return (PlanWarning(f"{_words(programs)} ({_hint(loaded.folder)})", tuple(shots)),)


def _words(programs: Iterable[str]) -> str:
    return f"this film runs programs of its own here: {listed([*programs], _MOST_PROGRAMS)}"


def _hint(folder: Path) -> str:
    return (
        "they can do whatever you can do. Look at them first; if you trust the film, put its folder into "
        f"SHOTFARM_ALLOW_COMMANDS: {folder.resolve()}"
    )
