"""What is heard and when: events on exact sample positions, and the stems and the mix that they make. Pure.

A source (`assembly/sound/sources.py`) knows nothing of positions; a stem's recipe holds both, and a mix's its
stems.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from assembly.sound.signal.tracks import gain_of
from assembly.sound.sources import BuiltInSource, ComposedSource, FileSource, MidiSource, Source, SpokenSource
from storyboard.digest import digest_of

if TYPE_CHECKING:
    from fractions import Fraction
    from pathlib import Path

    from pydantic import JsonValue

Stem = Literal["dialogue", "music", "effects"]
STEMS: tuple[Stem, ...] = ("dialogue", "music", "effects")

STEM_VERSION = 2
"""of `sound/mix/stems.py`;
code of assembly.sound.mix.stems, assembly.sound.mix.score, assembly.sound.signal.tracks: f3c15afc
"""
MIX_VERSION = 2
"""of `sound/mix/mix.py` and its limiter; each is raised when the same soundtrack sounds different;
code of assembly.sound.mix.mix, assembly.sound.mix.levels, assembly.sound.mix.limiter,
assembly.sound.mix.pieces, assembly.sound.signal.loudness: 98a1e338
"""


@dataclass(frozen=True, slots=True)
class SpeechEvent:
    """A line of dialogue, spoken or recorded, that begins at sample `start`."""

    source: SpokenSource | FileSource
    shot: str
    character: str
    start: int
    gain_db: float


@dataclass(frozen=True, slots=True)
class EffectEvent:
    """A sound from sample `start`, for `length` samples or as long as its recording is."""

    source: BuiltInSource | FileSource
    shot: str
    start: int
    length: int | None
    gain_db: float


@dataclass(frozen=True, slots=True)
class RoomTone:
    """The sound of a place under a run of shots, from sample `start`, with its fades in samples.

    At a cut it overlaps the next place's by a moment, in a dissolve by the dissolve, and where sound leads or
    trails by that.
    """

    source: BuiltInSource | FileSource
    location: str
    start: int
    length: int
    fade_in: int
    fade_out: int


@dataclass(frozen=True, slots=True)
class MusicEvent:
    """A cue from sample `start` for `length` samples, with its fades in samples."""

    source: ComposedSource | MidiSource | FileSource
    cue: str
    start: int
    length: int
    fade_in: int
    fade_out: int
    gain_db: float


@dataclass(frozen=True, slots=True)
class TakeSound:
    """The sound that was made together with a take.

    Attributes:
        path: its file.
        sha256: the digest of its bytes.
        head_s: seconds of it before the shot's body.
        tail_s: seconds of it after the shot's body.
    """

    path: Path
    sha256: str
    head_s: Fraction
    tail_s: Fraction


@dataclass(frozen=True, slots=True)
class ProductionEvent:
    """The sound of a take under its shot, from sample `start` for `length` samples, with its fades.

    In a dissolve it overlaps its neighbour's by the dissolve, at a cut by as much as it leads or trails.
    """

    source: FileSource
    shot: str
    start: int
    length: int
    fade_in: int
    fade_out: int


@dataclass(frozen=True, slots=True)
class Soundtrack:
    """Everything that is heard in a film of exactly `samples` samples.

    Before each of the samples in `borders` nothing is heard that depends on what comes after it.
    """

    sample_rate: int
    samples: int
    speech: tuple[SpeechEvent, ...]
    effects: tuple[EffectEvent, ...]
    room_tones: tuple[RoomTone, ...]
    music: tuple[MusicEvent, ...]
    production: tuple[ProductionEvent, ...] = ()
    borders: tuple[int, ...] = ()

    def later(self, by: int, samples: int) -> Soundtrack:
        """The same after so many samples of silence, in a film of `samples`."""
        speech = tuple(replace(event, start=event.start + by) for event in self.speech)
        effects = tuple(replace(event, start=event.start + by) for event in self.effects)
        room_tones = tuple(replace(event, start=event.start + by) for event in self.room_tones)
        music = tuple(replace(event, start=event.start + by) for event in self.music)
        production = tuple(replace(event, start=event.start + by) for event in self.production)
        borders = tuple(border + by for border in self.borders)
        return Soundtrack(self.sample_rate, samples, speech, effects, room_tones, music, production, borders)

    def sources(self) -> dict[str, Source]:
        """The distinct sources by digest, in the order in which they are first heard of."""
        heard: list[Source] = [event.source for event in self.speech]
        heard += [event.source for event in self.effects]
        heard += [event.source for event in self.room_tones]
        heard += [event.source for event in self.music]
        heard += [event.source for event in self.production]
        return {source.digest(): source for source in heard}

    def sounding(self) -> list[tuple[int, int]]:
        """Samples in which something must be heard: music and room tone between fades, lines' beginnings.

        Recorded effects may begin softly, so they are left out.
        """
        quarter = self.sample_rate // 4
        whole = [(e.start + e.fade_in, e.start + e.length - e.fade_out) for e in self.room_tones]
        whole += [
            (e.start + e.fade_in, e.start + e.length - e.fade_out) for e in self.music if e.gain_db > -20
        ]
        lines = [(e.start + quarter, e.start + 2 * quarter) for e in self.speech if e.gain_db > -20]
        return sorted((first, last) for first, last in whole + lines if first < last)

    def stems(self) -> dict[Stem, str]:
        """The digests of the stems in which something is heard."""
        return {stem: digest_of(self.stem_recipe(stem)) for stem in STEMS if any(self._heard(stem).values())}

    def stem_recipe(self, stem: Stem) -> JsonValue:
        """Everything that a stem depends on."""
        heard = self._heard(stem)
        lines: JsonValue = [[e.source.digest(), e.start] for e in self.speech if gain_of(e.gain_db)]
        gives_way = bool(heard.get("music") or heard.get("room_tones"))
        return {
            "kind": "stem",
            "version": STEM_VERSION,
            "stem": stem,
            "sample_rate": self.sample_rate,
            "samples": self.samples,
            "heard": heard,
            "gives_way_to": lines if gives_way else [],
            **({"borders": [*self.borders]} if gives_way and lines and self.borders else {}),
        }

    def _heard(self, stem: Stem) -> dict[str, JsonValue]:
        if stem == "dialogue":
            return {"speech": [[e.source.digest(), e.start, e.gain_db] for e in self.speech]}
        if stem == "music":
            return {
                "music": [
                    [e.source.digest(), e.start, e.length, e.fade_in, e.fade_out, e.gain_db]
                    for e in self.music
                ]
            }
        return {
            "effects": [[e.source.digest(), e.start, e.length, e.gain_db] for e in self.effects],
            "room_tones": [
                [e.source.digest(), e.start, e.length, e.fade_in, e.fade_out] for e in self.room_tones
            ],
            "production": [
                [e.source.digest(), e.start, e.length, e.fade_in, e.fade_out] for e in self.production
            ],
        }

    def recipe(self) -> JsonValue:
        """Everything that the mix depends on, besides its target level."""
        stems: dict[str, JsonValue] = dict(self.stems().items())
        return {
            "kind": "mix",
            "version": MIX_VERSION,
            "sample_rate": self.sample_rate,
            "samples": self.samples,
            "stems": stems,
        }
