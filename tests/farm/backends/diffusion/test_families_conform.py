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


class TestWanOfTwoTransformers(DiffusionConformance):
    model = "wan-two"
    continues = False


class TestWanImageToVideo(DiffusionConformance):
    model = "wan-i2v"
    keyframe = "sd15"


class TestWanImageToVideoOfTwoTransformers(DiffusionConformance):
    model = "wan-i2v-two"
    keyframe = "sdxl"


class TestWanVace(DiffusionConformance):
    model = "wan-vace"


class TestLtx(DiffusionConformance):
    model = "ltx"


class TestAnimateDiff(DiffusionConformance):
    model = "animatediff"
    continues = False


class TestSvd(DiffusionConformance):
    model = "svd"
    keyframe = "sd15"
    more: ClassVar = {"width": 64, "height": 64}


class TestCogVideoX(DiffusionConformance):
    model = "cogvideox"
    continues = False


class TestCogVideoXImageToVideo(DiffusionConformance):
    model = "cogvideox-i2v"
    keyframe = "sd15"
