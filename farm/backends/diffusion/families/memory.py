"""How much of a model is on the card: chosen from what is free, one step down after running out of memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from farm.backends.diffusion.families.family import Family
from farm.backends.diffusion.options import Memory

LADDER = (Memory.FULL, Memory.SLICED, Memory.TILED, Memory.OFFLOADED, Memory.STREAMED)
"""each needs less memory than the one before; only from TILED on do pixels change, and only slightly"""
RESERVE = 2 << 30
"""bytes that stay free for the driver, kernels and fragmentation"""
DECODE_BYTES = 160
"""bytes that decoding a pixel of a frame takes: an estimate for a decoder in 32 bits"""
TILED_DECODE_BYTES = 24
GROUPS = 20
"""offloaded in blocks, about two of so many parts of the denoiser are on the card at once"""
_GIB = 1 << 30


@dataclass(frozen=True, slots=True)
class ModelSize:
    """Bytes of weights in the precision they are used in.

    Attributes:
        denoiser: of the transformers or the UNet.
        others: of what else the renderer holds (decoder, image encoder, vocoder).
    """

    denoiser: int
    others: int


@dataclass(frozen=True, slots=True)
class MemoryChoice:
    """What was chosen, and why, in words."""

    memory: Memory
    words: str


def bytes_needed(memory: Memory, size: ModelSize, pixels: int) -> int:
    """An estimate of the memory that a shot takes.

    Args:
        memory: the way to save it.
        size: of the model.
        pixels: of all rendered frames together.
    """
    decode = pixels * (DECODE_BYTES if memory is Memory.FULL else TILED_DECODE_BYTES)
    if memory is Memory.SLICED:
        decode = pixels * DECODE_BYTES // 4
    weights = size.denoiser + size.others
    if memory is Memory.OFFLOADED:
        weights = size.denoiser * 2 // GROUPS + size.others
    if memory is Memory.STREAMED:
        weights = size.denoiser // (4 * GROUPS) + size.others // 4
    return weights + decode + RESERVE


def choose_memory(free: int, size: ModelSize, pixels: int, family: Family) -> MemoryChoice:
    """The fastest way that fits into `free` bytes, or the most frugal one when none does."""
    allowed = [one for one in LADDER if one in family.memory]
    for memory in allowed:
        needed = bytes_needed(memory, size, pixels)
        if needed <= free:
            return MemoryChoice(
                memory, f"{memory}: about {needed / _GIB:.1f} GiB of {free / _GIB:.1f} GiB free"
            )
    last = allowed[-1]
    needed = bytes_needed(last, size, pixels)
    return MemoryChoice(
        last, f"{last}, though about {needed / _GIB:.1f} GiB are needed and {free / _GIB:.1f} GiB are free"
    )


def next_memory(memory: Memory, family: Family) -> Memory | None:
    """The next way to save memory, or None after the last."""
    rest = [one for one in LADDER[LADDER.index(memory) + 1 :] if one in family.memory]
    return rest[0] if rest else None


def model_size(files: Mapping[str, int], precision: str, *, fp8: bool = False) -> ModelSize:
    """A model's size from the bytes of its components on disk.

    Args:
        files: bytes by component, as stored; taken for 16 bits a number unless `precision` is fp32.
        precision: that the denoiser runs in.
        fp8: whether its weights are kept in eight bits.
    """
    denoiser = sum(size for name, size in files.items() if is_denoiser(name))
    encoders = sum(size for name, size in files.items() if name.startswith("text_encoder"))
    others = sum(files.values()) - denoiser - encoders
    return ModelSize(denoiser // 2 if fp8 and precision != "fp32" else denoiser, others)


def is_denoiser(component: str) -> bool:
    """Whether a component of a pipeline denoises."""
    return component.startswith(("transformer", "unet"))
