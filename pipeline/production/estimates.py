"""How long shots will take: as takes like theirs were measured in this store, else as the backend says."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from farm.store.store import Store
from farm.takes.speeds import Speeds, kept_speeds
from pipeline.production.renderers import Choice
from storyboard.planning.renderer import Renderer


def renderers_in(store: Store) -> Callable[[Choice], Renderer]:
    """What the shots of a choice are planned for, with all that this store knows of its speed.

    A choice has the same one each time. Asking raises a StoreError where the store cannot be read.
    """

    @cache
    def speeds(backend: str) -> Speeds:
        return kept_speeds(store.notes, backend)

    @cache
    def renderer(choice: Choice) -> Renderer:
        return renderer_for(choice, speeds(choice.traits.name))

    return renderer


def renderer_for(choice: Choice, speeds: Speeds | None = None) -> Renderer:
    """What a choice's shots are planned for; `speeds` tell how long its takes take."""
    return Renderer(choice.traits, choice.complete, (speeds or Speeds()).seconds)
