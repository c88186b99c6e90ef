"""A film is opened for work: read, and checked for all that can be checked before anything renders."""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from assembly.sound.sources import SoundFont
from farm.store.store import Store
from pipeline.catalog.log import DecisionLog
from pipeline.catalog.status import ShotStanding
from pipeline.production.adjusted import check_adjustments
from pipeline.production.backend_checks import Judgement, judge, left_out
from pipeline.production.decisions import decided_by, decisions_of
from pipeline.production.drawn_twice import caption_warnings
from pipeline.production.estimates import renderer_for
from pipeline.production.given_files import GivenFiles, look_at_files
from pipeline.production.holding import Holding
from pipeline.production.line_lengths import line_warnings
from pipeline.production.looked_at import LookedAt
from pipeline.production.models import licence_warnings, needed_models
from pipeline.production.network_files import network_problems
from pipeline.production.option_files import option_file_problems
from pipeline.production.production import Kept, Production
from pipeline.production.programs import program_warnings
from pipeline.production.renderers import UNREAD, Choices, in_cut_of, option_problems
from pipeline.production.servers import may_ask, server_warnings
from pipeline.production.soundfont import font_of
from pipeline.production.speaking import reading_warnings, voice_problems
from pipeline.production.takes import LAST_TAKES, Takes
from pipeline.production.undrawn_letters import letter_warnings
from pipeline.production.unheard import unheard
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
from storyboard.planning.resolve import KnownSpecs, resolve_film
from storyboard.planning.subtitles import delivered_languages, find_in_subtitles


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
    kept = Kept(
        _takes(loaded, settings),
        DecisionLog.of(loaded.path.absolute().parent),
        holding_in(loaded, choices, settings, document),
    )
    return _opened(loaded, choices, settings, kept, *decisions_of(loaded.film, choices, kept))


def holding_in(
    loaded: LoadedFilm, choices: Choices, settings: Settings, document: Document | None = None
) -> Holding:
    """What says which decisions hold in a version of a film; `document` is what was read, when it was."""
    return Holding(loaded, choices, lambda given: read_film(loaded.path, settings, given, document))


def as_decided_now(production: Production) -> Production:
    """A film whose document has not changed, with its files as they are and as people have decided by now.

    Raises:
        DocumentError: a file cannot be used, or a backend cannot render a shot as it was decided.
        UsageError: a decision asks for what the film, the backend or the folder does not have.
        CatalogError: what they decided cannot be read.
        StoreError: a circled take cannot be read.
    """
    loaded, settings = production.loaded, production.settings
    choices = Choices(loaded.film, settings, loaded.folder)
    kept = replace(production.kept, takes=production.takes.again())
    return _opened(loaded, choices, settings, kept, *decisions_of(loaded.film, choices, kept))


def stands_as_decided(production: Production) -> bool:
    """Whether an opened film is what people have decided by now.

    Raises:
        CatalogError: what they decided cannot be read.
        StoreError: a circled take cannot be read.
    """
    loaded = production.loaded
    choices = Choices(loaded.film, production.settings, loaded.folder)
    decided, _ = decisions_of(loaded.film, choices, production.kept)
    return decided == production.decided


def decided_otherwise(production: Production, decided: Mapping[str, Decided]) -> Production:
    """The same film as it would be if people had decided this of its shots.

    Raises:
        DocumentError: a backend cannot render a shot as it was decided.
        UsageError: a decision asks for what the film, the backend or the folder does not have.
    """
    loaded, settings = production.loaded, production.settings
    choices = Choices(loaded.film, settings, loaded.folder)
    return _opened(loaded, choices, settings, production.kept, decided, production.approved)


def rendered_by(production: Production, renderer: str, stand: Mapping[str, ShotStanding]) -> Production:
    """The same film in the cut of another renderer, a profile or a backend by itself, as its shots stand.

    Raises:
        DocumentError: the renderer cannot make a shot of the film.
        UsageError: there is no such renderer, or it cannot be used here.
    """
    loaded = production.loaded
    settings = in_cut_of(production.settings, loaded.film, renderer)
    choices = Choices(loaded.film, settings, loaded.folder)
    decided = decided_by(stand, loaded.film, choices, production.takes)
    return _opened(loaded, choices, settings, production.kept, decided, production.approved)


def store_of(folder: Path, settings: Settings) -> Store:
    """The store that a project folder's film is in; nothing is read."""
    return Store(settings.store or folder / STATE_FOLDER / "store", settings)


def _takes(loaded: LoadedFilm, settings: Settings) -> Takes:
    folder = loaded.path.absolute().parent
    return Takes(store_of(folder, settings), folder / STATE_FOLDER / LAST_TAKES)


def _looked_at(loaded: LoadedFilm) -> LookedAt:
    return LookedAt(loaded.path.absolute().parent / STATE_FOLDER / "looked-at.json")


