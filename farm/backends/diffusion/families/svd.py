"""Stable Video Diffusion: a first picture to video, without words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from typing_extensions import override

from farm.backends.diffusion.families.call import FamilyModule, Take, Tensors, common
from farm.backends.diffusion.families.family import Family, FramePicture
from farm.backends.diffusion.options import Memory, Scheduler
from farm.backends.diffusion.prompt import Prompt

if TYPE_CHECKING:
    import torch

NOISE = 0.02
"""noise on the first picture, as its authors advise"""


class Svd(FamilyModule):
    """A first picture to video."""

    text_encoders: ClassVar[tuple[str, ...]] = ()

    @override
    def encode(self, pipe: Any, prompt: Prompt, tokens: int | None, *, guided: bool) -> Tensors:
        return {}

    @override
    def latent_frame(self, pipe: Any, latents: torch.Tensor, take: Take) -> torch.Tensor:
        return latents[0, latents.shape[1] // 2]

    @override
    def arguments(self, pipe: Any, take: Take) -> dict[str, Any]:
        arguments = common(take)
        return {
            **{name: value for name, value in arguments.items() if name != "guidance_scale"},
            "image": take.start,
            "max_guidance_scale": take.guidance,
            "fps": take.rate,
            "motion_bucket_id": take.options.motion,
            "noise_aug_strength": NOISE,
            "decode_chunk_size": 4,
        }


FAMILY = Family(
    name="svd",
    title="Stable Video Diffusion",
    pipeline="StableVideoDiffusionPipeline",
    indexes=("StableVideoDiffusionPipeline",),
    module=Svd(),
    conditioning=frozenset(),
    start=FramePicture.MUST,
    rate=7,
    frame_step=1,
    longest=25,
    hard_limit=True,
    multiple=64,
    area=1024 * 576,
    steps=25,
    guidance=3.0,
    schedulers=frozenset({Scheduler.EULER}),
    memory=frozenset({Memory.FULL, Memory.OFFLOADED, Memory.STREAMED}),
    compiles=False,
    licence="Stability AI community licence: commercial use below a yearly revenue",
)
