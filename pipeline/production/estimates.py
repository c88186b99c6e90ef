"""How long shots will take: as takes like theirs were measured in this store, else as the backend says."""

from __future__ import annotations

from collections.abc import Iterable

from farm.store.store import Store
from farm.takes.speeds import Speeds, kept_speeds
from pipeline.production.renderers import Choice
from storyboard.planning.renderer import Renderer


def renderers_for(choices: Iterable[Choice], store: Store) -> dict[Choice, Renderer]:
    """What the shots of each choice are planned for, with all that this store knows of its speed.

    Raises:
        StoreError: the store cannot be read.
    """
    choices = [*choices]
    speeds = {name: kept_speeds(store.notes, name) for name in {choice.traits.name for choice in choices}}
    return {choice: renderer_for(choice, speeds[choice.traits.name]) for choice in choices}


def renderer_for(choice: Choice, speeds: Speeds | None = None) -> Renderer:
    """What a choice's shots are planned for; `speeds` tell how long its takes take."""
    return Renderer(choice.traits, choice.complete, (speeds or Speeds()).seconds)
