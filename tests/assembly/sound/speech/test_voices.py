"""Engines of third parties that speak, and lines that somebody has recorded."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from importlib.metadata import EntryPoint, entry_points
from typing import ClassVar

import numpy as np
import pytest

from assembly.sound.lay_soundtrack import soundtrack
from assembly.sound.make_sources import make_sources
from assembly.sound.signal import wav
from assembly.sound.signal.loudness import integrated
from assembly.sound.sources import FileSource, SpokenSource
from assembly.sound.speech import espeak, voices
from storyboard.errors import AssemblyError, UsageError
from storyboard.schema.vocabulary import LineDelivery
from tests.support.assembly.sound_films import film

LINE = SpokenSource("Go.", "low", 50, 160, LineDelivery.NORMAL, 48000, "humming", "3")
RATE = 22050


class Humming:
    """Hums a second for each word; a voice is high or low."""

    version = "3"
    heard: ClassVar[list[voices.Utterance]] = []

    def problem(self, voice, options):
        if voice not in {"high", "low"}:
            return f"{voice!r} is neither high nor low"
        return f"no option {min(options)!r}" if set(options) - {"hertz"} else None

    def speak(self, utterance):
        self.heard.append(utterance)
        hertz = utterance.options.get("hertz", {"high": 400, "low": 150}[utterance.voice])
        seconds = np.arange(RATE * len(utterance.text.split())) / RATE
        return np.sin(2 * np.pi * hertz * seconds) * 0.1, RATE


class Deaf(Humming):
    """Gives what is no sound."""

    def speak(self, utterance):
        return np.full((10, 2), np.nan), RATE


class Broken(Humming):
    """Raises."""

    def speak(self, utterance):
        raise RuntimeError("the card fell out")


class Absent:
    """Cannot be started."""

    def __init__(self):
        raise ImportError("no module named larynx")


@pytest.fixture(autouse=True)
def engines(monkeypatch):
    extra = [
        EntryPoint(found.__name__.lower(), f"{__name__}:{found.__name__}", voices.ENTRY_POINT_GROUP)
        for found in (Humming, Deaf, Broken, Absent)
    ]
    monkeypatch.setattr("storyboard.plugins.entry_points", lambda group: [*entry_points(group=group), *extra])
    voices.engine.cache_clear()
    Humming.heard.clear()
    yield
    voices.engine.cache_clear()


def said(out, line):
    voices.speak([line], [out])
    return wav.inspect(out).read()[:, 0]


def loudest_hertz(sound):
    return np.abs(np.fft.rfft(sound)).argmax() * 48000 / len(sound)


def test_another_engine_speaks_in_its_own_voices_at_the_film_s_rate_and_level(tmp_path):
    low = said(tmp_path / "a", LINE)
    high = said(tmp_path / "b", replace(LINE, voice="high", text="Go now."))
    chosen = said(tmp_path / "c", replace(LINE, options='{"hertz": 250}'))
    assert [loudest_hertz(sound) for sound in (low, high, chosen)] == pytest.approx([150, 400, 250], abs=5)
    assert len(high) / len(low) == pytest.approx(2, abs=0.3)
    assert integrated(low[:, None], 48000) == pytest.approx(-16, abs=0.5)
    assert Humming.heard[0] == voices.Utterance("Go.", "low", 50, 160, LineDelivery.NORMAL, {})


def test_an_engine_s_name_version_and_options_are_in_a_line_s_digest():
    lines = [LINE, replace(LINE, engine_version="4"), replace(LINE, options='{"hertz": 1}')]
    usual = SpokenSource("Go.", "en-gb", 50, 160, LineDelivery.NORMAL, 48000)
    assert len({line.digest() for line in [*lines, replace(LINE, engine="deaf"), usual]}) == 5


@pytest.mark.parametrize(
    ("engine", "voice", "options", "key", "words"),
    [
        ("huming", "low", {}, "engine", "humming"),
        ("absent", "low", {}, "engine", "no module named larynx"),
        ("humming", "middle", {}, "name", "neither high nor low"),
        ("humming", "low", {"loud": 1}, "name", "no option 'loud'"),
        ("espeak", "klingonn", {}, "name", "klingonn"),
        ("espeak", "en-gb", {"loud": 1}, "name", "takes no options"),
    ],
)
def test_what_an_engine_cannot_do_is_told_before_anything_is_made(engine, voice, options, key, words):
    where, why = voices.voice_problem(engine, voice, options)
    assert where == key
    assert words in why


def test_a_voice_that_can_be_has_no_problem():
    assert voices.voice_problem("humming", "low", {"hertz": 100}) is None
    assert voices.voice_problem("espeak", "en-gb", {}) is None


@pytest.mark.parametrize(
    ("engine", "words"), [("deaf", "gave no sound for 'Go.'"), ("broken", "RuntimeError: the card fell out")]
)
def test_an_engine_that_fails_is_named_with_its_line(tmp_path, engine, words):
    with pytest.raises(AssemblyError, match=engine) as caught:
        said(tmp_path / "a", replace(LINE, engine=engine))
    assert words in caught.value.message
    assert not (tmp_path / "a").exists()


def test_a_film_says_which_versions_of_its_engines_speak():
    spoken = film([{"id": "s", "duration": "5s"}])
    voice = next(iter(spoken.characters.values())).voice.model_copy(update={"engine": "humming"})
    name, character = next(iter(spoken.characters.items()))
    changed = spoken.model_copy(
        update={"characters": spoken.characters | {name: character.model_copy(update={"voice": voice})}}
    )
    versions = voices.engine_versions(changed)
    assert versions["humming"] == "3"
    with pytest.raises(UsageError, match="no voice engine"):
        voices.engine("nobody")


def test_a_recorded_line_takes_the_place_of_the_voice_at_the_level_of_its_delivery(tmp_path):
    seconds = np.arange(44100) / 44100
    wave = np.sin(2 * np.pi * 300 * seconds)[:, None] * (0.01, 0.03)
    wav.write(tmp_path / "line.wav", wave, 44100)
    digest = hashlib.sha256((tmp_path / "line.wav").read_bytes()).hexdigest()
    words = {"character": "ada", "text": "Wait.", "recording": "line.wav", "delivery": "shouted"}
    story = film([{"id": "s", "duration": "5s", "lines": [words | {"at": "1s"}]}])
    (event,) = soundtrack(story, {"line.wav": digest}, tmp_path).speech
    assert isinstance(event.source, FileSource)
    assert event.start == 48000
    make_sources({tmp_path / "out.wav": event.source})
    heard = wav.inspect(tmp_path / "out.wav")
    assert (heard.channels, heard.sample_rate, heard.samples) == (1, 48000, 48000)
    assert loudest_hertz(heard.read()[:, 0]) == pytest.approx(300, abs=2)
    assert integrated(heard.read(), 48000) == pytest.approx(-13, abs=0.5)


def test_a_language_whose_words_are_not_there_is_no_voice():
    assert {"fo", "kaa", "xex"}.isdisjoint(espeak.voice_names())
    assert {"en-gb", "en-us", "de", "ja", "pt-br", "fr", "yue", "cmn"} <= {*espeak.voice_names()}
    assert "is no voice" in (espeak.unknown_voice("fo") or "")
