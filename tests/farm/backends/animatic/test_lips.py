"""Whose mouth goes by a voice, by a recording or by letters, and that a face shows it."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from assembly.sound.signal import wav
from farm.backends.animatic import lips
from farm.backends.animatic.lips import by_loudness, lips_of
from storyboard.media.mouth import MouthMoment
from storyboard.planning.spec import ResolvedFile, ResolvedLine, ResolvedSpeech
from storyboard.schema.vocabulary import LineDelivery

SPEECH = ResolvedSpeech(
    text="Ah. Mama!",
    delivery=LineDelivery.NORMAL,
    language="en",
    engine="espeak",
    voice=None,
    pitch=50,
    words_per_minute=160,
    options={},
    rate=Fraction(24),
    recording=None,
)


def spoken(**changes):
    speech = SPEECH.model_copy(update=changes)
    return ResolvedLine(
        character="ada", name="Ada", text=speech.text, delivery=speech.delivery, start=0, speech=speech
    )


def test_a_mouth_follows_its_voice_frame_by_frame():
    mouth = lips_of(spoken(), {})
    opened = [mouth(frame).open for frame in range(-24, 72)]
    assert max(opened) > 0.9
    assert opened[:22] == [0] * 22
    assert opened[-10:] == [0] * 10
    slowed = lips_of(spoken(rate=Fraction(48)), {})
    assert sum(slowed(frame).open > 0.1 for frame in range(144)) == pytest.approx(
        2 * sum(each > 0.1 for each in opened), abs=6
    )


def test_a_mouth_follows_a_recording_by_how_loud_it_is(tmp_path):
    rate = 48_000
    times = np.arange(rate) / rate
    sound = np.where((times > 0.2) & (times < 0.6), 0.3 * np.sin(2 * np.pi * 220 * times), 0)
    wav.write(tmp_path / "line.wav", np.stack([sound, sound], axis=1), rate)
    moments = by_loudness(tmp_path / "line.wav")
    assert [moment.open > 0 for moment in moments] == [0.2 < moment.at_s < 0.6 for moment in moments]
    recording = ResolvedFile(sha256="5" * 64)
    mouth = lips_of(spoken(recording=recording), {recording.sha256: tmp_path / "line.wav"})
    assert [mouth(frame).open > 0.3 for frame in (1, 9, 20)] == [False, True, False]


def test_letters_tell_it_where_a_voice_does_not(monkeypatch):
    class Silent:
        """A voice that says nothing of mouths."""

    class Telling:
        def mouth(self, line):
            return (MouthMoment(0, 1.0, 0.0), MouthMoment(float(len(line.text)), 1.0, 0.0))

    made = {"silent": Silent, "telling": Telling}
    monkeypatch.setattr(lips, "load_plugin", lambda group, what, name: made[name])
    lips._mouth_of.cache_clear()
    try:
        assert lips_of(spoken(engine="silent"), {}) is None
        assert lips_of(spoken(engine="telling"), {})(3).open == 1
    finally:
        lips._mouth_of.cache_clear()
    assert lips_of(spoken().model_copy(update={"speech": None}), {}) is None
