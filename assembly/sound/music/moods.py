"""How each mood of a music cue is written: its harmony, its metre, its figures and its instruments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from storyboard.schema.vocabulary import Mood

Instrument = Literal[
    "piano", "pluck", "bells", "strings", "bowed", "brass", "pad", "bass", "drum", "staccato"
]
Figure = Literal["broken", "waltz", "arpeggio", "pulse", "blocks", "march", "drops"]


@dataclass(frozen=True, slots=True)
class Style:
    """What a mood asks of the composer.

    Attributes:
        beats: beats of a bar.
        major: progressions of a major key, one chord a bar: the first phrase, the second phrase.
        minor: the same of a minor key.
        cadence: the chords before the last one, in a major and in a minor key.
        rhythms: the melody's bars, as lengths in beats; a negative length rests.
        leap: how far the melody's steps go, in degrees of the scale.
        register: the melody's middle, as a MIDI note.
        rest_bars: bars of each phrase of four that the melody leaves free.
        melody: who plays the melody.
        figure: what the accompaniment plays.
        accompaniment: who plays it.
        bed: who holds the chords; none for nobody.
        bass: who plays the bass.
        drum: whether a drum marks the bars.
        colour: loudness of melody, accompaniment, bed, bass, as amplitudes.
        wet: the hall's share, 0 to 1.
        hall_s: how long the hall rings.
    """

    beats: int
    major: tuple[str, str]
    minor: tuple[str, str]
    cadence: tuple[str, str]
    rhythms: tuple[tuple[float, ...], ...]
    leap: int
    register: int
    rest_bars: tuple[int, ...]
    melody: Instrument
    figure: Figure
    accompaniment: Instrument
    bed: Instrument | None
    bass: Instrument
    drum: bool
    colour: tuple[float, float, float, float]
    wet: float
    hall_s: float


STYLES: dict[Mood, Style] = {
    Mood.CALM: Style(
        beats=4,
        major=("Iadd9 IVmaj7 Iadd9 Vsus4", "vi7 IVmaj7 ii7 Vsus4"),
        minor=("iadd9 bVImaj7 bIIImaj7 bVII", "iv7 bVImaj7 iadd9 bVII"),
        cadence=("IVmaj7 Iadd9", "bVImaj7 bVII"),
        rhythms=((2, 1, 1), (3, -1), (1, 1, 2), (4,)),
        leap=2,
        register=72,
        rest_bars=(3,),
        melody="piano",
        figure="broken",
        accompaniment="piano",
        bed="pad",
        bass="bass",
        drum=False,
        colour=(0.75, 0.42, 0.5, 0.5),
        wet=0.28,
        hall_s=2.4,
    ),
    Mood.TENDER: Style(
        beats=3,
        major=("I iii7 IVmaj7 IVmaj7", "vi7 ii7 V7 Iadd9"),
        minor=("i iv7 bVII bIIImaj7", "bVImaj7 iv7 V7 i"),
        cadence=("ii7 V7", "iv7 V7"),
        rhythms=((2, 1), (1, 1, 1), (3,), (1.5, 0.5, 1)),
        leap=2,
        register=74,
        rest_bars=(),
        melody="bowed",
        figure="waltz",
        accompaniment="piano",
        bed="strings",
        bass="bass",
        drum=False,
        colour=(0.62, 0.55, 0.32, 0.45),
        wet=0.26,
        hall_s=2.0,
    ),
    Mood.HOPEFUL: Style(
        beats=4,
        major=("I V vi IV", "IV V iii7 vi"),
        minor=("i bVI bIII bVII", "bVI bVII i bIII"),
        cadence=("IV V", "bVI bVII"),
        rhythms=((1, 1, 1.5, 0.5), (1.5, 0.5, 2), (1, 0.5, 0.5, 2), (3, 1)),
        leap=3,
        register=76,
        rest_bars=(),
        melody="bells",
        figure="arpeggio",
        accompaniment="pluck",
        bed="strings",
        bass="bass",
        drum=False,
        colour=(0.6, 0.6, 0.4, 0.6),
        wet=0.22,
        hall_s=1.8,
    ),
    Mood.TENSE: Style(
        beats=4,
        major=("I bII I bvi", "iv bII vo V"),
        minor=("i i bII i", "bVI bvi io V"),
        cadence=("bII V", "bII V"),
        rhythms=((-2, 0.5, 1.5), (-3, 1), (-1, 0.5, 0.5, 2), (-4,)),
        leap=1,
        register=65,
        rest_bars=(0, 2),
        melody="bowed",
        figure="pulse",
        accompaniment="staccato",
        bed="strings",
        bass="bass",
        drum=True,
        colour=(0.4, 0.75, 0.42, 0.7),
        wet=0.18,
        hall_s=1.6,
    ),
    Mood.SAD: Style(
        beats=4,
        major=("vi iii IV I", "ii7 vi IV Vsus4"),
        minor=("i v7 bVImaj7 bIII", "iv7 i bVImaj7 V7"),
        cadence=("iv V7", "iv7 V7"),
        rhythms=((3, 1), (2, 2), (1.5, 0.5, 2), (4,)),
        leap=2,
        register=64,
        rest_bars=(),
        melody="bowed",
        figure="blocks",
        accompaniment="piano",
        bed="strings",
        bass="strings",
        drum=False,
        colour=(0.7, 0.5, 0.3, 0.4),
        wet=0.3,
        hall_s=2.6,
    ),
    Mood.TRIUMPHANT: Style(
        beats=4,
        major=("I V IV I", "vi IV bVII V"),
        minor=("i bVII bVI bVII", "bIII bVII iv V"),
        cadence=("IV V", "bVI V"),
        rhythms=((1, 0.75, 0.25, 2), (1, 1, 1, 1), (1.5, 0.5, 1, 1), (3, 1)),
        leap=4,
        register=70,
        rest_bars=(),
        melody="brass",
        figure="march",
        accompaniment="staccato",
        bed="brass",
        bass="bass",
        drum=True,
        colour=(0.75, 0.55, 0.4, 0.6),
        wet=0.24,
        hall_s=2.2,
    ),
    Mood.MYSTERIOUS: Style(
        beats=4,
        major=("Iadd9 II Iadd9 bVI+", "bvi bVI+ II Iadd9"),
        minor=("iadd9 bvi iadd9 IV", "bvi io bIII+ iadd9"),
        cadence=("II bVI+", "bvi IV"),
        rhythms=((-1, 1, 2), (-1, 0.5, 0.5, 2), (-2, 2), (-4,)),
        leap=4,
        register=79,
        rest_bars=(1, 3),
        melody="bells",
        figure="drops",
        accompaniment="bells",
        bed="pad",
        bass="pad",
        drum=False,
        colour=(0.5, 0.38, 0.6, 0.45),
        wet=0.4,
        hall_s=3.2,
    ),
}
