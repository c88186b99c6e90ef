"""LoRAs and IP-Adapters: loaded once into a pipeline, then switched by their weights."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from PIL import Image
from safetensors import safe_open
from safetensors.torch import load_file

from farm.backends.diffusion.denoising.steps import DENOISERS
from farm.backends.diffusion.loading.pipelines import DTYPES, align, quiet
from farm.backends.diffusion.models.folders import confined, file_in, find_folder
from farm.backends.diffusion.models.named import adapter_parts, encoder_of, encoder_parts
from farm.backends.diffusion.options import AdapterOptions, DiffusionOptions
from storyboard.errors import FarmError, UsageError
from storyboard.planning.spec import ResolvedLora, ShotSpec
from storyboard.wording import listed

MOST_LORAS = 16
"""kept in a pipeline; beyond, the one unused for longest goes"""
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
_LORA = re.compile(r"[._]lora[._]")
_OF_ENCODERS = ("text_encoder", "lora_te")
"""how keys of what a LoRA changes in text encoders begin"""


def loras_of(spec: ShotSpec) -> tuple[ResolvedLora, ...]:
    """The LoRAs of a shot: the look's, then its characters'; one that several name, once."""
    every = [*spec.look.loras, *(lora for one in spec.characters for lora in one.loras)]
    return tuple({lora.file.sha256: lora for lora in every}.values())


class LoraRack:
    """The LoRAs of one pipeline.

    Args:
        pipe: the pipeline.
        kept_as: the numbers that LoRAs are kept in, where its denoiser's weights are kept in eight bits: they
            would be too, and nothing computes in those.
    """

    def __init__(self, pipe: Any, kept_as: torch.dtype | None = None) -> None:
        self._pipe = pipe
        self._kept_as = kept_as
        self._loaded: dict[str, None] = {}
        self._fits: dict[str, bool] = {}
        self.loads = 0
        """how many were read from a file"""

    def fitting(self, wanted: Sequence[ResolvedLora], files: Mapping[str, Path]) -> list[ResolvedLora]:
        """Those that are made for the pipeline's denoiser: others may be for the model of a shot's keyframe.

        Raises:
            FarmError: a file holds no tensors.
        """
        for sha256 in {lora.file.sha256 for lora in wanted} - self._fits.keys():
            self._fits[sha256] = fits(self._pipe, files[sha256])
        return [lora for lora in wanted if self._fits[lora.file.sha256]]

    def switch(self, wanted: Sequence[ResolvedLora], files: Mapping[str, Path]) -> None:
        """Apply exactly these LoRAs, each with its weight.

        Raises:
            FarmError: a file is no LoRA of this model.
        """
        names = [f"lora_{lora.file.sha256[:16]}" for lora in wanted]
        for lora, name in zip(wanted, names, strict=True):
            if name in self._loaded:
                self._loaded[name] = self._loaded.pop(name)
                continue
            self._load(name, files[lora.file.sha256])
        for name in list(self._loaded)[: max(0, len(self._loaded) - MOST_LORAS)]:
            if name not in names:
                self._pipe.delete_adapters(name)
                del self._loaded[name]
        if names:
            self._pipe.enable_lora()
            self._pipe.set_adapters(names, [lora.weight for lora in wanted])
        elif self._loaded:
            self._pipe.disable_lora()

    def _load(self, name: str, path: Path) -> None:
        try:
            with quiet():
                # Assigned rather than copied, they are not rounded to the numbers of the model's weights.
                assigned = {} if self._kept_as is None else {"low_cpu_mem_usage": True}
                tensors = load_file(path)
                # Prompts are encoded once for all shots, by encoders that are not here.
                kept = {key: tensor for key, tensor in tensors.items() if not key.startswith(_OF_ENCODERS)}
                self._pipe.load_lora_weights(kept, adapter_name=name, **assigned)
        except Exception as error:  # diffusers raises anything for keys that it does not know
            raise FarmError(f"the LoRA {path.name} does not fit the model: {error}") from error
        for model in self._pipe.components.values():
            if isinstance(model, torch.nn.Module):
                if self._kept_as is not None:
                    _keep_as(self._kept_as, model, name)
                align(model)
        self._loaded[name] = None
        self.loads += 1


def lora_rack(pipe: Any, options: DiffusionOptions) -> LoraRack:
    """The LoRAs of a pipeline that was tuned as the options say."""
    return LoraRack(pipe, DTYPES[options.precision] if options.fp8_weights else None)


def _keep_as(dtype: torch.dtype, model: torch.nn.Module, adapter: str) -> None:
    """Keep the numbers of an adapter as this, where the weights are that it adapts."""
    for module in model.modules():
        base: Any = getattr(module, "base_layer", None)
        for part in ("lora_A", "lora_B"):
            held = getattr(module, part, {})
            if adapter in held:
                held[adapter].to(base.weight.device, dtype)


def fits(pipe: Any, path: Path) -> bool:
    """Whether most of what a LoRA changes is in the denoiser of a pipeline, whatever program wrote it.

    Raises:
        FarmError: it is no safetensors file.
    """
    try:
        tensors = load_file(path)
    except Exception as error:
        raise FarmError(f"the LoRA {path.name} is no safetensors file: {error}") from error
    if not hasattr(pipe, "lora_state_dict"):
        return False
    unet = getattr(pipe, "unet", None)
    more = {} if unet is None else {"unet_config": unet.config}
    try:
        with quiet():
            found = pipe.lora_state_dict(tensors, **more)
    except Exception:  # noqa: BLE001  (diffusers raises anything for keys of another model)
        return False
    named = found[0] if isinstance(found, tuple) else found
    places = {
        f"{name}.{place}"
        for name in DENOISERS
        if (model := getattr(pipe, name, None)) is not None
        for place, _ in model.named_modules()
    }
    changed = {_LORA.split(key.replace(".processor", ""))[0] for key in named}
    of_denoisers = {place for place in changed if place.startswith(tuple(f"{name}." for name in DENOISERS))}
    return 2 * len(of_denoisers & places) > len(of_denoisers)


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
