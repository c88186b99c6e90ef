"""What one model cannot see alone: names that name nothing, loops, and transitions that do not fit.

`find_problems` is pure but for looking whether named files exist.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import chain, islice
from pathlib import Path

from storyboard.branching.route import follow
from storyboard.checks.asked import find_in_asked
from storyboard.checks.branches import find_in_branches, find_in_question_times
from storyboard.checks.cues import find_in_cues
from storyboard.checks.deliverables import find_in_deliverables
from storyboard.checks.time import Finding, find_in_time
from storyboard.document.blocked import blocked_words
from storyboard.document.load import NO_VALUES, LoadedFilm, film_document, parse_parts, read_text
from storyboard.document.named_files import confine, is_sound, named_files
from storyboard.document.problems import in_order
from storyboard.document.shot_paths import shot_paths
from storyboard.document.text import Document, DocumentPath
from storyboard.document.values import GivenValues
from storyboard.errors import Problem, UsageError
from storyboard.media.lut import read_cube
from storyboard.planning.resolve import DEFAULT_WARDROBE
from storyboard.schema.built_in_sounds import BUILT_IN_SOUNDS, sounds_like
from storyboard.schema.film import Film
from storyboard.schema.vocabulary import LANCZOS, Retime
from storyboard.wording import did_you_mean, listed, unknown

MOST_FINDINGS = 2000
"""in one run; finding near names for more would take minutes"""
MOST_NEAR_SOUNDS = 4
"""that are told where a name is no sound's"""


def look_at(
    path: Path, given: GivenValues = NO_VALUES, document: Document | None = None
) -> tuple[LoadedFilm, list[Problem]]:
    """A film document, and every problem in it; with some, the film is what its schema does not refuse.

    Args:
        path: the document; `-` reads standard input.
        given: values of the film's parameters; the others have their defaults.
        document: what was read there already, when it was.

    Raises:
        DocumentError: too little of the document can be read; lists every problem.
    """
    read = parse_parts(document or film_document(read_text(path), path), path, given)
    if not read.problems:
        return read.loaded, find_problems(read.loaded)
    known = {(problem.line, problem.column) for problem in read.problems}
    beside = [
        problem
        for problem in find_problems(read.loaded, timed=read.timed and not read.gone)
        if (problem.line, problem.column) not in known
        and not any(f'"{name}"' in problem.message for name in read.gone)
    ]
    return read.loaded, in_order([*read.problems, *beside])


def find_problems(loaded: LoadedFilm, *, timed: bool = True) -> list[Problem]:
    """Every problem of a film, in document order; of its times too, when its lengths are its own."""
    film = loaded.film
    findings = chain(
        _twice(film),
        _conditions(film),
        _names(film),
        _renderers(film),
        _continuity(film),
        find_in_cues(film),
        find_in_deliverables(film),
        find_in_branches(film) if timed else (),
        find_in_question_times(film) if timed else (),
        find_in_time(film) if timed else (),
        _files(film, loaded.folder),
        _looks(film, loaded.folder),
        _blocked(film, loaded.folder),
    )
    problems = [loaded.problem(path, message) for path, message in islice(findings, MOST_FINDINGS)]
    problems += islice(find_in_asked(loaded), MOST_FINDINGS)
    return in_order(problems) if problems else _chosen(loaded)


def _chosen(loaded: LoadedFilm) -> list[Problem]:
    """What is wrong with the way that is chosen through a film with which nothing else is."""
    try:
        follow(loaded.film, loaded.chosen)
    except UsageError as error:
        return [Problem("--choose", 0, 0, "", error.message)]
    return []


def _conditions(film: Film) -> Iterator[Finding]:
    """Conditions of a film without parameters; those of one with them are gone when the schema is checked."""
    words = "a condition asks for the film's parameters, and it declares none (parameters: at its top)"
    for index, scene in enumerate(film.scenes):
        if scene.when is not None:
            yield ("scenes", index, "when"), words
    for path, _, shot in shot_paths(film):
        if shot.when is not None:
            yield (*path, "when"), words
        for index, line in enumerate(shot.lines):
            if line.when is not None:
                yield (*path, "lines", index, "when"), words


def _twice(film: Film) -> Iterator[Finding]:
    """Ids that name two things, and characters who are in a shot twice."""

    def repeated(kind: str, ids: Iterable[tuple[DocumentPath, str]]) -> Iterator[Finding]:
        seen: set[str] = set()
        for path, name in ids:
            if name in seen:
                yield (*path, "id"), f'there is a {kind} "{name}" already; each has an id of its own'
            seen.add(name)

    yield from repeated("scene", ((("scenes", index), scene.id) for index, scene in enumerate(film.scenes)))
    yield from repeated("shot", ((path, shot.id) for path, _, shot in shot_paths(film)))
    yield from repeated("cue", ((("music", index), cue.id) for index, cue in enumerate(film.music)))
    for path, _, shot in shot_paths(film):
        seen: set[str] = set()
        for index, blocking in enumerate(shot.characters):
            if blocking.id in seen:
                yield (*path, "characters", index, "id"), f'"{blocking.id}" is in this shot twice'
            seen.add(blocking.id)


