"""Who pays for the productions of a slate, beside their films."""

from __future__ import annotations

from pipeline.batches.slate import LoadedSlate
from pipeline.budgets.limits import Budgeted, Place, account_of, bucket_of
from pipeline.rendering.charging import OfSlate
from pipeline.settings import STATE_FOLDER, Settings


def slate_that_pays(loaded: LoadedSlate, settings: Settings, version: str = "") -> OfSlate:
    """A slate, as a production of it is charged.

    Args:
        loaded: the slate.
        settings: where takes are kept.
        version: what the production is called in it.
    """
    return OfSlate(
        account_of(loaded.path), version, budget_of_slate(loaded), places_of_slate(loaded, settings)
    )


def budget_of_slate(loaded: LoadedSlate) -> Budgeted | None:
    """The budget of a slate."""
    budget = loaded.slate.budget
    return None if budget is None else Budgeted(loaded.path, f"the slate {loaded.path.name}", budget)


def places_of_slate(loaded: LoadedSlate, settings: Settings) -> tuple[Place, ...]:
    """Where it is written down what its productions were charged."""
    found: dict[Place, None] = {}
    for entry in loaded.slate.productions:
        path = loaded.folder / entry.film
        path = path / "film.yaml" if path.is_dir() else path
        root = settings.store or str(path.absolute().parent / STATE_FOLDER / "store")
        found[root, bucket_of(path)] = None
    return tuple(found)
