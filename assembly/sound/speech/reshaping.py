"""One voice made into others by the WORLD vocoder: pitch, vocal tract, melody, breath and effort. Pure.

Morise, Yokomori and Ozawa, "WORLD: a vocoder-based high-quality speech synthesis system" (2016): speech is
taken apart into its pitch, the envelope of its spectrum and how much of it is noise, and put together from
what is changed of them. docs/decisions/049-english-by-hibari.md
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from assembly.sound.signal.wav import Floats

FRAME_S = 0.005
"""what WORLD takes apart at a time"""
_LEAST_HERTZ = 60.0
"""what is lower is no voice"""
_TREMOR_HERTZ = 5.2
_EFFORT_FROM_HERTZ = 500.0
_MOST_EFFORT_DB = 18.0


@dataclass(frozen=True, slots=True)
class Shape:
    """What is changed of a voice; as it stands here, nothing is.

    Attributes:
        pitch: factor of its middle pitch.
        formants: factor of its resonances: under 1 for a longer throat, over 1 for a shorter one.
        melody: factor of how far its pitch goes up and down, in octaves; 0 is a monotone.
        breath: how much of its tone becomes noise, 0 to 1.
        tremor: how far its pitch trembles, as a share of it.
        effort_db: how much louder each octave above 500 Hz becomes.
    """

    pitch: float = 1.0
    formants: float = 1.0
    melody: float = 1.0
    breath: float = 0.0
    tremor: float = 0.0
    effort_db: float = 0.0


def reshape(voice: Floats, rate: int, hertz: Floats, hertz_every_s: float, shape: Shape) -> Floats:
    """A voice in another shape; the same bytes each time.

    Args:
        voice: mono float [n].
        rate: its samples a second.
        hertz: its pitch, float [frames]; 0, or less than 60, where there is none.
        hertz_every_s: how long a frame of it is; what it says is of the middle of the frame.
        shape: what is changed.
    """
    if shape == Shape() or not len(voice) or not (hertz >= _LEAST_HERTZ).any():
        return voice
    import pyworld

    voice = np.ascontiguousarray(voice, np.float64)
    times = np.arange(0, len(voice) / rate, FRAME_S)
    pitch = _pitch_at(times, hertz, hertz_every_s)
    envelope = pyworld.cheaptrick(voice, pitch, times, rate)
    noise = pyworld.d4c(voice, pitch, times, rate)
    bins = np.arange(envelope.shape[1]) / shape.formants
    envelope = np.exp(_at_bins(np.log(envelope), bins)) * _effort(envelope.shape[1], rate, shape.effort_db)
    noise = _at_bins(noise, bins)
    noise = noise + shape.breath * (1 - noise)
    sound: Floats = pyworld.synthesize(_melody(pitch, times, shape), envelope, noise, rate, FRAME_S * 1000)
    return sound[: len(voice)]


def _pitch_at(times: Floats, hertz: Floats, every_s: float) -> Floats:
    """The pitch at each of some times, in Hz; 0 where there is none."""
    voiced = hertz >= _LEAST_HERTZ
    middles = (np.arange(len(hertz)) + 0.5) * every_s
    frames = np.clip((times / every_s).astype(int), 0, len(hertz) - 1)
    pitch: Floats = np.interp(times, middles[voiced], hertz[voiced].astype(np.float64)) * voiced[frames]
    return pitch


def _melody(pitch: Floats, times: Floats, shape: Shape) -> Floats:
    voiced = pitch > 0
    middle = float(np.median(pitch[voiced])) if voiced.any() else 1.0
    octaves = np.log2(np.where(voiced, pitch, middle) / middle) * shape.melody
    trembling = 1 + shape.tremor * np.sin(2 * np.pi * _TREMOR_HERTZ * times)
    sung: Floats = np.where(voiced, middle * shape.pitch * 2**octaves * trembling, 0.0)
    return sung


def _at_bins(rows: Floats, bins: Floats) -> Floats:
    """Each row (float [frames, bins]) at places between its own; its last one goes on beyond its end."""
    last = rows.shape[1] - 1
    low = np.minimum(bins.astype(int), last - 1)
    part = np.clip(bins - low, 0.0, 1.0)
    between: Floats = np.ascontiguousarray(rows[:, low] * (1 - part) + rows[:, low + 1] * part)
    return between


def _effort(bins: int, rate: int, effort_db: float) -> Floats:
    """The power of each bin's gain, float [bins]."""
    hertz = np.linspace(0, rate / 2, bins)
    octaves = np.log2(np.maximum(hertz, _EFFORT_FROM_HERTZ) / _EFFORT_FROM_HERTZ)
    gain_db = np.clip(effort_db * octaves, -_MOST_EFFORT_DB, _MOST_EFFORT_DB)
    power: Floats = 10 ** (gain_db / 10)
    return power
