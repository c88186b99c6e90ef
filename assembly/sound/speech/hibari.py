"""English by hibari, a neural voice that lies whole in its package, and the persons that are made of it.

It is the extra `voices`. Its network says the pitch of each moment beside the sound, so that nothing has to
be guessed from the sound when a person's pitch and throat are given to it.
docs/decisions/049-english-by-hibari.md
"""

from __future__ import annotations

import functools
import importlib.util
import re
import threading
from dataclasses import replace
from importlib.metadata import version
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
from pydantic import Field, JsonValue, ValidationError

from assembly.sound.speech.espeak import clean
from assembly.sound.speech.reshaping import Shape, reshape
from storyboard.schema.base import Model
from storyboard.schema.vocabulary import LineDelivery
from storyboard.wording import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assembly.sound.signal.wav import Floats
    from assembly.sound.speech.voices import Utterance

EXTRA = "voices"
USUAL_VOICE = "woman"
"""the voice of its network, unchanged"""
OWN_WORDS_PER_MINUTE = 178
"""how fast the network speaks by itself, in the measure in which lines of espeak last as long"""

_PACKAGES = ("hibari-tts", "pyworld-prebuilt")
_MODULES = ("hibari", "onnxruntime", "pyworld")
_SLOWEST, _FASTEST = 0.5, 2.0
"""what the network is made for"""
_FORMANTS_BY_PITCH = {"lower": 0.3, "higher": 0.12}
"""powers of a pitch that give the resonances that go with it: grown throats differ more than children's"""
_LONGEST_THROAT, _SHORTEST_THROAT = 0.76, 1.25

VOICES = {
    USUAL_VOICE: Shape(),
    "young-woman": Shape(pitch=1.12, formants=1.03, melody=1.1),
    "low-woman": Shape(pitch=0.84, formants=0.96),
    "old-woman": Shape(pitch=0.9, formants=0.97, melody=0.85, breath=0.12, tremor=0.012),
    "man": Shape(pitch=0.57, formants=0.86),
    "young-man": Shape(pitch=0.68, formants=0.89, melody=1.1),
    "low-man": Shape(pitch=0.47, formants=0.83, melody=0.95),
    "old-man": Shape(pitch=0.6, formants=0.86, melody=0.8, breath=0.15, tremor=0.015),
    "girl": Shape(pitch=1.35, formants=1.06, melody=1.1),
    "boy": Shape(pitch=1.25, formants=1.04),
}
"""the persons that are made of the one voice; a character's `pitch` goes on from there"""
_PACES = {"old-woman": 0.92, "old-man": 0.92, "low-man": 0.96, "girl": 1.04, "young-man": 1.04}

_MANNERS = {
    LineDelivery.NORMAL: (1.0, Shape()),
    LineDelivery.WHISPERED: (0.92, Shape(melody=0.8)),
    LineDelivery.SHOUTED: (1.05, Shape(pitch=1.25, formants=1.02, melody=1.25, effort_db=2.5)),
    LineDelivery.OFF_SCREEN: (1.0, Shape()),
    LineDelivery.VOICE_OVER: (0.96, Shape(pitch=0.97, melody=0.95)),
}
"""the speed of each delivery, and what it does to a voice"""


class HibariOptions(Model):
    """What a character's `options` may say."""

    formants: Annotated[float, Field(ge=0.7, le=1.4)] | None = None
    """factor of the voice's own resonances, in the place of those that go with its pitch"""
    melody: Annotated[float, Field(ge=0, le=2)] = 1.0
    """factor of how far the pitch goes up and down; 0 is a machine's monotone"""
    breath: Annotated[float, Field(ge=0, le=1)] = 0.0
    """how much of the tone becomes breath"""
    say: Annotated[dict[str, str], Field(max_length=200)] = Field(default_factory=dict)
    """words, and how they are read: as other words, or between slashes as sounds (docs/sound.md)"""


