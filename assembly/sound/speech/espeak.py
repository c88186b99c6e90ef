"""The voices of espeak-ng, the engine that comes along.

A voice is a language (`en-gb`, `de`) with or without a variant (`en-us+f3`). Text is data from end to end: it
reaches the engine as JSON on a pipe, and what the engine would take for markup is taken out before.
"""

from __future__ import annotations

import difflib
import functools
import json
import struct
import subprocess
import sys
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from assembly.sound.signal import wav
from assembly.sound.speech import espeak_process
from assembly.sound.speech.japanese import as_kana
from assembly.sound.speech.trimming import sounding
from assembly.sound.speech.utterance import Utterance, utterance_of
from assembly.sound.speech.visemes import Phone, moments_of
from storyboard.errors import AssemblyError
from storyboard.schema.vocabulary import LineDelivery

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import JsonValue

    from storyboard.media.mouth import MouthMoment
    from storyboard.planning.spec import ResolvedSpeech

ENGLISH = "en-gb"
"""the voice of a film in English"""
TIMEOUT_S = 60
"""seconds that one line may take; espeak-ng needs some milliseconds"""

_SPOKEN_SYMBOLS = set("$€£%&+=@#°/")
_MARKUP = set("<>[]{}|\\^`~*_")


@dataclass(frozen=True, slots=True)
class _Manner:
    """How a delivery changes the engine's settings: speed and pitch as factor and step, range 0 to 99."""

    speed: float = 1.0
    pitch: int = 0
    range: int = 50


_MANNERS = {
    LineDelivery.NORMAL: _Manner(),
    LineDelivery.WHISPERED: _Manner(speed=0.92, range=35),
    LineDelivery.SHOUTED: _Manner(speed=1.08, pitch=12, range=75),
    LineDelivery.SAD: _Manner(speed=0.82, pitch=-7, range=25),
    LineDelivery.FAST: _Manner(speed=1.3, pitch=2, range=55),
    LineDelivery.OFF_SCREEN: _Manner(),
    LineDelivery.VOICE_OVER: _Manner(speed=0.96, pitch=-2, range=45),
}


@functools.cache
def _languages() -> dict[str, str]:
    """Voice file (`gmw/en`) by language code in lower case; a file's first code is its own."""
    folder = _data() / "lang"
    firsts: dict[str, str] = {}
    others: dict[str, str] = {}
    for path in sorted(folder.glob("*/*")):
        text = path.read_text(encoding="utf-8", errors="replace")
        lines = [line.split() for line in text.splitlines()]
        codes = [words[1].lower() for words in lines if words[:1] == ["language"] and words[1:]]
        named = [words[1] for words in lines if words[:1] == ["dictionary"] and words[1:]]
        own = [code.partition("-")[0] for code in codes]
        if not any((_data() / f"{name}_dict").is_file() for name in (named or own)[:1]):
            continue  # it has a name and no words: all that it says is silence
        file = path.relative_to(folder).as_posix()
        for number, code in enumerate(codes):
            (others if number else firsts).setdefault(code, file)
    return {**others, **firsts}


@functools.cache
def _codes_by_name() -> dict[str, str]:
    """The code of each language that can be spoken by its English name: `japanese` → `ja`."""
    codes: dict[str, str] = {}
    for code, file in _languages().items():
        text = (_data() / "lang" / file).read_text(encoding="utf-8", errors="replace")
        names = [line.removeprefix("name ") for line in text.splitlines() if line.startswith("name ")]
        for name in names[:1]:
            codes.setdefault(name.strip().lower(), code)
    return codes


@functools.cache
def _variants() -> frozenset[str]:
    return frozenset(path.name for path in (_data() / "voices" / "!v").iterdir())


def voice_names() -> list[str]:
    """The languages that can be spoken, sorted; each can carry a variant (`variant_names`) after a `+`."""
    return sorted(_languages())


def variant_names() -> list[str]:
    """The variants that a voice's name can end with, sorted."""
    return sorted(_variants())


def unknown_voice(name: str) -> str | None:
    """What is wrong with the name of a voice, as a sentence; none when it can be spoken with."""
    language, plus, variant = name.partition("+")
    if code := _codes_by_name().get(language.lower()):
        return f"{language!r} is no voice; its code is one: {code}"
    if language.lower() not in _languages():
        near = difflib.get_close_matches(language.lower(), voice_names(), n=4, cutoff=0.4)
        return f"{language!r} is no voice (near it: {', '.join(near or ['en-gb', 'en-us'])})"
    if plus and variant not in _variants():
        near = difflib.get_close_matches(variant, variant_names(), n=4, cutoff=0.4)
        return f"{variant!r} is no variant of a voice (near it: {', '.join(near or ['f3', 'm3'])})"
    return None


