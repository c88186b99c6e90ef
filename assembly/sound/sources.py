"""Sounds by themselves: what each is made from, and the digest that it is stored under. Pure.

A source says nothing about where it is heard, so that moving a line speaks nothing again.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import asdict, dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

from storyboard.digest import digest_of

if TYPE_CHECKING:
    from pathlib import Path

    from pydantic import JsonValue

    from storyboard.schema.vocabulary import LineDelivery, Mood

SPEECH_VERSION = 1
"""of `sound/speech`; code of assembly.sound.speech.*: d46c81d7"""
SOUND_VERSION = 1
"""of `sound/effects`; code of assembly.sound.effects.*, assembly.sound.signal.synthesis: 9da82060"""
MUSIC_VERSION = 1
"""of `sound/music`; code of assembly.sound.music.*, assembly.sound.signal.synthesis: 84723740"""
FILE_VERSION = 5
"""of `sound/make_sources.py`;
code of assembly.sound.make_sources, assembly.sound.recordings, assembly.sound.track_ends,
assembly.sound.signal.channels, assembly.boxes: 26e973c6"""
FONT_VERSION = 2
"""of `sound/music/soundfonts.py`; each is raised when the same recipe sounds different by what it is of;
code of assembly.sound.music.soundfonts, assembly.sound.music.fluidsynth_process: bc981f07
"""


class _Named(ABC):
    """What is stored under the digest of its recipe; that is asked for again and again, and found once."""

    @abstractmethod
    def recipe(self) -> JsonValue:
        """Everything that its samples depend on."""

    def digest(self) -> str:
        """Its name in a store."""
        return self._digest

    @cached_property
    def _digest(self) -> str:
        return digest_of(self.recipe())


@dataclass(frozen=True, slots=True)
class SpokenSource(_Named):
    """Words in a voice; mono.

    Attributes:
        text: the words.
        voice: one of its engine's.
        pitch: 50 is the voice's own.
        words_per_minute: its speed.
        delivery: how it is spoken.
        sample_rate: samples a second.
        engine: what speaks.
        engine_version: which of it; the one that comes along has `SPEECH_VERSION` alone.
        options: the engine's own, a JSON object with its keys in order.
    """

    text: str
    voice: str
    pitch: int
    words_per_minute: int
    delivery: LineDelivery
    sample_rate: int
    engine: str = "espeak"
    engine_version: str = ""
    options: str = "{}"

    def recipe(self) -> JsonValue:
        """Everything that its samples depend on."""
        return {"kind": "speech", "version": SPEECH_VERSION, **_plain(self)}


@dataclass(frozen=True, slots=True)
class BuiltInSource(_Named):
    """A synthesised sound of exactly `samples` samples; a loop's end leads into its beginning; stereo."""

    sound: str
    samples: int
    seed: int
    loop: bool
    sample_rate: int

    def recipe(self) -> JsonValue:
        """Everything that its samples depend on."""
        return {"kind": "sound", "version": SOUND_VERSION, **_plain(self)}


@dataclass(frozen=True, slots=True)
class SoundFont:
    """Recorded instruments.

    Attributes:
        path: the file, absolute; what counts is `sha256`.
        sha256: the digest of its bytes.
        player: what plays it, with its version.
    """

    path: Path
    sha256: str
    player: str

    def recipe(self) -> JsonValue:
        """Everything that the sound of its instruments depends on."""
        return {"version": FONT_VERSION, "sha256": self.sha256, "player": self.player}


@dataclass(frozen=True, slots=True)
class ComposedSource(_Named):
    """A composed cue of exactly `samples` samples; stereo. Without a font, built-in instruments play it.

    Attributes:
        mood: its character.
        tempo: beats a minute, about.
        key: such as D minor.
        samples: its length.
        seed: of what is left to chance in it.
        sample_rate: samples a second.
        font: what plays it.
        follows: it goes on from another cue, so it has no introduction.
        ringing: samples after its last bar in which its notes ring on; with any it has no close, as another
            cue goes on from it.
    """

    mood: Mood
    tempo: int
    key: str
    samples: int
    seed: int
    sample_rate: int
    font: SoundFont | None = None
    follows: bool = False
    ringing: int = 0

    @property
    def seconds(self) -> Fraction:
        """How long its bars are together."""
        return Fraction(self.samples - self.ringing, self.sample_rate)

    def recipe(self) -> JsonValue:
        """Everything that its samples depend on."""
        font = self.font.recipe() if self.font else None
        recipe = {"kind": "music", "version": MUSIC_VERSION, **_plain(self), "font": font}
        for alone in ("follows", "ringing"):
            if not getattr(self, alone):
                del recipe[alone]
        return recipe


@dataclass(frozen=True, slots=True)
class MidiSource(_Named):
    """A cue that somebody wrote as MIDI, cut at or filled up to `samples` samples; stereo.

    Attributes:
        path: the file, absolute; what counts is `sha256`.
        sha256: the digest of its bytes.
        mood: whose hall it is played in.
        samples: its length.
        sample_rate: samples a second.
        font: what plays it.
    """

    path: Path
    sha256: str
    mood: Mood
    samples: int
    sample_rate: int
    font: SoundFont

    def recipe(self) -> JsonValue:
        """Everything that its samples depend on."""
        recipe = {"kind": "midi", "version": MUSIC_VERSION, **_plain(self), "font": self.font.recipe()}
        del recipe["path"]
        return recipe


@dataclass(frozen=True, slots=True)
class FileSource(_Named):
    """A recording, decoded to the film's rate; mono or stereo.

    Attributes:
        path: the file, absolute; what counts is `sha256`.
        sha256: the digest of its bytes.
        samples: where it is cut when it is longer; none for all of it.
        loop: whether its end is blended into its beginning so that it can repeat.
        music: whether it is brought to the level of a cue; an effect keeps the level of its recording.
        sample_rate: samples a second to decode to.
        skip: samples that are left out before its beginning.
        speech_lufs: how loud it is made when it is a line; it is made mono then.
    """

    path: Path
    sha256: str
    samples: int | None
    loop: bool
    music: bool
    sample_rate: int
    skip: int = 0
    speech_lufs: float | None = None

    def recipe(self) -> JsonValue:
        """Everything that its samples depend on."""
        recipe = {"kind": "file", "version": FILE_VERSION, **_plain(self)}
        del recipe["path"]
        return recipe


Source = SpokenSource | BuiltInSource | ComposedSource | MidiSource | FileSource


def _plain(source: Source) -> dict[str, JsonValue]:
    return {key: value if value is None else _json(value) for key, value in asdict(source).items()}


def _json(value: object) -> JsonValue:
    return value if isinstance(value, int) else str(value)
