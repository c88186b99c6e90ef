"""IP-Adapters: loaded once into a pipeline, then switched by their scales; and their image encoders."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from PIL import Image
from safetensors import safe_open
from safetensors.torch import load_file

from farm.backends.diffusion.loading.pipelines import align, quiet
from farm.backends.diffusion.models.folders import confined, file_in, find_folder
from farm.backends.diffusion.models.named import adapter_parts, encoder_of, encoder_parts
from farm.backends.diffusion.options import AdapterOptions
from storyboard.errors import FarmError, UsageError
from storyboard.wording import listed

_PLAIN_PROJECTION = ("image_proj", "proj.weight")
_ADAPTER_PARTS = {
    "image_proj": "image_proj",
    "ip_adapter": "ip_adapter",
    "ip_adapter_proj_model": "image_proj",
    "double_blocks": "ip_adapter",
}
"""the two parts of an IP-Adapter, by how its file calls them; the last two are those of adapters of Flux"""
_FLUX_NAMES = {
    "processor.": "",
    "ip_adapter_double_stream_k_proj": "to_k_ip",
    "ip_adapter_double_stream_v_proj": "to_v_ip",
}


def adapter_file(options: AdapterOptions) -> Path:
    """The weights of an IP-Adapter on this machine.

    Raises:
        UsageError: there is no such file, or it lies outside its folder.
    """
    return file_in(_folder(options), options.file)


def _folder(options: AdapterOptions) -> Path:
    return find_folder(options.model, options.revision, parts=adapter_parts(options))


def denoiser_of(pipe: Any) -> Any:
    """The model of a pipeline that its IP-Adapters are loaded into."""
    return pipe.unet if hasattr(pipe, "unet") else pipe.transformer


def load_adapters(pipe: Any, adapters: Sequence[AdapterOptions]) -> None:
    """Load IP-Adapters into a pipeline, without their image encoders.

    Raises:
        FarmError: one is of another model.
    """
    states = []
    for options in adapters:
        parts: dict[str, dict[str, torch.Tensor]] = {"image_proj": {}, "ip_adapter": {}}
        for key, tensor in load_file(adapter_file(options)).items():
            part, name = _called(key)
            if part in parts:
                parts[part][name] = tensor
        states.append(parts)
    of_unet = hasattr(pipe, "unet")
    encoder = "image_encoder_folder" if of_unet else "image_encoder_pretrained_model_name_or_path"
    count = len(states)
    try:
        with quiet():
            pipe.load_ip_adapter(states, subfolder=[""] * count, weight_name=[""] * count, **{encoder: None})
    except (KeyError, RuntimeError, ValueError) as error:
        names = listed([options.file for options in adapters])
        raise FarmError(f"{names}: no IP-Adapter of a {type(pipe).__name__} like this: {error}") from error
    denoiser = denoiser_of(pipe)
    denoiser.requires_grad_(requires_grad=False)
    align(denoiser)


def _called(key: str) -> tuple[str, str]:
    """The part of an IP-Adapter that a tensor is of and its name there, as diffusers calls them."""
    part, _, name = key.partition(".")
    for theirs, ours in _FLUX_NAMES.items():
        name = name.replace(theirs, ours)
    return _ADAPTER_PARTS.get(part, ""), name


def set_scales(pipe: Any, adapters: Sequence[tuple[AdapterOptions, bool]]) -> None:
    """Apply those adapters that have pictures in this shot, as it says, and none of the others.

    Raises:
        UsageError: the scales by block are not those of the model.
    """
    scales: list[Any] = [(options.blocks or options.scale) if used else 0.0 for options, used in adapters]
    if not hasattr(pipe, "unet"):
        # Flux takes a list with one number for one adapter as scales by block.
        count = pipe.transformer.config.num_layers
        scales = [scale if isinstance(scale, list | dict) else [scale] * count for scale in scales]
    try:
        pipe.set_ip_adapter_scale(scales)
    except (KeyError, TypeError, ValueError) as error:
        raise UsageError(f"blocks: do not fit {type(pipe).__name__}: {error}") from error


class ImageEncoder:
    """The image encoder of an IP-Adapter, apart from any pipeline."""

    def __init__(self, options: AdapterOptions, device: torch.device) -> None:
        from transformers import CLIPVisionModelWithProjection

        encoder = encoder_of(options)
        folder = find_folder(encoder.model, encoder.revision, parts=encoder_parts(encoder))
        place = confined(folder / encoder.folder, [folder])
        try:
            with quiet():
                model: Any = CLIPVisionModelWithProjection.from_pretrained(
                    str(place), use_safetensors=True, local_files_only=True, dtype=torch.float32
                )
        except (OSError, ValueError) as error:
            raise FarmError(f"the image encoder {place} cannot be loaded: {error}") from error
        self._model: Any = model
        self._device = device
        align(self._model)
        self._model.eval().requires_grad_(requires_grad=False)
        with safe_open(adapter_file(options), framework="pt") as file:
            self._plain = _PLAIN_PROJECTION in map(_called, file.keys())
        self._processor = _image_processor(self._model.config.image_size)

    @torch.no_grad()
    def encode(self, pictures: Sequence[Image.Image]) -> torch.Tensor:
        """What an IP-Adapter reads of pictures, for nothing and for all: [2, pictures, ...]."""
        # It is used once for each set of references, so it stays on the card only meanwhile.
        self._model.to(self._device)
        try:
            return self._seen(pictures)
        finally:
            self._model.to("cpu")

    def _seen(self, pictures: Sequence[Image.Image]) -> torch.Tensor:
        pixels = torch.from_numpy(self._processor(list(pictures), return_tensors="np")["pixel_values"])
        pixels = pixels.to(self._model.device, torch.float32)
        if self._plain:
            seen = self._model(pixels).image_embeds[None]
            return torch.cat([torch.zeros_like(seen), seen])
        seen, nothing = (
            self._model(given, output_hidden_states=True).hidden_states[-2][None]
            for given in (pixels, torch.zeros_like(pixels))
        )
        return torch.cat([nothing, seen])


def _image_processor(size: int) -> Any:
    import transformers

    kind = getattr(transformers, "CLIPImageProcessorPil", None) or transformers.CLIPImageProcessor
    return kind(size=size, crop_size=size)
