"""A film is opened for work: read, and checked for all that can be checked before anything renders."""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from farm.store.store import Store
from pipeline.catalog.status import ShotStanding
from pipeline.production.adjusted import check_adjustments
from pipeline.production.backend_checks import Judgement, judge, left_out
from pipeline.production.decisions import decided_by, decisions_of
from pipeline.production.drawn_twice import caption_warnings
from pipeline.production.estimates import renderer_for
from pipeline.production.given_files import look_at_files
from pipeline.production.holding import UNREAD, Holding
from pipeline.production.line_lengths import line_warnings
from pipeline.production.looked_at import LookedAt
from pipeline.production.models import licence_warnings, needed_models
from pipeline.production.network_files import network_problems
from pipeline.production.production import Production
from pipeline.production.renderers import Choices, option_problems
from pipeline.production.soundfont import font_of
from pipeline.production.speaking import reading_warnings, voice_problems
from pipeline.production.takes import LAST_TAKES, Takes
from pipeline.production.undrawn_letters import letter_warnings
from pipeline.settings import STATE_FOLDER, Settings
from storyboard.checks.cut_words import find_cut_words
from storyboard.checks.film import look_at
from storyboard.document.load import NO_VALUES, LoadedFilm
from storyboard.document.named_files import digests_of_files, named_files
from storyboard.document.problems import in_order
from storyboard.document.text import Document
from storyboard.document.values import GivenValues
from storyboard.errors import DocumentError, Problem, UsageError
from storyboard.planning.decided import Decided
from storyboard.planning.decided_film import adjusted_film
from storyboard.planning.plan import PlanWarning
from storyboard.planning.resolve import resolve_film
from storyboard.planning.subtitles import find_in_subtitles, languages
from storyboard.schema.deliverables import DeliverableKind


def open_production(
    path: Path, settings: Settings, given: GivenValues = NO_VALUES, document: Document | None = None
) -> Production:
    """Read a film and check all that can be checked before anything renders.

    Args:
        path: the film document, or the folder that holds `film.yaml`.
        settings: where the store is and what renders.
        given: values of the film's parameters; the others have their defaults.
        document: what was read there already, when it was.

    Raises:
        DocumentError: what is wrong in the film, every problem at once.
        UsageError: there is no such backend or renderer, the SoundFont of the settings cannot be played, or
            people decided what the film cannot be made with any more.
        CatalogError: what people decided cannot be read.
        FileChangedError: a file of the film is written to meanwhile.
    """
    read = _read(path, settings, given, document)
    loaded, choices = read.loaded, read.choices
    if read.problems or choices is None:
        raise DocumentError(in_order(_every_problem(read, settings)))
    takes = _takes(loaded, settings)
    holds = holding_in(loaded, choices, settings, document)
    decided, approved = decisions_of(
        loaded.path.absolute().parent / STATE_FOLDER, loaded.film, choices, takes, holds
    )
    return _opened(loaded, choices, settings, takes, decided, approved, holds)


def holding_in(
    loaded: LoadedFilm, choices: Choices, settings: Settings, document: Document | None = None
) -> Holding:
    """What says which decisions hold in a version of a film; `document` is what was read, when it was."""
    return Holding(loaded, choices, lambda given: read_film(loaded.path, settings, given, document))


def decided_otherwise(production: Production, decided: Mapping[str, Decided]) -> Production:
    """The same film as it would be if people had decided this of its shots.

    Raises:
        DocumentError: a backend cannot render a shot as it was decided.
        UsageError: a decision asks for what the film, the backend or the folder does not have.
    """
    loaded, settings = production.loaded, production.settings
    return _opened(
        loaded,
        Choices(loaded.film, settings),
        settings,
        production.takes,
        decided,
        production.approved,
        production.holds,
    )


def rendered_by(production: Production, renderer: str, stand: Mapping[str, ShotStanding]) -> Production:
    """The same film in the cut of another renderer, a profile or a backend by itself, as its shots stand.

    Raises:
        DocumentError: the renderer cannot make a shot of the film.
        UsageError: there is no such renderer, or it cannot be used here.
    """
    loaded = production.loaded
    known = renderer in loaded.film.renderers
    chosen = {"renderer": renderer, "backend": None} if known else {"renderer": None, "backend": renderer}
    settings = production.settings.model_copy(update=chosen)
    choices = Choices(loaded.film, settings)
    decided = decided_by(stand, loaded.film, choices, production.takes)
    return _opened(
        loaded, choices, settings, production.takes, decided, production.approved, production.holds
    )


