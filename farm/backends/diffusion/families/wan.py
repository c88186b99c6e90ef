"""Wan 2.1 and 2.2, of one transformer or two: words, or a first picture and words, to video."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from typing_extensions import override

from farm.backends.diffusion.family import TRANSFORMER_CACHES, WORDS, Family, Start
from farm.backends.diffusion.options import Ask
from farm.backends.diffusion.take import FamilyModule, Take, common


class Wan(FamilyModule):
    """Words to video."""

    @override
    def arguments(self, pipe: Any, take: Take) -> dict[str, Any]:
        arguments = common(take)
        # Wan 2.2's second transformer is guided by itself; Wan 2.1 refuses the argument.
        if pipe.config.boundary_ratio is not None and take.guidance_2 is not None:
            arguments["guidance_scale_2"] = take.guidance_2
        return arguments


class WanI2V(Wan):
    """A first picture and words to video."""

    @override
    def arguments(self, pipe: Any, take: Take) -> dict[str, Any]:
        return {**super().arguments(pipe, take), "image": take.start}


TEXT_TO_VIDEO = Family(
    name="wan",
    title="Wan 2.1 and 2.2, text to video",
    pipeline="WanPipeline",
    indexes=("WanPipeline",),
    module=Wan(),
    takes=WORDS,
    start=Start.NEVER,
    rate=16,
    frame_step=4,
    longest=81,
    multiple=16,
    area=832 * 480,
    steps=50,
    guidance=5.0,
    prompt_tokens=512,
    caches=TRANSFORMER_CACHES,
    fp32=("vae", "image_encoder"),
    licence="Apache-2.0",
)
IMAGE_TO_VIDEO = replace(
    TEXT_TO_VIDEO,
    name="wan-i2v",
    title="Wan 2.1 and 2.2, image to video",
    pipeline="WanImageToVideoPipeline",
    indexes=("WanImageToVideoPipeline",),
    module=WanI2V(),
    takes=WORDS | {Ask.CONTINUITY},
    start=Start.MUST,
)
