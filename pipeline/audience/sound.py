"""The sound of a film as it is sent: all of it is one row of fragments, beside whatever picture."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from assembly.delivery.live.fragments import AAC_SAMPLES, sound_ends
from assembly.delivery.live.playlists import Entry
from assembly.delivery.live.remux import SoundTrack


@dataclass(frozen=True, slots=True)
class FilmSound:
    """A film's encoded sound.

    Attributes:
        digest: its name in the store.
        track: what is sent of it.
        target_s: the greatest length of a fragment, in whole seconds.
    """

    digest: str
    track: SoundTrack
    target_s: int

    @property
    def fragments(self) -> list[tuple[int, int]]:
        """Where each begins and ends, in frames of AAC."""
        ends = sound_ends(self.track.samples, self.track.sample_rate, self.target_s)
        return [*pairwise([self.track.first, *ends])]

    @property
    def bits_per_second(self) -> Fraction:
        """What its fragments take, at the most."""
        return max(self.track.bits_per_second(*span) for span in self.fragments)

    def entries(self, since_s: Fraction) -> Iterator[Entry]:
        """Its fragments in a playlist, from the one on that is heard at a moment of the film."""
        rate = self.track.sample_rate
        for begin, end in self.fragments:
            start_s = Fraction(begin * AAC_SAMPLES, rate)
            end_s = Fraction(min(end * AAC_SAMPLES, self.track.samples), rate)
            if end_s > since_s:
                yield Entry(self.name(begin), start_s, end_s - start_s)

    def name(self, begin: int) -> str:
        """What the fragment is called in addresses that begins with a frame of AAC."""
        return f"sound-{begin}-{self.digest[:12]}.m4s"
