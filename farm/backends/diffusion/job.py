"""A shot on its way to a take."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import JsonValue

from farm.backend.protocol import Conditioning, Frame, RenderContext, Shelf
from farm.backends.diffusion.families.call import Size
from farm.backends.diffusion.families.family import Family
from farm.backends.diffusion.families.memory import MemoryChoice
from farm.backends.diffusion.families.sizing import Timing
from farm.backends.diffusion.models.folders import ModelFolder
from farm.backends.diffusion.options import AdapterOptions, DiffusionOptions
from farm.backends.diffusion.prompt import Prompt
from storyboard.planning.spec import ResolvedFile, ShotSpec


@dataclass(slots=True)
class Shot:
    """A shot on its way to a take."""

    spec: ShotSpec
    options: DiffusionOptions
    family: Family
    folder: ModelFolder
    conditioning: Conditioning
    shelf: Shelf
    context: RenderContext
    size: Size
    timing: Timing
    prompt: Prompt
    seed: int
    before: Frame | None
    shares: tuple[float, float]
    """how far progress is after the keyframe and after the denoising"""
    memory: MemoryChoice | None = None
    """how memory is saved in this attempt; chosen when its turn comes"""
    notes: dict[str, JsonValue] = field(default_factory=dict)
    sound: tuple[NDArray[np.float32], int] | None = None
    """what the model gave to hear: [time, channels], and its samples a second"""
    applied: set[str] = field(default_factory=set)
    """the LoRAs that fit one of its models, by their digests"""
    parts: dict[str, str] = field(default_factory=dict)
    """how much one of its models has of LoRAs that do not fit, by their digests; nothing of most"""
    told: float = 0.0
    """the progress that was told last: it never goes back, though a take may be tried again"""

    def progress(self, done: float) -> None:
        """Tell how much is done."""
        self.told = max(self.told, done)
        self.context.progress(self.told)

    @property
    def guidance(self) -> float:
        """How strongly the prompt is followed."""
        return self.family.guidance if self.options.guidance is None else self.options.guidance

    @property
    def draws(self) -> bool:
        """Whether its first picture is drawn."""
        return self.shares[0] > 0

    @property
    def steps(self) -> int:
        """Denoising steps."""
        return self.options.steps or self.family.steps


def reporter(shot: Shot, start: float, end: float) -> Callable[[int, int], None]:
    """What tells the farm of each step, and stops between steps when the shot is no longer wanted."""

    def stepped(done: int, total: int) -> None:
        shot.progress(start + (end - start) * done / total)
        shot.context.check_cancelled()

    return stepped


SAMPLE = 8
"""so many frames of the body are looked at, evenly spread"""


def body_sample(shot: Shot) -> list[int]:
    """Which rendered frames say who is in a shot."""
    spec = shot.spec
    body = np.linspace(spec.head, spec.head + spec.frames - 1, min(SAMPLE, spec.frames)).round().astype(int)
    return [shot.timing.positions[index] for index in body]


def character_references(spec: ShotSpec) -> tuple[ResolvedFile, ...]:
    """The pictures of everybody in the shot."""
    return tuple(dict.fromkeys(file for one in spec.characters for file in one.references))


def adapters_of(options: Any, spec: ShotSpec) -> list[tuple[AdapterOptions, tuple[ResolvedFile, ...]]]:
    """The IP-Adapters of a renderer or a keyframe model, each with this shot's pictures for it."""
    both = (
        (options.character_adapter, character_references(spec)),
        (options.style_adapter, spec.look.references),
    )
    return [(adapter, pictures) for adapter, pictures in both if adapter is not None]
