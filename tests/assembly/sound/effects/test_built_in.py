from functools import cache

import numpy as np
import pytest

from assembly.sound.effects import built_in
from assembly.sound.signal.loudness import integrated, loudest
from assembly.sound.sources import BuiltInSource
from storyboard.schema.built_in_sounds import BUILT_IN_SOUNDS, SOUNDS_BY_KIND

NAMES = sorted(BUILT_IN_SOUNDS)
ROOM_TONES = sorted(SOUNDS_BY_KIND["places, as room tones"])
MADE_ALONE = [name for name in NAMES if name not in ROOM_TONES[2:]]
"""all but most room tones, which are layers of others and all made by one function"""
RATE = 24000
"""half a film's: half the work"""
SAMPLES = RATE + 1
MOMENT = 4000
SILENT_S = 10.5
"""after it, no sound that is heard once is heard any more"""


@cache
def render(name, samples=SAMPLES, seed=5, *, loop=False, rate=RATE):
    return built_in.render(BuiltInSource(name, samples, seed, loop, rate))


def test_every_sound_that_a_storyboard_can_name_is_made_and_no_other():
    assert set(BUILT_IN_SOUNDS) == built_in.SOUNDS


@pytest.mark.parametrize("name", NAMES)
def test_a_sound_is_heard_has_its_length_and_begins_and_ends_without_a_click(name):
    sound = render(name)
    assert sound.shape == (SAMPLES, 2)
    assert np.isfinite(sound).all()
    assert loudest(sound, RATE) > -50
    assert np.abs(sound).max() <= 0.9
    assert np.abs(sound.mean(axis=0)).max() < 0.002
    assert np.abs(sound[0]).max() < 0.02
    assert np.abs(sound[-1]).max() < 0.001


def test_a_seed_gives_the_same_sound_each_time():
    lengths = dict.fromkeys(MADE_ALONE, MOMENT) | dict.fromkeys(ROOM_TONES[::4], SAMPLES)
    again = render.__wrapped__
    other = [
        name for name, size in lengths.items() if not np.array_equal(render(name, size), again(name, size))
    ]
    assert other == []


def test_another_seed_gives_another_sound():
    same = {name for name in MADE_ALONE if np.allclose(render(name, MOMENT), render(name, MOMENT, seed=6))}
    assert same <= {"clock", "hum"}


def test_no_two_sounds_are_alike():
    assert len({render(name).tobytes() for name in NAMES}) == len(NAMES)
    names = [name for name in NAMES if name not in ROOM_TONES]  # a second of two quiet places may be alike
    heard = np.stack([outline(render(name)) for name in names])
    alike = heard @ heard.T - np.eye(len(names))
    first, second = np.unravel_index(alike.argmax(), alike.shape)
    assert alike.max() < 0.996, (names[first], names[second])


def outline(sound):
    """Where in time and pitch a sound's power lies, in dB over 60, as a unit vector."""
    pieces = np.array_split(sound.sum(axis=1), 12)
    power = [np.abs(np.fft.rfft(piece, 4096)) ** 2 for piece in pieces]
    edges = np.geomspace(5, 2048, 25).astype(int)
    bands = np.array([np.add.reduceat(one, edges) for one in power])
    level = np.clip(10 * np.log10(bands / bands.max() + 1e-9) + 60, 0, None).ravel()
    return level / np.linalg.norm(level)


@pytest.mark.parametrize("samples", [1, MOMENT])
def test_a_sound_can_be_as_short_as_a_moment(samples):
    for name in MADE_ALONE:
        sound = render(name, samples)
        assert sound.shape == (samples, 2), name
        assert np.isfinite(sound).all(), name
        assert np.abs(sound).max() <= 0.9, name


def test_a_loop_repeats_without_a_click():
    for name in built_in.CONTINUOUS_SOUNDS & {*MADE_ALONE}:
        loop = render(name, SAMPLES, loop=True)
        steps = np.abs(np.diff(loop, axis=0)).max()
        assert np.abs(loop[0] - loop[-1]).max() <= steps, name
        assert loop.shape == (SAMPLES, 2), name


@pytest.mark.parametrize("name", ["door", "explosion", "knock", "laser", "paper", "thunder", "train-horn"])
def test_a_single_sound_is_heard_once_and_then_there_is_silence(name):
    long = render(name, int((SILENT_S + 2) * RATE))
    assert np.abs(long[: 3 * RATE]).max() > 0.05
    assert np.abs(long[int(SILENT_S * RATE) :]).max() < 1e-4


@pytest.mark.parametrize("rate", [44100, 96000])
def test_other_sample_rates_keep_the_level(rate):
    assert integrated(render("rain", 2 * rate, rate=rate), rate) == pytest.approx(-32, abs=0.5)
