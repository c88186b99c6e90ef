from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from farm.backend.conformance import Recorder, shot
from farm.backends.diffusion.denoising.take_sound import sound_of_take
from farm.backends.diffusion.families.registry import FAMILIES
from farm.backends.diffusion.families.sizing import anchors, native_timing
from farm.backends.diffusion.options import DiffusionOptions
from storyboard.planning.spec import ResolvedFile
from tests.support.diffusion.small_takes import Stage, small
from tests.support.diffusion.tiny_models import picture

RATE = 2400


def heard(spec, continuing=False):
    """At which second of the rendered sound each sample of the take was; 0 stands for silence too."""
    family = FAMILIES["ltx-2"]
    first, last = anchors(spec, family, continuing=continuing)
    timing = native_timing(spec, DiffusionOptions(), family, first=first, last=last)
    samples = np.arange(RATE * 10, dtype=np.float32)[:, None] / RATE
    return timing, sound_of_take(samples, RATE, spec, timing)[:, 0]


def test_the_sound_is_as_long_as_the_take_and_begins_with_it():
    spec = shot(frames=24, head=6, tail=3)
    _, sound = heard(spec)
    assert len(sound) == spec.total_frames * 100
    assert np.array_equal(sound, np.arange(3300, dtype=np.float32) / RATE)


def test_where_a_handle_holds_a_picture_it_is_silent():
    _, sound = heard(shot(frames=24, head=6, tail=3), continuing=True)
    assert not sound[:500].any()
    assert sound[600] == np.float32(1 / 24), "the body begins one frame after its predecessor's last"


def test_the_sound_keeps_to_a_picture_that_is_sped_up():
    spec = shot(frames=30, head=2, tail=4, last_frame=ResolvedFile(sha256="0" * 64))
    timing, sound = heard(spec)
    last = spec.head + spec.frames - 1
    assert timing.positions[last] > last
    assert sound[last * 100] == pytest.approx(float(timing.positions[last] / Fraction(timing.rate)), abs=1e-3)


@pytest.fixture
def stage():
    with Stage() as opened:
        yield opened


@pytest.mark.slow
def test_ltx2_keeps_the_sound_that_it_makes_with_the_picture(models, stage):
    spec = small(models("ltx-2"))
    takes = [Recorder() for _ in range(4)]
    frames = [
        stage.take(spec, context=takes[0]),
        stage.take(spec, context=takes[1]),
        stage.take(small(models("ltx-2"), seed=8), context=takes[2]),
        stage.take(small(models("ltx-2"), {"sound": False}), context=takes[3]),
    ]
    (sound, rate), (again, _), (other, _) = (context.sounds[0] for context in takes[:3])
    assert rate == 16000
    assert sound.shape == (round(spec.total_frames / 24 * rate), 2)
    quarter = len(sound) // 4
    assert all(sound[start : start + quarter].std() > 1e-4 for start in range(0, 4 * quarter, quarter))
    assert np.array_equal(sound, again)
    assert not np.array_equal(sound, other)
    assert takes[3].sounds == []
    assert np.array_equal(frames[0], frames[3])


@pytest.mark.slow
def test_families_without_sound_keep_none(models, stage, tmp_path):
    start = stage.file(picture(tmp_path / "start.png", 1))
    context = Recorder()
    stage.take(small(models("ltx"), first_frame=start), context=context)
    assert context.sounds == []
