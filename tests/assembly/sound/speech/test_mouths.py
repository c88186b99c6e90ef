"""Mouths against the sound of the line that they follow, in both engines."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from assembly.sound.speech.espeak import EspeakVoices
from assembly.sound.speech.hibari import HibariVoices
from assembly.sound.speech.trimming import trim
from assembly.sound.speech.utterance import utterance_of
from assembly.sound.speech.visemes import Phone, moments_of
from storyboard.media.mouth import mouth_between
from storyboard.planning.spec import ResolvedSpeech
from storyboard.schema.vocabulary import LineDelivery

STEP_S = 0.01
ENGINES = {"espeak": (EspeakVoices, "en-gb"), "hibari": (HibariVoices, "woman")}


def line(engine, text):
    return ResolvedSpeech(
        text=text,
        delivery=LineDelivery.NORMAL,
        language="en",
        engine=engine,
        voice=ENGINES[engine][1],
        pitch=50,
        words_per_minute=160,
        options={},
        rate=Fraction(24),
        recording=None,
    )


def opening(moments, at_s):
    return mouth_between(moments, at_s, at_s + STEP_S).open


@pytest.mark.parametrize("engine", list(ENGINES))
def test_a_mouth_is_open_where_a_line_is_loud_and_closed_in_its_pauses(engine):
    """By each hundredth of a second; a mouth that is an eighth of one late, or early, fits worse."""
    speaks, said = ENGINES[engine][0](), line(engine, "Papa hopped away. But the harbour was far, Mama.")
    moments = speaks.mouth(said)
    samples, rate = speaks.speak(utterance_of(said, said.text, said.voice))
    samples = trim(samples, rate)
    step = int(STEP_S * rate)
    whole = len(samples) // step * step
    loud_db = 10 * np.log10(np.square(samples[:whole]).reshape(-1, step).mean(axis=1) + 1e-9)
    loud_db = np.clip(loud_db - loud_db.max(), -40, 0)
    times = np.arange(len(loud_db)) * STEP_S
    opened = np.array([opening(moments, at_s) for at_s in times])
    assert np.corrcoef(loud_db, opened)[0, 1] > 0.4
    assert opened[loud_db > -8].mean() > 2.5 * opened[loud_db < -35].mean()
    for late_s in (-0.12, 0.12):
        moved = np.array([opening(moments, at_s - late_s) for at_s in times])
        assert np.corrcoef(loud_db, moved)[0, 1] < np.corrcoef(loud_db, opened)[0, 1]
    pause = max(np.flatnonzero(loud_db[:-10] <= -39), key=lambda at: -loud_db[at : at + 10].max())
    assert opened[pause + 2 : pause + 8].max() < 0.1
    assert opening(moments, len(samples) / rate + 0.2) == 0


def test_each_engine_opens_for_vowels_and_closes_for_lips_that_meet():
    for engine in ENGINES:
        moments = ENGINES[engine][0]().mouth(line(engine, "Ah! Mm. Who? We!"))
        assert max(moment.open for moment in moments) == 1.0, engine
        assert min(moment.wide for moment in moments) < -0.8, engine
        assert max(moment.wide for moment in moments) > 0.7, engine


def test_lips_that_meet_are_seen_to_meet_however_short_they_do():
    """An "m" of 30 ms, at every place that it can have in a frame of 24 a second."""
    for early_s in np.linspace(0, 1 / 24, 9):
        phones = [Phone("\u0251\u02d0", 0, 0.2), Phone("m", 0.2, 0.23), Phone("\u0251", 0.23, 0.5)]
        moments = moments_of(phones, early_s)
        frames = [mouth_between(moments, number / 24, (number + 1) / 24).open for number in range(12)]
        assert min(frames[2:8]) == 0
        assert max(frames[:4]) > 0.9


def test_a_breath_has_the_shape_of_the_vowel_after_it():
    moments = moments_of([Phone("h", 0, 0.1), Phone("u\u02d0", 0.1, 0.3)], 0)
    assert mouth_between(moments, 0.06, 0.08).wide == pytest.approx(-0.95)
    assert mouth_between(moments, 0.06, 0.08).open == pytest.approx(0.3)


def test_what_has_no_words_moves_no_mouth():
    assert moments_of([], 0) == ()
    for engine in ENGINES:
        assert ENGINES[engine][0]().mouth(line(engine, "...")) == ()


def test_a_mouth_is_at_rest_before_and_after_its_line():
    moments = moments_of([Phone("a", 0, 0.3)], 0)
    assert [opening(moments, at_s) for at_s in (-1.0, 2.0)] == [0, 0]
    assert opening(moments, 0.15) == 1
