from __future__ import annotations

from typing import Any, ClassVar

import pytest

from farm.backend.conformance import BackendConformance, Recorder, character
from farm.backend.protocol import Frame
from farm.backends.diffusion import DiffusionBackend
from storyboard.document.given_files import sha256_of
from storyboard.planning.spec import ResolvedFile, ResolvedPerformance, ShotSpec
from tests.support.diffusion.small_takes import Stage
from tests.support.diffusion.tiny_models import picture, video

QUICK = {"precision": "fp32", "steps": 2, "rate": 24, "gate": False}


class DiffusionConformance(BackendConformance):
    backend = DiffusionBackend
    other_options: ClassVar = {"guidance": 2.0}
    model: ClassVar[str]
    more: ClassVar[dict[str, Any]] = {}
    keyframe: ClassVar[str | None] = None
    stage: ClassVar[Stage]
    made: ClassVar[dict[str, list[Frame]]]

    @pytest.fixture(autouse=True, scope="class")
    def _model(self, models, request, tmp_path_factory):
        options = {"model": str(models(self.model)), **QUICK, "width": 64, "height": 32, **self.more}
        if self.keyframe:
            options["keyframe"] = {"model": str(models(self.keyframe)), "steps": 2}
        request.cls.options = options
        self.given(request.cls, tmp_path_factory.mktemp("given"))
        with Stage() as request.cls.stage:
            self.stage.files = dict(self.files)
            request.cls.made = {}
            yield

    def render(self, spec: ShotSpec, *before: Frame, context: Recorder | None = None) -> list[Frame]:
        """By a backend that has rendered the shots of other tests; those that are asked of are new.

        What a take of one of those is compared with is rendered once: most tests compare with the same one.
        """
        if before or context is not None:
            return list(self.stage.take(spec, *before, context=context))
        if spec.digest() not in self.made:
            self.made[spec.digest()] = list(self.stage.take(spec))
        return self.made[spec.digest()]

    def given(self, conformance, folder):
        """What every shot of the family must have."""


class TestWan(DiffusionConformance):
    model = "wan"
    continues = False


@pytest.mark.slow
class TestWanOfTwoTransformers(DiffusionConformance):
    model = "wan-two"
    continues = False


@pytest.mark.slow
class TestWanImageToVideo(DiffusionConformance):
    model = "wan-i2v"
    keyframe = "sd15"


@pytest.mark.slow
class TestWanImageToVideoOfTwoTransformers(DiffusionConformance):
    model = "wan-i2v-two"
    keyframe = "sdxl"


@pytest.mark.slow
class TestWanOfFirstAndLastFrames(DiffusionConformance):
    model = "wan-flf"
    keyframe = "sd15"

    def given(self, conformance, folder):
        end = picture(folder / "end.png", 1)
        conformance.files = {sha256_of(end): end}
        conformance.every_shot = {"last_frame": ResolvedFile(sha256=sha256_of(end))}


@pytest.mark.slow
class TestWanAnimate(DiffusionConformance):
    model = "wan-animate"
    continues = False

    def given(self, conformance, folder):
        files = {name: make(folder / name, 1) for name, make in (("acted.mp4", video), ("ada.png", picture))}
        conformance.files = {sha256_of(path): path for path in files.values()}
        acted, face = (ResolvedFile(sha256=sha256_of(path)) for path in files.values())
        conformance.every_shot = {
            "performance": ResolvedPerformance(file=acted, pose=acted, face=acted),
            "characters": (character(references=(face,)),),
        }


@pytest.mark.slow
class TestWanVace(DiffusionConformance):
    model = "wan-vace"


class TestLtx(DiffusionConformance):
    model = "ltx"


@pytest.mark.slow
class TestAnimateDiff(DiffusionConformance):
    model = "animatediff"
    continues = False


@pytest.mark.slow
class TestSvd(DiffusionConformance):
    model = "svd"
    keyframe = "sd15"
    more: ClassVar = {"width": 64, "height": 64}


@pytest.mark.slow
class TestCogVideoX(DiffusionConformance):
    model = "cogvideox"
    continues = False


@pytest.mark.slow
class TestCogVideoXImageToVideo(DiffusionConformance):
    model = "cogvideox-i2v"
    keyframe = "sd15"


@pytest.mark.slow
class TestHunyuan(DiffusionConformance):
    model = "hunyuan-1.5"
    continues = False


@pytest.mark.slow
class TestHunyuanImageToVideo(DiffusionConformance):
    model = "hunyuan-1.5-i2v"
    keyframe = "sd15"


@pytest.mark.slow
class TestLtx2(DiffusionConformance):
    model = "ltx-2"
