"""The pictures that a shot is made from: where it starts and ends, and what it is to be like."""

from __future__ import annotations

import numpy as np
import torch
from PIL import Image

from farm.backends.diffusion.conditioning import keyframe
from farm.backends.diffusion.conditioning.encoders import Encoders
from farm.backends.diffusion.conditioning.pictures import as_pictures, image_of, open_picture
from farm.backends.diffusion.denoising.steps import Steps, own_randomness
from farm.backends.diffusion.families.call import Size
from farm.backends.diffusion.families.family import FramePicture
from farm.backends.diffusion.job import Shot, character_references, reporter
from farm.backends.diffusion.loaded_models import HeldModels, Loaded
from farm.backends.diffusion.loading.loras import loras_of
from farm.backends.diffusion.loading.pipelines import fresh_scheduler
from farm.backends.diffusion.options import Ask, KeyframeOptions
from storyboard.errors import FarmError, UsageError
from storyboard.planning.spec import ResolvedFile, ResolvedLora


class GivenPictures:
    """Opens the pictures of shots, and draws the first ones that nobody gave."""

    def __init__(self, held: HeldModels, encoders: Encoders) -> None:
        self._held = held
        self._encoders = encoders

    def start(self, shot: Shot) -> Image.Image | None:
        """The picture of frame 0: the predecessor's last, or a keyframe."""
        if shot.family.start is FramePicture.NEVER:
            return None
        if shot.before is not None:
            return image_of(shot.before, shot.size)
        if shot.spec.first_frame is not None:
            return self._given(shot, shot.spec.first_frame)
        if shot.options.keyframe is None:
            if shot.family.start is FramePicture.MUST:
                raise UsageError(f"{shot.family.name} starts from a picture, and this shot was given none")
            return None
        picture = self._draw(shot, shot.options.keyframe)
        return image_of(as_pictures(picture[None], "the keyframe model")[0], shot.size)

    def end(self, shot: Shot) -> Image.Image | None:
        """The picture that the shot ends on."""
        if shot.family.end is FramePicture.NEVER or shot.spec.last_frame is None:
            return None
        return self._given(shot, shot.spec.last_frame)

    def _given(self, shot: Shot, file: ResolvedFile) -> Image.Image:
        picture = open_picture(shot.conditioning.files, file)
        return image_of(np.asarray(picture), shot.size)

    def _draw(self, shot: Shot, options: KeyframeOptions) -> torch.Tensor:
        prompt = self._encoders.keyframe_prompt(shot, options)
        loaded = self._held.keyframe(shot, options)
        pipe = loaded.pipe
        pipe.scheduler = fresh_scheduler(pipe, loaded.scheduler, options)
        loaded.loras.switch(loras_for(shot, loaded), shot.conditioning.files)
        adapted = self._encoders.adapted(shot, loaded, options)
        generator = torch.Generator("cpu").manual_seed(shot.seed)
        size = Size(options.width or shot.size.width, options.height or shot.size.height)
        steps = Steps(pipe, generator, reporter(shot, 0.0, shot.shares[0]))
        matched = shot.conditioning.matched_frame if shot.spec.match_cut else None
        pipe.to(self._held.device)
        try:
            with own_randomness(shot.seed, self._held.device), torch.no_grad(), steps:
                return keyframe.draw(pipe, options, size, prompt, adapted, generator, matched).cpu()
        finally:
            if self._held.device.type == "cuda":
                pipe.to("cpu")

    def references(self, shot: Shot) -> tuple[Image.Image, ...]:
        """What a family that takes reference pictures directly is given."""
        takes = shot.family.takes if not shot.family.adapters else frozenset()
        characters = character_references(shot.spec) if Ask.REFERENCES in takes else ()
        wanted = (*characters, *(shot.spec.location.references if Ask.PLACES in takes else ()))
        return tuple(
            open_picture(shot.conditioning.files, file) for file in wanted[: shot.family.most_references]
        )


def loras_for(shot: Shot, loaded: Loaded) -> list[ResolvedLora]:
    """The LoRAs of a shot that are made for a model."""
    every = loras_of(shot.spec)
    wanted = loaded.loras.fitting(every, shot.conditioning.files)
    shot.applied |= {lora.file.sha256 for lora in wanted}
    fits = {lora.file.sha256: loaded.loras.fit(lora) for lora in every}
    shot.parts |= {sha256: str(fit) for sha256, fit in fits.items() if fit.there and not fit.enough}
    return wanted


def check_loras(shot: Shot) -> None:
    """Make sure that each LoRA of a shot was made for one of its models.

    Raises:
        FarmError: one is for another.
    """
    if Ask.LORAS in shot.options.leave_out or (shot.options.keyframe is not None and not shot.draws):
        return  # or it may be for the model that draws
    for lora in loras_of(shot.spec):
        if lora.file.sha256 not in shot.applied:
            name = shot.conditioning.files[lora.file.sha256].name
            models = [shot.options.model, *([shot.options.keyframe.model] if shot.options.keyframe else [])]
            part = shot.parts.get(lora.file.sha256)
            there = f": of it there are only {part}" if part else ""
            raise FarmError(f"the LoRA {name} is for another model than {' or '.join(models)}{there}")