def _names(film: Film) -> Iterator[Finding]:
    """Characters, locations and scenes that do not exist."""
    scenes = {scene.id for scene in film.scenes}
    for character_id, character in film.characters.items():
        for scene_id in character.wardrobe:
            if scene_id not in scenes and scene_id != DEFAULT_WARDROBE:
                others = [DEFAULT_WARDROBE, *(scene.id for scene in film.scenes)]
                yield ("characters", character_id, "wardrobe", scene_id), unknown("scene", scene_id, others)
    for index, scene in enumerate(film.scenes):
        if scene.id == DEFAULT_WARDROBE:
            yield (
                ("scenes", index, "id"),
                f'"{DEFAULT_WARDROBE}" is the wardrobe of all scenes; choose another id',
            )
        if scene.location not in film.locations:
            yield ("scenes", index, "location"), unknown("location", scene.location, film.locations)
    for path, _, shot in shot_paths(film):
        if shot.location is not None and shot.location not in film.locations:
            yield (*path, "location"), unknown("location", shot.location, film.locations)
        for index, blocking in enumerate(shot.characters):
            if blocking.id not in film.characters:
                yield (*path, "characters", index, "id"), unknown("character", blocking.id, film.characters)
        seen = [blocking.id for blocking in shot.characters]
        for who in shot.references:
            if who not in seen:
                yield (*path, "references", who), unknown("character in the shot", who, seen)
        for index, line in enumerate(shot.lines):
            if line.character not in film.characters:
                yield (
                    (*path, "lines", index, "character"),
                    unknown("character", line.character, film.characters),
                )


def _renderers(film: Film) -> Iterator[Finding]:
    """Renderers that the film does not have, and what goes with what in a renderer."""
    for name, profile in film.renderers.items():
        if (profile.retime is Retime.RIFE) != (profile.retime_model is not None):
            message = (
                "rife needs the file of its network as retime_model; `shotfarm models rife` writes one"
                if profile.retime is Retime.RIFE
                else f"a model goes with rife alone, not with {profile.retime}; leave it out"
            )
            key = "retime" if profile.retime is Retime.RIFE else "retime_model"
            yield ("renderers", name, key), message
    if film.renderer is not None and film.renderer not in film.renderers:
        yield ("renderer",), unknown("renderer", film.renderer, film.renderers)
    for path, _, shot in shot_paths(film):
        if shot.renderer is not None and shot.renderer not in film.renderers:
            yield (*path, "renderer"), unknown("renderer", shot.renderer, film.renderers)


def _continuity(film: Film) -> Iterator[Finding]:
    """Shots that start from or match what does not come before them; looking back only, there is no loop."""
    everything = {shot.id for _, shot in film.shots()}
    earlier: dict[str, None] = {}
    for path, _, shot in shot_paths(film):
        for key, name, verb in (
            ("continues", shot.continues, "continues"),
            ("match_cut", shot.match_cut, "matches"),
        ):
            if name is not None and name not in earlier:
                there_are = f"(earlier: {listed(earlier)})" if earlier else "(this is the first)"
                if name == shot.id:
                    message = f'"{name}" {verb} itself {there_are}'
                elif name in everything:
                    message = f'"{name}" comes later; a shot {verb} an earlier one {there_are}'
                else:
                    message = f'"{name}" names no earlier shot{did_you_mean(name, earlier)} {there_are}'
                yield (*path, key), message
        says = [key for key in ("continues", "match_cut", "first_frame") if getattr(shot, key) is not None]
        for key in says[1:]:
            yield (
                (*path, key),
                f'"{says[0]}" says already what the shot starts from; leave out one of the two',
            )
        acted = shot.performance
        if acted is not None and (acted.background is None) != (acted.mask is None):
            missing, given = ("background", "mask") if acted.background is None else ("mask", "background")
            yield (
                (*path, "performance", given),
                f'"{given}" goes with "{missing}": give both, or none to animate the character alone',
            )
        earlier[shot.id] = None


def _files(film: Film, folder: Path) -> Iterator[Finding]:
    """Files that are missing, outside the project folder, or of the wrong kind."""

    @cache
    def complaint(name: str) -> str | None:
        try:
            confine(folder, name)
        except ValueError as error:
            return str(error)
        return None

    for path, name in named_files(film):
        wrong = complaint(name)
        if "loras" in path and not name.lower().endswith(".safetensors"):
            yield path, f'"{name}" is not a .safetensors file, the only form of weights that is read'
        elif wrong and is_sound(path) and wrong.startswith("there is no file"):
            yield path, f'"{name}" is no built-in sound and no file in the project folder{_near_sounds(name)}'
        elif wrong and path[-1] == "upscale" and wrong.startswith("there is no file"):
            yield path, f'"{name}" is neither {LANCZOS} nor a file in the project folder'
        elif wrong:
            yield path, wrong


@cache
def _near_sounds(name: str) -> str:
    """What a name that is no sound's may have meant, and where all of them are told."""
    near = did_you_mean(name, BUILT_IN_SOUNDS)
    alike = sounds_like(name)[:MOST_NEAR_SOUNDS]
    if not near and alike:
        near = f"; built in and near it: {', '.join(alike)}"
    return f"{near} (`shotfarm sounds` lists all {len(BUILT_IN_SOUNDS)})"


def _looks(film: Film, folder: Path) -> Iterator[Finding]:
    """.cube files that cannot be read; those that are not there are `_files`'."""

    @cache
    def complaint(name: str) -> str | None:
        try:
            path = confine(folder, name)
        except ValueError:
            return None
        try:
            read_cube(path)
        except ValueError as error:
            return f'"{name}" {error}'
        except OSError as error:
            return f'"{name}" cannot be read: {error.strerror}'
        return None

    for path, name in named_files(film):
        if path[-1] == "lut" and (wrong := complaint(name)):
            yield path, wrong


def _blocked(film: Film, folder: Path) -> Iterator[Finding]:
    """A block list that cannot be read; one that is not there is `_files`'."""
    try:
        confine(folder, film.blocked_words or ".")
    except ValueError:
        return
    try:
        blocked_words(film, folder)
    except ValueError as error:
        yield ("blocked_words",), f'"{film.blocked_words}": {error}'
