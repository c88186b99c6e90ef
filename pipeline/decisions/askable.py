"""What can be asked for of a retake: renderers with their options, and pictures."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from pydantic import JsonValue

from farm.backend.traits import BackendTraits, complete_options
from pipeline.decisions.asking import MOST_TAKES
from pipeline.decisions.shots import Meant
from pipeline.production.renderers import Choice

MOST_PICTURES = 500
MOST_LOOKED_AT = 20_000
"""files of a project folder that are looked at"""
_PICTURES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".bmp", ".avif", ".heic"})


@dataclass(frozen=True, slots=True)
class AskableRenderer:
    """A renderer that can be asked for.

    Attributes:
        name: a profile of the film, or a backend by itself.
        backend: which one it is.
        schema: a JSON schema of the backend's options; None where it cannot be imported here.
        values: all its options, as the shot would have them now.
        changes_takes: it can change an earlier take and keep the rest of it.
    """

    name: str
    backend: str
    schema: Mapping[str, Any] | None
    values: Mapping[str, JsonValue]
    changes_takes: bool = False


@dataclass(frozen=True, slots=True)
class AskableCharacter:
    """Somebody in the shot: their id, name, and the pictures that they are made from now."""

    id: str
    name: str
    references: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Askable:
    """What can be asked for, and how it is now.

    Attributes:
        renderer: that makes the shot.
        action: what happens, in words.
        seed: of the take in the cut.
        seen: the number of the shot's last decision.
        renderers: the one of the shot first.
        characters: of the shot.
        first_frame: a picture in the project folder, or none.
        last_frame: likewise.
        pictures: in the project folder.
        most_takes: so many can be asked for at once.
    """

    renderer: str
    action: str
    seed: int
    seen: int
    renderers: tuple[AskableRenderer, ...]
    characters: tuple[AskableCharacter, ...]
    first_frame: str | None
    last_frame: str | None
    pictures: tuple[str, ...]
    most_takes: int = MOST_TAKES


def askable(meant: Meant) -> Askable:
    """What can be asked for of a retake of a shot."""
    planned, film, choices = meant.planned_shot, meant.production.film, meant.production.choices
    laid = planned.laid
    own = choices.of(laid)
    renderers = [_renderer(own, planned.spec.options)]
    for choice in choices.every:
        name = choice.traits.name
        if choice.profile is None or choice.name == own.name:
            continue
        values = complete_options(
            choice.traits,
            film.backend_options.get(name, {}),
            choice.options,
            laid.backend_options.get(name, {}),
        )
        renderers.append(_renderer(choice, values))
    known = {one.name for one in renderers}
    renderers += [
        AskableRenderer(name, profile.backend, None, {})
        for name, profile in film.renderers.items()
        if name not in known
    ]
    return Askable(
        own.name,
        laid.action,
        planned.spec.seed,
        meant.standing.last,
        tuple(renderers),
        tuple(
            AskableCharacter(
                one.id,
                film.characters[one.id].name,
                laid.references.get(one.id, film.characters[one.id].references),
            )
            for one in laid.characters
        ),
        laid.first_frame,
        laid.last_frame,
        pictures_in(meant.production.folder),
    )


def _renderer(choice: Choice, values: Mapping[str, JsonValue]) -> AskableRenderer:
    traits = choice.traits
    changes = traits.changes_takes is not None
    return AskableRenderer(choice.name, traits.name, _schema(traits), _asked(traits, values), changes)


def pictures_in(folder: Path) -> tuple[str, ...]:
    """Pictures in a project folder, as a film document names them; what is hidden is left out."""
    found: list[str] = []
    looked = 0
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        inside = Path(place).relative_to(folder)
        named = (name for name in sorted(files) if Path(name).suffix.lower() in _PICTURES)
        found += [(inside / name).as_posix() for name in islice(named, MOST_PICTURES - len(found))]
        looked += len(files) + len(folders)
        if len(found) >= MOST_PICTURES or looked > MOST_LOOKED_AT:
            break
    return tuple(found)


def _schema(traits: BackendTraits) -> Mapping[str, Any]:
    """Of the options that a retake may set."""
    schema: dict[str, Any] = traits.options.model_json_schema()
    return {**schema, "properties": _asked(traits, schema.get("properties", {}))}


def _asked(traits: BackendTraits, options: Mapping[str, Any]) -> dict[str, Any]:
    """Without those that only the film document sets."""
    return {name: value for name, value in options.items() if name not in traits.document_options}
