"""Pieces of a film's sound, at the same borders in every version of it, and what each is made from.

A piece is as many frames of AAC as ten seconds hold. Everything that is made of it, its level and its
encoding, is a function of what can be heard in it and a little around it, and is named by that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from assembly.sound import aac
from assembly.sound.mix import levels
from assembly.sound.mix.limiter import reach
from assembly.sound.mix.mix import Mix
from assembly.sound.mix.stems import Stems
from assembly.sound.soundtrack import MIX_VERSION
from storyboard.digest import digest_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from pydantic import JsonValue

    from assembly.sound.mix.levels import Level
    from assembly.sound.mix.score import Score
    from assembly.sound.signal.wav import Floats

PIECE_S = 10
"""about how long a piece is"""


def piece_samples(sample_rate: int) -> int:
    """The length of a piece: whole frames of AAC."""
    return round(PIECE_S * sample_rate / aac.FRAME) * aac.FRAME


def pieces_of(samples: int, sample_rate: int) -> list[tuple[int, int]]:
    """The pieces of a sound: first sample, and the one after the last."""
    length = piece_samples(sample_rate)
    return [(first, min(first + length, samples)) for first in range(0, samples, length)]


@dataclass(frozen=True, slots=True)
class LevelPiece:
    """A piece that is measured, as it is or with a gain and limited.

    Attributes:
        score: what can be heard in it.
        first: its first sample.
        last: the one after its last.
        gain_db: what it is turned up by.
        ceiling_dbtp: what no peak of it passes; None where it is not limited.
    """

    score: Score
    first: int
    last: int
    gain_db: float = 0.0
    ceiling_dbtp: float | None = None

    @classmethod
    def of(
        cls, score: Score, piece: tuple[int, int], gain_db: float = 0.0, ceiling_dbtp: float | None = None
    ) -> LevelPiece:
        """A piece of a score."""
        first, last = piece
        near = levels.around(score.sample_rate) + (0 if ceiling_dbtp is None else reach(score.sample_rate))
        return cls(score.within(first - near, last + near), first, last, gain_db, ceiling_dbtp)

    @property
    def stretch(self) -> tuple[int, int]:
        """Samples that must be read to measure it, of those that there are."""
        near = levels.around(self.score.sample_rate)
        return max(0, self.first - near), min(self.score.samples, self.last + near)

    def level(self, files: Mapping[str, Path]) -> Level:
        """Measure it, from the files of its sources.

        Raises:
            AssemblyError: one of them is missing or unreadable.
        """
        return Mix(Stems(self.score, files), self.gain_db, self.ceiling_dbtp).level(self.first, self.last)

    def digest(self) -> str:
        """What its level is called in the store."""
        hop = self.first % levels.hop_of(self.score.sample_rate)
        begin, end = self.stretch
        place: list[JsonValue] = [self.first - begin, self.last - self.first, end - self.last, hop]
        heard = self.score.recipe(self.first)
        return digest_of(["level", MIX_VERSION, heard, place, self.gain_db, self.ceiling_dbtp])


@dataclass(frozen=True, slots=True)
class EncodedPiece:
    """A piece that is encoded as AAC.

    Attributes:
        score: what can be heard in it, and in what is encoded before and behind it.
        first: its first sample.
        last: the one after its last.
        gain_db: what it is turned up by.
        ceilings_dbtp: what no peak of the piece before it, of itself and of the one behind it passes; empty
            where none of them is limited.
    """

    score: Score
    first: int
    last: int
    gain_db: float
    ceilings_dbtp: tuple[float, ...]

    @classmethod
    def of(
        cls, score: Score, piece: tuple[int, int], gain_db: float, ceilings_dbtp: Sequence[float]
    ) -> EncodedPiece:
        """A piece of a score."""
        first, last = piece
        near = reach(score.sample_rate)
        begin, end = aac.stretch(first, last, score.samples)
        heard = score.within(begin - near, end + near)
        return cls(heard, first, last, gain_db, tuple(ceilings_dbtp))

    @property
    def stretch(self) -> tuple[int, int]:
        """Samples that are encoded for it."""
        return aac.stretch(self.first, self.last, self.score.samples)

    def encode(self, files: Mapping[str, Path]) -> tuple[aac.Packets, Level]:
        """Encode it, from the files of its sources; returns its packets, and what was measured of them.

        Raises:
            AssemblyError: one of its sources is missing or unreadable.
        """
        begin, end = self.stretch
        rate, samples = self.score.sample_rate, self.score.samples
        ceiling = self._ceiling_dbtp if self.ceilings_dbtp else None
        made = aac.encoded(Mix(Stems(self.score, files), self.gain_db, ceiling).read(begin, end), rate)
        heard = aac.decoded(made, rate)[: end - begin]
        level = levels.level_of(heard, self.first, self.first - begin, end - self.last, rate)
        return aac.own(made, self.first, self.last, samples), level

    def _ceiling_dbtp(self, places: Floats) -> Floats:
        """Of each sample: that of the piece in which it lies."""
        before, own, behind = self.ceilings_dbtp
        later = np.where(places < self.last, own, behind)
        return np.where(places < self.first, before, later)

    def digest(self) -> str:
        """What its packets are called in the store."""
        begin, end = self.stretch
        place: list[JsonValue] = [
            self.first - begin,
            self.last - self.first,
            end - self.last,
            self.last == self.score.samples,
        ]
        hop = self.first % levels.hop_of(self.score.sample_rate)
        heard = self.score.recipe(self.first)
        return digest_of(
            [
                "aac",
                MIX_VERSION,
                aac.AAC_VERSION,
                heard,
                [*place, hop],
                self.gain_db,
                [*self.ceilings_dbtp],
            ]
        )
