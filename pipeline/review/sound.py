"""The sound of a film as the page plays it: whole samples of the mix, a piece at a time.

A piece is interleaved 16-bit little-endian PCM: no decoder puts silence before it, so that sample n is
sample n.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from assembly.sound.mix.mix import Mix
from farm.store.manifest import Manifest
from farm.store.store import Store
from pipeline.film.assemble import measured
from pipeline.film.mixing import mix_of
from pipeline.film.sound import MIXES, mix_digest, soundtrack_of
from pipeline.production.material import Material

PIECE_S = 2
"""length of a piece in seconds"""


@dataclass(frozen=True, slots=True)
class FilmSound:
    """The mix of a film, any piece of which is made when it is asked for.

    Attributes:
        digest: its name in the store.
        mix: what is heard.
        channels: of a moment.
    """

    digest: str
    mix: Mix
    channels: int = 2

    @property
    def sample_rate(self) -> int:
        """Samples a second."""
        return self.mix.sample_rate

    @property
    def samples(self) -> int:
        """Its length, per channel."""
        return self.mix.samples

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
        heard = self.mix.read(start, min(start + self.piece_samples, self.samples))
        return np.clip(np.round(heard * 32767), -32768, 32767).astype("<i2").tobytes()


def film_sound(material: Material, store: Store) -> FilmSound | None:
    """The mix of a film whose takes are there; None before it was mixed, and where nothing is heard.

    Raises:
        AssemblyError: what it is made of cannot be read.
        StoreError: likewise of the store.
    """
    if material.absent:
        return None
    sound = soundtrack_of(material, store)
    digest = mix_digest(sound, material.loudness_lufs)
    found: Manifest | None = store.find(MIXES, digest)
    if found is None or found.facts.get("lufs") is None:
        return None
    return FilmSound(digest, mix_of(store, sound, measured(found.facts["gain_db"]) or 0.0))
