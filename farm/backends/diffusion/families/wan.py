"""Wan 2.1 and 2.2, of one transformer or two: words, or a first picture and words, to video."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from typing_extensions import override

from farm.backends.diffusion.families.call import FamilyModule, Take, common
from farm.backends.diffusion.families.family import TRANSFORMER_CACHES, WORDS, Family, FramePicture
from farm.backends.diffusion.models.folders import ModelFolder
from farm.backends.diffusion.options import StepCache
from storyboard.errors import UsageError


class Wan(FamilyModule):
    """Words to video."""

    @override
    def arguments(self, pipe: Any, take: Take) -> dict[str, Any]:
        arguments = common(take)
        # Wan 2.2's second transformer is guided by itself; Wan 2.1 refuses the argument.
        if pipe.config.boundary_ratio is not None and take.guidance_2 is not None:
            arguments["guidance_scale_2"] = take.guidance_2
        return arguments


class WanI2V(Wan):
    """A first picture, perhaps a last one, and words to video."""

    @override
    def arguments(self, pipe: Any, take: Take) -> dict[str, Any]:
        last = {} if take.end is None else {"last_image": take.end}
        return {**super().arguments(pipe, take), "image": take.start, **last}


def _for_model(family: Family, folder: ModelFolder) -> Family:
    """What is different in the models of 2.2.

    Of two transformers each runs some steps only, which no cache counts; the small model has a size and
    a rate of its own.
    """
    if folder.settings.get("boundary_ratio") is not None:
        family = replace(family, caches=family.caches - {StepCache.MAGNITUDE})
    if not folder.settings.get("expand_timesteps"):
        return family
    return replace(family, rate=24, longest=121, multiple=32, area=1280 * 704)


def _for_image_model(family: Family, folder: ModelFolder) -> Family:
    """Which of the models that start from a picture also end on one.

    Those for first and last frames must be given both: their positions count two pictures. The other
    models of 2.1 look at one picture with an image encoder, and fail with two. Those of 2.2 have none and
    take either. The small one of 2.2, the same for words and for pictures, holds on to its first frame only.
    """
    small = bool(folder.settings.get("expand_timesteps"))
    if folder.pipeline in family.also and not small:
        raise UsageError(
            f"{folder.path} makes video of words alone, which is no model of {family.name}",
            "leave the family out: it is read from the model",
        )
    looks = folder.config("transformer")
    end = FramePicture.CAN
    if looks.get("pos_embed_seq_len") is not None:
        end = FramePicture.MUST
    elif small or looks.get("image_dim") is not None:
        end = FramePicture.NEVER
    return replace(_for_model(family, folder), end=end)


TEXT_TO_VIDEO = Family(
    name="wan",
    title="Wan 2.1 and 2.2, text to video",
    pipeline="WanPipeline",
    indexes=("WanPipeline",),
    module=Wan(),
    conditioning=WORDS,
    start=FramePicture.NEVER,
    rate=16,
    frame_step=4,
    longest=81,
    multiple=16,
    area=832 * 480,
    steps=50,
    guidance=5.0,
    prompt_tokens=512,
    caches=TRANSFORMER_CACHES | {StepCache.SPECTRUM},
    spreads=True,
    refine=_for_model,
    fp32=("vae", "image_encoder"),
    licence="Apache-2.0",
)
IMAGE_TO_VIDEO = replace(
    TEXT_TO_VIDEO,
    name="wan-i2v",
    title="Wan 2.1 and 2.2, image to video",
    pipeline="WanImageToVideoPipeline",
    indexes=("WanImageToVideoPipeline",),
    module=WanI2V(),
    conditioning=WORDS,
    caches=TRANSFORMER_CACHES,
    start=FramePicture.MUST,
    end=FramePicture.CAN,
    also=("WanPipeline",),
    refine=_for_image_model,
)
