"""Which of a shot's tries becomes its take: the first of its seed family that passes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import JsonValue

from farm.backends.diffusion.colour import ColourShift, colour_shift
from farm.backends.diffusion.held import HeldModels
from farm.backends.diffusion.identity import Identity, unlike
from farm.backends.diffusion.seeds import seed_of
from farm.backends.diffusion.shot import Shot
from farm.quality import QualityError, drift_failures, measure

Pictures = NDArray[np.uint8]
"""all rendered frames: [time, height, width, 3]"""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A try that did not pass.

    Attributes:
        failures: why, in words.
        measured: of its frames; empty where they were no numbers.
    """

    seed: int
    failures: tuple[str, ...]
    measured: Mapping[str, JsonValue]

    def as_json(self) -> JsonValue:
        """For a report, and for the manifest of the try that passes."""
        return {"seed": self.seed, "failures": list(self.failures), **self.measured}


class Gate:
    """Looks at each try, and lets one through."""

    def __init__(self, held: HeldModels) -> None:
        self._identity = Identity(held)

    def forget(self) -> None:
        """Give the memory of what it looks with back."""
        self._identity.forget()

    def passed(self, shot: Shot, made: Callable[[Shot], Pictures]) -> tuple[Pictures, ColourShift | None]:
        """The rendered frames of the first seed that passes, and what matches their colours.

        What was measured of each try that does not pass is kept beside the take's states, and noted.

        Args:
            shot: whose `seed` is set to that of each try.
            made: renders a try.

        Raises:
            QualityError: none did; says where the whole report lies.
        """
        refused: list[Refusal] = []
        report = ""
        for retake in range(shot.options.retakes + 1):
            shot.seed = seed_of(shot.spec, retake)
            failures, measured = [], dict[str, JsonValue]()
            try:
                pictures = made(shot)
                shift = _shift(shot, pictures)
                failures = self._look(shot, pictures, shift, measured)
            except QualityError as error:
                if not shot.options.gate:
                    raise
                failures = [error.message]
            if not failures or not shot.options.gate:
                shot.notes |= {name: value for name, value in measured.items() if name == "likeness"}
                return pictures, shift
            refused.append(Refusal(shot.seed, tuple(failures), measured))
            tries = [one.as_json() for one in refused]
            report = shot.context.keep_refused(tries)
            shot.notes["refused"] = tries
        words = "; ".join(f"seed {one.seed}: {', '.join(one.failures)}" for one in refused)
        raise QualityError(f"no take passed: {words}", f"what was measured of each: {report}")

    def _look(
        self, shot: Shot, pictures: Pictures, shift: ColourShift | None, measured: dict[str, JsonValue]
    ) -> list[str]:
        """What is wrong with a try, in words; what is measured of it goes into `measured`."""
        report = measure(pictures)
        start = shot.conditioning.chain_start
        measured["quality"] = report.as_json(start)
        colours = shift.of(report.colours) if shift else report.colours
        failures = [*report.failures(), *drift_failures(colours, start)]
        if shot.options.identity is not None:
            likeness = self._identity.likeness(shot, pictures)
            measured["likeness"] = dict[str, JsonValue](likeness)
            failures += unlike(likeness, shot.options.identity.threshold)
        return failures


def _shift(shot: Shot, pictures: Pictures) -> ColourShift | None:
    """What brings a continuing shot to the colours of its predecessor; None for others."""
    if shot.before is None or not shot.options.colour_match:
        return None
    return colour_shift(pictures[0], shot.before, shot.options.colour_match)
