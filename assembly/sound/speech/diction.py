"""From an engine's raw voice to a line in the film: trimmed, evened out, and coloured by its delivery.

A whisper is the line's own formants with breath instead of a voice (linear prediction, the
residue replaced by noise), so that each character keeps its own whisper.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import gcd
from typing import TYPE_CHECKING

import numpy as np
import scipy

from assembly.sound.signal import lean_scipy
from assembly.sound.signal.loudness import SPEECH_LUFS, integrated, level
from assembly.sound.signal.synthesis import band, fades, room
from assembly.sound.speech.trimming import trim
from storyboard.schema.vocabulary import LineDelivery

if TYPE_CHECKING:
    from assembly.sound.signal.wav import Floats


@dataclass(frozen=True, slots=True)
class _Colour:
    """How a delivery sounds.

    Attributes:
        lufs: how loud the line is.
        low_hz: what lies below is taken away.
        high_hz: what lies above is taken away.
        warmth_db: gain below 250 Hz.
        presence_db: gain between 2 and 5 kHz.
        drive: how hard the voice is pressed, 0 for not at all.
        room_s: how long the room rings.
        wet: the room's share, 0 to 1.
    """

    lufs: float = SPEECH_LUFS
    low_hz: float = 75
    high_hz: float = 9000
    warmth_db: float = 1.5
    presence_db: float = -1.5
    drive: float = 0.0
    room_s: float = 0.28
    wet: float = 0.07


_COLOURS = {
    LineDelivery.NORMAL: _Colour(),
    LineDelivery.WHISPERED: _Colour(
        lufs=SPEECH_LUFS - 5, low_hz=180, high_hz=10_000, warmth_db=0, presence_db=0, wet=0.04
    ),
    LineDelivery.SHOUTED: _Colour(
        lufs=SPEECH_LUFS + 3, low_hz=110, warmth_db=0, presence_db=2.5, drive=2.0, room_s=0.5, wet=0.12
    ),
    LineDelivery.SAD: _Colour(lufs=SPEECH_LUFS - 3, warmth_db=2.5, presence_db=-3.5),
    LineDelivery.FAST: _Colour(),
    LineDelivery.OFF_SCREEN: _Colour(
        lufs=SPEECH_LUFS - 3, low_hz=160, high_hz=2600, warmth_db=0, room_s=0.7, wet=0.3
    ),
    LineDelivery.VOICE_OVER: _Colour(warmth_db=4.0, presence_db=0.5, high_hz=10_500, wet=0.0),
}

_WHISPER_ORDER = 26


def loudness_of(delivery: LineDelivery) -> float:
    """The loudness of a line in this delivery, in LUFS."""
    return _COLOURS[delivery].lufs


def finish(voice: Floats, engine_rate: int, sample_rate: int, delivery: LineDelivery) -> Floats:
    """A line as the mix wants it: float [samples] at `sample_rate`, sounding from its first sample on."""
    colour = _COLOURS[delivery]
    voice = trim(voice, engine_rate)
    if delivery is LineDelivery.WHISPERED:
        voice = whisper(voice, engine_rate)
    common = gcd(engine_rate, sample_rate)
    voice = lean_scipy.signal.resample_poly(voice, sample_rate // common, engine_rate // common)
    voice = band(voice, sample_rate, colour.low_hz, colour.high_hz)
    voice = voice + (10 ** (colour.warmth_db / 20) - 1) * band(voice, sample_rate, 0, 250, 1)
    voice = voice + (10 ** (colour.presence_db / 20) - 1) * band(voice, sample_rate, 2000, 5000, 1)
    voice = compress(voice, sample_rate)
    if colour.drive:
        voice = np.tanh(colour.drive * voice / np.abs(voice).max(initial=1e-9))
    if colour.wet:
        tail = np.zeros(int(colour.room_s * sample_rate))
        both = np.repeat(np.concatenate([voice, tail])[:, None], 2, axis=1)
        voice = room(both, sample_rate, colour.room_s, colour.wet)[:, 0]
    voice = fades(voice, int(0.003 * sample_rate), int(0.03 * sample_rate))
    return level(voice, colour.lufs - integrated(voice, sample_rate))


def compress(voice: Floats, rate: int) -> Floats:
    """Even out: 2.5 to 1 above 14 dB under the loud parts, over 40 ms."""
    power = scipy.ndimage.uniform_filter1d(np.square(voice), int(0.04 * rate), mode="nearest")
    loud = np.percentile(power, 95) if len(power) else 0.0
    over = 10 * np.log10(np.maximum(power, 1e-12) / max(loud, 1e-12)) + 14
    reduction = scipy.ndimage.uniform_filter1d(
        np.maximum(over, 0) * (1 - 1 / 2.5), int(0.02 * rate), mode="nearest"
    )
    result: Floats = voice * 10 ** (-reduction / 20)
    return result


def whisper(voice: Floats, rate: int) -> Floats:
    """The same words without a voice: 25 ms at a time, noise through a linear-prediction filter."""
    size = int(0.025 * rate) // 2 * 2
    hop = size // 2
    random = np.random.default_rng(7)
    voice = np.concatenate([np.zeros(hop), voice, np.zeros(size)])
    bright = np.append(voice[:1], voice[1:] - 0.85 * voice[:-1])
    window = np.hanning(size + 1)[:-1]
    out = np.zeros(len(voice))
    breath = random.standard_normal(len(voice))
    for at in range(0, len(voice) - size, hop):
        frame = bright[at : at + size] * window
        lags = np.correlate(frame, frame, "full")[size - 1 : size + _WHISPER_ORDER]
        if lags[0] < 1e-7:
            continue
        lags[0] *= 1.0001
        filter_ = np.concatenate([[1.0], -scipy.linalg.solve_toeplitz(lags[:-1], lags[1:])])
        puff = lean_scipy.signal.lfilter([1.0], filter_, breath[at : at + size])
        puff *= np.sqrt(np.mean(frame**2) / max(float(np.mean(puff**2)), 1e-12))
        out[at : at + size] += puff * window
    return out[hop:-size]