def _takes(loaded: LoadedFilm, settings: Settings) -> Takes:
    state = loaded.path.absolute().parent / STATE_FOLDER
    return Takes(Store(settings.store or state / "store", settings), state / LAST_TAKES)


def _looked_at(loaded: LoadedFilm) -> LookedAt:
    return LookedAt(loaded.path.absolute().parent / STATE_FOLDER / "looked-at.json")


def _opened(
    loaded: LoadedFilm,
    choices: Choices,
    settings: Settings,
    takes: Takes,
    decided: Mapping[str, Decided],
    approved: frozenset[str],
    holds: Holding,
) -> Production:
    """A film that was read, with what was decided of it, checked for all that can be checked."""
    check_adjustments(loaded, choices, decided)
    document, film = loaded, adjusted_film(loaded.film, decided)
    if film is not loaded.film:
        loaded, choices = replace(loaded, film=film), Choices(film, settings)
    digests, problems = digests_of_files(loaded)
    font, unplayable, silent = font_of(loaded, settings, digests)
    problems += unplayable
    judgement = _judgement(loaded, digests, choices)
    path, store = loaded.path.absolute(), takes.store
    given = look_at_files(loaded, choices, digests, _looked_at(loaded))
    problems += [*judgement.problems, *given.problems, *network_problems(loaded, digests, choices)]
    if problems:
        raise DocumentError(in_order(problems))
    models = needed_models(loaded.film, choices)
    warnings = (
        *judgement.warnings,
        *left_out(loaded.film, choices),
        *given.warnings,
        *silent,
        *_cut_words(loaded),
        *_subtitle_warnings(loaded),
        *line_warnings(loaded, digests, store, font, given.recorded_s),
        *reading_warnings(loaded),
        *letter_warnings(loaded, choices),
        *caption_warnings(loaded, choices),
        *licence_warnings(models),
    )
    return Production(
        path,
        document,
        digests,
        store,
        takes,
        choices,
        settings,
        holds,
        warnings,
        models,
        font,
        decided,
        approved,
    )


def read_film(
    path: Path, settings: Settings, given: GivenValues = NO_VALUES, document: Document | None = None
) -> tuple[LoadedFilm, Choices]:
    """Read a film and its renderers, and check all that needs neither its files nor its models.

    Args:
        path: the film document, or the folder that holds `film.yaml`.
        settings: what renders.
        given: values of the film's parameters; the others have their defaults.
        document: what was read there already, when it was.

    Raises:
        DocumentError: what is wrong in the film.
        UsageError: there is no such backend or renderer.
    """
    read = _read(path, settings, given, document)
    if read.problems or read.choices is None:
        raise DocumentError(in_order(read.problems))
    return read.loaded, read.choices


def _every_problem(read: _Read, settings: Settings) -> list[Problem]:
    """What is wrong with a film, and with its files, fonts and shots as far as the rest lets them be read."""
    loaded, choices = read.loaded, read.choices
    digests, unread = digests_of_files(loaded)
    problems = [*dict.fromkeys([*read.problems, *unread])]  # a file that is not there is found by both
    with contextlib.suppress(UsageError):  # the settings' font: the next round's, when it is asked for
        problems += font_of(loaded, settings, digests)[1]
    if choices is None:
        return problems
    if read.can_be_judged:
        problems += _judgement(loaded, digests, choices).problems
    problems += look_at_files(loaded, choices, digests, _looked_at(loaded)).problems
    return [*problems, *network_problems(loaded, digests, choices)]


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


def _read(path: Path, settings: Settings, given: GivenValues, document: Document | None = None) -> _Read:
    """Read a film and its renderers.

    Raises:
        DocumentError: too little of it can be read.
        UsageError: there is no such backend or renderer, and nothing is wrong with the film.
    """
    loaded, problems = look_at(path / "film.yaml" if path.is_dir() else path, given, document)
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
    known = defaultdict(lambda: UNREAD, digests)
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
