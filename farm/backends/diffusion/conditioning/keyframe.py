"""The first picture of a shot, drawn by a text-to-image model: Stable Diffusion 1.5, SDXL or Flux.

A shot that matches another's last frame is drawn from that frame, so that it is composed alike.
"""

from __future__ import annotations

import inspect
from math import ceil
from typing import Any

import diffusers
import torch

from farm.backend.protocol import Frame
from farm.backends.diffusion.conditioning.pictures import image_of
from farm.backends.diffusion.families.call import Size, Tensors, named
from farm.backends.diffusion.families.long_prompts import encode_long, prompt_parts
from farm.backends.diffusion.loading.pipelines import quiet
from farm.backends.diffusion.options import KeyframeOptions
from farm.backends.diffusion.prompt import Prompt

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
        encoded = [
            pipe.encode_prompt(prompt=part, negative_prompt=prompt.negative, device=device)
            for part in prompt_parts(pipe, prompt)
        ]
        return named(
            prompt_embeds=torch.cat([part[0] for part in encoded], 1),
            negative_prompt_embeds=torch.cat([part[1] for part in encoded], 1),
            # What a whole prompt says in one vector is taken of the part that says what matters most.
            pooled_prompt_embeds=encoded[0][2],
            negative_pooled_prompt_embeds=encoded[0][3],
        )
    words, negative = encode_long(pipe, prompt)
    return named(prompt_embeds=words, negative_prompt_embeds=negative)


def draw(
    pipe: Any,
    options: KeyframeOptions,
    size: Size,
    prompt: Tensors,
    adapted: list[torch.Tensor],
    generator: torch.Generator,
    matched: Frame | None = None,
) -> torch.Tensor:
    """The picture: float [3, height, width], 0 to 1.

    Args:
        pipe: draws it.
        options: of the keyframe.
        size: of the picture.
        prompt: as `encode` gave it.
        adapted: for each IP-Adapter, what its image encoder gave.
        generator: of its noise.
        matched: a picture that it is composed like; None composes it anew.
    """
    arguments: dict[str, Any] = {
        **prompt,
        "num_inference_steps": options.steps,
        "guidance_scale": options.guidance,
        "generator": generator,
        "output_type": "pt",
    }
    if adapted:
        arguments |= _adapted(pipe, adapted)
    if matched is None:
        arguments |= {"height": size.height, "width": size.width}
    else:
        pipe = _from_picture(pipe)
        arguments["image"] = image_of(matched, size)
        arguments["strength"] = options.match_strength
        # It leaves out the first steps, and must have one left.
        arguments["num_inference_steps"] = max(options.steps, ceil(1 / options.match_strength))
        if type(pipe).__name__.startswith("Flux"):
            arguments |= {"height": size.height, "width": size.width}
    pictures: torch.Tensor = pipe(**arguments).images
    return pictures[0]


def _adapted(pipe: Any, adapted: list[torch.Tensor]) -> dict[str, Any]:
    """What image encoders gave, as the arguments of the pipeline; Flux takes nothing and all apart."""
    if not type(pipe).__name__.startswith("Flux"):
        return {"ip_adapter_image_embeds": adapted}
    return {
        "ip_adapter_image_embeds": [seen[1:] for seen in adapted],
        "negative_ip_adapter_image_embeds": [seen[:1] for seen in adapted],
    }


def _from_picture(pipe: Any) -> Any:
    """The same models in a pipeline that starts from a picture instead of from noise."""
    kind = getattr(diffusers, type(pipe).__name__.replace("Pipeline", "Img2ImgPipeline"))
    taken = inspect.signature(kind.__init__).parameters
    parts = {name: part for name, part in pipe.components.items() if name in taken}
    more = {"requires_safety_checker": False} if "requires_safety_checker" in taken else {}
    with quiet():
        made = kind(**parts, **more)
    made.set_progress_bar_config(disable=True)
    return made
