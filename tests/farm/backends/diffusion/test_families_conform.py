from __future__ import annotations

from typing import Any, ClassVar

import pytest
from conformance import BackendConformance

from farm.backends.diffusion import DiffusionBackend

QUICK = {"precision": "fp32", "steps": 2, "rate": 24, "gate": False}


class DiffusionConformance(BackendConformance):
    backend = DiffusionBackend
    other_options: ClassVar = {"guidance": 2.0}
    model: ClassVar[str]
    more: ClassVar[dict[str, Any]] = {}
    keyframe: ClassVar[str | None] = None

    @pytest.fixture(autouse=True)
    def _model(self, models, request):
        options = {"model": str(models(self.model)), **QUICK, "width": 64, "height": 32, **self.more}
        if self.keyframe:
            options["keyframe"] = {"model": str(models(self.keyframe)), "steps": 2}
        request.cls.options = options


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
