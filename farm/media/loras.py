"""The one door for a user's LoRA file: what is in it, by the names of its tensors alone; nothing is loaded.

Relatives of LoRA (LoHa, LoKr and others) have names of their own, and what applies a LoRA would leave out a
part of them or say that they are for another model: they are refused by what they are. A DoRA is applied as
PEFT and diffusers save it; diffusers leaves the magnitudes out that other programs call `dora_scale`.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from pathlib import Path

from farm.media.tensors import tensors_in
from storyboard.errors import FarmError
from storyboard.wording import listed

_RELATIVES = (
    ("LoKr", ("lokr_w1", "lokr_w2")),
    ("LoHa", ("hada_w1", "hada_w2")),
    ("DoRA of kohya's or LyCORIS' kind", ("dora_scale",)),
    ("GLoRA", (".a1.weight", ".b1.weight")),
    ("OFT", ("oft_blocks", "oft_diag", ".oft_R")),
    ("BOFT", ("boft_",)),
    ("IA3", ("ia3_l", ".on_input")),
    ("VeRA", ("vera_lambda",)),
)
_HALVES = (
    (".lora_A.", ".lora_B."),
    (".lora_down.", ".lora_up."),
    (".lora.down.", ".lora.up."),
    ("_lora.down.", "_lora.up."),
)
"""the two tensors of each place that a LoRA changes, as programs call them"""
MAGNITUDES = "lora_magnitude_vector"
"""in the names of what a DoRA has beside a LoRA"""
_PEFT = "base_model.model."
_ADAPTER_NAMES = (".lora_A.default.", ".lora_B.default.")
_KNOWN = (
    "transformer",
    "unet",
    "text_encoder",
    "diffusion_model",
    "lora_",
    "model.diffusion_model",
    "denoiser",
)
"""how keys begin that say which model they are of"""


class LoraError(FarmError):
    """A file that cannot be applied as a LoRA; the message does not name the file."""


def look_at(path: Path) -> None:
    """Make sure that a file is a LoRA that can be applied.

    Raises:
        LoraError: it is none; says what it is, where that is known.
    """
    check_names(_tensors(path))


def check_names(names: Iterable[str]) -> None:
    """The same of the names of a file's tensors.

    Raises:
        LoraError: they are not those of a LoRA.
    """
    names = set(names)
    for relative, marks in _RELATIVES:
        if any(mark in name for name in names for mark in marks):
            raise LoraError(
                f"it is a {relative}, not a LoRA, and cannot be applied: convert it to a LoRA first"
            )
    if not any(mark in name for name in names for half in _HALVES for mark in half):
        raise LoraError("it holds no LoRA: none of its tensors is called as those of one are")
    if alone := sorted(name for name in names if not _has_its_other_half(name, names)):
        raise LoraError(f"it is half a LoRA: the other half is missing of {listed(alone, 2)}")


def _has_its_other_half(name: str, names: AbstractSet[str]) -> bool:
    """Whether a tensor of a LoRA has the one that it is multiplied with; others need none."""
    for one, other in (*_HALVES, *((up, down) for down, up in _HALVES)):
        if one in name:
            return name.replace(one, other) in names
    return True


def plain_name(name: str, denoiser: str) -> str:
    """The name of a tensor as diffusers calls it, without what PEFT puts around it when it saves a model.

    >>> plain_name("base_model.model.blocks.0.to_q.lora_A.default.weight", "transformer")
    'transformer.blocks.0.to_q.lora_A.weight'
    >>> plain_name("lora_unet_blocks_0.lora_down.weight", "unet")
    'lora_unet_blocks_0.lora_down.weight'
    """
    for adapter in _ADAPTER_NAMES:
        name = name.replace(adapter, adapter.replace(".default", ""))
    if not name.startswith(_PEFT):
        return name
    name = name.removeprefix(_PEFT)
    return name if name.startswith(_KNOWN) else f"{denoiser}.{name}"


def _tensors(path: Path) -> list[str]:
    """The names of the tensors of a safetensors file."""
    try:
        return tensors_in(path)
    except ValueError as error:
        raise LoraError(str(error)) from error
