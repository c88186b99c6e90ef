"""LTX-Video: words, and a picture at any frame, to video."""

from __future__ import annotations

import functools
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from typing_extensions import override

from farm.backends.diffusion.families.call import FamilyModule, Rendered, Take, Tensors, common, named
from farm.backends.diffusion.families.family import TRANSFORMER_CACHES, WORDS, Family, FramePicture
from farm.backends.diffusion.models.folders import ModelFolder
from farm.backends.diffusion.options import Scheduler
from farm.backends.diffusion.prompt import Prompt

DECODE_TIMESTEP, DECODE_NOISE = 0.05, 0.025
"""for decoders that denoise a last time, as their authors advise"""

if TYPE_CHECKING:
    import torch


class Ltx(FamilyModule):
    """Words, perhaps with pictures of frames, to video."""

    @override
    def encode(self, pipe: Any, prompt: Prompt, tokens: int | None, *, guided: bool) -> Tensors:
        words, mask, negative, negative_mask = pipe.encode_prompt(
            prompt=prompt.text,
            negative_prompt=prompt.negative,
            do_classifier_free_guidance=guided,
            device=pipe._execution_device,  # noqa: SLF001
            max_sequence_length=tokens,
        )
        return named(
            prompt_embeds=words,
            prompt_attention_mask=mask,
            negative_prompt_embeds=negative,
            negative_prompt_attention_mask=negative_mask,
        )

    @override
    def spread_plan(self, model: Any) -> dict[str, Any]:
        # diffusers' own plan spreads the words too, and fails where they come with a mask: it is one for all
        # heads. It also leaves the timesteps whole that are given a token.
        from diffusers.models._modeling_parallel import ContextParallelInput

        given = {
            "hidden_states": ContextParallelInput(split_dim=1, expected_dims=3),
            "timestep": ContextParallelInput(split_dim=1, expected_dims=2),
        }
        own: dict[str, Any] = model._cp_plan  # noqa: SLF001  (its only name)
        return {**own, "": given}

    @override
    def after_spread(self, model: Any) -> None:
        # Each card looks at all of the words with its own tokens, as Wan does.
        for block in model.transformer_blocks:
            block.attn2.processor._parallel_config = None  # noqa: SLF001
        spread = model.forward

        @functools.wraps(spread)
        def forward(*args: Any, timestep: torch.Tensor, **kwargs: Any) -> Any:
            # One timestep for all tokens comes as a row of one, which cannot be shared.
            one = timestep.ndim == 2 and timestep.shape[1] == 1
            return spread(*args, timestep=timestep.flatten() if one else timestep, **kwargs)

        model.forward = forward

    @override
    def latent_frame(self, pipe: Any, latents: torch.Tensor, take: Take) -> torch.Tensor:
        # One row a place, frame after frame; pictures that are given come before them.
        frames = (take.frames - 1) // pipe.vae_temporal_compression_ratio + 1
        ratio = pipe.vae_spatial_compression_ratio
        high, wide = take.size.height // ratio, take.size.width // ratio
        placed = latents[0, -frames * high * wide :].reshape(frames, high, wide, -1)
        return placed[frames // 2].permute(2, 0, 1)

    @override
    def arguments(self, pipe: Any, take: Take) -> dict[str, Any]:
        from diffusers.pipelines.ltx.pipeline_ltx_condition import LTXVideoCondition

        arguments = {**common(take), "frame_rate": take.rate}
        if pipe.vae.config.timestep_conditioning:
            arguments |= {"decode_timestep": DECODE_TIMESTEP, "decode_noise_scale": DECODE_NOISE}
        pictures = ((0, take.start), (take.frames - 1, take.end))
        conditions = [
            LTXVideoCondition(image=picture, frame_index=index) for index, picture in pictures if picture
        ]
        if conditions:
            arguments |= {"conditions": conditions, "image_cond_noise_scale": 0.0}
        return arguments


class EarlyLtx(Ltx):
    """Words, perhaps with a first picture, to video: models before 0.9.5 know no pictures of other frames."""

    @override
    def render(self, pipe: Any, take: Take) -> Rendered:
        from diffusers import LTXImageToVideoPipeline

        if take.start is None:
            return super().render(pipe, take)
        return super().render(LTXImageToVideoPipeline(**pipe.components), take)

    @override
    def arguments(self, pipe: Any, take: Take) -> dict[str, Any]:
        picture = {"image": take.start} if take.start is not None else {}
        return super().arguments(pipe, replace(take, start=None)) | picture


def _for_model(family: Family, folder: ModelFolder) -> Family:
    """The models that came before conditions have a solver whose steps depend on the size of the picture."""
    if not folder.config("scheduler", "scheduler_config.json").get("use_dynamic_shifting"):
        return family
    return replace(family, pipeline="LTXPipeline", module=EarlyLtx(), end=FramePicture.NEVER)


FAMILY = Family(
    name="ltx",
    title="LTX-Video",
    pipeline="LTXConditionPipeline",
    indexes=("LTXConditionPipeline", "LTXPipeline", "LTXImageToVideoPipeline"),
    module=Ltx(),
    conditioning=WORDS,
    start=FramePicture.CAN,
    end=FramePicture.CAN,
    rate=24,
    frame_step=8,
    longest=257,
    multiple=32,
    area=768 * 512,
    steps=40,
    guidance=3.0,
    prompt_tokens=256,
    schedulers=frozenset({Scheduler.FLOW_EULER}),
    caches=TRANSFORMER_CACHES,
    spreads=True,
    refine=_for_model,
    licence="LTX-Video licence: commercial use with conditions",
)
