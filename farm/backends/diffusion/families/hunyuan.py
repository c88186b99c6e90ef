"""HunyuanVideo 1.5: words, or a first picture and words, to video."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

from typing_extensions import override

from farm.backends.diffusion.families.call import FamilyModule, Take, Tensors, common, named
from farm.backends.diffusion.families.family import Family, FramePicture
from farm.backends.diffusion.options import Ask, Scheduler
from farm.backends.diffusion.prompt import Prompt


class Hunyuan(FamilyModule):
    """Words to video."""

    encoding_needs: ClassVar[tuple[str, ...]] = ("scheduler", "guider", "vae")

    @override
    def encode(self, pipe: Any, prompt: Prompt, tokens: int | None, *, guided: bool) -> Tensors:
        device = pipe._execution_device  # noqa: SLF001
        encoded: Tensors = {}
        for prefix, words in (("", prompt.text), ("negative_", prompt.negative)):
            if prefix and not guided:
                continue
            first, mask, second, second_mask = pipe.encode_prompt(prompt=words, device=device)
            encoded |= named(
                **{
                    f"{prefix}prompt_embeds": first,
                    f"{prefix}prompt_embeds_mask": mask,
                    f"{prefix}prompt_embeds_2": second,
                    f"{prefix}prompt_embeds_mask_2": second_mask,
                }
            )
        return encoded

    @override
    def arguments(self, pipe: Any, take: Take) -> dict[str, Any]:
        # This pipeline takes its guidance from a component.
        pipe.guider = pipe.guider.new(guidance_scale=take.guidance)
        arguments = common(take)
        del arguments["guidance_scale"]
        return arguments


class HunyuanI2V(Hunyuan):
    """A first picture and words to video."""

    @override
    def arguments(self, pipe: Any, take: Take) -> dict[str, Any]:
        arguments = super().arguments(pipe, take)
        del arguments["height"], arguments["width"]  # it takes them from the picture
        return {**arguments, "image": take.start}


TEXT_TO_VIDEO = Family(
    name="hunyuan-1.5",
    title="HunyuanVideo 1.5, text to video",
    pipeline="HunyuanVideo15Pipeline",
    indexes=("HunyuanVideo15Pipeline",),
    module=Hunyuan(),
    conditioning=frozenset({Ask.NEGATIVE}),
    start=FramePicture.NEVER,
    rate=24,
    frame_step=4,
    longest=121,
    multiple=16,
    area=848 * 480,
    steps=50,
    guidance=6.0,
    schedulers=frozenset({Scheduler.FLOW_EULER}),
    licence="Tencent Hunyuan community licence: not in the EU, the UK and South Korea",
)
IMAGE_TO_VIDEO = replace(
    TEXT_TO_VIDEO,
    name="hunyuan-1.5-i2v",
    title="HunyuanVideo 1.5, image to video",
    pipeline="HunyuanVideo15ImageToVideoPipeline",
    indexes=("HunyuanVideo15ImageToVideoPipeline",),
    module=HunyuanI2V(),
    conditioning=frozenset({Ask.NEGATIVE}),
    start=FramePicture.MUST,
)
