"""English by hibari, and the persons that are made of its voice; the network is loaded once for all of it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from assembly.sound.lay_soundtrack import soundtrack
from assembly.sound.signal import wav
from assembly.sound.signal.loudness import integrated
from assembly.sound.sources import SpokenSource
from assembly.sound.speech import hibari, voices
from assembly.sound.speech.reshaping import Shape, reshape
from storyboard.errors import AssemblyError
from storyboard.planning.speakers import PERSONS
from storyboard.schema.vocabulary import LineDelivery
from tests.support.assembly.sound_films import film

LINE = voices.Utterance("Go home now.", "woman", 50, 160, LineDelivery.NORMAL, {})
RATE = 24_000


@pytest.fixture(scope="module")
def engine():
    return hibari.HibariVoices()


def said(engine, **changes):
    samples, rate = engine.speak(replace(LINE, **changes))
    assert rate == RATE
    return samples


def hertz(samples):
    """The pitch of the loudest 80 ms, by autocorrelation between 60 and 500 Hz."""
    size = int(0.08 * RATE)
    starts = range(0, len(samples) - size, size // 4)
    loudest = max(starts, key=lambda at: float(np.square(samples[at : at + size]).sum()))
    piece = samples[loudest : loudest + size]
    lags = np.fft.irfft(np.abs(np.fft.rfft(piece, 2 * size)) ** 2)[:size] / np.arange(size, 0, -1)
    first, last = RATE // 500, RATE // 60
    near = np.flatnonzero(lags[first:last] > 0.9 * lags[first:last].max())
    return RATE / (first + near[0])


def brightness(samples):
    power = np.abs(np.fft.rfft(samples)) ** 2
    return float((power * np.fft.rfftfreq(len(samples), 1 / RATE)).sum() / power.sum())


def test_the_same_line_is_the_same_sound_also_from_several_threads(engine):
    voices_of_it = ["woman", "man", "woman", "man"]
    with ThreadPoolExecutor(4) as pool:
        sounds = list(pool.map(lambda voice: said(engine, voice=voice).tobytes(), voices_of_it))
    assert sounds[0] == sounds[2]
    assert sounds[1] == sounds[3] != sounds[0]
    assert np.isfinite(np.frombuffer(sounds[1])).all()


def test_persons_differ_by_pitch_and_a_character_s_pitch_goes_on_from_there(engine):
    heights = [
        hertz(said(engine, voice=voice, pitch=pitch))
        for voice, pitch in (("low-man", 50), ("man", 50), ("low-woman", 50), ("girl", 50), ("girl", 70))
    ]
    assert all(one * 1.08 < other for one, other in pairwise(heights)), heights
    assert heights[1] / hertz(said(engine)) == pytest.approx(0.57, rel=0.12)


def test_each_person_has_a_shape_of_its_own():
    shapes = {hibari.manner(replace(LINE, voice=name), hibari.HibariOptions()) for name in hibari.VOICES}
    assert len(shapes) == len(hibari.VOICES) == 10
    assert tuple(hibari.VOICES) == PERSONS


def test_a_lower_pitch_has_a_longer_throat_unless_the_options_say_which():
    shapes = [
        hibari.manner(replace(LINE, pitch=pitch), hibari.HibariOptions(formants=formants))[1]
        for pitch, formants in ((0, None), (50, None), (99, None), (0, 1.2))
    ]
    assert [round(shape.formants, 2) for shape in shapes] == [0.81, 1.0, 1.08, 1.2]
    assert [round(shape.pitch, 2) for shape in shapes] == [0.5, 1.0, 1.97, 0.5]


def test_more_words_a_minute_take_less_time(engine):
    slow, fast = (len(said(engine, words_per_minute=number)) for number in (110, 240))
    assert fast < 0.7 * slow


def test_a_shout_is_higher_and_brighter_and_a_whisper_slower(engine):
    normal, shouted, whispered = (
        said(engine, delivery=delivery)
        for delivery in (LineDelivery.NORMAL, LineDelivery.SHOUTED, LineDelivery.WHISPERED)
    )
    assert hertz(shouted) > 1.1 * hertz(normal)
    assert brightness(shouted) > 1.2 * brightness(normal)
    assert len(whispered) > len(normal)


def test_what_is_sad_is_slower_lower_and_flatter_and_what_is_fast_is_faster(engine):
    normal, sad, fast = (
        said(engine, delivery=delivery)
        for delivery in (LineDelivery.NORMAL, LineDelivery.SAD, LineDelivery.FAST)
    )
    assert len(sad) > 1.1 * len(normal) > 1.2 * len(fast)
    assert hertz(sad) < 0.97 * hertz(normal)
    options = hibari.HibariOptions()
    shapes = [
        hibari.manner(replace(LINE, delivery=delivery), options)[1]
        for delivery in (LineDelivery.SAD, LineDelivery.NORMAL, LineDelivery.FAST)
    ]
    assert shapes[0].melody < shapes[1].melody < shapes[2].melody


def test_a_voice_without_melody_stays_on_one_note():
    """A tone that climbs from 150 to 300 Hz."""
    glide = np.linspace(150, 300, 80)
    phase = np.cumsum(np.repeat(glide, 300)) / RATE
    tone = sum(np.sin(2 * np.pi * order * phase) / order for order in range(1, 20)) * 0.1
    flat = reshape(tone, RATE, glide, 0.0125, Shape(melody=0.0))
    third = len(flat) // 3
    assert [hertz(flat[:third]), hertz(flat[-third:])] == pytest.approx([225, 225], rel=0.05)
    assert hertz(tone[-third:]) > 1.3 * hertz(tone[:third])
    assert len(flat) == len(tone)


def test_what_has_no_pitch_or_is_not_changed_stays_as_it_is():
    noise = np.random.default_rng(1).standard_normal(2400) * 0.1
    assert reshape(noise, RATE, np.zeros(8), 0.0125, Shape(pitch=0.5)) is noise
    assert reshape(noise, RATE, np.full(8, 120.0), 0.0125, Shape()) is noise


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("It is 1,250 dollars.", "It is one thousand two hundred fifty dollars."),
        ("Dr. Wren lives at 21 Baker St.", "Doctor Wren lives at twenty one Baker street."),
        ("On the 3rd.", "On the third."),
        ("It is 20°C.", "It is twenty degrees Celsius."),
        ("In 1987.", "In nineteen eighty seven."),
    ],
)
def test_numerals_and_abbreviations_are_read_out(text, read):
    unstressed = str.maketrans("", "", "\u02c8\u02cc ")
    (one,), (other,) = (hibari._model().phonemize(each) for each in (text, read))
    assert one.translate(unstressed) == other.translate(unstressed)


def test_words_are_read_as_the_film_says(engine):
    spelled = said(engine, text="Siobhan?", options={"say": {"siobhan": "Shivawn"}})
    assert spelled.tobytes() == said(engine, text="Shivawn?").tobytes()
    sounded = said(engine, text="Siobhan?", options={"say": {"Siobhan": "/ʃəvɔn/"}})
    assert len({sounded.tobytes(), spelled.tobytes(), said(engine, text="Siobhan?").tobytes()}) == 3


@pytest.mark.parametrize("text", ["", "🙂", "[[ ]]", "日本", "[x](/y/)", "...", "<b>"])
def test_any_text_is_spoken_or_passed_over(engine, text):
    samples = said(engine, text=text)
    assert np.isfinite(samples).all()
    assert len(samples) < 3 * RATE


@pytest.mark.parametrize(
    ("voice", "options", "words"),
    [
        ("womn", {}, 'did you mean "woman"'),
        ("en-gb", {}, "old-man"),
        ("man", {"loud": 1}, "the option loud"),
        ("man", {"formants": 9}, "less than or equal to 1.4"),
        ("man", {"say": {"Wren": "/ж/"}}, "'ж' in /ж/ is no sound"),
        ("man", {"say": {"🙂": "smile"}}, "has no words"),
    ],
)
def test_what_it_cannot_do_is_told(engine, voice, options, words):
    assert words in engine.problem(voice, options)


def test_what_it_can_do_is_no_problem(engine):
    options = {"formants": 0.9, "melody": 1.2, "breath": 0.1, "say": {"Wren": "/ɹɛn/"}}
    assert engine.problem("old-woman", options) is None


def spoken_film(language, **voice):
    told = film([{"id": "s", "duration": "5s", "lines": [{"character": "ada", "text": "Go.", "at": "1s"}]}])
    ada = told.characters["ada"]
    spoken = ada.voice.model_copy(update={"engine": "hibari", **voice})
    changed = ada.model_copy(update={"description": "a woman", "voice": spoken})
    return told.model_copy(update={"language": language, "characters": told.characters | {"ada": changed}})


def test_a_line_of_a_film_is_spoken_at_the_level_of_lines(tmp_path, engine):
    (event,) = soundtrack(
        spoken_film("en", name=None), {}, tmp_path, engines={"hibari": engine.version}
    ).speech
    assert isinstance(event.source, SpokenSource)
    assert (event.source.engine, event.source.voice) == ("hibari", "woman")
    assert event.source.engine_version.startswith("0.2.")
    voices.speak([event.source], [tmp_path / "line.wav"])
    heard = wav.inspect(tmp_path / "line.wav").read()
    assert integrated(heard, event.source.sample_rate) == pytest.approx(-16, abs=0.5)


def test_a_film_in_another_language_is_not_spoken_by_it(tmp_path):
    with pytest.raises(AssemblyError, match='hibari has no voice for "de"'):
        soundtrack(spoken_film("de", name="man"), {}, tmp_path)


def test_where_it_is_not_installed_it_says_what_speaks_without_it(monkeypatch):
    monkeypatch.setattr(hibari, "can_speak", lambda: False)
    with pytest.raises(ImportError, match="a voice of espeak"):
        hibari.HibariVoices()
