"""Colours of a continuing shot, brought to those of the shot before: Lab mean and spread, within bounds.

After Reinhard et al., "Color Transfer between Images", 2001, in CIE L*a*b* (D65) instead of theirs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from farm.backend.protocol import Frame
from storyboard.media.colour import Colours, from_lab, three, to_lab

MOST_SHIFT = (12.0, 10.0, 10.0)
"""how far the mean of L*, a* and b* may move"""
SPREAD = (0.8, 1.25)
"""how much the standard deviation may shrink or grow"""


@dataclass(frozen=True, slots=True)
class ColourShift:
    """An affine change of L*, a* and b*."""

    means: tuple[float, float, float]
    scale: tuple[float, float, float]
    shift: tuple[float, float, float]

    def apply(self, frame: Frame) -> Frame:
        """The frame with its colours moved."""
        means = np.array(self.means)
        return from_lab((to_lab(frame) - means) * self.scale + means + self.shift)

    def of(self, colours: Colours) -> Colours:
        """What the colours of frames become by it, as far as none is clipped."""
        means, scale = np.array(self.means), np.array(self.scale)
        moved = (np.array(colours.mean) - means) * scale + means + self.shift
        return Colours(three(moved), three(np.array(colours.spread) * scale))


def colour_shift(first: Frame, before: Frame, strength: float = 1.0) -> ColourShift:
    """What brings `first` to the colours of `before`, as far as the bounds allow.

    Args:
        first: the first picture of the continuing shot.
        before: the last picture of the shot before it.
        strength: 0 changes nothing, 1 all.
    """
    ours, theirs = (to_lab(frame).reshape(-1, 3) for frame in (first, before))
    spread = np.clip(theirs.std(0) / np.maximum(ours.std(0), 1e-3), *SPREAD)
    shift = np.clip(theirs.mean(0) - ours.mean(0), -np.array(MOST_SHIFT), MOST_SHIFT)
    return ColourShift(three(ours.mean(0)), three(1 + (spread - 1) * strength), three(shift * strength))
