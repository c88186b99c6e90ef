"""Sounds on one line of samples, read in any stretch: what plays when, how loud, and how music gives way."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from assembly.sound.signal.loudness import ratio

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from assembly.sound.signal.wav import Floats, WavInfo

DUCK_MUSIC_DB = -10.0
"""music under speech; these numbers were set by ear"""
DUCK_ROOM_DB = -3.0
"""room tone under speech"""
DUCK_ATTACK_S = 0.25
"""music begins to give way so long before a line, and is down when the line begins"""
DUCK_RELEASE_S = 0.8
"""and is back so long after it"""
DUCK_HOLD_S = 1.2
"""a shorter pause between lines is no reason to come back"""


@dataclass(frozen=True, slots=True)
class PlacedSound:
    """A source on the line.

    Attributes:
        source: where its samples are.
        start: the first sample on the line.
        length: how many samples of the line it takes; silence when the source is shorter and no loop.
        gain: amplitude.
        fade_in: samples over which it begins, at constant power.
        fade_out: samples over which it ends.
        loop: whether the source begins again at its end.
    """

    source: WavInfo
    start: int
    length: int
    gain: float
    fade_in: int = 0
    fade_out: int = 0
    loop: bool = False

    def read(self, first: int, last: int) -> Floats:
        """Its stereo samples on the line's `[first, last)`, which it must reach into: float [n, 2]."""
        begin, end = max(first, self.start) - self.start, min(last, self.start + self.length) - self.start
        block = self._samples(begin, end) * self.gain
        where = np.arange(begin, end)
        if begin < self.fade_in:
            block *= np.sin(np.pi / 2 * np.clip((where + 0.5) / self.fade_in, 0, 1))[:, None]
        if end > self.length - self.fade_out:
            block *= np.sin(np.pi / 2 * np.clip((self.length - where - 0.5) / self.fade_out, 0, 1))[:, None]
        before, after = self.start + begin - first, last - (self.start + end)
        return np.pad(block, ((before, after), (0, 0)))

    def _samples(self, begin: int, end: int) -> Floats:
        parts: list[Floats] = []
        at = begin
        while at < end:
            offset = at % self.source.samples if self.loop and self.source.samples else at
            count = min(end - at, self.source.samples - offset)
            if count <= 0:
                break
            parts.append(self.source.read(offset, count))
            at += count
        block = np.concatenate([np.zeros((0, self.source.channels)), *parts])
        stereo = block[:, [0, 0]] if self.source.channels == 1 else block[:, :2]
        return np.pad(stereo, ((0, end - begin - len(stereo)), (0, 0)))


def together(sounds: Iterable[PlacedSound], first: int, last: int) -> Floats:
    """The sum of sounds on `[first, last)`, in their order: float [n, 2]."""
    block = np.zeros((last - first, 2))
    for sound in sounds:
        if sound.start < last and sound.start + sound.length > first:
            block += sound.read(first, last)
    return block


class Duck:
    """How far something gives way to speech: an envelope over the whole line, from where speech is.

    Args:
        spoken: first and last sample of each line of dialogue.
        depth_db: gain under speech.
        sample_rate: samples a second.
        borders: samples before which it does not give way to what is spoken after them; it does so as quickly
            as ever, and so later, to what is spoken at once.
    """

    def __init__(
        self,
        spoken: Sequence[tuple[int, int]],
        depth_db: float,
        sample_rate: int,
        borders: Sequence[int] = (),
    ) -> None:
        self._depth_db = depth_db
        self._attack, self._release = int(DUCK_ATTACK_S * sample_rate), int(DUCK_RELEASE_S * sample_rate)
        self._hold = int(DUCK_HOLD_S * sample_rate)
        between: dict[int, list[tuple[int, int]]] = {}
        for start, end in sorted(spoken):
            between.setdefault(bisect_right(borders, start), []).append((start, end))
        self._envelopes = [
            self._envelope(lines, borders[number - 1] if number else None)
            for number, lines in between.items()
        ]

    def _envelope(
        self, lines: Sequence[tuple[int, int]], border: int | None
    ) -> tuple[list[int], list[float]]:
        """How it gives way to some lines, no earlier than a border: samples, and the gain in dB at each."""
        merged: list[tuple[int, int]] = []
        for start, end in lines:
            if merged and start - merged[-1][1] < self._hold:
                merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
            else:
                merged.append((start, end))
        places: list[int] = []
        gains_db: list[float] = []
        for start, end in merged:
            begins = start - self._attack if border is None else max(border, start - self._attack)
            down = begins + self._attack
            places += [begins, down, max(end, down), max(end, down) + self._release]
            gains_db += [0.0, self._depth_db, self._depth_db, 0.0]
        return places, gains_db

    def gain(self, first: int, last: int) -> Floats:
        """Amplitude on `[first, last)`, float [n, 1]."""
        samples = np.arange(first, last)
        db = np.zeros(len(samples))
        for places, gains_db in self._envelopes:
            db = np.minimum(db, np.interp(samples, places, gains_db))
        return np.asarray(10 ** (db / 20))[:, None]


def gain_of(db: float) -> float:
    """Amplitude of a gain in dB; the schema's lowest, -60 dB, is off."""
    return ratio(db) if db > -60 else 0.0
