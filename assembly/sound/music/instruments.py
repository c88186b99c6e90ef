"""Instruments made here from sums of sines.

Struck and plucked ones add up partials that die away, high ones first; held ones read a wavetable whose
brightness moves, so that a note costs a few passes over its samples at any length. What each sounds like was
set by ear.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from assembly.sound.signal.synthesis import DECAY_60_DB, band, fades, pan, put

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from assembly.sound.music.compose import Note
    from assembly.sound.signal.wav import Floats

Floats32 = npt.NDArray[np.float32]

_MOST_KEPT_BYTES = 48 * 2**20
_TABLE = 2048
"""samples of one period of a waveform"""
_LOUDEST_PARTIAL_HZ = 9000.0
"""partials above it are left out: set by ear, they make these instruments sharp"""


def play(notes: list[Note], samples: int, sample_rate: int, block_samples: int) -> Iterator[Floats]:
    """Notes, in the order in which they begin, by the built-in instruments, dry, in blocks of float [n, 2].

    Notes alike are made once, as long as the last few made are remembered.
    """
    waiting = list(reversed(notes))
    sounding: list[tuple[int, Floats32, Note]] = []
    made = _Made(sample_rate)
    for first in range(0, samples, block_samples):
        last = min(first + block_samples, samples)
        while waiting and round(waiting[-1].start * sample_rate) < last:
            note = waiting.pop()
            sounding.append((round(note.start * sample_rate), made.sound(note), note))
        block = np.zeros((last - first, 2))
        for start, sound, note in sounding:
            begin, end = max(start, first), min(start + len(sound), last)
            if begin < end:
                heard = pan(sound[begin - start : end - start], note.pan + _VOICES[note.instrument].pan)
                put(block, heard, begin - first, note.loudness)
        sounding = [each for each in sounding if each[0] + len(each[1]) > last]
        yield block


class _Made:
    """The sounds of the notes that were made last, without place and loudness."""

    def __init__(self, sample_rate: int) -> None:
        self._sample_rate = sample_rate
        self._sounds: OrderedDict[tuple[str, int, int], Floats32] = OrderedDict()
        self._bytes = 0

    def sound(self, note: Note) -> Floats32:
        """The note with its attack and release, float32 [n]."""
        voice = _VOICES[note.instrument]
        length = int((note.length + voice.release_s) * self._sample_rate)
        key = (note.instrument, note.pitch, length)
        if key in self._sounds:
            self._sounds.move_to_end(key)
            return self._sounds[key]
        hertz = 440 * 2 ** ((note.pitch - 69) / 12)
        sound = voice.make(hertz, length, self._sample_rate)
        edges = int(voice.attack_s * self._sample_rate), int(voice.release_s * self._sample_rate)
        kept = fades(sound * voice.gain, *edges).astype(np.float32)
        self._sounds[key] = kept
        self._bytes += kept.nbytes
        while self._bytes > _MOST_KEPT_BYTES and len(self._sounds) > 1:
            self._bytes -= self._sounds.popitem(last=False)[1].nbytes
        return kept


def _partials(
    note: tuple[float, int, int], amplitudes: list[float], ring_s: float, damping: float, stretch: float = 0.0
) -> Floats:
    """Partials of a note (Hz, samples, sample rate) that ring `ring_s`, each shorter than the one below."""
    hertz, samples, rate = note
    time = np.arange(samples, dtype=np.float32) / np.float32(rate)
    sound = np.zeros(samples, np.float32)
    for number, amplitude in enumerate(amplitudes, 1):
        partial = hertz * number * np.sqrt(1 + stretch * number**2)
        if partial > _LOUDEST_PARTIAL_HZ:
            break
        heard = min(samples, int(1.2 * ring_s / (1 + damping * (number - 1)) * rate))
        decay = np.exp(time[:heard] * np.float32(-DECAY_60_DB * (1 + damping * (number - 1)) / ring_s))
        phase = np.float32(2 * np.pi) * np.modf(np.float64(partial) * np.arange(heard) / rate)[0].astype(
            np.float32
        )
        sound[:heard] += np.float32(amplitude) * np.sin(phase) * decay
    return sound.astype(np.float64)


def _ring_s(hertz: float, middle_s: float) -> float:
    return float(np.clip(middle_s * (262 / hertz) ** 0.55, 0.3, 9.0))


def _piano(hertz: float, samples: int, rate: int) -> Floats:
    soft = 0.62 if hertz > 500 else 0.72
    amplitudes = [soft**number * (1.0 if number else 1.15) for number in range(12)]
    tone = _partials((hertz, samples, rate), amplitudes, _ring_s(hertz, 4.5), 0.35, 0.0004)
    beat = _partials((hertz * 1.0006, samples, rate), amplitudes[:4], _ring_s(hertz, 5.5), 0.3, 0.0004)
    return tone + 0.6 * beat


def _pluck(hertz: float, samples: int, rate: int) -> Floats:
    amplitudes = [abs(np.sin(np.pi * number * 0.21)) / number for number in range(1, 15)]
    return _partials((hertz, samples, rate), amplitudes, _ring_s(hertz, 2.2), 0.4, 0.00005)


def _bells(hertz: float, samples: int, rate: int) -> Floats:
    tone = _partials((hertz, samples, rate), [1.0], 3.2, 0.0)
    for part, amplitude, ring_s in ((2.0, 0.25, 1.6), (3.93, 0.16, 0.7), (9.2, 0.05, 0.2)):
        tone += _partials((hertz * part, samples, rate), [amplitude], ring_s, 0.0)
    return tone


def _table(hertz: float, tilt: float) -> Floats:
    """One period of a sawtooth whose partials fall by `tilt` more than 1/n, none above what is heard well."""
    where = np.arange(_TABLE) / _TABLE
    table = np.zeros(_TABLE + 1)
    for number in range(1, max(1, min(40, int(_LOUDEST_PARTIAL_HZ / hertz))) + 1):
        table[:-1] += np.sin(2 * np.pi * number * where) / number ** (1 + tilt)
    table[-1] = table[0]
    return np.asarray(table / np.sqrt(np.mean(table**2)))


def _read(table: Floats, phase: Floats) -> Floats:
    place = (phase % 1.0) * _TABLE
    index = place.astype(np.int64)
    part = place - index
    return table[index] * (1 - part) + table[index + 1] * part


def _held(
    hertz: float,
    samples: int,
    rate: int,
    *,
    bright: Floats,
    dark: float,
    light: float,
    voices: tuple[float, ...],
    vibrato: float,
) -> Floats:
    """Detuned wavetables between a dark and a bright one, with a vibrato that sets in late."""
    time = np.arange(samples) / rate
    bend = 1 + vibrato * np.clip(time - 0.25, 0, 0.5) * 2 * np.sin(2 * np.pi * 5.2 * time)
    phase = np.cumsum(hertz * bend) / rate
    low, high = _table(hertz, dark), _table(hertz, light)
    sound = np.zeros(samples)
    for number, detune in enumerate(voices):
        turned = phase * detune + number * 0.37
        sound += _read(low, turned) * (1 - bright) + _read(high, turned) * bright
    return np.asarray(sound / np.sqrt(len(voices)))


def _strings(hertz: float, samples: int, rate: int) -> Floats:
    where = np.linspace(0, 1, samples)
    return _held(
        hertz, samples, rate, bright=0.15 + 0.35 * np.sin(np.pi * where), dark=1.3, light=0.45,
        voices=(0.9965, 1.0, 1.0042), vibrato=0.0012,
    )  # fmt: skip


def _bowed(hertz: float, samples: int, rate: int) -> Floats:
    time = np.arange(samples) / rate
    bright = 0.15 + 0.35 * np.clip(time / 0.5, 0, 1)
    return _held(
        hertz, samples, rate, bright=bright, dark=1.2, light=0.4, voices=(1.0, 1.0018), vibrato=0.0045
    )


def _brass(hertz: float, samples: int, rate: int) -> Floats:
    time = np.arange(samples) / rate
    attack = np.exp(-((time - 0.07) ** 2) / 0.012)
    bright = 0.35 + np.where(time < 0.07, 0.65 * attack, 0.55 * np.exp(-time / 0.9))
    return _held(
        hertz,
        samples,
        rate,
        bright=np.clip(bright, 0, 1),
        dark=1.6,
        light=0.25,
        voices=(1.0, 1.003),
        vibrato=0.001,
    )


def _pad(hertz: float, samples: int, rate: int) -> Floats:
    time = np.arange(samples) / rate
    bright = 0.3 + 0.25 * np.sin(2 * np.pi * 0.11 * time + hertz)
    return _held(
        hertz, samples, rate, bright=bright, dark=2.2, light=0.8, voices=(0.996, 1.0, 1.005), vibrato=0.0
    )


def _bass(hertz: float, samples: int, rate: int) -> Floats:
    return _partials((hertz, samples, rate), [1.0, 0.55, 0.22, 0.1, 0.05], _ring_s(hertz, 3.0), 0.5)


def _drum(hertz: float, samples: int, rate: int) -> Floats:
    time = np.arange(samples) / rate
    tone = np.sin(2 * np.pi * np.cumsum(hertz * (1 + 0.5 * np.exp(-time / 0.04))) / rate) * np.exp(
        -DECAY_60_DB * time / 1.3
    )
    skin = np.random.default_rng(5).standard_normal(samples) * np.exp(-DECAY_60_DB * time / 0.12)
    return tone + 0.25 * band(skin, rate, 80, 1200)


def _staccato(hertz: float, samples: int, rate: int) -> Floats:
    time = np.arange(samples) / rate
    bow = _held(
        hertz,
        samples,
        rate,
        bright=0.7 * np.exp(-time / 0.08),
        dark=1.1,
        light=0.3,
        voices=(0.998, 1.002),
        vibrato=0.0,
    )
    return bow * np.exp(-time / 0.16)


@dataclass(frozen=True, slots=True)
class _Voice:
    """An instrument: how it sounds, how a note begins and ends, how loud it is, where it sits."""

    make: Callable[[float, int, int], Floats]
    gain: float
    attack_s: float
    release_s: float
    pan: float = 0.0


_VOICES: dict[str, _Voice] = {
    "piano": _Voice(_piano, 0.5, 0.003, 0.35),
    "pluck": _Voice(_pluck, 0.75, 0.002, 0.3),
    "bells": _Voice(_bells, 0.7, 0.003, 1.2),
    "strings": _Voice(_strings, 0.3, 0.35, 0.5),
    "bowed": _Voice(_bowed, 0.42, 0.09, 0.22),
    "brass": _Voice(_brass, 0.36, 0.035, 0.18),
    "pad": _Voice(_pad, 0.34, 0.7, 0.9),
    "bass": _Voice(_bass, 0.75, 0.006, 0.12),
    "drum": _Voice(_drum, 0.8, 0.001, 0.3),
    "staccato": _Voice(_staccato, 0.5, 0.008, 0.06),
}
