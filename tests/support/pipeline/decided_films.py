"""A film whose takes were rendered in this process, without a farm."""

from __future__ import annotations

from pathlib import Path

from farm.backend.protocol import Frame
from farm.backends.slate import SlateBackend
from pipeline.production.open import open_production
from pipeline.production.production import Production
from pipeline.rendering.registering import Registering
from pipeline.rendering.render import production_order, publish_references
from pipeline.settings import Settings, load_settings
from storyboard.planning.plan import Plan
from tests.support.farm.takes import render_take
from tests.support.pipeline.slate_films import six_slates, write_film


class Unwatched:
    """Hears of a take that nobody waits for."""

    def progress(self, done: float) -> None: ...

    def check_cancelled(self) -> None: ...

    def state_kept(self) -> None: ...

    def state_wanted(self) -> bool:
        return False

    def begin_next(self) -> None: ...
    def paid(self, service: str, hundredths: int, usd_per_credit: str) -> None: ...

    def took(self, part: str, seconds: float) -> None: ...

    def preview(self, frame: Frame) -> None: ...


def render_here(production: Production, plan: Plan | None = None) -> None:
    """Render what a plan misses, and give its takes their numbers."""
    plan = plan or production.plan()
    material = production.material(plan)
    publish_references(material, production.store)
    order = production_order(material, production.settings, production.store.root)
    backend = SlateBackend()
    for request in order.requests:
        render_take(backend, order.orders[request.digest], Unwatched())
    registering = Registering(production, plan, "ada")
    registering.those_there()
    assert [*registering.heard(())] == []


def settings_in(folder: Path) -> Settings:
    return load_settings(home=folder / "home", backend="slate")


def slates_with_takes(folder: Path) -> Path:
    """The film of six slates in a new folder, all of whose takes are there and have numbers."""
    film = six_slates()
    film["backend_options"] = {}
    write_film(folder, film)
    render_here(open_production(folder, settings_in(folder.parent)))
    return folder


class Folder:
    """A copy of the film, to decide of."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.document = path / "film.yaml"

    def open(self) -> Production:
        """As it stands now."""
        return open_production(self.path, settings_in(self.path.parent))

    def change(self, old: str, new: str) -> None:
        """Change the document."""
        text = self.document.read_text("utf-8")
        assert old in text
        self.document.write_text(text.replace(old, new), "utf-8")

    def render(self, plan: Plan | None = None) -> None:
        """Render what is missing."""
        render_here(self.open(), plan)
