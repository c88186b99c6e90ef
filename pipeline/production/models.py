"""The models that a film's renderers need: which, where, under what licence, and bringing them here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pydantic import JsonValue

from farm.backend.traits import BackendTraits, ModelNeed
from pipeline.production.renderers import Choice, Choices
from storyboard.digest import canonical_json
from storyboard.errors import UsageError
from storyboard.planning.plan import PlanWarning
from storyboard.schema.film import Film

if TYPE_CHECKING:
    from farm.cluster.nodes import WantedModel
    from farm.schedule.placement import FarmNode


@dataclass(slots=True)
class NeededModel:
    """A model, and what needs it.

    Attributes:
        need: the model, as the backend tells of it.
        traits: the backend's.
        renderers: the profiles that need it, or the backend's own name.
        shots: the shots that are rendered with it.
        options: complete ones, with which it is needed.
    """

    need: ModelNeed
    traits: BackendTraits
    options: Mapping[str, JsonValue] = field(default_factory=dict)
    renderers: list[str] = field(default_factory=list)
    shots: list[str] = field(default_factory=list)


Progress = Callable[[str, float], None]
"""told the label of what is fetched, and how much of it is there, 0 to 1"""


def needed_models(film: Film, choices: Choices, *, every_profile: bool = False) -> list[NeededModel]:
    """The models of the renderers that a film uses, or of all that it has; each once.

    Raises:
        UsageError: a backend cannot tell.
    """
    found: dict[tuple[str, str | None, str | None, tuple[str, ...]], NeededModel] = {}
    asked: dict[tuple[Choice, bytes], list[ModelNeed]] = {}
    for choice, options, shot in _asked(film, choices, every_profile=every_profile):
        if choice.traits.models is None:
            continue
        key = (choice, canonical_json(dict(options)))
        if key not in asked:
            asked[key] = [*choice.traits.models(options)]
        for need in asked[key]:
            name = (need.name, need.revision, str(need.path) if need.path else None, need.parts)
            model = found.setdefault(name, NeededModel(need, choice.traits, options))
            if choice.name not in model.renderers:
                model.renderers.append(choice.name)
            if shot is not None:
                model.shots.append(shot)
    return [*found.values()]


def _asked(
    film: Film, choices: Choices, *, every_profile: bool
) -> Iterator[tuple[Choice, Mapping[str, JsonValue], str | None]]:
    """Every choice with complete options, and the shot that is rendered with them."""
    shared: dict[Choice, Mapping[str, JsonValue]] = {}
    for choice in choices.every if every_profile else choices.used:
        shared[choice] = choice.complete(film.backend_options.get(choice.traits.name, {}), {})
        if every_profile:
            yield choice, shared[choice], None
    for _, shot in film.shots():
        choice = choices.of(shot)
        name = choice.traits.name
        own = shot.backend_options.get(name)
        options = choice.complete(film.backend_options.get(name, {}), own) if own else shared[choice]
        yield choice, options, shot.id


def licence_warnings(models: list[NeededModel]) -> tuple[PlanWarning, ...]:
    """What may not be sold."""
    return tuple(
        PlanWarning(
            f"the licence of {model.need.name} forbids commercial use"
            + (f" ({model.need.licence})" if model.need.licence else ""),
            tuple(model.shots),
        )
        for model in models
        if model.need.forbids_commercial_use
    )


def fetch_models(models: list[NeededModel], progress: Progress) -> list[str]:
    """Bring the models that are missing onto this machine; returns the names of those that came.

    Raises:
        UsageError: a backend cannot fetch what it needs.
        ShotfarmError: a model cannot be had; those that came before it are kept.
    """
    came = []
    for model in models:
        if model.need.present:
            continue
        if model.traits.fetch is None:
            raise UsageError(
                f"the backend {model.traits.name} cannot fetch {model.need.name}",
                "put it in its place by hand",
            )

        def tell(done: float, name: str = model.need.name) -> None:
            progress(name, done)

        model.traits.fetch(model.need, tell)
        came.append(model.need.name)
    return came


def missing_models(models: list[NeededModel], nodes: list[FarmNode]) -> dict[str, list[str]]:
    """The names of the models that are missing, by the name of the node; without nodes, on this machine.

    Raises:
        ShotfarmError: a node cannot tell.
    """
    if not nodes:
        return {"": [model.need.name for model in models if not model.need.present]}
    from farm.cluster.nodes import missing_on

    found = missing_on(nodes, [_wanted(model) for model in models])
    return {node: [model.name for model in missing] for node, missing in found.items()}


def fetch_everywhere(models: list[NeededModel], nodes: list[FarmNode], progress: Progress) -> list[str]:
    """Bring what is missing onto every node, all nodes at once; the names of the models that came.

    Raises:
        ShotfarmError: a model cannot be had on a node; those that came before it are kept.
    """
    from farm.cluster.nodes import fetch_to, missing_on

    missing = missing_on(nodes, [_wanted(model) for model in models])
    came: dict[str, None] = {}
    for node, name, done in fetch_to({node: missing[node.name] for node in nodes}):
        progress(f"{name} on {node.name}", done)
        if done >= 1:
            came[name] = None
    return [*came]


def _wanted(model: NeededModel) -> WantedModel:
    from farm.cluster.nodes import WantedModel

    return WantedModel(model.need.name, model.need.revision, model.traits.name, model.options)
