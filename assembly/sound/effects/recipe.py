"""What a built-in sound is to those that render it: how it is made, and how loud it stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from assembly.sound.signal.synthesis import Random
    from assembly.sound.signal.wav import Floats

    Make = Callable[[Random, int, int], Floats]


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a sound is made and how loud it stands in the mix (speech is at -16 LUFS).

    Attributes:
        make: (random, samples, sample_rate) → float [samples, 2].
        lufs: the level of its loudest moment; of all of it when `continuous`.
        continuous: whether it goes on evenly for as long as it is heard.
        struck: whether it begins with a stroke, which a slow fade would swallow; so does all that is not
            continuous.
    """

    make: Make
    lufs: float
    continuous: bool = False
    struck: bool = False
