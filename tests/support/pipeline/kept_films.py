"""Films whose stores room is made in: rendered, put together and delivered in this process."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Sequence
from pathlib import Path

from farm.store.manifest import MANIFEST
from pipeline.delivery.deliver import deliver
from pipeline.film.assemble import Delivery, FinishedFilm, assemble, check_folder
from pipeline.housekeeping.rules import Keep
from pipeline.housekeeping.store import Pruned, prune
from pipeline.keep import Stages
from pipeline.observer import Nobody
from pipeline.production.open import open_production
from pipeline.production.production import Production
from pipeline.settings import STATE_FOLDER, Settings
from tests.support.pipeline.decided_films import Folder, settings_in

DAY_S = 86_400


def finish(production: Production, stages: Stages) -> tuple[FinishedFilm, list[Delivery]]:
    """Put a rendered film together, and make its deliverables."""
    material, out = production.material(production.plan()), production.folder / "out"
    check_folder(out)
    made = assemble(material, production.store, out / "film.mp4", stages)
    return made, deliver(material, production.store, material.film.deliverables, out, stages)


def make_old(store: Path) -> None:
    """As if all of a store had been made a hundred days ago."""
    then = time.time() - 100 * DAY_S
    for folder, _, names in os.walk(store):  # which somebody may remove meanwhile
        for name in names:
            with contextlib.suppress(FileNotFoundError):
                os.utime(Path(folder, name), (then, then))


class KeptFilm(Folder):
    """A film in a folder of its own."""

    @property
    def store(self) -> Path:
        """Its store."""
        return self.path / STATE_FOLDER / "store"

    def open_with(self, settings: Settings) -> Production:
        """As it stands now, with other settings."""
        return open_production(self.path, settings)

    def finished(self) -> tuple[FinishedFilm, list[Delivery]]:
        """The film and its deliverables, from the takes that are there."""
        return finish(self.open(), Nobody())

    def takes(self) -> set[str]:
        """The digests of the takes that the store has."""
        return {path.parent.name for path in (self.store / "takes").glob(f"*/*/{MANIFEST}")}

    def prune(
        self,
        keep: str = "circled",
        *,
        films: Sequence[Path] = (),
        settings: Settings | None = None,
        **how: bool,
    ) -> Pruned:
        """Make room in its store, of which all is old."""
        make_old(self.store)
        settings = settings or settings_in(self.path.parent)
        return prune([self.path, *films], settings, Keep.parse(keep), lambda done, total: None, **how)
