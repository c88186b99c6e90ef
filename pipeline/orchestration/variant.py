"""One version of a film, such as one viewer's, at a place of its own."""

from __future__ import annotations

from pathlib import Path

from pipeline.observer import Observer
from pipeline.orchestration.run import RunSummary, run_production
from pipeline.production.open import read_film
from pipeline.settings import Settings
from storyboard.digest import digest_of
from storyboard.document.choosing import given_by_choosing
from storyboard.document.load import LoadedFilm
from storyboard.document.values import GivenValues
from storyboard.errors import UsageError
from storyboard.foreign_names import file_stem


def run_variant(
    path: Path, settings: Settings, given: GivenValues, out: Path | None, observer: Observer
) -> RunSummary:
    """Render what a version has alone, and put it together with all that it shares.

    Args:
        path: the film document, or its folder.
        settings: of this run.
        given: the values of the film's parameters; the others have their defaults.
        out: its file; made from its title and its values when left out.
        observer: hears how it goes.

    Raises:
        UsageError: no value is given: that is the film itself.
        ShotfarmError: see its tree; everything published so far is kept.
    """
    if not given:
        raise UsageError(
            "a version has values of its own", "--set NAME=VALUE gives one; `shotfarm render` makes the film"
        )
    loaded, _ = read_film(path, settings, given)
    asking = next((scene for scene in loaded.film.scenes if scene.choices), None)
    if asking and asking.choices and not loaded.chosen:  # of all ways this one alone
        given = {**given, **given_by_choosing([f"{asking.id}={asking.choices.default}"])}
    return run_production(path, settings, [], out or variant_path(loaded), observer, given)


def variant_path(loaded: LoadedFilm) -> Path:
    """Where a version goes when nobody says otherwise: never over another one, whatever its title is."""
    name = f"{file_stem(loaded.film.title)}-{digest_of({**loaded.version})[:8]}.mp4"
    return loaded.path.absolute().parent / "out" / name
