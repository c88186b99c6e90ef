"""The first picture of a shot, drawn by a text-to-image model: Stable Diffusion 1.5, SDXL or Flux."""

from __future__ import annotations

from typing import Any

import torch

from farm.backends.diffusion.clip_words import encode_clip
from farm.backends.diffusion.options import KeyframeOptions
from farm.backends.diffusion.prompt import Prompt
from farm.backends.diffusion.sizing import Size
from farm.backends.diffusion.take import Tensors, named

PIPELINES = ("StableDiffusionPipeline", "StableDiffusionXLPipeline", "FluxPipeline")
"""pipeline classes that can draw a keyframe"""
ADAPTED = ("StableDiffusionPipeline", "StableDiffusionXLPipeline")
"""those of them that take IP-Adapters here"""
FLUX_TOKENS = 512


def encode(pipe: Any, prompt: Prompt) -> Tensors:
    """The prompt as the arguments of the pipeline."""
    device = pipe._execution_device  # noqa: SLF001
    kind = type(pipe).__name__
    if kind == "FluxPipeline":
        words, pooled, _ = pipe.encode_prompt(
            prompt=prompt.text, prompt_2=None, device=device, max_sequence_length=FLUX_TOKENS
        )
        return named(prompt_embeds=words, pooled_prompt_embeds=pooled)
    if kind == "StableDiffusionXLPipeline":
        words, negative, pooled, negative_pooled = pipe.encode_prompt(
            prompt=prompt.text, negative_prompt=prompt.negative, device=device
        )
        return named(
            prompt_embeds=words,
            negative_prompt_embeds=negative,
            pooled_prompt_embeds=pooled,
            negative_pooled_prompt_embeds=negative_pooled,
        )
    words, negative = encode_clip(pipe, prompt)
    return named(prompt_embeds=words, negative_prompt_embeds=negative)


def draw(
    pipe: Any,
    options: KeyframeOptions,
    size: Size,
    prompt: Tensors,
    adapted: list[torch.Tensor],
    generator: torch.Generator,
) -> torch.Tensor:
    """The picture: float [3, height, width], 0 to 1."""
    embeds = {"ip_adapter_image_embeds": adapted} if adapted else {}
    pictures: torch.Tensor = pipe(
        **prompt,
        **embeds,
        height=size.height,
        width=size.width,
        num_inference_steps=options.steps,
        guidance_scale=options.guidance,
        generator=generator,
        output_type="pt",
    ).images
    return pictures[0]
