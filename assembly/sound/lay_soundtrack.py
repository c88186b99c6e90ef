"""Where a film's dialogue, effects, room tone and music lie, on exact sample positions. Pure.

Positions come from the frame grid by exact arithmetic.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from assembly.sound.shot_edges import SEAM_S, ShotEdges
from assembly.sound.soundtrack import (
    EffectEvent,
    MusicEvent,
    ProductionEvent,
    RoomTone,
    Soundtrack,
    SpeechEvent,
    TakeSound,
)
from assembly.sound.sources import (
    BuiltInSource,
    ComposedSource,
    FileSource,
    MidiSource,
    SoundFont,
    SpokenSource,
)
from assembly.sound.speech.diction import loudness_of
from assembly.sound.speech.film_voices import as_read, voice_of
from storyboard.digest import digest_of
from storyboard.document.named_files import is_midi
from storyboard.errors import AssemblyError
from storyboard.planning.transitions import heard_from
from storyboard.schema.built_in_sounds import BUILT_IN_SOUNDS
from storyboard.schema.film import DialogueLine, Film, MusicCue, Scene, Shot
from storyboard.schema.vocabulary import LineDelivery, TransitionKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from fractions import Fraction
    from pathlib import Path

RINGING_S = 2.5
"""in which a cue that another goes on from is heard beyond its last bar, ever softer"""
LONGEST_SOUND_S = 20
"""seconds after which a continuous sound repeats, without a seam, and any other one has died away"""


def soundtrack(
    film: Film,
    digests: Mapping[str, str],
    folder: Path,
    takes: Mapping[str, TakeSound] | None = None,
    engines: Mapping[str, str] | None = None,
    font: SoundFont | None = None,
    borders: Sequence[int] = (),
) -> Soundtrack:
    """Place every sound of a film.

    Before each of its borders it sounds as it does on every other way through the film that comes there.

    Args:
        film: a film that passed its checks.
        digests: SHA-256 of each sound and music file, by the path that the film document has.
        folder: the project folder, which those paths start from.
        takes: the sound that was made together with takes, by shot.
        engines: the versions of the engines that speak, by name.
        font: what plays composed cues and MIDI; without one, the built-in instruments play composed cues.
        borders: the frames of the film from which on it depends on what a viewer answered just before.

    Raises:
        AssemblyError: a file has no digest, because it does not exist; or MIDI has no font.
    """
    return _Placement(film, digests, folder, engines or {}, font, borders).soundtrack(takes or {})


class _Placement:
    def __init__(
        self,
        film: Film,
        digests: Mapping[str, str],
        folder: Path,
        engines: Mapping[str, str],
        font: SoundFont | None,
        borders: Sequence[int],
    ) -> None:
        self.film = film
        self.font = font
        self.engines = engines
        self.digests = digests
        self.folder = folder
        self.rate: Fraction = film.format.rate
        self.sample_rate = film.format.sample_rate
        self.shots: list[tuple[Scene, Shot]] = film.shots()
        self.edges = ShotEdges(film, borders)
        self.followed = {cue.follows for cue in film.music if cue.follows != cue.id}
        self.index = {shot.id: number for number, (_, shot) in enumerate(self.shots)}

    def soundtrack(self, takes: Mapping[str, TakeSound]) -> Soundtrack:
        speech: list[SpeechEvent] = []
        effects: list[EffectEvent] = []
        for number, (_, shot) in enumerate(self.shots):
            speech += self.lines(number, shot)
            effects += self.effects(number, shot)
        return Soundtrack(
            self.sample_rate,
            self.edges.sample(self.edges.starts[-1]),
            tuple(speech),
            tuple(effects),
            tuple(self.room_tones()),
            tuple(self.cue(cue) for cue in self.film.music),
            tuple(
                self.production(number, shot.id, takes[shot.id])
                for number, (_, shot) in enumerate(self.shots)
                if shot.id in takes
            ),
            tuple(self.edges.sample(frame) for frame in sorted(self.edges.borders)),
        )

    def production(self, number: int, shot: str, take: TakeSound) -> ProductionEvent:
        starts = self.edges.starts[number : number + 2]
        body, following = (self.edges.sample(frame) for frame in starts)
        into, out_of = self.edges.meeting(number), self.edges.meeting(number + 1)
        start, fade_in = self.edges.beginning(number)
        end, fade_out = self.edges.ending(number)
        # Words may stand at both sides of a cut, so there the sounds of takes do not cross over. A take has
        # nothing beyond a plain cut: its sound fades inside it.
        seam = round(SEAM_S * self.sample_rate)
        if into.kind is TransitionKind.CUT:
            start, fade_in = self.edges.sample(self.edges.starts[number] - into.leads), seam
        if out_of.kind is TransitionKind.CUT and not self.shots[number][1].fade_out:
            end, fade_out = self.edges.sample(self.edges.starts[number + 1] + out_of.trails), seam
        head, tail = (round(seconds * self.sample_rate) for seconds in (take.head_s, take.tail_s))
        if start < body - head:
            start, fade_in = body - head, max(seam, fade_in - (body - head - start))
        if end > following + tail:
            end, fade_out = following + tail, max(seam, fade_out - (end - following - tail))
        skip = head - (body - start)
        source = FileSource(
            take.path,
            take.sha256,
            end - start,
            loop=False,
            music=False,
            sample_rate=self.sample_rate,
            skip=skip,
        )
        return ProductionEvent(source, shot, start, end - start, fade_in, fade_out)

    def lines(self, number: int, shot: Shot) -> list[SpeechEvent]:
        events = []
        for line in shot.lines:
            source = self.recorded(line.recording, line.delivery) if line.recording else self.spoken(line)
            start = self.edges.sample(self.edges.starts[number] + heard_from(shot, line.at, self.rate))
            events.append(SpeechEvent(source, shot.id, line.character, start, line.gain_db))
        return events

    def spoken(self, line: DialogueLine) -> SpokenSource:
        character = self.film.characters[line.character]
        voice, speaker = character.voice, voice_of(character, self.film.language)
        if speaker.voice is None:
            raise AssemblyError(f'{speaker.engine} has no voice for "{self.film.language}"', "name one")
        return SpokenSource(
            as_read(line.text, speaker),
            speaker.voice,
            voice.pitch,
            voice.words_per_minute,
            line.delivery,
            self.sample_rate,
            speaker.engine,
            self.engines.get(speaker.engine, ""),
            json.dumps(voice.options, sort_keys=True),
        )

    def recorded(self, path: str, delivery: LineDelivery) -> FileSource:
        return replace(self.file(path, None), speech_lufs=loudness_of(delivery))

    def effects(self, number: int, shot: Shot) -> list[EffectEvent]:
        events: list[EffectEvent] = []
        takes: Counter[str] = Counter()
        for effect in shot.effects:
            first = self.edges.starts[number] + heard_from(shot, effect.at, self.rate)
            start = self.edges.sample(first)
            length = None
            if effect.duration:
                length = self.edges.sample(first + effect.duration.frames(self.rate)) - start
            elif effect.sound in BUILT_IN_SOUNDS:
                last = self.edges.starts[number + 1] + self.edges.meeting(number + 1).trails
                length = self.edges.sample(max(first, last)) - start
            if length == 0:
                continue  # it begins where the shot ends: nothing of it can be heard
            takes[effect.sound] += 1
            if effect.sound in BUILT_IN_SOUNDS:
                seed = self.seed(effect.sound, shot.id, takes[effect.sound])
                source: BuiltInSource | FileSource = self.built_in(effect.sound, length, seed)
            else:
                source = self.file(effect.sound, length)
            events.append(EffectEvent(source, shot.id, start, length, effect.gain_db))
        return events

    def room_tones(self) -> list[RoomTone]:
        places = [shot.location or scene.location for scene, shot in self.shots]
        events: list[RoomTone] = []
        first = 0
        for last, place in enumerate(places):
            # What fades out before a border does so wherever the film goes on.
            faded = self.shots[last][1].fade_out and self.edges.starts[last + 1] in self.edges.borders
            if last + 1 < len(places) and places[last + 1] == place and not faded:
                continue
            tone = self.film.locations[place].room_tone
            if tone:
                loop = None if tone in BUILT_IN_SOUNDS else self.file(tone, None, loop=True)
                source = loop or self.built_in(tone, None, self.seed(tone, place, 0))
                start, fade_in = self.edges.beginning(first)
                end, fade_out = self.edges.ending(last)
                events.append(RoomTone(source, place, start, end - start, fade_in, fade_out))
            first = last + 1
        return events

    def cue(self, cue: MusicCue) -> MusicEvent:
        first = self.edges.starts[self.index[cue.start]] + cue.at.frames(self.rate)
        last = self.edges.starts[self.index[cue.end] + 1]
        if cue.duration:
            last = min(last, first + cue.duration.frames(self.rate))
        start, end = self.edges.sample(first), self.edges.sample(last)
        fade_in = self.edges.sample(first + cue.fade_in.frames(self.rate)) - start
        fade_out = end - self.edges.sample(last - cue.fade_out.frames(self.rate))
        if cue.follows and "fade_in" not in cue.model_fields_set:
            fade_in = 0
        ringing = 0
        if cue.rings_on or cue.id in self.followed:
            ringing = fade_out = round(RINGING_S * self.sample_rate)
        samples = end - start + ringing
        source: ComposedSource | MidiSource | FileSource
        if cue.file and is_midi(cue.file):
            source = self.midi(cue, cue.file, samples)
        elif cue.file:
            # How loud it is made must not depend on how long it is heard after a border.
            over = any(first < border < last for border in self.edges.borders)
            source = self.file(cue.file, None if over else samples, music=True)
        else:
            seed = self.seed("music", cue.id, 0)
            source = ComposedSource(
                cue.mood,
                cue.tempo,
                cue.key,
                samples,
                seed,
                self.sample_rate,
                self.font,
                cue.follows is not None,
                ringing,
            )
        return MusicEvent(source, cue.id, start, samples, fade_in, fade_out, cue.gain_db)

    def midi(self, cue: MusicCue, path: str, samples: int) -> MidiSource:
        if self.font is None:
            raise AssemblyError(f"{path}: MIDI needs a SoundFont that plays it")
        file = self.file(path, None)
        return MidiSource(file.path, file.sha256, cue.mood, samples, self.sample_rate, self.font)

    def built_in(self, sound: str, length: int | None, seed: int) -> BuiltInSource:
        longest = LONGEST_SOUND_S * self.sample_rate
        loop = length is None or (length > longest and _goes_on(sound))
        samples = longest if length is None else min(length, longest)
        return BuiltInSource(sound, samples, seed, loop, self.sample_rate)

    def file(self, path: str, samples: int | None, *, loop: bool = False, music: bool = False) -> FileSource:
        if path not in self.digests:
            raise AssemblyError(
                f"{path}: neither a built-in sound nor a file in the project folder",
                "`shotfarm sounds` lists the built-in sounds",
            )
        place = (self.folder / path).absolute()
        return FileSource(place, self.digests[path], samples, loop, music, self.sample_rate)

    def seed(self, sound: str, owner: str, take: int) -> int:
        return int(digest_of([self.film.seed, sound, owner, take])[:13], 16)


def _goes_on(sound: str) -> bool:
    """Whether a loop can carry a built-in sound on."""
    from assembly.sound.effects.built_in import CONTINUOUS_SOUNDS  # with all that makes sounds

    return sound in CONTINUOUS_SOUNDS
