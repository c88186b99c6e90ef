"""Stems: a score's dialogue, music or effects as they enter the mix; any stretch of them, from their sources.

Sounds are placed, faded, and give way to speech here; what comes after, gain and limiter, is the mix's. So
the stems of a mix add up to it, before its gain, sample by sample. Nothing is computed beyond the stretch
that is asked for, and it is the same however it is cut.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from assembly.sound.signal import wav
from assembly.sound.signal.tracks import Duck, PlacedSound, together
from assembly.sound.signal.wav import Floats, WavInfo
from assembly.sound.soundtrack import STEMS, Stem
from storyboard.errors import AssemblyError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from assembly.sound.mix.score import PlacedSource, Score


def lengths_of(files: Mapping[str, Path], sample_rate: int) -> dict[str, int]:
    """The samples of each source, by its digest.

    Raises:
        AssemblyError: one cannot be read, or has another sample rate.
    """
    return {digest: _inspected(path, sample_rate).samples for digest, path in files.items()}


class Stems:
    """The stems of a score.

    Args:
        score: what is heard when.
        files: the WAV file of each of its sources, by digest (`make_sources` writes them).
        only: the stems that are heard.

    Raises:
        AssemblyError: a source is missing or unreadable, or has another sample rate.
    """

    def __init__(self, score: Score, files: Mapping[str, Path], only: Collection[Stem] = STEMS) -> None:
        self.score = score
        self._files = files
        self._known: dict[str, WavInfo] = {}
        self._layers: list[tuple[list[PlacedSound], Duck | None]] = []
        for layer in score.layers:
            if layer.stem in only:
                sounds = [self._placed(sound) for sound in layer.sounds]
                way = layer.gives_way_db
                duck = Duck(score.spoken, way, score.sample_rate, score.borders) if way else None
                self._layers.append((sounds, duck))

    def _placed(self, sound: PlacedSource) -> PlacedSound:
        digest = sound.source
        if digest not in self._known:
            if digest not in self._files:
                raise AssemblyError(f"the mix needs the sound {digest}, which was not made")
            self._known[digest] = _inspected(self._files[digest], self.score.sample_rate)
        return PlacedSound(
            self._known[digest],
            sound.start,
            sound.length,
            sound.gain,
            sound.fade_in,
            sound.fade_out,
            sound.loop,
        )

    def read(self, first: int, last: int) -> Floats:
        """Their sum on the film's `[first, last)`, silent outside the film: float [n, 2]."""
        block = np.zeros((last - first, 2))
        begin, end = max(first, 0), min(last, self.score.samples)
        if begin >= end:
            return block
        inside = block[begin - first : end - first]
        for sounds, duck in self._layers:
            heard = together(sounds, begin, end)
            if duck and heard.any():
                heard *= duck.gain(begin, end)
            inside += heard
        return block


def _inspected(path: Path, sample_rate: int) -> WavInfo:
    found = wav.inspect(path)
    if found.sample_rate != sample_rate:
        raise AssemblyError(f"{found.path}: has {found.sample_rate} samples a second, not {sample_rate}")
    return found
