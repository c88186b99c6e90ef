"""AnimateDiff: Stable Diffusion 1.5 with a motion module, and IP-Adapters for characters and look."""

from __future__ import annotations

from typing import Any

from typing_extensions import override

from farm.backends.diffusion.clip_words import encode_clip
from farm.backends.diffusion.prompt import Prompt
from farm.backends.diffusion.take import FamilyModule, Take, Tensors, common, named


class AnimateDiff(FamilyModule):
    """Words and reference pictures to video."""

    @override
    def encode(self, pipe: Any, prompt: Prompt, tokens: int | None, *, guided: bool) -> Tensors:
        words, negative = encode_clip(pipe, prompt)
        return named(prompt_embeds=words, negative_prompt_embeds=negative if guided else None)

    @override
    def arguments(self, pipe: Any, take: Take) -> dict[str, Any]:
        adapted = {"ip_adapter_image_embeds": take.adapted} if take.adapted else {}
        return {**common(take), **adapted}
