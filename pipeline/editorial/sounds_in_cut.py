"""The sounds of a film as they lie in its cut, in whole frames: its stems, and what these are made of."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

from assembly.sound.signal import wav
from assembly.sound.soundtrack import EffectEvent, Soundtrack, SpeechEvent
from assembly.sound.sources import Source, SpokenSource
from farm.store.store import Store
from pipeline.keep import ask_of_each, kept_file
from pipeline.production.line_lengths import SOUND, SOUNDS
from pipeline.production.production import Production
from storyboard.branching.route import AGAIN
from storyboard.interchange.film_cut import CutSound
from storyboard.interchange.timeline import STEMS
from storyboard.planning.speaking_time import guessed_s


def sounds_in_cut(production: Production, heard: Soundtrack) -> list[CutSound]:
    """Every stem, line, effect and cue of a film.

    A line that was not spoken yet is as long as its words tell; an effect that was not read yet has no length
    and is left out.

    Raises:
        StoreError: the store cannot be read.
    """
    return [*_Sounds(production, heard).all()]


def file_of(store: Store, sound: CutSound) -> Path:
    """The file of a sound that was made.

    Raises:
        AssemblyError: it has gone from the store.
    """
    return kept_file(store, STEMS if sound.track == STEMS else SOUNDS, sound.digest, SOUND)


class _Sounds:
    def __init__(self, production: Production, heard: Soundtrack) -> None:
        self.store = production.store
        self.rate = production.film.format.rate
        self.sample_rate = production.film.format.sample_rate
        self.heard = heard
        self.end = self.frames(heard.samples)
        sources = heard.sources()
        made = ask_of_each(self.samples_of, sources.values())
        self.made = dict(zip(sources, made, strict=True))
        self.count: Counter[tuple[str, str]] = Counter()

    def all(self) -> Iterator[CutSound]:
        for stem, digest in self.heard.stems().items():
            there = self.store.has(STEMS, digest)
            yield CutSound(STEMS, f"stem_{stem}", digest, 0, self.end, stem, there=there)
        for line in self.heard.speech:
            yield self.line(line)
        for effect in self.heard.effects:
            digest = effect.source.digest()
            samples = effect.length or self.made[digest]
            if samples:
                yield self.placed("effects", self.name(effect, "effect"), digest, effect.start, samples)
        for cue in self.heard.music:
            yield self.placed("music", f"cue_{cue.cue}", cue.source.digest(), cue.start, cue.length)

    def line(self, line: SpeechEvent) -> CutSound:
        source, digest = line.source, line.source.digest()
        words = source.text if isinstance(source, SpokenSource) else line.character
        samples = self.made[digest]
        if samples is None:
            seconds = (
                guessed_s(source.text, source.words_per_minute)
                if isinstance(source, SpokenSource)
                else Fraction(1)
            )
            samples = math.ceil(seconds * self.sample_rate)
        return self.placed("lines", self.name(line, "line"), digest, line.start, samples, words)

    def name(self, event: SpeechEvent | EffectEvent, kind: str) -> str:
        self.count[event.shot, kind] += 1
        return f"{event.shot.replace(AGAIN, '-')}_{kind}{self.count[event.shot, kind]}"

    def placed(
        self, track: str, name: str, digest: str, start: int, samples: int, words: str = ""
    ) -> CutSound:
        first = max(0, math.floor(start * self.rate / self.sample_rate))
        length = max(1, min(self.frames(samples), self.end - first))
        return CutSound(track, name, digest, first, length, words, there=self.made.get(digest) is not None)

    def frames(self, samples: int) -> int:
        return max(1, math.ceil(samples * self.rate / self.sample_rate))

    def samples_of(self, source: Source) -> int | None:
        """How long a sound is that was made; None where it was not."""
        found = self.store.find(SOUNDS, source.digest())
        if found is None:
            return None
        info = wav.inspect(self.store.file(found, SOUND))
        return round(Fraction(info.samples, info.sample_rate) * self.sample_rate)
