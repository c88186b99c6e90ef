"""The built-in sounds of `storyboard/schema/built_in_sounds.py`, synthesised.

They have any length, and are the same for the same seed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from assembly.sound.effects import (
    ambience,
    animals,
    blows,
    foley,
    machines,
    nature,
    people,
    places,
    signals,
    steps,
    vehicles,
)
from assembly.sound.signal.loudness import integrated, level, loudest
from assembly.sound.signal.synthesis import band, fades

if TYPE_CHECKING:
    from assembly.sound.signal.wav import Floats
    from assembly.sound.sources import BuiltInSource

MAXIMUM_GAIN_DB = 40.0
"""a fragment of a sound that is almost silent is not brought up further than this"""


_RECIPES = {
    **ambience.RECIPES,
    **animals.RECIPES,
    **blows.RECIPES,
    **foley.RECIPES,
    **machines.RECIPES,
    **nature.RECIPES,
    **people.RECIPES,
    **places.RECIPES,
    **signals.RECIPES,
    **steps.RECIPES,
    **vehicles.RECIPES,
}

SOUNDS = frozenset(_RECIPES)
"""the names that can be synthesised"""
CONTINUOUS_SOUNDS = frozenset(name for name, recipe in _RECIPES.items() if recipe.continuous)
"""the sounds that a loop can carry on"""

_LOWEST_HZ = 20
"""nobody hears what lies below"""
_EDGE_S = 0.004
"""fades that leave a knock a knock, and no click; these three were set by ear"""
_CUT_S = 0.08
"""the fade of a sound that ends before it has died away"""
_SEAM_S = 1.0
"""the crossfade in which a loop's end leads into its beginning"""


def render(source: BuiltInSource) -> Floats:
    """A built-in sound of exactly its length, float [samples, 2], at its level in the mix.

    What a single sound leaves of the length is silence. A loop's end leads into its beginning; anything else
    fades at both ends.
    """
    samples, sample_rate = source.samples, source.sample_rate
    recipe = _RECIPES[source.sound]
    random = np.random.default_rng(source.seed)
    seam = min(int(_SEAM_S * sample_rate), samples) if source.loop else 0
    track = band(recipe.make(random, samples + seam, sample_rate), sample_rate, _LOWEST_HZ, 0, 1)
    if source.loop:
        track = close_loop(track, seam)
    else:
        edge = _CUT_S if samples > 4 * _CUT_S * sample_rate else samples / sample_rate / 4
        start = edge if recipe.continuous and not recipe.struck else _EDGE_S
        track = fades(track, int(start * sample_rate), int(edge * sample_rate))
    measure = integrated if recipe.continuous else loudest
    return level(track, min(MAXIMUM_GAIN_DB, recipe.lufs - measure(track, sample_rate)))


def close_loop(track: Floats, seam: int) -> Floats:
    """Blend the last `seam` samples into the first ones, so that what is left repeats without a click."""
    if not seam:
        return track
    turn = np.linspace(0, np.pi / 2, seam, endpoint=False)[:, None]
    looped = track[:-seam].copy()
    looped[:seam] = looped[:seam] * np.sin(turn) + track[-seam:] * np.cos(turn)
    return looped
