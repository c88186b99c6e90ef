"""Neighbouring shots of a scene brought nearer to each other in colour: mean and spread in L*a*b*, bounded.

Each shot goes half the way to its neighbours (a quarter of it to each side, half of it to an only one), so
that a jump between two is a quarter of what it was, a slow change of light stays, and a changed shot changes
its neighbours' colours alone. A shot has one change for all its frames; shots that continue each other have
one together, because their cut is not to be seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING

import numpy as np

from assembly.frames import clips
from assembly.frames.rgb import rgb_image
from storyboard.media.colour import Colours, colours_of_pixels, lab_of, srgb_of, three, to_lab

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from fractions import Fraction
    from pathlib import Path

    from pydantic import JsonValue

    from assembly.picture.luts import Table
    from storyboard.schema.film import Film, Shot

MEASURING_VERSION = 1
"""goes into the digests of measured colours; raise it when the same clip measures otherwise;
code of assembly.picture.colour_matching, storyboard.media.colour: 2ca9a853
"""
MATCHING_VERSION = 1
"""goes into the digests of matched shots; raise it when the same shots are matched in another way;
code of assembly.picture.colour_matching, storyboard.media.colour: 2ca9a853
"""

MOST_LIGHTNESS = 8.0
MOST_COLOUR = 6.0
"""how far L*, and a* and b*, are moved at most"""
LEAST_SPREAD, MOST_SPREAD = 0.8, 1.25
"""what contrasts are multiplied with at least and at most"""

_SAMPLES = 12
"""frames of a clip that are looked at"""
_LOOKED_AT = 64
"""rows that a frame is made smaller to"""
_POINTS = 33
_ONE_LEVEL = 0.3
"""a spread below this has no contrast to be changed"""


@dataclass(frozen=True, slots=True)
class Match:
    """What the colours of a shot depend on: the clips of itself and of its neighbours, by their digests."""

    own: tuple[str, ...]
    before: tuple[str, ...]
    after: tuple[str, ...]

    def recipe(self) -> JsonValue:
        """The form that goes into digests."""
        return [MATCHING_VERSION, [*self.own], [*self.before], [*self.after]]

    def clips(self) -> tuple[str, ...]:
        """Every clip that must be measured."""
        return (*self.own, *self.before, *self.after)

    def table(self, colours: Mapping[str, Colours]) -> Table:
        """The change as a colour table.

        Args:
            colours: of each clip, by its digest.
        """
        own = together([colours[clip] for clip in self.own])
        around = [
            together([colours[clip] for clip in beside]) for beside in (self.before, self.after) if beside
        ]
        return change(own, together([own, *([own] if len(around) > 1 else []), *around]))


def matches(film: Film, clips_of: Mapping[str, str]) -> dict[str, Match]:
    """The matched shots of a film, by their ids.

    Args:
        film: it says which scenes are matched.
        clips_of: the digest of each shot's clip.
    """
    found: dict[str, Match] = {}
    for scene in film.scenes:
        wanted = film.look.match_colours if scene.match_colours is None else scene.match_colours
        chains = _chains(scene.shots)
        if not wanted or len(chains) < 2:
            continue
        digests = [tuple(clips_of[shot.id] for shot in chain) for chain in chains]
        for index, chain in enumerate(chains):
            before = digests[index - 1] if index else ()
            after = digests[index + 1] if index + 1 < len(chains) else ()
            found |= {shot.id: Match(digests[index], before, after) for shot in chain}
    return found


def _chains(shots: Sequence[Shot]) -> list[list[Shot]]:
    """Shots in order, those together of which each continues the one before it."""
    chains: list[list[Shot]] = []
    for shot in shots:
        if chains and shot.continues == chains[-1][-1].id:
            chains[-1].append(shot)
        else:
            chains.append([shot])
    return chains


def measure(path: Path, frames: int, rate: Fraction) -> Colours:
    """The colours of a clip's picture, from frames spread over it.

    Raises:
        AssemblyError: it cannot be read.
    """
    wanted = {(2 * number + 1) * frames // (2 * _SAMPLES) for number in range(_SAMPLES)}
    pixels = []
    for number, frame in enumerate(clips.decode(path, 0, frames, rate)):
        if number in wanted:
            size = max(2, round(_LOOKED_AT * frame.width / frame.height)), _LOOKED_AT
            pixels.append(to_lab(np.asarray(rgb_image(frame, size))))
    return colours_of_pixels(np.stack(pixels))


def together(parts: Sequence[Colours]) -> Colours:
    """The middle of several: the mean of their means, the geometric mean of their spreads."""
    means = np.mean([part.mean for part in parts], 0)
    spreads = [
        prod(max(part.spread[channel], _ONE_LEVEL) for part in parts) ** (1 / len(parts))
        for channel in range(3)
    ]
    return Colours(three(means), three(np.array(spreads)))


def change(own: Colours, wanted: Colours) -> Table:
    """A cube that takes colours of the one kind towards the other; black and white stay."""
    axis = np.linspace(0, 1, _POINTS)
    blue, green, red = np.meshgrid(axis, axis, axis, indexing="ij")
    lab = lab_of(np.stack((red, green, blue), -1))
    most = np.array([MOST_LIGHTNESS, MOST_COLOUR, MOST_COLOUR])
    moved = np.clip(np.subtract(wanted.mean, own.mean), -most, most)
    spread = np.maximum(own.spread, _ONE_LEVEL)
    gain = np.clip(np.maximum(wanted.spread, _ONE_LEVEL) / spread, LEAST_SPREAD, MOST_SPREAD)
    difference = np.clip((lab - own.mean) * (gain - 1) + moved, -most, most)
    middle = 1 - np.abs(lab[..., :1] / 50 - 1) ** 4
    table: Table = srgb_of(lab + difference * np.clip(middle, 0, 1))
    return table
