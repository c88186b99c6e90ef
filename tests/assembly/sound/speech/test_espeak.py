from dataclasses import replace

import numpy as np
import pytest

from assembly.sound.signal import wav
from assembly.sound.signal.loudness import integrated
from assembly.sound.sources import SpokenSource
from assembly.sound.speech import espeak, voices
from storyboard.errors import AssemblyError
from storyboard.schema.vocabulary import LineDelivery

LINE = SpokenSource("The lamp has gone out again.", "en-gb", 50, 160, LineDelivery.NORMAL, 48000)


def said(folder, *requests):
    outs = [folder / f"{number}.wav" for number in range(len(requests))]
    voices.speak(requests, outs)
    return [wav.inspect(out).read()[:, 0] for out in outs]


def brightness(sound):
    power = np.abs(np.fft.rfft(sound)) ** 2
    return float((power * np.fft.rfftfreq(len(sound), 1 / 48000)).sum() / power.sum())


def periodicity(sound):
    """How much of the sound comes back after a period of a voice (70 to 300 Hz), 0 to 1."""
    middle = sound[12_000:60_000]
    power = np.abs(np.fft.rfft(middle, 2 * len(middle))) ** 2
    lags = np.fft.irfft(power)
    return float(lags[160:680].max() / lags[0])


def test_a_line_sounds_from_its_first_moment_to_its_last(tmp_path):
    (sound,) = said(tmp_path, LINE)
    loud = np.abs(sound) > 0.02 * np.abs(sound).max()
    assert np.flatnonzero(loud)[0] < 0.02 * 48000
    assert len(sound) - np.flatnonzero(loud)[-1] < 0.4 * 48000
    assert 1.0 < len(sound) / 48000 < 3.0


def test_the_same_line_is_the_same_file_whatever_was_said_before_it(tmp_path):
    other = replace(LINE, text="Something quite different.")
    voices.speak([LINE, other, LINE], [tmp_path / name for name in ("a", "b", "c")])
    assert (tmp_path / "a").read_bytes() == (tmp_path / "c").read_bytes()


@pytest.mark.parametrize("change", [{"voice": "en-us+f3"}, {"voice": "de"}, {"pitch": 80}])
def test_another_voice_sounds_different(tmp_path, change):
    one, other = said(tmp_path, LINE, replace(LINE, **change))
    shorter = min(len(one), len(other))
    assert np.corrcoef(one[:shorter], other[:shorter])[0, 1] < 0.5


def test_more_words_a_minute_take_less_time(tmp_path):
    slow, fast = said(tmp_path, replace(LINE, words_per_minute=110), replace(LINE, words_per_minute=240))
    assert len(fast) < 0.7 * len(slow)


def test_each_delivery_has_its_loudness(tmp_path):
    sounds = said(tmp_path, *(replace(LINE, delivery=delivery) for delivery in LineDelivery))
    levels = {d: round(integrated(sound, 48000), 1) for d, sound in zip(LineDelivery, sounds, strict=True)}
    assert levels == {
        LineDelivery.NORMAL: -16,
        LineDelivery.WHISPERED: -21,
        LineDelivery.SHOUTED: -13,
        LineDelivery.SAD: -19,
        LineDelivery.FAST: -16,
        LineDelivery.OFF_SCREEN: -19,
        LineDelivery.VOICE_OVER: -16,
    }
    assert all(np.abs(sound).max() <= 0.9 for sound in sounds)


def test_a_whisper_has_no_pitch_and_an_off_screen_line_is_dull(tmp_path):
    normal, whispered, off_screen = said(
        tmp_path,
        LINE,
        replace(LINE, delivery=LineDelivery.WHISPERED),
        replace(LINE, delivery=LineDelivery.OFF_SCREEN),
    )
    assert periodicity(whispered) < 0.5 * periodicity(normal)
    assert brightness(off_screen) < brightness(normal) < brightness(whispered)


def test_what_is_sad_is_slower_and_darker_and_what_is_fast_is_faster(tmp_path):
    normal, sad, fast = said(
        tmp_path,
        *(
            replace(LINE, delivery=delivery)
            for delivery in (LineDelivery.NORMAL, LineDelivery.SAD, LineDelivery.FAST)
        ),
    )
    assert len(sad) > 1.1 * len(normal) > 1.25 * len(fast)
    assert brightness(sad) < 0.95 * brightness(normal)


@pytest.mark.parametrize(
    "text",
    [
        "x" * 1000,
        "word " * 200,
        'She said "it\'s $(rm -rf ~) `now`; no?" \\ | > /dev/null',
        "<speak><break time='9999s'/></speak> [[h@'loU]] \x1b[31m\x00\x07 bell",
        "日本語 العربية עברית 🙂 text",
        "-v de --stdout",
        "%s%n{0}",
    ],
)
def test_any_text_is_spoken_or_passed_over(tmp_path, text):
    (sound,) = said(tmp_path, replace(LINE, text=text))
    assert len(sound) > 4000
    assert np.isfinite(sound).all()
    assert len(sound) < 300 * 48000


@pytest.mark.parametrize("text", ["🙂", "\x00\x01", "[[ ]]", "...!?", " \t "])
def test_a_text_without_words_is_a_short_silence(tmp_path, text):
    (sound,) = said(tmp_path, replace(LINE, text=text))
    assert len(sound) == 12_000
    assert not sound.any()


def test_markup_is_not_obeyed():
    assert espeak.clean("<emphasis>Go</emphasis> [[_:]]\x00now") == "emphasis Go /emphasis : now"


def test_voices_are_checked_by_name():
    assert espeak.unknown_voice("en-gb") is None
    assert espeak.unknown_voice("en-US+f3") is None
    assert "en-gb" in espeak.unknown_voice("en-gbb")
    assert "f3" in espeak.unknown_voice("en-gb+f33")
    assert espeak.unknown_voice("../../etc/passwd")
    assert espeak.unknown_voice("en-gb+../whisper")
    assert {"en-gb", "en-us", "de", "fr"} <= set(espeak.voice_names())


def test_an_unknown_voice_is_refused_before_anything_is_spoken(tmp_path):
    with pytest.raises(AssemblyError, match="nowhere"):
        said(tmp_path, LINE, replace(LINE, voice="nowhere"))
    assert not list(tmp_path.iterdir())


def test_an_engine_that_hangs_is_ended(tmp_path, monkeypatch):
    hanging = tmp_path / "hang.py"
    hanging.write_text("import time\ntime.sleep(60)\n")
    monkeypatch.setattr(espeak.espeak_process, "__file__", str(hanging))
    monkeypatch.setattr(espeak, "TIMEOUT_S", 0.5)
    with pytest.raises(AssemblyError, match="did not end"):
        said(tmp_path, LINE)


def test_an_engine_that_fails_says_why(tmp_path, monkeypatch):
    monkeypatch.setattr(espeak, "_languages", lambda: {"en-gb": "no/such"})
    with pytest.raises(AssemblyError, match="no voice 'no/such'"):
        said(tmp_path, LINE)
