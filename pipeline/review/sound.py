"""The sound of a film as the page plays it: whole samples of the mix, a piece at a time.

A piece is interleaved 16-bit little-endian PCM: no decoder puts silence before it, so that sample n is
sample n.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assembly.sound.signal import wav
from farm.store.manifest import Manifest
from farm.store.store import Store
from pipeline.film.sound import MIXES, mix_digest, soundtrack_of
from pipeline.production.line_lengths import SOUND
from pipeline.production.material import Material

PIECE_S = 2
"""length of a piece in seconds"""


@dataclass(frozen=True, slots=True)
class FilmSound:
    """The mix of a film, on disk.

    Attributes:
        digest: its name in the store.
        path: its file.
        sample_rate: samples a second.
        channels: of a moment.
        samples: length, per channel.
    """

    digest: str
    path: Path
    sample_rate: int
    channels: int
    samples: int

    @property
    def piece_samples(self) -> int:
        """Samples of a piece, per channel."""
        return PIECE_S * self.sample_rate

    def as_json(self) -> dict[str, object]:
        """For the page."""
        return {
            "digest": self.digest,
            "sample_rate": self.sample_rate,
            "channels": self.channels,
            "samples": self.samples,
            "piece_samples": self.piece_samples,
        }

    def piece(self, number: int) -> bytes:
        """A piece, from 0; the last one may be shorter.

        Raises:
            IndexError: there is no such piece.
        """
        start = number * self.piece_samples
        if not 0 <= start < self.samples:
            raise IndexError(number)
        heard = wav.inspect(self.path).read(start, self.piece_samples)
        return np.clip(np.round(heard * 32767), -32768, 32767).astype("<i2").tobytes()


def film_sound(material: Material, store: Store) -> FilmSound | None:
    """The mix of a film whose takes are there; None before it was mixed, and where nothing is heard.

    Raises:
        AssemblyError: what it is made of cannot be read.
        StoreError: likewise of the store.
    """
    if material.absent:
        return None
    digest = mix_digest(soundtrack_of(material, store), material.loudness_lufs)
    found: Manifest | None = store.find(MIXES, digest)
    if found is None or found.facts.get("lufs") is None:
        return None
    path = store.file(found, SOUND)
    info = wav.inspect(path)
    return FilmSound(digest, path, info.sample_rate, info.channels, info.samples)