def _opened(
    loaded: LoadedFilm,
    choices: Choices,
    settings: Settings,
    kept: Kept,
    decided: Mapping[str, Decided],
    approved: frozenset[str],
) -> Production:
    """A film that was read, with what was decided of it, checked for all that can be checked."""
    check_adjustments(loaded, choices, decided)
    document, film = loaded, adjusted_film(loaded.film, decided)
    if film is not loaded.film:
        loaded, choices = replace(loaded, film=film), Choices(film, settings, loaded.folder)
    looked = _looked_at(loaded)
    checked = _checked(loaded, choices, settings, looked, known=kept.specs)
    if checked.problems:
        raise DocumentError(in_order(checked.problems))
    path, digests, font = loaded.path.absolute(), checked.digests, checked.font
    models = needed_models(loaded.film, choices)
    warnings = (
        *checked.judgement.warnings,
        *left_out(loaded.film, choices),
        *checked.given.warnings,
        *checked.silent,
        *_cut_words(loaded),
        *_subtitle_warnings(loaded),
        *line_warnings(loaded, digests, kept.takes.store, font, checked.given.recorded_s, looked),
        *reading_warnings(loaded),
        *letter_warnings(loaded, choices),
        *caption_warnings(loaded, choices),
        *licence_warnings(models),
        *program_warnings(loaded, choices, settings),
        *server_warnings(loaded, choices, settings),
        *(PlanWarning(words, ()) for words in unheard(loaded.film.notices, loaded.problem, settings)),
    )
    return Production(
        path,
        document,
        digests,
        kept,
        choices,
        settings,
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


@dataclass(frozen=True, slots=True)
class _Checked:
    """What was found in a film beyond its schema and its own checks.

    Attributes:
        digests: SHA-256 of each file that it names: those that could be read.
        font: what plays its cues, if anything does.
        silent: what is silent in it.
        judgement: of the backends on the shots.
        given: what is in its files.
        problems: of all these.
    """

    digests: dict[str, str]
    font: SoundFont | None
    silent: list[PlanWarning]
    judgement: Judgement
    given: GivenFiles
    problems: list[Problem]


def _checked(
    loaded: LoadedFilm,
    choices: Choices | None,
    settings: Settings,
    looked: LookedAt,
    *,
    judged: bool = True,
    font_matters: bool = True,
    known: KnownSpecs | None = None,
) -> _Checked:
    """Look at a film's files, fonts, shots and models, as far as its schema lets them be read.

    Args:
        loaded: the film.
        choices: what renders it; None where that is open.
        settings: whose font it is that plays films without one.
        looked: what was found in its files before.
        judged: whether backends can be asked about the shots.
        font_matters: whether a font of the settings that cannot be played is refused now, or is the next
            round's, when the film itself is right.
        known: what its shots were resolved to before.

    Raises:
        UsageError: the font of the settings cannot be played.
        FileChangedError: a file of the film is written to meanwhile.
    """
    digests, problems = digests_of_files(loaded)
    font, unplayable, silent = None, list[Problem](), list[PlanWarning]()
    with contextlib.suppress(*() if font_matters else (UsageError,)):
        font, unplayable, silent = font_of(loaded, settings, digests)
    problems += unplayable
    judgement, given = Judgement(), GivenFiles()
    if choices is not None:
        if judged:
            problems += option_file_problems(loaded, choices)
            judgement = _judgement(loaded, digests, choices, settings, known)
        given = look_at_files(loaded, choices, digests, looked)
        problems += [*judgement.problems, *given.problems, *network_problems(loaded, digests, choices)]
    return _Checked(digests, font, silent, judgement, given, problems)


def _every_problem(read: _Read, settings: Settings) -> list[Problem]:
    """What is wrong with a film, and with its files, fonts and shots as far as the rest lets them be read."""
    looked = _looked_at(read.loaded)
    checked = _checked(
        read.loaded, read.choices, settings, looked, judged=read.can_be_judged, font_matters=False
    )
    # A file that is not there is found by both.
    return [*dict.fromkeys([*read.problems, *checked.problems])]


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
        made = Choices(loaded.film, settings, loaded.folder)
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


def _judgement(
    loaded: LoadedFilm,
    digests: Mapping[str, str],
    choices: Choices,
    settings: Settings,
    specs: KnownSpecs | None,
) -> Judgement:
    """What the backends say of the shots, whatever is in files that cannot be read."""
    if not any(choice.traits.check or choice.traits.check_files for choice in choices.used):
        return Judgement()
    renderers = {choice: renderer_for(choice) for choice in choices.used}
    known = defaultdict(lambda: UNREAD, digests)
    shots = resolve_film(loaded.film, known, lambda shot: renderers[choices.of(shot)], known=specs)
    return judge(loaded, choices, shots, lambda url: may_ask(url, settings))


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
        wanted |= dict.fromkeys(delivered_languages(film, one))
        wanted |= {one.burned_subtitles: None} if one.burned_subtitles else {}
    return [
        PlanWarning(str(loaded.problem(path, words)), (shot,))
        for path, shot, words in find_in_subtitles(film, wanted)
    ]
