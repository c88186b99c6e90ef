"""A film is opened for work: read, and checked for all that can be checked before anything renders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from farm.store.store import Store
from pipeline.production.adjusted import check_adjustments
from pipeline.production.backend_checks import Judgement, judge, left_out
from pipeline.production.decisions import decisions_of
from pipeline.production.drawn_twice import caption_warnings
from pipeline.production.estimates import renderer_for
from pipeline.production.given_files import look_at_files
from pipeline.production.line_lengths import line_warnings
from pipeline.production.looked_at import LookedAt
from pipeline.production.models import licence_warnings, needed_models
from pipeline.production.network_files import network_problems
from pipeline.production.production import Production
from pipeline.production.renderers import Choices, option_problems
from pipeline.production.soundfont import font_of
from pipeline.production.speaking import reading_warnings, voice_problems
from pipeline.production.takes import Takes
from pipeline.production.undrawn_letters import letter_warnings
from pipeline.settings import STATE_FOLDER, Settings
from storyboard.checks.cut_words import find_cut_words
from storyboard.checks.film import look_at
from storyboard.document.load import NO_VALUES, LoadedFilm
from storyboard.document.named_files import file_digests
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


def open_production(path: Path, settings: Settings, given: GivenValues = NO_VALUES) -> Production:
    """Read a film and check all that can be checked before anything renders.

    Args:
        path: the film document, or the folder that holds `film.yaml`.
        settings: where the store is and what renders.
        given: values of the film's parameters; the others have their defaults.

    Raises:
        DocumentError: what is wrong in the film, every problem at once.
        UsageError: there is no such backend or renderer, the SoundFont of the settings cannot be played, or
            people decided what the film cannot be made with any more.
        CatalogError: what people decided cannot be read.
        FileChangedError: a file of the film is written to meanwhile.
    """
    loaded, choices, told = _read(path, settings, given)
    takes = _takes(loaded, settings)
    decided, approved = decisions_of(
        loaded.path.absolute().parent / STATE_FOLDER, loaded.film, choices, takes
    )
    return _opened(loaded, choices, told, settings, takes, decided, approved)


def decided_otherwise(production: Production, decided: Mapping[str, Decided]) -> Production:
    """The same film as it would be if people had decided this of its shots.

    Raises:
        DocumentError: a backend cannot render a shot as it was decided.
        UsageError: a decision asks for what the film, the backend or the folder does not have.
    """
    loaded, settings = production.loaded, production.settings
    return _opened(
        loaded, Choices(loaded.film, settings), [], settings, production.takes, decided, production.approved
    )


def rendered_by(production: Production, renderer: str) -> Production:
    """The same film in the cut of another renderer, a profile or a backend by itself, with nothing decided.

    Raises:
        DocumentError: the renderer cannot make a shot of the film.
        UsageError: there is no such renderer, or it cannot be used here.
    """
    loaded = production.loaded
    known = renderer in loaded.film.renderers
    chosen = {"renderer": renderer, "backend": None} if known else {"renderer": None, "backend": renderer}
    settings = production.settings.model_copy(update=chosen)
    choices = Choices(loaded.film, settings)
    return _opened(loaded, choices, [], settings, production.takes, {}, production.approved)


def _takes(loaded: LoadedFilm, settings: Settings) -> Takes:
    state = loaded.path.absolute().parent / STATE_FOLDER
    return Takes(Store(settings.store or state / "store", settings), state / "takes.json")


def _opened(
    loaded: LoadedFilm,
    choices: Choices,
    told: list[Problem],
    settings: Settings,
    takes: Takes,
    decided: Mapping[str, Decided],
    approved: frozenset[str],
) -> Production:
    """A film that was read, with what was decided of it, checked for all that can be checked."""
    check_adjustments(loaded, choices, decided)
    document, film = loaded, adjusted_film(loaded.film, decided)
    if film is not loaded.film:
        loaded, choices = replace(loaded, film=film), Choices(film, settings)
    digests = file_digests(loaded)
    font, problems, silent = font_of(loaded, settings, digests)
    problems += told
    judgement = _judgement(loaded, digests, choices)
    path, store = loaded.path.absolute(), takes.store
    looked = LookedAt(path.parent / STATE_FOLDER / "looked-at.json")
    given = look_at_files(loaded, choices, digests, looked)
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
        path, document, digests, store, takes, choices, settings, warnings, models, font, decided, approved
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
    loaded, choices, problems = _read(path, settings, given, document)
    if problems:
        raise DocumentError(in_order(problems))
    return loaded, choices


def _read(
    path: Path, settings: Settings, given: GivenValues, document: Document | None = None
) -> tuple[LoadedFilm, Choices, list[Problem]]:
    """A film, its renderers, and what is wrong with its voices: all else of it is right.

    Raises:
        DocumentError: what is wrong in the film.
        UsageError: there is no such backend or renderer.
    """
    loaded, problems = look_at(path / "film.yaml" if path.is_dir() else path, given, document)
    try:
        choices = Choices(loaded.film, settings)
        problems += option_problems(loaded, choices)
    except UsageError:
        if not problems:
            raise
    voices = voice_problems(loaded)
    if problems:
        raise DocumentError(in_order([*problems, *voices]))
    return loaded, choices, voices


def _judgement(loaded: LoadedFilm, digests: Mapping[str, str], choices: Choices) -> Judgement:
    if not any(choice.traits.check for choice in choices.used):
        return Judgement()
    renderers = {choice: renderer_for(choice) for choice in choices.used}
    return judge(
        loaded, choices, resolve_film(loaded.film, digests, lambda shot: renderers[choices.of(shot)])
    )


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
