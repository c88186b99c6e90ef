"""English by hibari, a neural voice that lies whole in its package, and the persons that are made of it.

It speaks all that is English. Its network says the pitch of each moment beside the sound, so that nothing
has to be guessed from the sound when a person's pitch and throat are given to it.
docs/decisions/049-english-by-hibari.md
"""

from __future__ import annotations

import functools
import importlib.util
import re
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
from pydantic import Field, JsonValue, ValidationError

from assembly.sound.speech.espeak import clean
from assembly.sound.speech.reshaping import Shape, reshape
from assembly.sound.speech.trimming import heard_frames, sounding
from assembly.sound.speech.utterance import Utterance, utterance_of
from assembly.sound.speech.visemes import Phone, moments_of
from storyboard.planning.speakers import USUAL_PERSON
from storyboard.schema.base import Model
from storyboard.schema.vocabulary import LineDelivery
from storyboard.wording import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assembly.sound.signal.wav import Floats
    from storyboard.media.mouth import MouthMoment
    from storyboard.planning.spec import ResolvedSpeech

OWN_WORDS_PER_MINUTE = 178
"""how fast the network speaks by itself, in the measure in which lines of espeak last as long"""

_PACKAGES = ("hibari-tts", "pyworld-prebuilt")
_MODULES = ("hibari", "onnxruntime", "pyworld")
_LENGTHS = "/Round_output_0"
"""what the network calls the lengths of sounds; in 25 ms"""
_LENGTHS_IN_S = 0.025
_SILENT_DB = -38.0
"""under the loudest of a line, where no sound is heard any more"""
_HEARD_EARLIER_S = 0.04
"""than the lengths before a sound add up to, measured by how loud it is against how open the mouth"""
_STRESSES = frozenset("\u02c8\u02cc")
_GAPS = frozenset(" \u02d0")
"""between words, and the mark of a long sound"""
_SLOWEST, _FASTEST = 0.5, 2.0
"""what the network is made for"""
_FORMANTS_BY_PITCH = {"lower": 0.3, "higher": 0.12}
"""powers of a pitch that give the resonances that go with it: grown throats differ more than children's"""
_LONGEST_THROAT, _SHORTEST_THROAT = 0.76, 1.25

VOICES = {
    USUAL_PERSON: Shape(),
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
    LineDelivery.SAD: (0.82, Shape(pitch=0.92, melody=0.6, effort_db=-1.0)),
    LineDelivery.FAST: (1.28, Shape(pitch=1.04, melody=1.1)),
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
            raise ImportError(
                f"{' or '.join(_PACKAGES)} is not installed; a voice of espeak (name: en-gb) needs neither"
            )
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
        _, shape = manner(utterance, options)
        parts = [
            reshape(said.sound, dsp.SR, said.hertz, dsp.HOP / dsp.SR, shape)
            for said in self._said(utterance, options)
        ]
        return np.concatenate([np.zeros(0), *parts]), int(dsp.SR)

    def mouth(self, line: ResolvedSpeech) -> tuple[MouthMoment, ...]:
        """How the mouth goes through a line, from how long the network makes each sound."""
        from hibari import dsp

        utterance = utterance_of(line, line.text, line.voice or USUAL_PERSON)
        phones: list[Phone] = []
        sounds = [np.zeros(0)]
        for said in self._said(utterance, HibariOptions.model_validate(line.options)):
            at_s = sum(map(len, sounds)) / dsp.SR
            phones += [
                Phone(_in_ipa(letter), at_s + from_s, at_s + to_s)
                for letter, from_s, to_s in _as_spoken(said.letters, said.lengths_s)
            ]
            sounds.append(said.sound)
        sound = np.concatenate(sounds)
        heard = sounding(sound, dsp.SR)
        return moments_of(_ending_as_heard(phones, sound, dsp.SR), heard.start / dsp.SR + _HEARD_EARLIER_S)

    def _said(self, utterance: Utterance, options: HibariOptions) -> Iterator[_Said]:
        """Each sentence of a line in the network's own voice."""
        from hibari import dsp

        speed, _ = manner(utterance, options)
        model = _model()
        with self._reading:  # it reads with tables that it fills on the way
            read = model.phonemize(_as_read(clean(utterance.text), options.say))
        for phonemes in read:
            letters = [letter for letter in phonemes if letter in model.vocab]
            if not letters:
                continue
            asked = {
                "ids": np.asarray([model.ids(phonemes)], np.int64),
                "speed": np.asarray([speed], np.float32),
            }
            *made, lengths = model.sess.run(None, asked)
            parts = [part[0] for part in made]
            sound = dsp.synth(*parts, np.random.default_rng(0)).astype(np.float64)
            yield _Said(sound, parts[-1], ("", *letters, ""), lengths.ravel() * _LENGTHS_IN_S)


@dataclass(frozen=True, slots=True)
class _Said:
    """A sentence: its samples, its pitch in Hz, its sounds with a pause at both ends, how long each is."""

    sound: Floats
    hertz: Floats
    letters: tuple[str, ...]
    lengths_s: Floats


def _as_spoken(letters: Sequence[str], lengths_s: Floats) -> Iterator[tuple[str, float, float]]:
    """Each sound with when it begins and ends.

    The network gives marks of stress and gaps between words a length, too: that of a stress goes to the sound
    after it, that of a gap to the one before.
    """
    ends = np.cumsum(lengths_s).tolist()
    begun: list[tuple[str, float]] = []
    for letter, end, length in zip(letters, ends, lengths_s.tolist(), strict=True):
        stressed = begun[-1:] and begun[-1][0] in _STRESSES
        if letter in _GAPS:
            continue
        if stressed:
            begun[-1] = letter, begun[-1][1]
        else:
            begun.append((letter, end - length))
    for (letter, begins), (_, follows) in pairwise([*begun, ("", ends[-1])]):
        yield letter, begins, follows


def _ending_as_heard(phones: Sequence[Phone], sound: Floats, rate: int) -> list[Phone]:
    """Sounds before a pause end where they are not heard any more: the network makes it a part of them."""
    loud = heard_frames(sound, rate // 100, _SILENT_DB)
    ended: list[Phone] = []
    for phone, after in zip(phones, [*phones[1:], Phone("", 0, 0)], strict=False):
        first = int((phone.from_s - _HEARD_EARLIER_S) * 100) + 1
        heard = np.flatnonzero(loud[max(0, first) : int(phone.to_s * 100)])
        if phone.letters and not after.letters and len(heard):
            to_s = min(phone.to_s, (first + int(heard[-1]) + 1) / 100 + _HEARD_EARLIER_S)
            ended += [replace(phone, to_s=to_s), Phone("", to_s, phone.to_s)]
        else:
            ended.append(phone)
    return ended


def _in_ipa(letter: str) -> str:
    return letter if letter.isalpha() else ""


def can_speak() -> bool:
    """Whether all that it needs is installed."""
    return all(importlib.util.find_spec(name) for name in _MODULES)


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
    from hibari.voices import DEFAULT, voice_path

    model = Hibari(model=_telling_lengths(Path(voice_path(DEFAULT, download_missing=False)).read_bytes()))
    model.phonemize("Ready.")
    return model


def _telling_lengths(network: bytes) -> bytes:
    """A network of ONNX that gives, after all else, how long it makes each sound.

    A field of a protobuf message that comes again is added to what was there: the field `graph` (7) of the
    model with an `output` (12) whose `name` (1) is that of what the network rounds lengths to.
    """
    inner = _LENGTHS.encode()
    for number in (1, 12, 7):
        inner = bytes([number << 3 | 2, len(inner)]) + inner
    return network + inner