def voice_for(language: str) -> str | None:
    """The voice that speaks a language by its tag, British English for `en`; None when none does."""
    parts = language.lower().split("-")
    for most in range(len(parts), 0, -1):
        code = "-".join(parts[:most])
        if code in _languages():
            return ENGLISH if code == "en" else code
    return None


def speaks_japanese(voice: str) -> bool:
    """Whether a voice is that of Japanese, whatever its variant."""
    return _languages().get(voice.partition("+")[0].lower()) == _languages().get("ja")


def as_read(text: str, voice: str) -> str:
    """A line as this voice has to be given it: Japanese by its kana, all else as it is written."""
    return as_kana(text) if speaks_japanese(voice) else text


def clean(text: str) -> str:
    """The words of a line: no control characters, pictures or markup; empty when there is nothing to say."""
    kept = []
    for character in unicodedata.normalize("NFC", text):
        kind = unicodedata.category(character)
        spoken = kind[0] in "LMNPZ" or character in _SPOKEN_SYMBOLS
        kept.append(character if spoken and character not in _MARKUP else " ")
    words = " ".join("".join(kept).split())
    return words if any(character.isalnum() for character in words) else ""


class EspeakVoices:
    """The engine `espeak`."""

    version = ""

    def problem(self, voice: str, options: Mapping[str, JsonValue]) -> str | None:
        """What is wrong with the name of a voice; there are no options."""
        return "espeak takes no options" if options else unknown_voice(voice)

    def speak(self, utterance: Utterance) -> tuple[wav.Floats, int]:
        """The line, in a process of its own: the engine's voice depends on what it said before.

        Raises:
            AssemblyError: the engine fails or does not end.
        """
        text = clean(utterance.text)
        return _run(_order(utterance, text))[:2] if text else (np.zeros(0), 48_000)

    def mouth(self, line: ResolvedSpeech) -> tuple[MouthMoment, ...]:
        """How the mouth goes through a line, from the sounds that the engine tells.

        Raises:
            AssemblyError: the engine has no voice of the language, fails or does not end.
        """
        voice = line.voice or voice_for(line.language)
        if voice is None:
            raise AssemblyError(f'espeak has no voice for "{line.language}"')
        text = clean(as_read(line.text, voice))
        if not text:
            return ()
        samples, rate, sounds = _run(_order(utterance_of(line, text, voice), text))
        ends = [first for first, _ in sounds[1:]] + [len(samples)]
        phones = [
            Phone(letters, first / rate, last / rate)
            for (first, letters), last in zip(sounds, ends, strict=False)
        ]
        return moments_of(phones, sounding(samples, rate).start / rate)


def _order(request: Utterance, text: str) -> dict[str, str | int]:
    import espeakng_loader

    manner = _MANNERS[request.delivery]
    language, plus, variant = request.voice.partition("+")
    return {
        "library": espeakng_loader.get_library_path(),
        "data": str(_data()),
        "voice": _languages()[language.lower()] + plus + variant,
        "text": text,
        "rate": min(450, max(80, round(request.words_per_minute * manner.speed))),
        "pitch": min(99, max(0, request.pitch + manner.pitch)),
        "range": manner.range,
    }


def _run(order: dict[str, str | int]) -> tuple[wav.Floats, int, list[tuple[int, str]]]:
    """The samples, their rate, and the sounds of the language, each with its first sample."""
    words = [sys.executable, "-I", "-S", str(Path(espeak_process.__file__).absolute())]
    try:
        done = subprocess.run(
            words, input=json.dumps(order).encode(), capture_output=True, timeout=TIMEOUT_S, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise AssemblyError(
            f"the speech engine did not end in {TIMEOUT_S} s with {order['text']!r}"
        ) from error
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip() or f"it ended with status {done.returncode}"
        raise AssemblyError(f"the speech engine failed with {order['text']!r}: {said}")
    rate, told = struct.unpack_from("<ii", done.stdout)
    samples = np.frombuffer(done.stdout, "<i2", offset=8 + told).astype(np.float64) / 2**15
    return samples, rate, json.loads(done.stdout[8 : 8 + told])


def _data() -> Path:
    import espeakng_loader

    return Path(espeakng_loader.get_data_path())
