"""The sound of a film as it is sent: all of it is one row of fragments, beside whatever picture."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise

from assembly.delivery.live.fragments import AAC_SAMPLES, sound_ends
from assembly.delivery.live.playlists import Entry
from assembly.delivery.live.remux import SoundTrack


@dataclass(frozen=True)
class FilmSound:
    """A film's encoded sound.

    Attributes:
        digest: its name in the store.
        track: what is sent of it.
        target_s: the greatest length of a fragment, in whole seconds.
        borders: frames of AAC that no fragment goes over.
    """

    digest: str
    track: SoundTrack
    target_s: int
    borders: tuple[int, ...] = ()

    @cached_property
    def fragments(self) -> list[tuple[int, int]]:
        """Where each begins and ends, in frames of AAC."""
        track, ends, begun = self.track, list[int](), 0
        for border in (*self.borders, None):
            samples = (
                track.samples - begun * AAC_SAMPLES if border is None else (border - begun) * AAC_SAMPLES
            )
            ends += [begun + end for end in sound_ends(samples, track.sample_rate, self.target_s)]
            begun = border or begun
        return [*pairwise([track.first, *ends])]

    @property
    def bits_per_second(self) -> Fraction:
        """What its fragments take, at the most."""
        return max(self.track.bits_per_second(*span) for span in self.fragments)

    def entries(self, since_s: Fraction) -> Iterator[Entry]:
        """Its fragments in a playlist, from the one on that is heard at a moment of the film."""
        entries = (self.entry(begin, end) for begin, end in self.fragments)
        return (one for one in entries if one.start_s + one.duration_s > since_s)

    def entry(self, begin: int, end: int) -> Entry:
        """A fragment in a playlist."""
        rate = self.track.sample_rate
        start_s = Fraction(begin * AAC_SAMPLES, rate)
        end_s = Fraction(min(end * AAC_SAMPLES, self.track.samples), rate)
        return Entry(self.name(begin), start_s, end_s - start_s)

    def name(self, begin: int) -> str:
        """What the fragment is called in addresses that begins with a frame of AAC."""
        return f"sound-{begin}-{self.digest[:12]}.m4s"
