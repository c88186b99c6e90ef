"""The families of video models, one module each: its record, and the code that calls its pipeline.

Importing them imports no torch: the plan reads the records on machines that have none.
"""

from __future__ import annotations

from dataclasses import replace

from farm.backends.diffusion.families import (
    animatediff,
    cogvideox,
    hunyuan,
    ltx,
    ltx2,
    svd,
    wan,
    wan_animate,
    wan_vace,
)
from farm.backends.diffusion.families.family import Family
from farm.backends.diffusion.models.folders import ModelFolder
from farm.backends.diffusion.options import WHOLE, Ask, DiffusionOptions
from storyboard.errors import UsageError

FAMILIES: dict[str, Family] = {
    family.name: family
    for family in (
        wan.TEXT_TO_VIDEO,
        wan.IMAGE_TO_VIDEO,
        wan_vace.FAMILY,
        wan_animate.FAMILY,
        ltx.FAMILY,
        ltx2.FAMILY,
        hunyuan.TEXT_TO_VIDEO,
        hunyuan.IMAGE_TO_VIDEO,
        cogvideox.TEXT_TO_VIDEO,
        cogvideox.IMAGE_TO_VIDEO,
        animatediff.FAMILY,
        svd.FAMILY,
    )
}


def family_of_index(pipeline_class: str) -> Family | None:
    """The family whose models name this pipeline class in their index."""
    return next((family for family in FAMILIES.values() if pipeline_class in family.indexes), None)


def family_of(options: DiffusionOptions, folder: ModelFolder) -> Family:
    """The family that renders a model, with what is different for this very model.

    Raises:
        UsageError: none does, or not the one that the options name; the message says which do.
    """
    family = _named_or_indexed(options, folder.pipeline)
    if family.refine:
        family = family.refine(family, folder)
    if family.spreads:
        heads = folder.config("transformer").get("num_attention_heads")
        family = replace(family, heads=heads if isinstance(heads, int) else 0)
    return family if options.cards == 1 else replace(family, memory=family.memory & WHOLE)


def _named_or_indexed(options: DiffusionOptions, pipeline_class: str) -> Family:
    found = family_of_index(pipeline_class)
    if options.family != "auto":
        named = FAMILIES[options.family]
        if pipeline_class not in (*named.indexes, *named.also):
            of = f" (it is of the family {found.name})" if found else ""
            raise UsageError(
                f"{options.model} is a {pipeline_class}, which {named.name} does not render{of}",
                "leave the family out: it is read from the model",
            )
        return named
    if options.motion_adapter is not None and pipeline_class in animatediff.FAMILY.also:
        return animatediff.FAMILY
    if found is None:
        raise UsageError(
            f"{options.model} is a {pipeline_class}, which no family renders",
            f"families: {', '.join(FAMILIES)}; or use it as a keyframe model",
        )
    return found


def families_that_take(ask: Ask) -> list[str]:
    """The names of the families that can be asked for something."""
    return [family.name for family in FAMILIES.values() if ask in family.takes]
