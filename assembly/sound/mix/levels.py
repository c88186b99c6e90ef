"""How loud pieces of a sound are, so that how loud the whole is can be added up: EBU R 128 by pieces. Pure.

Integrated loudness is made of the energy of tenths of a second. Energies add up, also those of a tenth that
lies in two pieces; a true peak is a maximum. So a film is measured by its pieces, each of which is measured
once.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from assembly.sound.mix.limiter import peaks_from, reach
from assembly.sound.signal import lean_scipy
from assembly.sound.signal.loudness import blocks_of, decibels, gated, k_weighting, ratio

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from assembly.sound.signal.wav import Floats

GAIN_STEP_DB = 0.2
"""films are turned up by whole steps, so that most changes of a sound leave the gain of the rest as it is"""
TOLERANCE_LU = GAIN_STEP_DB / 2
"""how far a step can leave a film from its target"""
MAXIMUM_LIMITING_DB = 40.0
"""peaks are turned down so far at most: a film of single clicks stays below its target"""
SETTLED_S = 0.2
"""before a stretch, after which the K filter has forgotten what was before: by 10^-19"""

MARGIN_DB = 0.4
"""peaks between samples, oversampled four times (BS.1770-4, annex 2), may be higher than they measure"""

_PASSES = 12
_LEAST_RISE = 0.2
"""of loudness with gain, where nearly everything is limited"""


@dataclass(frozen=True, slots=True)
class Level:
    """What was measured of samples `[first, last)` of a sound.

    Attributes:
        hop: the tenth of a second, counted from the sound's first, in which `first` lies.
        energies: K-weighted squares of both channels, summed over what lies in it of each tenth.
        peak: the greatest amplitude, between samples too; with what lies as near as a limiter reaches.
    """

    hop: int
    energies: tuple[float, ...]
    peak: float


def hop_of(sample_rate: int) -> int:
    """Samples of a tenth of a second."""
    return sample_rate // 10


def around(sample_rate: int) -> int:
    """Samples that a level depends on, to either side of its own."""
    return max(round(SETTLED_S * sample_rate), reach(sample_rate))


def level_of(samples: Floats, first: int, before: int, after: int, sample_rate: int) -> Level:
    """Measure a stretch of a sound.

    Args:
        samples: it, and what lies around it: float [before + n + after, 2].
        first: its first sample, counted from the sound's first.
        before: how many there are before it: `around`, or all that there are.
        after: how many there are behind it: likewise.
        sample_rate: samples a second.
    """
    end = len(samples) - after
    weighted = lean_scipy.signal.sosfilt(k_weighting(sample_rate), samples[:end], axis=0)[before:]
    power = np.square(weighted).sum(axis=1)
    hop = hop_of(sample_rate)
    begin = first // hop
    edges = np.arange((begin + 1) * hop - first, len(power), hop)
    energies = np.add.reduceat(power, [0, *edges]) if len(power) else np.zeros(0)
    near = reach(sample_rate)
    close = samples[max(0, before - near) : len(samples) - max(0, after - near)]
    loudest = float(np.abs(close).max(initial=0.0))
    peak = float(peaks_from(loudest, close).max(initial=0.0)) if loudest else 0.0
    return Level(begin, tuple(float(energy) for energy in energies), peak)


def integrated(levels: Iterable[Level], samples: int, sample_rate: int) -> float:
    """Integrated loudness in LUFS of a sound of so many samples, from its pieces' levels; at least -70."""
    hop = hop_of(sample_rate)
    energies = np.zeros(-(-samples // hop))
    for level in levels:
        energies[level.hop : level.hop + len(level.energies)] += level.energies
    whole = samples // hop
    rest = float(energies[whole]) / hop if whole < len(energies) else None
    return gated(blocks_of(energies[:whole] / hop, rest))


def peak_dbtp(levels: Iterable[Level]) -> float:
    """The true peak of a sound in dBTP, from its pieces' levels; silence is -200."""
    return decibels(max((level.peak for level in levels), default=0.0))


def passes(level: Level, gain_db: float, ceiling_dbtp: float) -> bool:
    """Whether a piece, turned up, may pass a ceiling: it is limited, and measured anew."""
    return decibels(level.peak) + gain_db > ceiling_dbtp - MARGIN_DB


@dataclass(frozen=True, slots=True)
class Gain:
    """What a film is turned up by.

    Attributes:
        db: that, in whole steps.
        lufs: how loud it is then; -70 stands for silence.
        missing: pieces that must be measured, limited at that gain, before more can be said; none once it
            is known.
    """

    db: float
    lufs: float
    missing: tuple[int, ...] = ()


def gain_for(
    plain: Sequence[Level],
    limited: Callable[[int, float], Level | None],
    samples: int,
    sample_rate: int,
    target_lufs: float,
    ceiling_dbtp: float,
) -> Gain:
    """The gain that brings a film to its loudness, making up for what its limiter takes.

    Args:
        plain: the level of each piece as it is, before any gain.
        limited: the level of a piece, by its number, with a gain in dB and limited; None before it was
            measured.
        samples: length of the film, per channel.
        sample_rate: samples a second.
        target_lufs: its loudness.
        ceiling_dbtp: what no peak may pass.
    """
    loudness = integrated(plain, samples, sample_rate)
    loudest = peak_dbtp(plain)
    if not any(blocks for level in plain for blocks in level.energies) or loudness <= gated(np.zeros(1)):
        return Gain(0.0, loudness)
    most = math.floor((ceiling_dbtp + MAXIMUM_LIMITING_DB - loudest) / GAIN_STEP_DB)
    tried: dict[int, float] = {}
    steps = min(round((target_lufs - loudness) / GAIN_STEP_DB), most)
    for _ in range(_PASSES):
        gain_db = round(steps * GAIN_STEP_DB, 1)
        loud = [number for number, level in enumerate(plain) if passes(level, gain_db, ceiling_dbtp)]
        found = {number: limited(number, gain_db) for number in loud}
        missing = tuple(number for number, level in found.items() if level is None)
        if missing:
            return Gain(gain_db, loudness + gain_db, missing)
        heard = _turned_up(plain, {n: one for n, one in found.items() if one}, gain_db)
        tried[steps] = integrated(heard, samples, sample_rate)
        further = min(steps + round(_steps_to(target_lufs, tried)), most)
        if further in tried:
            break
        steps = further
    best = min(tried, key=lambda one: (abs(target_lufs - tried[one]), one))
    return Gain(round(best * GAIN_STEP_DB, 1), tried[best])


def _steps_to(target_lufs: float, tried: Mapping[int, float]) -> float:
    """How many steps lie between the last gain that was tried and the target, as the last two tell."""
    (*_, last) = tried
    missing = (target_lufs - tried[last]) / GAIN_STEP_DB
    if len(tried) < 2:
        return missing
    before = [*tried][-2]
    rises = (tried[last] - tried[before]) / (last - before) / GAIN_STEP_DB
    return missing / min(1.0, max(_LEAST_RISE, rises))


def _turned_up(plain: Sequence[Level], limited: Mapping[int, Level], gain_db: float) -> list[Level]:
    power = ratio(gain_db) ** 2
    return [
        limited.get(number) or Level(one.hop, tuple(energy * power for energy in one.energies), one.peak)
        for number, one in enumerate(plain)
    ]
