"""Engines that speak, and lines spoken by the engine that each names.

An engine is a class that an entry point of the group `shotfarm.voices` names; `hibari` and `espeak` come
along, others are installed beside shotfarm. One object of it is made in each process that speaks with it.
"""

from __future__ import annotations

import functools
import json
import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from assembly.sound.signal import wav
from assembly.sound.speech.diction import finish
from assembly.sound.speech.trimming import trim
from assembly.sound.speech.utterance import Utterance
from storyboard.errors import AssemblyError, UsageError
from storyboard.planning.speakers import speaker_of
from storyboard.plugins import load_plugin

if TYPE_CHECKING:
    from pydantic import JsonValue

    from assembly.sound.sources import SpokenSource
    from storyboard.schema.film import Film

ENTRY_POINT_GROUP = "shotfarm.voices"
SILENCE_S = 0.25
"""what a text without a single word or number becomes, in seconds"""


class VoiceEngine(Protocol):
    """Speaks lines.

    One that also has `mouth(line)`, as a `ResolvedSpeech` has it, says how the speaker's mouth goes
    (`storyboard.media.mouth`); of others, the letters tell it.

    Attributes:
        version: goes into the digest of every line; another one has all lines spoken again.
    """

    version: str

    def problem(self, voice: str, options: Mapping[str, JsonValue]) -> str | None:
        """What is wrong with a voice or its options, as a sentence; asked before anything is made."""

    def speak(self, utterance: Utterance) -> tuple[wav.Floats, int]:
        """The line as mono float [n] between -1 and 1, and its samples a second; empty for no words.

        The same utterance must sound the same each time. May be called from several threads.
        """


@functools.cache
def engine(name: str) -> VoiceEngine:
    """This process's object of an engine.

    Raises:
        UsageError: there is none of that name, or it cannot be started.
    """
    kind = load_plugin(ENTRY_POINT_GROUP, "voice engine", name)
    try:
        made: VoiceEngine = kind()
    except Exception as error:  # somebody else's code
        raise UsageError(
            f"the voice engine {name!r} cannot be started: {error}", "install what it needs"
        ) from error
    return made


def voice_problem(name: str, voice: str, options: Mapping[str, JsonValue]) -> tuple[str, str] | None:
    """The key of a character's voice (`engine` or `name`) that cannot be, and why; None when all can."""
    try:
        found = engine(name)
    except UsageError as error:
        return "engine", error.in_words
    complaint = found.problem(voice, options)
    return ("name", complaint) if complaint else None


def engine_versions(film: Film) -> dict[str, str]:
    """The version of each engine that speaks in a film, by name.

    Raises:
        UsageError: one cannot be had.
    """
    names = {speaker_of(character, film.language).engine for character in film.characters.values()}
    return {name: engine(name).version for name in sorted(names)}


def speak(requests: Sequence[SpokenSource], outs: Sequence[Path]) -> None:
    """Speak each request into the mono float32 WAV file at the same place of `outs`.

    Silence at both ends is cut off, so that a line is heard where it is placed.

    Raises:
        AssemblyError: a voice is unknown, or its engine fails.
        UsageError: there is no such engine.
    """
    for request in requests:
        if problem := engine(request.engine).problem(request.voice, _options(request)):
            raise AssemblyError(problem)
    with ThreadPoolExecutor(max_workers=min(4, os.cpu_count() or 1)) as pool:
        for _ in pool.map(_speak, requests, outs):
            pass


def spoken_s(request: SpokenSource) -> Fraction:
    """How long a line is heard when it is spoken; it is spoken to learn that.

    Raises:
        AssemblyError: a voice is unknown, or its engine fails.
        UsageError: there is no such engine.
    """
    said, rate = _said(request)
    return Fraction(len(trim(said, rate)), rate) if said.any() else Fraction(SILENCE_S)


def _speak(request: SpokenSource, out: Path) -> None:
    said, rate = _said(request)
    samples = finish(said, rate, request.sample_rate, request.delivery) if said.any() else np.empty(0)
    if not len(samples):
        samples = np.zeros(round(SILENCE_S * request.sample_rate))
    wav.write(out, samples, request.sample_rate)


def _said(request: SpokenSource) -> tuple[wav.Floats, int]:
    utterance = Utterance(
        request.text,
        request.voice,
        request.pitch,
        request.words_per_minute,
        request.delivery,
        _options(request),
    )
    try:
        said, rate = engine(request.engine).speak(utterance)
        samples = np.asarray(said, np.float64)
    except AssemblyError:
        raise
    except Exception as error:  # somebody else's code
        raise AssemblyError(
            f"the voice engine {request.engine} failed with {request.text!r}: {type(error).__name__}: {error}"
        ) from error
    if samples.ndim != 1 or not np.isfinite(samples).all() or int(rate) <= 0:
        raise AssemblyError(
            f"the voice engine {request.engine} gave no sound for {request.text!r}",
            "it must give finite mono samples and their rate",
        )
    return samples, int(rate)


def _options(request: SpokenSource) -> dict[str, JsonValue]:
    found: dict[str, JsonValue] = json.loads(request.options)
    return found