class HibariVoices:
    """The engine `hibari`."""

    def __init__(self) -> None:
        if not can_speak():
            raise ImportError(f"it comes with pip install 'shotfarm[{EXTRA}]'")
        self.version = "+".join(version(package) for package in _PACKAGES)
        self._reading = threading.Lock()

    def problem(self, voice: str, options: Mapping[str, JsonValue]) -> str | None:
        """What is wrong with the name of a voice or the options; their sounds are looked at, too."""
        if voice not in VOICES:
            known = ", ".join(VOICES)
            return f"{voice!r} is no voice of hibari{did_you_mean(voice, list(VOICES))} (there are: {known})"
        try:
            said = HibariOptions.model_validate(options).say
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            where = ".".join(map(str, first["loc"]))
            return f"the option {where}: {first['msg']} (there are: {', '.join(HibariOptions.model_fields)})"
        for word, sounds in said.items():
            if not clean(word) or not clean(sounds.strip("/")):
                return f"the option say: {word!r} has no words"
            if _are_sounds(sounds) and (strange := {*sounds[1:-1]} - _letters_of_sounds()):
                return (
                    f"the option say: {''.join(sorted(strange))!r} in {sounds} "
                    f"is no sound (there are: {''.join(sorted(_letters_of_sounds())).strip()})"
                )
        return None

    def speak(self, utterance: Utterance) -> tuple[Floats, int]:
        """The line, each sentence by itself, in the shape of its person; empty for no English words."""
        from hibari import dsp

        options = HibariOptions.model_validate(utterance.options)
        speed, shape = manner(utterance, options)
        model = _model()
        with self._reading:  # it reads with tables that it fills on the way
            read = model.phonemize(_as_read(clean(utterance.text), options.say))
        parts = [np.zeros(0)]
        for phonemes in read:
            ids = model.ids(phonemes)
            if len(ids) < 3:  # silence at both ends, and nothing between
                continue
            asked = {"ids": np.asarray([ids], np.int64), "speed": np.asarray([speed], np.float32)}
            made = [part[0] for part in model.sess.run(None, asked)]
            sound = dsp.synth(*made, np.random.default_rng(0)).astype(np.float64)
            parts.append(reshape(sound, dsp.SR, made[-1], dsp.HOP / dsp.SR, shape))
        return np.concatenate(parts), int(dsp.SR)


def can_speak() -> bool:
    """Whether all that it needs is installed."""
    return all(importlib.util.find_spec(name) for name in _MODULES)


def voice_for(language: str) -> str | None:
    """The voice that speaks a language by its tag; None for all but English."""
    return USUAL_VOICE if language.partition("-")[0] == "en" else None


def manner(utterance: Utterance, options: HibariOptions) -> tuple[float, Shape]:
    """How fast a line is said, 1 for the network's own speed, and in which shape.

    A `pitch` of 0 is an octave under the voice's own, 50, and 99 an octave above; its resonances go with it.
    """
    person = VOICES[utterance.voice]
    pace, delivery = _MANNERS[utterance.delivery]
    octaves = (utterance.pitch - 50) / 50
    power = _FORMANTS_BY_PITCH["lower" if octaves < 0 else "higher"]
    formants = person.formants * (2 ** (octaves * power) if options.formants is None else options.formants)
    speed = pace * _PACES.get(utterance.voice, 1.0) * utterance.words_per_minute / OWN_WORDS_PER_MINUTE
    shape = replace(
        person,
        pitch=float(np.clip(person.pitch * 2**octaves * delivery.pitch, 0.4, 2.2)),
        formants=float(np.clip(formants * delivery.formants, _LONGEST_THROAT, _SHORTEST_THROAT)),
        melody=person.melody * options.melody * delivery.melody,
        breath=max(person.breath, options.breath),
        effort_db=delivery.effort_db,
    )
    return float(np.clip(speed, _SLOWEST, _FASTEST)), shape


def _as_read(text: str, say: Mapping[str, str]) -> str:
    """A text with its words replaced by how they are read; sounds in the way that hibari is given them."""
    if not say:
        return text
    by_word = {word.casefold(): read for word, read in say.items()}
    longest = sorted(by_word, key=len, reverse=True)
    words = re.compile(rf"(?<!\w)({'|'.join(map(re.escape, longest))})(?!\w)", re.IGNORECASE)

    def read(found: re.Match[str]) -> str:
        sounds = by_word.get(found[0].casefold(), found[0])
        return f"[{found[0]}]({sounds})" if _are_sounds(sounds) else clean(sounds)

    return words.sub(read, text)


def _are_sounds(text: str) -> bool:
    return len(text) > 2 and text[0] == text[-1] == "/"


@functools.cache
def _letters_of_sounds() -> frozenset[str]:
    import json
    from importlib.resources import files

    known: dict[str, int] = json.loads((files("hibari") / "assets" / "vocab.json").read_text("utf-8"))
    return frozenset(known) - frozenset('()[]/"“”')


_loading = threading.Lock()


def _model() -> Any:
    """The network and what it reads with, loaded once: a second of a processor."""
    with _loading:
        return _loaded()


@functools.cache
def _loaded() -> Any:
    from hibari import Hibari

    model = Hibari()
    model.phonemize("Ready.")
    return model
