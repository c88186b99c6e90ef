import numpy as np
import pytest

from assembly.sound.mix import mix
from assembly.sound.mix.limiter import limit, peaks_from, reach
from assembly.sound.signal import wav
from assembly.sound.signal.loudness import Meter, integrated, oversampled_peaks, ratio


def tone(db, seconds=5.0, hertz=997, rate=48000):
    sine = ratio(db) * np.sin(2 * np.pi * hertz * np.arange(int(seconds * rate)) / rate)
    return np.stack([sine, sine], axis=1)


@pytest.mark.parametrize("rate", [44100, 48000, 96000])
def test_a_stereo_997_hz_sine_at_minus_23_dbfs_measures_minus_23_lufs(rate):
    assert integrated(tone(-23, rate=rate), rate) == pytest.approx(-23, abs=0.1)  # EBU Tech 3341, case 1


def test_the_meter_agrees_with_ebur128_on_a_programme_with_pauses(tmp_path):
    random = np.random.default_rng(3)
    programme = np.concatenate(
        [tone(-30), np.zeros((96000, 2)), tone(-14, 3), 0.01 * random.standard_normal((99999, 2))]
    )
    wav.write(tmp_path / "a.wav", programme, 48000)
    assert mix.measure(tmp_path / "a.wav")[0] == pytest.approx(integrated(programme, 48000), abs=0.1)


def test_blocks_measure_as_the_whole_does():
    programme = np.random.default_rng(4).standard_normal((100_001, 2)) * 0.1
    meter = Meter(48000)
    for first in range(0, len(programme), 7919):
        meter.feed(programme[first : first + 7919])
    assert meter.integrated() == pytest.approx(integrated(programme, 48000), abs=1e-9)


def test_mono_counts_as_played_on_both_speakers():
    assert integrated(tone(-20)[:, 0], 48000) == pytest.approx(integrated(tone(-20), 48000), abs=1e-9)


def test_a_peak_between_samples_is_seen():
    quarter = np.sin(np.pi / 2 * np.arange(4800) + np.pi / 4)[:, None]  # its samples never pass 0.71
    assert oversampled_peaks(quarter).max() == pytest.approx(1.0, abs=0.02)


def test_the_limiter_holds_true_peaks_and_gives_the_same_in_pieces():
    random = np.random.default_rng(5)
    loud = 0.1 * random.standard_normal((48000, 2))
    loud[20_000:20_050] *= 25
    limited = limit(loud, 0.8, 48000)
    assert oversampled_peaks(limited).max() < 0.8 * ratio(0.3)
    around = reach(48000)
    piece = limit(loud[18_000 - around : 23_000 + around], 0.8, 48000)[around:-around]
    assert np.abs(piece - limited[18_000:23_000]).max() < 1e-9
    assert np.array_equal(limited[:10_000], loud[:10_000])


@pytest.mark.parametrize("level", [0.01, 0.2, 0.6])
def test_peaks_are_looked_for_only_near_loud_samples_and_all_of_them_are_found(level):
    random = np.random.default_rng(4)
    sound = random.normal(0, level, (9000, 2)) * (random.uniform(0, 1, (9000, 1)) > 0.99)
    sound[[0, 1023, 1024, 1055, 5119, 8999]] = 0.8
    for ceiling in (0.3, 0.8, 0.9):
        found, every = peaks_from(ceiling, sound), oversampled_peaks(sound)
        assert np.array_equal(np.maximum(found, ceiling), np.maximum(every, ceiling))
    assert not peaks_from(0.5, np.zeros((100, 2))).any()
