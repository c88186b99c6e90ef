"""The documents that have budgets and costs: films and slates."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pipeline.batches.charging import budget_of_slate, places_of_slate
from pipeline.batches.slate import FILM, SLATE, LoadedSlate, load_slate
from pipeline.budgets.limits import Budgeted, Place, bucket_of
from pipeline.production.known_versions import VERSIONS, known_versions
from pipeline.production.open import read_film
from pipeline.settings import STATE_FOLDER, Settings
from storyboard.document.load import NO_VALUES, declared_parameters, film_document, read_text
from storyboard.document.text import parse_document
from storyboard.document.values import Given, GivenValues
from storyboard.errors import UsageError


@dataclass(frozen=True, slots=True)
class CostedDocument:
    """A film or a slate.

    Attributes:
        path: of the document.
        title: what people call it.
        budget: that it has.
        kept: where it is written down what it was charged.
        slate: what a slate says; None for a film.
    """

    path: Path
    title: str
    budget: Budgeted | None
    kept: tuple[Place, ...]
    slate: LoadedSlate | None = None

    @property
    def films(self) -> tuple[Path, ...]:
        """The documents of its films."""
        if self.slate is None:
            return (self.path,)
        named = (self.slate.folder / entry.film for entry in self.slate.slate.productions)
        return tuple(dict.fromkeys(path / FILM if path.is_dir() else path for path in named))


def document_at(path: Path, settings: Settings) -> CostedDocument:
    """A film, a slate, or the one in a folder: its film before its slate.

    Raises:
        DocumentError: it cannot be read, or is wrong.
        UsageError: there is neither in the folder.
    """
    path = _in_folder(path)
    content = parse_document(read_text(path), str(path), json=path.suffix.lower() == ".json").value
    if isinstance(content, dict) and "productions" in content:
        loaded = load_slate(path)
        kept = places_of_slate(loaded, settings)
        return CostedDocument(path, path.name, budget_of_slate(loaded), kept, loaded)
    film = read_film(path, settings, values_of_last(path))[0].film
    root = settings.store or str(path.absolute().parent / STATE_FOLDER / "store")
    budget = None if film.budget is None else Budgeted(path, f'"{film.title}"', film.budget)
    return CostedDocument(path, film.title, budget, ((root, bucket_of(path, known_only=True)),))


def values_of_last(film: Path) -> GivenValues:
    """The values of the version that was made last, of a film that is none without; none of any other film.

    Raises:
        DocumentError: the film cannot be read.
    """
    declared = declared_parameters(film_document(read_text(film), film))
    if all("default" in one for one in declared.values()):
        return NO_VALUES
    made = known_versions(film.absolute().parent)[:1]
    return {name: Given(value, VERSIONS, path=name) for one in made for name, value in one.values.items()}


def with_budget(document: CostedDocument) -> Budgeted:
    """Its budget.

    Raises:
        UsageError: it has none.
    """
    if document.budget is None:
        raise UsageError(
            f"{document.path} has no budget", "write one into it, such as budget: {gpu_hours: 40}"
        )
    return document.budget


def _in_folder(path: Path) -> Path:
    if not path.is_dir():
        return path
    found = next((path / name for name in (FILM, SLATE) if (path / name).exists()), None)
    if found is None:
        raise UsageError(f"{path} holds neither {FILM} nor {SLATE}", "name the document")
    return found
