"""Composes music cues: a mood, a tempo, a key and a length become notes. Pure and deterministic.

A cue is bars of one chord each, in phrases of four (a, a', b, a'), ending in a cadence whose last chord rings
in the last bar; the tempo gives way a little so that the bars fill the cue exactly. The melody grows from one
motif of a bar: repeated on another chord, then turned upside down, then held. A cue that another goes on from
has no close: its last bar leads on, on the dominant.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from assembly.sound.music.moods import STYLES, Instrument, Style

if TYPE_CHECKING:
    from collections.abc import Iterator
    from fractions import Fraction

    from assembly.sound.sources import ComposedSource
    from storyboard.schema.vocabulary import Mood

_TONICS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_SCALES = {"major": (0, 2, 4, 5, 7, 9, 11), "minor": (0, 2, 3, 5, 7, 8, 10)}
_ROOTS = {"i": 0, "ii": 2, "iii": 4, "iv": 5, "v": 7, "vi": 9, "vii": 11}
_CHORD = re.compile(r"(?P<flat>b?)(?P<root>[ivIV]+)(?P<kind>maj7|add9|sus4|7|o|\+)?")

LOWEST, HIGHEST = 28, 100
"""MIDI notes that the instruments sound well between"""


@dataclass(frozen=True, slots=True)
class Note:
    """A note of a cue.

    Attributes:
        instrument: who plays it.
        pitch: MIDI note number; 69 is a' at 440 Hz.
        start: in seconds from the cue's beginning.
        length: in seconds.
        loudness: amplitude, 0 to 1.
        pan: -1 left, 1 right.
    """

    instrument: Instrument
    pitch: int
    start: float
    length: float
    loudness: float
    pan: float


def chord(name: str) -> list[int]:
    """Semitones above the tonic of a chord by its Roman numeral, from the root: `V7` → 7, 11, 14, 17.

    Upper case is major, lower case minor; `b` before it lowers the root; `maj7`, `7`, `add9`, `sus4`,
    `o` (diminished) and `+` (augmented) after it.
    """
    match = _CHORD.fullmatch(name)
    if not match:
        raise ValueError(f"{name!r} is no chord")
    root = _ROOTS[match["root"].lower()] - bool(match["flat"])
    third = 4 if match["root"].isupper() else 3
    kinds = {
        None: [0, third, 7],
        "7": [0, third, 7, 10],
        "maj7": [0, third, 7, 11],
        "add9": [0, third, 7, 14],
        "sus4": [0, 5, 7],
        "o": [0, 3, 6],
        "+": [0, 4, 8],
    }
    return [root + step for step in kinds[match["kind"]]]


def compose(
    mood: Mood,
    tempo: int,
    key: str,
    seconds: Fraction,
    seed: int,
    *,
    follows: bool = False,
    leads_on: bool = False,
) -> list[Note]:
    """The notes of a cue whose bars fill exactly `seconds`, in the order in which they begin.

    Args:
        mood: its character.
        tempo: beats a minute, about.
        key: such as D minor.
        seconds: its length.
        seed: of what is left to chance.
        follows: it goes on from another cue: without an introduction.
        leads_on: another goes on from it: without a close, and its last notes may end after `seconds`.
    """
    composer = _Composer(mood, tempo, key, seconds, seed, follows=follows, leads_on=leads_on)
    return sorted(composer.notes(), key=lambda note: (note.start, note.pitch))


def notes_of(cue: ComposedSource) -> list[Note]:
    """The notes of a cue as it is heard in a film."""
    return compose(
        cue.mood,
        cue.tempo,
        cue.key,
        cue.seconds,
        cue.seed,
        follows=cue.follows,
        leads_on=cue.ringing > 0,
    )


def seconds_of_bar(mood: Mood, tempo: int, seconds: Fraction) -> Fraction:
    """How long a bar is, so that whole bars at about this tempo fill the cue exactly."""
    return seconds / max(1, round(seconds * tempo / 60 / STYLES[mood].beats))


def instruments(mood: Mood) -> set[Instrument]:
    """Who plays in a cue of a mood."""
    style = STYLES[mood]
    players = {style.melody, style.accompaniment, style.bass, _last_chord_by(style)}
    return players | ({style.bed} if style.bed else set()) | ({"drum"} if style.drum else set())


def _last_chord_by(style: Style) -> Instrument:
    if style.figure == "march":
        return "brass"
    return "piano" if style.accompaniment == "staccato" else style.accompaniment


class _Composer:
    def __init__(
        self,
        mood: Mood,
        tempo: int,
        key: str,
        seconds: Fraction,
        seed: int,
        *,
        follows: bool,
        leads_on: bool,
    ) -> None:
        self.follows = follows
        self.leads_on = leads_on
        tonic, mode = key.split()
        self.style: Style = STYLES[mood]
        self.scale = _SCALES[mode]
        self.tonic = 48 + (_TONICS[tonic[0]] + {"b": -1, "#": 1}.get(tonic[1:], 0)) % 12
        self.bar_s = float(seconds_of_bar(mood, tempo, seconds))
        self.bars = round(seconds / seconds_of_bar(mood, tempo, seconds))
        self.beat_s = self.bar_s / self.style.beats
        self.random = np.random.default_rng(seed)
        self.chords = [chord(name) for name in self.harmony(mode)]

    def harmony(self, mode: str) -> list[str]:
        """One chord a bar: a, a, b, a of four bars each, and the cadence."""
        first, second = self.style.major if mode == "major" else self.style.minor
        phrases = [first.split(), first.split(), second.split(), first.split()]
        names = [phrases[bar // 4 % 4][bar % 4] for bar in range(self.bars)]
        last = "I" if mode == "major" else "i"
        end = [*self.style.cadence[mode == "minor"].split(), last]
        if self.leads_on:
            end = ["V"]
        taken = min(self.bars, len(end))
        return names[: self.bars - taken] + end[len(end) - taken :]

    def notes(self) -> Iterator[Note]:
        melody, accompaniment, bed, bass = self.style.colour
        for bar, steps in enumerate(self.chords):
            last = self.is_close(bar)
            swell = self.swell(bar)
            if self.style.bed:
                yield from self.hold(self.style.bed, bar, steps, bed * swell)
            yield from self.low(bar, steps, bass * swell)
            if last:
                yield from self.final(bar, steps, accompaniment)
            else:
                yield from self.figure(bar, steps, accompaniment * swell)
            if self.style.drum:
                yield from self.drums(bar, last=last)
        yield from self.melody(melody)

    def is_close(self, bar: int) -> bool:
        """Whether a bar is the one in which the cue comes to rest."""
        return bar == self.bars - 1 and not self.leads_on

    def swell(self, bar: int) -> float:
        """Each phrase of four opens and closes; the cue grows into its third phrase."""
        arch = 0.9 + 0.1 * np.sin(np.pi * (bar % 4 + 0.5) / 4)
        return float(arch * (1.08 if bar // 4 % 4 == 2 else 0.96))

    def note(
        self, who: Instrument, pitch: int, beat: float, length: float, loudness: float, pan: float = 0.0
    ) -> Note:
        while pitch > HIGHEST:
            pitch -= 12
        while pitch < LOWEST:
            pitch += 12
        start = beat * self.beat_s
        ends = start + length * self.beat_s
        if not self.leads_on:
            ends = min(ends, self.bars * self.bar_s)
        return Note(who, pitch, start, ends - start, float(np.clip(loudness, 0.02, 1.0)), pan)

    def voicing(self, steps: list[int], around: int) -> list[int]:
        """The chord's notes as near to a MIDI note as they go, so that voices move little."""
        return sorted({around + (self.tonic + step - around + 6) % 12 - 6 for step in steps})

    def hold(self, who: Instrument, bar: int, steps: list[int], loudness: float) -> Iterator[Note]:
        beats = self.style.beats
        ring = 0.8 if self.is_close(bar) else 1.06
        for number, pitch in enumerate(self.voicing(steps, 60)):
            yield self.note(who, pitch, bar * beats, beats * ring, loudness * 0.6, (number - 1) * 0.35)

    def low(self, bar: int, steps: list[int], loudness: float) -> Iterator[Note]:
        root = self.voicing(steps[:1], 40)[0]
        beats = self.style.beats
        yield self.note(self.style.bass, root, bar * beats, beats * 0.98, loudness)
        if self.style.figure in {"arpeggio", "march"} and not self.is_close(bar):
            yield self.note(
                self.style.bass, root + 12, bar * beats + beats / 2, beats * 0.45, loudness * 0.55
            )

    def final(self, bar: int, steps: list[int], loudness: float) -> Iterator[Note]:
        """The last chord, rolled from below and left to ring."""
        who = _last_chord_by(self.style)
        if who != "brass" and self.style.accompaniment == "staccato":
            loudness *= 0.3
        pitches = [*self.voicing(steps, 55), *self.voicing(steps, 67)]
        for number, pitch in enumerate(pitches):
            beat = bar * self.style.beats + number * 0.06
            yield self.note(who, pitch, beat, self.style.beats * 0.8, loudness * 0.75, (number % 3 - 1) * 0.2)

    def figure(self, bar: int, steps: list[int], loudness: float) -> Iterator[Note]:
        who, beats, first = self.style.accompaniment, self.style.beats, bar * self.style.beats
        middle, high = self.voicing(steps, 57), self.voicing(steps, 69)
        if self.style.figure == "broken":
            order = [middle[0], middle[-1], high[0], high[1], high[-1], high[1], high[0], middle[-1]]
            for number, pitch in enumerate(order):
                accent = 1.0 if number % 4 == 0 else 0.72
                yield self.note(who, pitch, first + number / 2, 1.6, loudness * accent, 0.15)
        elif self.style.figure == "waltz":
            yield self.note(who, middle[0], first, 2.6, loudness)
            for beat in map(float, range(1, beats)):
                for pitch in middle[1:]:
                    yield self.note(who, pitch, first + beat, 0.9, loudness * 0.55, 0.2)
        elif self.style.figure == "arpeggio":
            ladder = [*middle, *high]
            rising = [*range(len(ladder)), *range(len(ladder) - 2, 0, -1)]
            for number in range(beats * 2):
                pitch = ladder[rising[number % len(rising)]]
                accent = 1.0 if number % 4 == 0 else 0.7
                yield self.note(who, pitch, first + number / 2, 1.2, loudness * accent, 0.5 * (-1) ** number)
        elif self.style.figure == "pulse":
            root, fifth = self.voicing(steps[:1], 48)[0], self.voicing(steps[2:3], 53)[0]
            for number in range(beats * 2):
                pitch = root if number % 8 not in {3, 6} else fifth
                accent = 1.0 if number in {0, 3, 6} else 0.6
                yield self.note(who, pitch, first + number / 2, 0.4, loudness * accent, -0.25)
                yield self.note(who, pitch + 12, first + number / 2, 0.35, loudness * accent * 0.5, 0.3)
        elif self.style.figure == "blocks":
            for beat, weight in ((0.0, 1.0), (beats / 2, 0.7)):
                for pitch in [*middle, high[0]]:
                    yield self.note(who, pitch, first + beat, beats / 2, loudness * weight * 0.7)
        elif self.style.figure == "march":
            for beat, weight in ((0.0, 1.0), (1.0, 0.7), (1.5, 0.6), (2, 0.9), (3, 0.7), (3.5, 0.75)):
                for pitch in middle:
                    yield self.note(who, pitch, first + beat, 0.4, loudness * weight * 0.7, 0.1)
        else:
            ladder = [*high, *(pitch + 12 for pitch in high)]
            for beat in (0.5, 1.75, 3.0):
                pitch = ladder[int(self.random.integers(len(ladder)))]
                yield self.note(
                    who, pitch, first + beat, 3.0, loudness, float(self.random.uniform(-0.7, 0.7))
                )

    def drums(self, bar: int, *, last: bool) -> Iterator[Note]:
        first = bar * self.style.beats
        pitch = self.voicing([0], 38)[0]
        yield self.note("drum", pitch, first, 2.0, 0.8 if last or bar % 4 == 0 else 0.55)
        if self.style.figure == "march" and not last:
            for beat, weight in ((2.0, 0.4), (3.0, 0.3), (3.5, 0.35)):
                yield self.note("drum", pitch, first + beat, 1.0, weight)

    def melody(self, loudness: float) -> Iterator[Note]:
        """The motif and what becomes of it; silent in the introduction; one last note over the last chord."""
        motif = self.motif()
        rhythms = self.style.rhythms
        beats = self.style.beats
        opening = 2 if self.bars >= 8 and not self.follows else 0
        place = 0
        for bar in range(opening, self.bars if self.leads_on else self.bars - 1):
            where = (bar - opening) % 4
            if where in self.style.rest_bars and self.bars > 2:
                continue
            steps = self.chords[bar]
            second_phrase = (bar - opening) // 4 % 4 == 2
            rhythm = rhythms[where % len(rhythms)] if where != 1 else rhythms[0]
            turn = -1 if (where == 2) != second_phrase else 1
            place = int(np.clip(place, -3, 4)) + (2 if second_phrase and where == 0 else 0)
            beat = float(bar * beats)
            for number, length in enumerate(rhythm):
                if length > 0:
                    degree = place + turn * motif[number % len(motif)]
                    pitch = self.degree(degree)
                    if number == 0 or length >= 1.5:
                        pitch = self.nearest(pitch, steps)
                    accent = 1.0 if number == 0 else 0.86
                    yield self.note(self.style.melody, pitch, beat, length * 0.96, loudness * accent, -0.12)
                beat += abs(length)
            place += turn * motif[-1] // 2
        if self.leads_on:
            return
        last = self.bars - 1
        pitch = self.nearest(self.degree(0), self.chords[last][:1])
        yield self.note(self.style.melody, pitch, last * beats, beats * 0.7, loudness * 0.9, -0.12)

    def motif(self) -> list[int]:
        """Degrees of the scale from the phrase's place: small steps, one leap, and not only upwards."""
        steps = [0]
        leap_at = int(self.random.integers(1, 3))
        for number in range(1, 4):
            size = self.style.leap if number == leap_at else 1
            step = int(self.random.choice([-1, 1])) * size
            steps.append(steps[-1] + (-step if abs(steps[-1] + step) > 4 else step))
        return steps

    def degree(self, degree: int) -> int:
        octave, step = divmod(degree, len(self.scale))
        base = self.style.register + (self.tonic - self.style.register + 6) % 12 - 6
        return base + 12 * octave + self.scale[step]

    def nearest(self, pitch: int, steps: list[int]) -> int:
        return min(
            (pitch + (self.tonic + step - pitch + 6) % 12 - 6 for step in steps), key=lambda p: abs(p - pitch)
        )
