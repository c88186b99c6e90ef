"""Backends for tests, with what the ones that come along do not have; put in place by `with_backends`."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any, ClassVar

import pytest
from pydantic import JsonValue
from rich.console import Console

from farm.backend.registry import ENTRY_POINT_GROUP, backend_class
from farm.backend.traits import BackendTraits, Complaint, ModelNeed
from farm.backends.slate import SlateBackend, SlateOptions
from farm.cluster.worker import Worker
from pipeline.cli import app, farm
from pipeline.cli import models as cli_models
from pipeline.film.assemble import FinishedFilm, assemble
from pipeline.keep import Stages
from pipeline.observer import Nobody
from pipeline.production.production import Production
from pipeline.rendering.render import production_order, publish_references
from storyboard.errors import UsageError
from storyboard.media.take_shape import TakeShape
from storyboard.planning.spec import ShotSpec
from storyboard.schema.vocabulary import CameraMove, ShotSize


def half(options: Mapping[str, JsonValue], film: TakeShape) -> TakeShape:
    """Half the size and half the rate, in multiples of four frames beyond the first, as video models do."""
    least = film.at(film.width // 2, film.height // 2, film.rate / 2)
    return replace(least, tail=least.tail + -(least.total - 1) % 4)


class HalfSlate(SlateBackend):
    """Slates in half the film's size and rate."""

    TRAITS: ClassVar[BackendTraits] = replace(SlateBackend.TRAITS, name="half-slate", native=half)


class GivenSlate(SlateBackend):
    """Half-size slates whose shots may be made from every file that a shot can name."""

    TRAITS: ClassVar[BackendTraits] = replace(
        SlateBackend.TRAITS, name="given-slate", native=half, follows_performances=True, takes_frames=True
    )


class ThirdSlate(SlateBackend):
    """Slates in another shape, at a rate that does not divide the film's."""

    TRAITS: ClassVar[BackendTraits] = replace(
        SlateBackend.TRAITS, name="third-slate", native=lambda _, film: film.at(112, 80, Fraction(16))
    )


class SoundingSlate(SlateBackend):
    """Says that its takes come with sound."""

    TRAITS: ClassVar[BackendTraits] = replace(
        SlateBackend.TRAITS, name="sounding-slate", makes_sound=lambda _: True
    )


def find_fault(spec: ShotSpec) -> list[Complaint]:
    """Close shots are too close; a delay over a second is too long; moving cameras stand still."""
    found = []
    if spec.size == ShotSize.ECU:
        found.append(Complaint("error", "fussy-slate cannot come that close; half-slate can"))
    if float(str(spec.options["delay_s"])) > 1:
        found.append(Complaint("error", "that is too slow", "delay_s"))
    if spec.camera != CameraMove.STATIC:
        found.append(Complaint("warning", "fussy-slate leaves the camera where it is"))
    return found


class FussySlate(SlateBackend):
    """Slates that find fault with shots."""

    TRAITS: ClassVar[BackendTraits] = replace(SlateBackend.TRAITS, name="fussy-slate", check=find_fault)


class ModelOptions(SlateOptions):
    """Slates that pretend to need models, which are files in a folder."""

    models: tuple[str, ...] = ("tiny/slate",)
    folder: str = "/nowhere"


def models_of(options: Mapping[str, JsonValue]) -> list[ModelNeed]:
    """Files of these names; what is called free may not be sold."""
    chosen = ModelOptions.model_validate(options)
    return [
        ModelNeed(
            name,
            "0123456789abcdef",
            path := Path(chosen.folder, name),
            size_bytes=3 * 2**30,
            licence="research only" if "free" in name else "Apache-2.0",
            forbids_commercial_use="free" in name,
            gpu_memory_bytes=100 * 2**20,
            present=path.exists(),
        )
        for name in chosen.models
    ]


def fetch_model(need: ModelNeed, progress: Callable[[float], None]) -> None:
    """Make the file; nobody has what is called lost."""
    assert need.path is not None
    progress(0.5)
    if "lost" in need.name:
        raise UsageError(f"nobody has {need.name}", "ask for another")
    need.path.parent.mkdir(parents=True, exist_ok=True)
    need.path.write_text("weights")
    progress(1.0)


class ModelSlate(SlateBackend):
    """Slates that need models."""

    TRAITS: ClassVar[BackendTraits] = replace(
        SlateBackend.TRAITS,
        name="model-slate",
        options=ModelOptions,
        models=models_of,
        fetch=fetch_model,
    )


def models_of_node(options: Mapping[str, JsonValue]) -> list[ModelNeed]:
    """A file in a folder that each node has for itself."""
    path = Path(os.environ.get("NODE_FOLDER", "/nowhere"), "tiny/slate")
    return [ModelNeed("tiny/slate", path=path, present=path.exists())]


class NodeSlate(SlateBackend):
    """Slates whose model each node has in a folder of its own."""

    TRAITS: ClassVar[BackendTraits] = replace(
        SlateBackend.TRAITS, name="node-slate", models=models_of_node, fetch=fetch_model
    )


def run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: object
) -> tuple[int, str]:
    """The command in this process, where these backends are: its exit code and what it prints."""
    monkeypatch.setattr(sys, "argv", ["shotfarm", *map(str, words)])
    for module in (app, farm, cli_models):
        monkeypatch.setattr(module, "out", Console(width=200))
    with pytest.raises(SystemExit) as end:
        app.main()
    said = capsys.readouterr()
    return int(end.value.code or 0), said.out + said.err


def with_backends(monkeypatch: pytest.MonkeyPatch, **classes: type) -> None:
    """Register backends of this module for this process, under these names with - for _."""
    extra = [
        EntryPoint(name.replace("_", "-"), f"{found.__module__}:{found.__name__}", ENTRY_POINT_GROUP)
        for name, found in classes.items()
    ]

    def found(group: str) -> list[EntryPoint]:
        return [*entry_points(group=group), *extra]

    monkeypatch.setattr("storyboard.plugins.entry_points", found)


def render_here(production: Production) -> list[Any]:
    """Render what is missing in this process, without a farm; the specs' orders."""
    plan = production.plan()
    publish_references(production.material(plan), production.store)
    order = production_order(production.material(plan), production.settings, production.store.root)
    for request in order.requests:
        worker = Worker("here", request.backend)
        worker._backend = backend_class(request.backend)()
        outcome = worker.render(1, order.orders[request.digest])
        assert outcome.failure is None, outcome
    return list(order.orders.values())


def assemble_here(production: Production, out: Path, stages: Stages | None = None) -> FinishedFilm:
    """Put the film together from its takes, all of which are there."""
    material = production.material(production.plan())
    return assemble(material, production.store, out, stages or Nobody())
