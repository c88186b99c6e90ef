"""Which of a shot's tries becomes its take: the first of its seed family that passes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib.metadata import version

import diffusers
import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError

from farm.backends.diffusion.gate.colour_shift import ColourShift, colour_shift
from farm.backends.diffusion.gate.faces import Faces
from farm.backends.diffusion.gate.identity import Identity, unlike
from farm.backends.diffusion.job import Shot
from farm.backends.diffusion.loaded_models import HeldModels
from farm.backends.diffusion.prompt import seed_of
from farm.takes.quality import QualityError, TakeQuality, drift_failures, measure

Pictures = NDArray[np.uint8]
"""all rendered frames: [time, height, width, 3]"""


class Try(BaseModel):
    """What was found when a rendered try was looked at: a part of the take's report and manifest."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    seed: int
    under: dict[str, str]
    """what it was rendered with; with other things the same seed may pass"""
    failures: tuple[str, ...]
    """why it does not pass, in words; empty when it does"""
    quality: TakeQuality | None = None
    """what was measured of its frames; None where they were no numbers"""
    likeness: dict[str, float] | None = None
    """how much each character is like their references, where that was asked"""
    faces: dict[str, float | None] | None = None
    """the same of their faces; None for who was seen in no frame"""

    def as_json(self) -> JsonValue:
        """Without what was not looked at."""
        dumped: dict[str, JsonValue] = self.model_dump(mode="json")
        return {name: value for name, value in dumped.items() if value is not None}


class Gate:
    """Looks at each try, and lets one through."""

    def __init__(self, held: HeldModels) -> None:
        self._identity = Identity(held)
        self._faces = Faces()
        self._under = {
            "device": held.device_name,
            "torch": torch.__version__,
            "diffusers": diffusers.__version__,
            "shotfarm": version("shotfarm"),
        }

    def forget(self) -> None:
        """Give the memory of what it looks with back."""
        self._identity.forget()
        self._faces.forget()

    def passed(self, shot: Shot, made: Callable[[Shot], Pictures]) -> tuple[Pictures, ColourShift | None]:
        """The rendered frames of the first seed that passes, and what matches their colours.

        What was measured of each try that does not pass is kept beside the take's states, and noted. A try
        that an earlier attempt at the take has refused is not rendered again.

        Args:
            shot: whose `seed` is set to that of each try.
            made: renders a try.

        Raises:
            QualityError: none did; says where the whole report lies.
            UsageError: what looks at them is not there.
        """
        self._faces.meet(shot)
        earlier = self._earlier(shot) if shot.options.gate else {}
        refused: list[Try] = []
        for retake in range(shot.options.retakes + 1):
            shot.seed = seed_of(shot.spec, retake)
            if shot.seed in earlier:
                refused.append(earlier[shot.seed])
                continue
            if refused:
                shot.notes["refused"] = _as_json(refused)
            try:
                pictures = made(shot)
                shift = _shift(shot, pictures)
                seen = self._look(shot, pictures, shift)
            except QualityError as error:
                if not shot.options.gate:
                    raise
                seen = Try(seed=shot.seed, under=self._under, failures=(error.message,))
            if not seen.failures or not shot.options.gate:
                for name, found in (("likeness", seen.likeness), ("faces", seen.faces)):
                    if found is not None:
                        shot.notes[name] = dict[str, JsonValue](found)
                return pictures, shift
            refused.append(seen)
            shot.context.keep_refused(_as_json(refused))
        words = "; ".join(f"seed {one.seed}: {', '.join(one.failures)}" for one in refused)
        report = shot.context.keep_refused(_as_json(refused))
        raise QualityError(
            f"no take passed: {words}",
            f"what was measured of each: {report}; raise retakes to try other seeds, or remove that file to "
            "render these again",
        )

    def _earlier(self, shot: Shot) -> dict[int, Try]:
        """What earlier attempts at the take have refused here, by seed."""
        found = {}
        for kept in shot.context.refused():
            with suppress(ValidationError):  # another version's
                one = Try.model_validate(kept)
                if one.under == self._under:
                    found[one.seed] = one
        return found

    def _look(self, shot: Shot, pictures: Pictures, shift: ColourShift | None) -> Try:
        """What there is to say of a try."""
        report = measure(pictures)
        start = shot.conditioning.chain_start
        colours = shift.of(report.colours) if shift else report.colours
        failures = [*report.failures(), *drift_failures(colours, start)]
        likeness = None
        if shot.options.identity is not None:
            likeness = self._identity.likeness(shot, pictures)
            failures += unlike(likeness, shot.options.identity.threshold)
        faces = None
        if shot.options.faces is not None:
            faces = self._faces.likeness(shot, pictures)
            failures += unlike(faces, shot.options.faces.threshold, "the face of ")
        return Try(
            seed=shot.seed,
            under=self._under,
            failures=tuple(failures),
            quality=report.in_chain(start),
            likeness=likeness,
            faces=faces,
        )


def _as_json(tries: Sequence[Try]) -> list[JsonValue]:
    return [one.as_json() for one in tries]


def _shift(shot: Shot, pictures: Pictures) -> ColourShift | None:
    """What brings a continuing shot to the colours of its predecessor; None for others."""
    if shot.before is None or not shot.options.colour_match:
        return None
    return colour_shift(pictures[0], shot.before, shot.options.colour_match)
