"""Wan 2.1 and 2.2: text to video, image to video, and VACE with reference pictures."""

from __future__ import annotations

from typing import Any

from PIL import Image
from typing_extensions import override

from farm.backends.diffusion.take import FamilyModule, Take, common

_GREY = (127, 127, 127)
_KEEP, _RENDER = 0, 255


def _two_guidances(pipe: Any, take: Take) -> dict[str, Any]:
    """Wan 2.2's second transformer is guided by itself; Wan 2.1 refuses the argument."""
    if pipe.config.boundary_ratio is None or take.guidance_2 is None:
        return {}
    return {"guidance_scale_2": take.guidance_2}


class Wan(FamilyModule):
    """Words to video."""

    @override
    def arguments(self, pipe: Any, take: Take) -> dict[str, Any]:
        return {**common(take), **_two_guidances(pipe, take)}


class WanI2V(Wan):
    """A first picture and words to video."""

    @override
    def arguments(self, pipe: Any, take: Take) -> dict[str, Any]:
        return {**super().arguments(pipe, take), "image": take.start}


class WanVace(Wan):
    """Reference pictures, a first picture and words to video."""

    @override
    def arguments(self, pipe: Any, take: Take) -> dict[str, Any]:
        arguments = super().arguments(pipe, take)
        arguments["conditioning_scale"] = take.options.reference_scale
        if take.references:
            arguments["reference_images"] = list(take.references)
        if take.start is not None:
            size = (take.size.width, take.size.height)
            rest = take.frames - 1
            arguments["video"] = [take.start, *[Image.new("RGB", size, _GREY)] * rest]
            arguments["mask"] = [Image.new("L", size, _KEEP), *[Image.new("L", size, _RENDER)] * rest]
        return arguments
