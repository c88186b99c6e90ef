"""Wan VACE: reference pictures, a performer's pose, pictures of frames, and words to video."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PIL import Image
from typing_extensions import override

from farm.backends.diffusion.families.call import Take
from farm.backends.diffusion.families.family import TRANSFORMER_CACHES, WORDS, FramePicture
from farm.backends.diffusion.families.wan import TEXT_TO_VIDEO, Wan
from farm.backends.diffusion.options import Ask, StepCache

_GREY = (127, 127, 127)
_KEEP, _RENDER = 0, 255

if TYPE_CHECKING:
    import torch


class WanVace(Wan):
    """Reference pictures, perhaps a pose and pictures of frames, and words to video."""

    @override
    def latent_frame(self, pipe: Any, latents: torch.Tensor, take: Take) -> torch.Tensor:
        # The references come before the shot.
        after = (take.frames - 1) // pipe.vae_scale_factor_temporal // 2
        return latents[0, :, -1 - after]

    @override
    def spread_plan(self, model: Any) -> dict[str, Any]:
        # diffusers has none for this transformer. Its blocks are those of Wan, with blocks beside them that
        # see the pictures; the first of these is given all of both.
        from diffusers import WanTransformer3DModel
        from diffusers.models._modeling_parallel import ContextParallelInput

        tokens = ContextParallelInput(split_dim=1, expected_dims=3)
        beside = {"hidden_states": tokens, "control_hidden_states": tokens}
        return {**WanTransformer3DModel._cp_plan, "vace_blocks.0": beside}  # noqa: SLF001  (its only name)

    @override
    def arguments(self, pipe: Any, take: Take) -> dict[str, Any]:
        arguments = super().arguments(pipe, take)
        arguments["conditioning_scale"] = take.options.reference_scale
        if take.references:
            arguments["reference_images"] = list(take.references)
        pose = take.performance.get("pose")
        if pose or take.start is not None or take.end is not None:
            size = (take.size.width, take.size.height)
            arguments["video"] = list(pose or [Image.new("RGB", size, _GREY)] * take.frames)
            arguments["mask"] = [Image.new("L", size, _RENDER)] * take.frames
            for index, picture in ((0, take.start), (-1, take.end)):
                if picture is not None:
                    arguments["video"][index] = picture
                    arguments["mask"][index] = Image.new("L", size, _KEEP)
        return arguments


FAMILY = replace(
    TEXT_TO_VIDEO,
    name="wan-vace",
    title="Wan VACE, reference pictures to video",
    pipeline="WanVACEPipeline",
    indexes=("WanVACEPipeline",),
    module=WanVace(),
    conditioning=WORDS | {Ask.REFERENCES, Ask.PLACES, Ask.PERFORMANCE},
    start=FramePicture.CAN,
    end=FramePicture.CAN,
    follows=("pose",),
    # Its transformer adds what it saw of the pictures between the blocks, which a cache of whole blocks would
    # add twice.
    caches=TRANSFORMER_CACHES - {StepCache.FIRST_BLOCK, StepCache.MAGNITUDE},
    refine=None,
)
