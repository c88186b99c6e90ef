"""The files of the project that the options of renderers name: whether they are there, at their lines."""

from __future__ import annotations

from pipeline.production.backend_checks import where_set
from pipeline.production.renderers import Choices
from storyboard.document.load import LoadedFilm
from storyboard.document.named_files import confine
from storyboard.document.shot_paths import shot_paths
from storyboard.errors import Problem


def option_file_problems(loaded: LoadedFilm, choices: Choices) -> list[Problem]:
    """Files that the shots' renderers are to be given and that are not there, each told once at its place."""
    film = loaded.film
    problems: dict[Problem, None] = {}
    wrong: dict[str, str] = {}
    for path, _, shot in shot_paths(film):
        choice = choices.of(shot)
        name = choice.traits.name
        if choice.traits.option_files is None:
            continue
        options = choice.complete(film.backend_options.get(name, {}), shot.backend_options.get(name, {}))
        for file in choice.named_files(options, shot.id):
            if file.name not in wrong:
                wrong[file.name] = _fault(loaded, file.name)
            if words := wrong[file.name]:
                at = where_set(loaded, choice, path, file.place) or path
                problems[loaded.problem(at, words)] = None
    return [*problems]


def _fault(loaded: LoadedFilm, name: str) -> str:
    """Why a file cannot be read; empty where it can."""
    try:
        with confine(loaded.folder, name).open("rb"):
            return ""
    except ValueError as error:
        return str(error)
    except OSError as error:
        return f'"{name}" cannot be read: {error.strerror}'
