from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from farm.backend.conformance import Recorder, character, shot
from farm.backends.diffusion.conditioning.performance import performance_of
from farm.backends.diffusion.families.call import Size
from farm.backends.diffusion.families.registry import FAMILIES
from farm.backends.diffusion.families.sizing import native_timing
from farm.backends.diffusion.families.wan_animate import SEGMENT, SHARED
from farm.backends.diffusion.options import DiffusionOptions
from farm.takes.clip import encode_clip
from storyboard.document.given_files import sha256_of
from storyboard.errors import FarmError, UsageError
from storyboard.planning.spec import ResolvedFile, ResolvedPerformance
from tests.support.diffusion.small_takes import Stage, small
from tests.support.diffusion.tiny_models import picture, video


@pytest.fixture
def stage():
    with Stage() as opened:
        yield opened


@pytest.fixture
def acted(stage, tmp_path):
    """A performance of videos made with these seeds."""

    def make(**seeds):
        videos = {
            name: stage.file(video(tmp_path / f"{name}-{seed}.mp4", seed)) for name, seed in seeds.items()
        }
        nothing = {"pose": None, "face": None, "background": None, "mask": None}
        return ResolvedPerformance(**nothing | {"file": videos["pose"]} | videos)

    return make


@pytest.fixture
def cast(stage, tmp_path):
    def make(seed=0):
        return (character(references=(stage.file(picture(tmp_path / f"{seed}.png", seed)),)),)

    return make


def greys(path, levels, rate):
    frames = (np.full((16, 16, 3), level, np.uint8) for level in levels)
    encode_clip(frames, path, Fraction(rate))
    return path


def followed(path, spec):
    """The levels of grey that a model is shown."""
    sha256 = sha256_of(path)
    file = ResolvedFile(sha256=sha256)
    acted = ResolvedPerformance(file=file, pose=file, face=None)
    spec = spec.model_copy(update={"performance": acted})
    timing = native_timing(spec, DiffusionOptions(), FAMILIES["wan-vace"])
    seen = performance_of(spec, ("pose", "face"), {sha256: path}, Size(16, 16), timing)
    assert seen.keys() == {"pose"}
    return [round(float(np.asarray(one).mean()) / 10) * 10 for one in seen["pose"]]


def test_a_video_begins_with_the_body_and_is_brought_to_the_rendered_rate(tmp_path):
    levels = list(range(20, 140, 10))
    path = greys(tmp_path / "pose.mp4", levels, 24)
    bodies = [shot(rate=Fraction(rate), frames=rate // 2, head=0, tail=0) for rate in (24, 12, 48)]
    same, slower, faster = (followed(path, body) for body in bodies)
    assert same[:12] == levels
    assert slower[:6] == levels[::2]
    assert faster[:6] == [20, 20, 30, 30, 40, 40]


def test_handles_hold_what_a_video_does_not_have(tmp_path):
    levels = list(range(20, 140, 10))
    path = greys(tmp_path / "pose.mp4", levels, 24)
    spec = shot(frames=10, head=3, tail=4)
    assert followed(path, spec)[:17] == [20, 20, 20, *levels, 130, 130]


def test_a_video_that_is_shorter_than_its_shot_is_refused(tmp_path):
    path = greys(tmp_path / "pose.mp4", [20] * 6, 24)
    assert followed(path, shot(frames=6))
    with pytest.raises(FarmError, match=r"the pose video pose\.mp4 lasts 0\.25 s, and the shot 0\.50 s"):
        followed(path, shot(frames=12))
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"no video")
    with pytest.raises(FarmError, match=r"pose video broken\.mp4 cannot be read"):
        followed(broken, shot())


def test_a_performance_and_a_picture_make_the_shot(models, stage, acted, cast):
    def take(people=0, **seeds):
        performance = acted(**seeds)
        spec = small(models("wan-animate"), performance=performance, characters=cast(people))
        return stage.take(spec).tobytes()

    first = take(pose=1, face=2)
    others = [
        take(pose=3, face=2),
        take(pose=1, face=3),
        take(pose=1, face=2, people=1),
        take(pose=1, face=2, background=4, mask=5),
        take(pose=1, face=2, background=4, mask=6),
        take(pose=1, face=2, background=6, mask=5),
    ]
    assert take(pose=1, face=2) == first
    assert len({first, *others}) == 1 + len(others)
    assert stage.studio.loads == 1


def test_only_the_videos_that_a_family_follows_change_its_shots(models, stage, acted):
    def take(**seeds):
        return stage.take(small(models("wan-vace"), performance=acted(**seeds))).tobytes()

    assert take(pose=1, face=2) == take(pose=1, face=3)
    assert take(pose=1) != take(pose=3)


def test_a_performance_that_lacks_what_the_family_follows_is_refused(models, stage, acted, cast):
    spec = small(models("wan-animate"), performance=acted(pose=1), characters=cast())
    with pytest.raises(UsageError, match="follows videos made from the performance: give its face:"):
        stage.take(spec)
    with pytest.raises(UsageError, match="wan-animate renders no shot without a performance"):
        stage.take(small(models("wan-animate"), characters=cast()))
    with pytest.raises(UsageError, match="without reference pictures of characters"):
        stage.take(small(models("wan-animate"), performance=acted(pose=1, face=2)))
    with pytest.raises(
        UsageError, match="wan cannot take a performance; families that can: wan-vace, wan-anim"
    ):
        stage.take(small(models("wan"), performance=acted(pose=1)))


@pytest.mark.slow
def test_a_long_performance_is_rendered_in_segments(models, stage, tmp_path, cast):
    file = stage.file(video(tmp_path / "long.mp4", 1, frames=100))
    acted = ResolvedPerformance(file=file, pose=file, face=file)
    timing = {"frames": SEGMENT + 8, "head": 0, "tail": 0}
    spec = small(models("wan-animate"), {"steps": 1}, performance=acted, characters=cast(), **timing)
    context = Recorder()
    frames = stage.take(spec, context=context)
    assert len(frames) == SEGMENT + 8
    assert context.notes["diffusion"]["denoiser_runs"] == 2
    assert context.done == sorted(context.done)
    assert context.done[-1] <= 1
    rounds = FAMILIES["wan-animate"].module.rounds
    assert [rounds(count) for count in (1, SEGMENT, SEGMENT + 1, 2 * SEGMENT - SHARED)] == [1, 1, 2, 2]
