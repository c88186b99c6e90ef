"""CogVideoX: words, or a first picture and words, to video."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from typing_extensions import override

from farm.backends.diffusion.families.call import FamilyModule, Take, common
from farm.backends.diffusion.families.family import TRANSFORMER_CACHES, WORDS, Family, FramePicture
from farm.backends.diffusion.options import Scheduler, StepCache

if TYPE_CHECKING:
    import torch


class CogVideoX(FamilyModule):
    """Words to video."""

    @override
    def latent_frame(self, pipe: Any, latents: torch.Tensor, take: Take) -> torch.Tensor:
        return latents[0, latents.shape[1] // 2]

    @override
    def arguments(self, pipe: Any, take: Take) -> dict[str, Any]:
        return {**common(take), "use_dynamic_cfg": "DPM" in type(pipe.scheduler).__name__}


class CogVideoXI2V(CogVideoX):
    """A first picture and words to video."""

    @override
    def arguments(self, pipe: Any, take: Take) -> dict[str, Any]:
        return {**super().arguments(pipe, take), "image": take.start}


TEXT_TO_VIDEO = Family(
    name="cogvideox",
    title="CogVideoX, text to video",
    pipeline="CogVideoXPipeline",
    indexes=("CogVideoXPipeline",),
    module=CogVideoX(),
    conditioning=WORDS,
    start=FramePicture.NEVER,
    rate=8,
    frame_step=4,
    longest=49,
    multiple=16,
    area=720 * 480,
    steps=50,
    guidance=6.0,
    prompt_tokens=226,
    schedulers=frozenset({Scheduler.DDIM, Scheduler.DPM}),
    caches=TRANSFORMER_CACHES | {StepCache.FASTER},
    licence="2B: Apache-2.0; 5B: CogVideoX licence, commercial use after registration",
)
IMAGE_TO_VIDEO = replace(
    TEXT_TO_VIDEO,
    name="cogvideox-i2v",
    title="CogVideoX, image to video",
    pipeline="CogVideoXImageToVideoPipeline",
    indexes=("CogVideoXImageToVideoPipeline",),
    module=CogVideoXI2V(),
    conditioning=WORDS,
    start=FramePicture.MUST,
    licence="CogVideoX licence: commercial use after registration",
)
