"""A film is opened for work: read, and checked for all that can be checked before anything renders."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from farm.store.store import Store
from pipeline.production.backend_checks import Judgement, judge, left_out
from pipeline.production.estimates import renderer_for
from pipeline.production.given_files import look_at_files
from pipeline.production.line_lengths import line_warnings
from pipeline.production.models import licence_warnings, needed_models
from pipeline.production.network_files import network_problems
from pipeline.production.production import STATE_FOLDER, Production
from pipeline.production.renderers import Choices, option_problems
from pipeline.production.soundfont import font_of
from pipeline.production.speaking import reading_warnings, voice_problems
from pipeline.production.takes import Takes
from pipeline.production.undrawn_letters import letter_warnings
from pipeline.settings import Settings
from storyboard.checks.cut_words import find_cut_words
from storyboard.checks.film import look_at
from storyboard.document.load import LoadedFilm
from storyboard.document.named_files import digests_of_files, named_files
from storyboard.document.problems import in_order
from storyboard.errors import DocumentError, Problem, UsageError
from storyboard.planning.plan import PlanWarning
from storyboard.planning.resolve import resolve_film
from storyboard.planning.subtitles import find_in_subtitles, languages
from storyboard.schema.deliverables import DeliverableKind

_UNREAD = "0" * 64
"""stands for the digest of a file that cannot be read, which is a problem by itself"""


def open_production(path: Path, settings: Settings) -> Production:
    """Read a film and check all that can be checked before anything renders.

    Args:
        path: the film document, or the folder that holds `film.yaml`.
        settings: where the store is and what renders.

    Raises:
        DocumentError: what is wrong in the film, every problem at once.
        UsageError: there is no such backend or renderer, or the SoundFont of the settings cannot be played.
    """
    found = _read(path, settings)
    loaded, choices = found.loaded, found.choices
    digests, unread = digests_of_files(loaded)
    problems = [*dict.fromkeys([*found.problems, *unread])]  # a file that is not there is found by both
    font = None
    try:
        font, unplayable = font_of(loaded, settings, digests)
        problems += unplayable
    except UsageError:
        if not problems:
            raise
    if choices is None:
        raise DocumentError(in_order(problems))
    judgement = _judgement(loaded, digests, choices) if found.can_be_judged else Judgement()
    given = look_at_files(loaded, choices, digests)
    problems += [*judgement.problems, *given.problems, *network_problems(loaded, digests, choices)]
    if problems:
        raise DocumentError(in_order(problems))
    path = loaded.path.absolute()
    store = Store(settings.store or path.parent / STATE_FOLDER / "store", settings)
    models = needed_models(loaded.film, choices)
    warnings = (
        *judgement.warnings,
        *left_out(loaded.film, choices),
        *given.warnings,
        *_cut_words(loaded),
        *_subtitle_warnings(loaded),
        *line_warnings(loaded, digests, store, font),
        *reading_warnings(loaded),
        *letter_warnings(loaded, choices),
        *licence_warnings(models),
    )
    takes = Takes(store, path.parent / STATE_FOLDER / "takes.json")
    return Production(path, loaded, digests, store, takes, choices, settings, warnings, models, font)


def read_film(path: Path, settings: Settings) -> tuple[LoadedFilm, Choices]:
    """Read a film and its renderers, and check all that needs neither its files nor its models.

    Raises:
        DocumentError: what is wrong in the film.
        UsageError: there is no such backend or renderer.
    """
    found = _read(path, settings)
    if found.problems or found.choices is None:
        raise DocumentError(in_order(found.problems))
    return found.loaded, found.choices


@dataclass(frozen=True, slots=True)
class _Read:
    """A film and its renderers, as far as they can be had, and what is wrong with them.

    Attributes:
        loaded: the film; without what its schema refuses, when there are problems.
        choices: what renders it; None when a problem leaves that open.
        problems: of its schema, checks, options and voices.
        can_be_judged: whether its backends can be asked about its shots: nothing but its files and its voices
            is wrong.
    """

    loaded: LoadedFilm
    choices: Choices | None
    problems: list[Problem]
    can_be_judged: bool


def _read(path: Path, settings: Settings) -> _Read:
    """Read a film and its renderers.

    Raises:
        DocumentError: too little of it can be read.
        UsageError: there is no such backend or renderer, and nothing is wrong with the film.
    """
    loaded, problems = look_at(path / "film.yaml" if path.is_dir() else path)
    choices = None
    try:
        made = Choices(loaded.film, settings)
        problems += option_problems(loaded, made)
        choices = made if made.used else None  # a backend that does not exist, or cannot be imported, raises
    except UsageError:
        if not problems:
            raise
    files = {_place(loaded.problem(at, "")) for at, _ in named_files(loaded.film)}
    can_be_judged = all(_place(problem) in files for problem in problems)
    return _Read(loaded, choices, [*problems, *voice_problems(loaded)], can_be_judged)


def _place(problem: Problem) -> tuple[int, int]:
    return problem.line, problem.column


def _judgement(loaded: LoadedFilm, digests: Mapping[str, str], choices: Choices) -> Judgement:
    """What the backends say of the shots, whatever is in files that cannot be read."""
    if not any(choice.traits.check for choice in choices.used):
        return Judgement()
    renderers = {choice: renderer_for(choice) for choice in choices.used}
    known = defaultdict(lambda: _UNREAD, digests)
    return judge(loaded, choices, resolve_film(loaded.film, known, lambda shot: renderers[choices.of(shot)]))


def _cut_words(loaded: LoadedFilm) -> list[PlanWarning]:
    """Words that a comment has cut short, at their places of the document."""
    return [
        PlanWarning(str(loaded.problem(path, words)), (shot,)) for path, shot, words in find_cut_words(loaded)
    ]


def _subtitle_warnings(loaded: LoadedFilm) -> list[PlanWarning]:
    """What readers of the languages that are delivered will not follow, at its lines of the document."""
    film = loaded.film
    wanted: dict[str, None] = {}
    for one in film.deliverables.values():
        every = languages(film) if one.kind is DeliverableKind.SUBTITLES and not one.subtitles else ()
        wanted |= dict.fromkeys([*every, *one.subtitles])
        wanted |= {one.burned_subtitles: None} if one.burned_subtitles else {}
    return [
        PlanWarning(str(loaded.problem(path, words)), (shot,))
        for path, shot, words in find_in_subtitles(film, wanted)
    ]
