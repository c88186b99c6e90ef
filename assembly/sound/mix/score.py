"""A soundtrack whose sounds have their lengths: what is heard in any stretch of it, and nothing else. Pure.

A stretch sounds the same whatever lies elsewhere: `Score.within` leaves that out, and what is left names the
stretch's sound wherever in a film it lies.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assembly.sound.signal.tracks import DUCK_HOLD_S, DUCK_MUSIC_DB, DUCK_ROOM_DB, gain_of
from assembly.sound.soundtrack import STEMS, Soundtrack, Stem
from storyboard.errors import AssemblyError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import JsonValue

    from assembly.sound.sources import Source

CUT_S = 0.01
"""fade of a sound that is cut off before its end, in seconds"""


@dataclass(frozen=True, slots=True)
class PlacedSource:
    """A source where it is heard.

    Attributes:
        source: its digest.
        start: the first sample on the film's line.
        length: how many samples of the line it takes.
        gain: amplitude.
        fade_in: samples over which it begins.
        fade_out: samples over which it ends.
        loop: whether it begins again at its end.
    """

    source: str
    start: int
    length: int
    gain: float
    fade_in: int
    fade_out: int
    loop: bool

    @property
    def end(self) -> int:
        """The sample after its last."""
        return self.start + self.length

    def recipe(self, origin: int) -> JsonValue:
        """Everything that it depends on, seen from a sample of the line."""
        place: JsonValue = [self.start - origin, self.length, self.fade_in, self.fade_out]
        return [self.source, place, self.gain, self.loop]


@dataclass(frozen=True, slots=True)
class Layer:
    """Sounds that are heard together.

    Attributes:
        stem: which they are in.
        sounds: in the order in which they are added up.
        gives_way_db: how far they give way to speech; 0 where they do not.
    """

    stem: Stem
    sounds: tuple[PlacedSource, ...]
    gives_way_db: float = 0.0


@dataclass(frozen=True, slots=True)
class Score:
    """All sounds of a film, each with its place and length.

    Attributes:
        sample_rate: samples a second.
        samples: length of the film, per channel.
        layers: what is heard.
        spoken: the first sample of each line that is given way to, and the one after its last.
        borders: as the soundtrack has them.
    """

    sample_rate: int
    samples: int
    layers: tuple[Layer, ...]
    spoken: tuple[tuple[int, int], ...]
    borders: tuple[int, ...] = ()

    def sources(self) -> set[str]:
        """The digests of what is heard."""
        return {sound.source for layer in self.layers for sound in layer.sounds}

    def within(self, first: int, last: int) -> Score:
        """What can be heard on `[first, last)`; there it sounds as the whole does, sample by sample."""
        layers = tuple(
            Layer(layer.stem, sounds, layer.gives_way_db)
            for layer in self.layers
            if (sounds := tuple(s for s in layer.sounds if s.start < last and s.end > first))
        )
        spoken: tuple[tuple[int, int], ...] = ()
        if any(layer.gives_way_db for layer in layers):
            near = int(DUCK_HOLD_S * self.sample_rate)
            spoken = tuple((a, b) for a, b in self.spoken if a < last + near and b > first - near)
        before = [border for border in self.borders if spoken and border <= min(spoken)[0]]
        borders = tuple(b for b in self.borders if spoken and max(before, default=0) <= b < last + near)
        return Score(self.sample_rate, self.samples, layers, spoken, borders)

    def recipe(self, origin: int) -> JsonValue:
        """Everything that it depends on besides its length, seen from a sample."""
        return {
            "sample_rate": self.sample_rate,
            "layers": [
                [layer.stem, layer.gives_way_db, [sound.recipe(origin) for sound in layer.sounds]]
                for layer in self.layers
            ],
            "spoken": [[begin - origin, end - origin] for begin, end in self.spoken],
            "borders": [border - origin for border in self.borders],
        }


def score_of(track: Soundtrack, lengths: Mapping[str, int]) -> Score:
    """A soundtrack with the lengths of its sources.

    Args:
        track: what is heard when.
        lengths: samples of each source, by its digest.

    Raises:
        AssemblyError: one of its sources has no length, because it was not made.
    """
    placing = _Placing(track, lengths)
    layers = [layer for stem in STEMS for layer in placing.layers(stem)]
    spoken = [(s.start, s.end) for s in placing.dialogue() if s.gain and s.length > 0]
    return Score(track.sample_rate, track.samples, tuple(layers), tuple(spoken), track.borders)


class _Placing:
    """A soundtrack's events as sounds with lengths."""

    def __init__(self, track: Soundtrack, lengths: Mapping[str, int]) -> None:
        self.track = track
        self.lengths = lengths

    def placed(
        self, source: Source, start: int, length: int | None, gain_db: float, fades: tuple[int, int] = (0, 0)
    ) -> PlacedSource:
        digest = source.digest()
        if digest not in self.lengths:
            raise AssemblyError(f"the mix needs the sound {digest} ({source}), which was not made")
        own = self.lengths[digest]
        loop = bool(getattr(source, "loop", False))
        length = max(0, min(own if length is None else length, self.track.samples - start))
        cut = length < own and not loop
        fade_out = max(fades[1], round(CUT_S * self.track.sample_rate) if cut else 0)
        return PlacedSource(
            digest, start, length, gain_of(gain_db), min(fades[0], length), min(fade_out, length), loop
        )

    def layers(self, stem: Stem) -> list[Layer]:
        track = self.track
        if stem == "dialogue":
            return [Layer(stem, _in_order(self.dialogue()))]
        if stem == "music":
            cues = [
                self.placed(e.source, e.start, e.length, e.gain_db, (e.fade_in, e.fade_out))
                for e in track.music
            ]
            return [Layer(stem, _in_order(cues), DUCK_MUSIC_DB)]
        effects = [self.placed(e.source, e.start, e.length, e.gain_db) for e in track.effects]
        production, room = (
            [self.placed(e.source, e.start, e.length, 0.0, (e.fade_in, e.fade_out)) for e in events]
            for events in (track.production, track.room_tones)
        )
        return [Layer(stem, _in_order(effects + production)), Layer(stem, _in_order(room), DUCK_ROOM_DB)]

    def dialogue(self) -> list[PlacedSource]:
        return [self.placed(event.source, event.start, None, event.gain_db) for event in self.track.speech]


def _in_order(sounds: list[PlacedSource]) -> tuple[PlacedSource, ...]:
    """By their beginnings: sums of floats depend on their order."""
    return tuple(sorted((sound for sound in sounds if sound.length), key=lambda sound: sound.start))
