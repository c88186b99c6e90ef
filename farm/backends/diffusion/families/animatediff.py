"""AnimateDiff: Stable Diffusion 1.5 with a motion module, and IP-Adapters for characters and look."""

from __future__ import annotations

from typing import Any

from typing_extensions import override

from farm.backends.diffusion.families.call import FamilyModule, Take, Tensors, common, named
from farm.backends.diffusion.families.family import NOISE, WORDS, Family, FramePicture
from farm.backends.diffusion.families.long_prompts import encode_long
from farm.backends.diffusion.options import Ask, Memory
from farm.backends.diffusion.prompt import Prompt


class AnimateDiff(FamilyModule):
    """Words and reference pictures to video."""

    @override
    def encode(self, pipe: Any, prompt: Prompt, tokens: int | None, *, guided: bool) -> Tensors:
        words, negative = encode_long(pipe, prompt)
        return named(prompt_embeds=words, negative_prompt_embeds=negative if guided else None)

    @override
    def arguments(self, pipe: Any, take: Take) -> dict[str, Any]:
        adapted = {"ip_adapter_image_embeds": take.adapted} if take.adapted else {}
        return {**common(take), **adapted}


FAMILY = Family(
    name="animatediff",
    title="AnimateDiff on Stable Diffusion 1.5",
    pipeline="AnimateDiffPipeline",
    indexes=("AnimateDiffPipeline",),
    also=("StableDiffusionPipeline",),
    module=AnimateDiff(),
    conditioning=WORDS | {Ask.REFERENCES, Ask.STYLE},
    start=FramePicture.NEVER,
    rate=8,
    frame_step=1,
    longest=32,
    hard_limit=True,
    multiple=8,
    area=512 * 512,
    steps=25,
    guidance=7.5,
    schedulers=NOISE,
    memory=frozenset(Memory),
    compiles=False,
    adapters=True,
    motion_adapter=True,
    licence="CreativeML Open RAIL-M (Stable Diffusion 1.5); Apache-2.0 (motion module)",
)
