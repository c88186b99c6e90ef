"""LoRAs: loaded once into a pipeline, then switched by their weights."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from textwrap import shorten
from typing import Any

import torch
from safetensors.torch import load_file

from farm.backends.diffusion.denoising.steps import DENOISERS
from farm.backends.diffusion.loading.pipelines import DTYPES, align, quiet
from farm.backends.diffusion.options import DiffusionOptions
from farm.media.loras import MAGNITUDES, LoraError, check_names, plain_name
from storyboard.errors import FarmError
from storyboard.planning.spec import ResolvedLora, ShotSpec

_LOG = logging.getLogger(__name__)
MOST_LORAS = 16
"""kept in a pipeline; beyond, the one unused for longest goes"""
_LONGEST_WORDS = 300
_LORA = re.compile(r"[._]lora[._]")
_OF_ENCODERS = ("text_encoder", "lora_te")
"""how keys of what a LoRA changes in text encoders begin"""
_ENOUGH = Fraction(3, 4)
"""the part of a LoRA's places that a model must have: a LoRA of a model that takes pictures changes a sixth
more places than a model of the same family has that takes none, and works there"""


def loras_of(spec: ShotSpec) -> tuple[ResolvedLora, ...]:
    """The LoRAs of a shot: the look's, then its characters'; one that several name, once."""
    every = [*spec.look.loras, *(lora for one in spec.characters for lora in one.loras)]
    return tuple({lora.file.sha256: lora for lora in every}.values())


@dataclass(frozen=True, slots=True)
class Fit:
    """How many of the places that a LoRA changes a pipeline's denoisers have.

    Attributes:
        there: they have so many.
        changed: of so many that it changes; what it changes in text encoders is not counted.
    """

    there: int
    changed: int

    @property
    def enough(self) -> bool:
        """Whether it was made for this model."""
        return self.there > 0 and self.there >= _ENOUGH * self.changed

    def __str__(self) -> str:
        return f"{self.there} of the {self.changed} places that it changes"


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
        self._fits: dict[str, Fit] = {}
        self.loads = 0
        """how many were read from a file"""

    def fitting(self, wanted: Sequence[ResolvedLora], files: Mapping[str, Path]) -> list[ResolvedLora]:
        """Those that are made for the pipeline's denoiser: others may be for the model of a shot's keyframe.

        Raises:
            FarmError: a file holds no tensors.
        """
        for sha256 in {lora.file.sha256 for lora in wanted} - self._fits.keys():
            fit = self._fits[sha256] = fit_of(self._pipe, files[sha256])
            if fit.enough and fit.there < fit.changed:
                name = files[sha256].name
                _LOG.warning("of the LoRA %s the model has %s: the others are left out", name, fit)
        return [lora for lora in wanted if self._fits[lora.file.sha256].enough]

    def fit(self, lora: ResolvedLora) -> Fit:
        """How much of one that was asked for the pipeline has."""
        return self._fits[lora.file.sha256]

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
                tensors = self._readable(path)
                # Prompts are encoded once for all shots, by encoders that are not here.
                kept = {key: tensor for key, tensor in tensors.items() if not key.startswith(_OF_ENCODERS)}
                self._pipe.load_lora_weights(kept, adapter_name=name, **assigned)
        except LoraError as error:
            raise FarmError(f"the LoRA {path.name} cannot be applied: {error.message}") from error
        except Exception as error:  # diffusers raises anything for keys that it does not know
            raise FarmError(f"the LoRA {path.name} does not fit the model: {_in_a_line(error)}") from error
        models = [one for one in self._pipe.components.values() if isinstance(one, torch.nn.Module)]
        if any(part.is_meta and name in key for one in models for key, part in one.named_parameters()):
            self._pipe.delete_adapters(name)
            raise FarmError(f"the LoRA {path.name} cannot be applied: a half of it is missing")
        for model in models:
            if self._kept_as is not None:
                _keep_as(self._kept_as, model, name)
            align(model)
        self._loaded[name] = None
        self.loads += 1

    def _readable(self, path: Path) -> dict[str, torch.Tensor]:
        tensors = _tensors(self._pipe, path)
        if self._kept_as is not None and any(MAGNITUDES in key for key in tensors):
            raise LoraError("it is a DoRA, whose magnitudes cannot be taken of weights in eight bits")
        return tensors


def lora_rack(pipe: Any, options: DiffusionOptions) -> LoraRack:
    """The LoRAs of a pipeline that was tuned as the options say."""
    return LoraRack(pipe, DTYPES[options.precision] if options.fp8_weights else None)


def _in_a_line(error: Exception) -> str:
    """What an error says, of which the first line may say nothing."""
    return shorten(str(error) or type(error).__name__, _LONGEST_WORDS, placeholder=" …")


def _keep_as(dtype: torch.dtype, model: torch.nn.Module, adapter: str) -> None:
    """Keep the numbers of an adapter as this, where the weights are that it adapts."""
    for module in model.modules():
        base: Any = getattr(module, "base_layer", None)
        for part in ("lora_A", "lora_B"):
            held = getattr(module, part, {})
            if adapter in held:
                held[adapter].to(base.weight.device, dtype)


def _tensors(pipe: Any, path: Path) -> dict[str, torch.Tensor]:
    """What a LoRA's file holds, by the names that diffusers knows.

    Raises:
        LoraError: it is another thing than a LoRA.
    """
    tensors = load_file(path)
    check_names(tensors)
    denoiser = "unet" if hasattr(pipe, "unet") else "transformer"
    return {plain_name(name, denoiser): tensor for name, tensor in tensors.items()}


def fit_of(pipe: Any, path: Path) -> Fit:
    """How much of what a LoRA changes is in the denoisers of a pipeline, whatever program wrote it.

    Raises:
        FarmError: it is no safetensors file, or no LoRA.
    """
    try:
        tensors = _tensors(pipe, path)
    except LoraError as error:
        raise FarmError(f"the LoRA {path.name} cannot be applied: {error.message}") from error
    except Exception as error:
        raise FarmError(f"the LoRA {path.name} is no safetensors file: {_in_a_line(error)}") from error
    if not hasattr(pipe, "lora_state_dict"):
        return Fit(0, 0)
    unet = getattr(pipe, "unet", None)
    more = {} if unet is None else {"unet_config": unet.config}
    try:
        with quiet():
            found = pipe.lora_state_dict(tensors, **more)
    except Exception:  # noqa: BLE001  (diffusers raises anything for keys of another model)
        return Fit(0, 0)
    named = found[0] if isinstance(found, tuple) else found
    places = {
        f"{name}.{place}"
        for name in DENOISERS
        if (model := getattr(pipe, name, None)) is not None
        for place, _ in model.named_modules()
    }
    changed = {_LORA.split(key.replace(".processor", ""))[0] for key in named if _LORA.search(key)}
    changed = {place for place in changed if not place.startswith(_OF_ENCODERS)}
    return Fit(len(changed & places), len(changed))
