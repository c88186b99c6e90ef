import numpy as np
import pytest

from assembly.sound.effects import built_in
from assembly.sound.signal.loudness import integrated
from assembly.sound.sources import BuiltInSource
from storyboard.schema.built_in_sounds import BUILT_IN_SOUNDS

NAMES = sorted(BUILT_IN_SOUNDS)


def render(name, samples=3 * 48000, seed=5, *, loop=False, rate=48000):
    return built_in.render(BuiltInSource(name, samples, seed, loop, rate))


def test_every_sound_that_a_storyboard_can_name_is_made_and_no_other():
    assert set(BUILT_IN_SOUNDS) == built_in.SOUNDS


@pytest.mark.parametrize("name", NAMES)
def test_a_sound_is_heard_has_its_length_and_begins_and_ends_without_a_click(name):
    sound = render(name, 150_001)
    assert sound.shape == (150_001, 2)
    assert integrated(sound, 48000) > -50
    assert np.abs(sound).max() <= 0.9
    assert np.abs(sound.mean(axis=0)).max() < 0.002
    assert np.abs(sound[0]).max() < 0.02
    assert np.abs(sound[-1]).max() < 0.001


@pytest.mark.parametrize("name", NAMES)
def test_a_seed_gives_the_same_sound_and_another_seed_another(name):
    assert np.array_equal(render(name), render(name))
    assert name in {"clock", "hum"} or not np.allclose(render(name), render(name, seed=6))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("samples", [1, 50, 4000])
def test_a_sound_can_be_as_short_as_a_moment(name, samples):
    sound = render(name, samples)
    assert sound.shape == (samples, 2)
    assert np.isfinite(sound).all()
    assert np.abs(sound).max() <= 0.9


@pytest.mark.parametrize("name", sorted(built_in.CONTINUOUS_SOUNDS))
def test_a_loop_repeats_without_a_click(name):
    loop = render(name, 6 * 48000, loop=True)
    steps = np.abs(np.diff(loop, axis=0)).max()
    assert np.abs(loop[0] - loop[-1]).max() <= steps
    assert loop.shape == (6 * 48000, 2)


@pytest.mark.parametrize("name", ["door", "knock", "thunder", "splash", "switch", "paper"])
def test_a_single_sound_is_heard_once_and_then_there_is_silence(name):
    long = render(name, 15 * 48000)
    assert np.abs(long[: 3 * 48000]).max() > 0.05
    assert np.abs(long[-2 * 48000 :]).max() < 1e-4


@pytest.mark.parametrize("rate", [44100, 96000])
def test_other_sample_rates_keep_the_level(rate):
    assert integrated(render("rain", 2 * rate, rate=rate), rate) == pytest.approx(-32, abs=0.5)
