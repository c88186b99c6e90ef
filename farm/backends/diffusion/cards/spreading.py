"""A denoiser whose tokens are spread over several cards: one process a card, all in one call at a time.

This is diffusers' context parallelism in Ulysses' way: each card has an equal part of the tokens, and in
every attention all tokens of an equal part of the heads. Nothing is rounded otherwise than on one card,
except by kernels that work otherwise on fewer rows.
"""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import torch
import torch.distributed as dist
from diffusers import ContextParallelConfig
from torch.distributed import distributed_c10d

from farm.backends.diffusion.denoising.steps import DENOISERS
from farm.backends.diffusion.loading.pipelines import understood

if TYPE_CHECKING:
    from farm.backends.diffusion.families.family import Family

SILENCE_S = 330.0
"""within one exchange between cards; who hears nothing for so long gives up. The leader of the exchange waits
for less, and ends who hangs"""


def denoisers(pipe: Any) -> list[Any]:
    """The models of a pipeline that denoise, in the order in which they are numbered."""
    return [model for name in DENOISERS if (model := getattr(pipe, name, None)) is not None]


def join(rendezvous: str, rank: int, cards: int, device: torch.device) -> None:
    """Be one of the processes that denoise together; waits for the others.

    Args:
        rendezvous: a file in a folder that only this user can read; there is none yet.
        rank: of this process: 0 leads, and its card has the same number.
        cards: how many processes.
        device: the kind of card, or the CPU.
    """
    if device.type == "cuda":
        torch.cuda.set_device(rank)
    with _on_loopback():
        dist.init_process_group(
            "nccl" if device.type == "cuda" else "gloo",
            init_method=f"file://{rendezvous}",
            rank=rank,
            world_size=cards,
            timeout=timedelta(seconds=SILENCE_S),
        )


@contextlib.contextmanager
def _on_loopback() -> Iterator[None]:
    """With exchanges that do not leave this machine."""
    loopback = next(name for _, name in socket.if_nameindex() if name.startswith("lo"))
    names = ("GLOO_SOCKET_IFNAME", "NCCL_SOCKET_IFNAME")
    before = {name: os.environ.get(name) for name in names}
    os.environ.update(dict.fromkeys(names, loopback))
    try:
        yield
    finally:
        for name, value in before.items():
            del os.environ[name]
            if value is not None:
                os.environ[name] = value


def leave() -> None:
    """Be none of them any more; does not wait for the others."""
    if dist.is_initialized():
        if dist.get_backend() == "nccl":
            # To destroy a group waits for what it is about, which a dead process never finishes.
            distributed_c10d._abort_process_group()  # noqa: SLF001  (torch has no public name for it)
        else:
            dist.destroy_process_group()


def spread(pipe: Any, family: Family) -> None:
    """Spread the denoisers of a pipeline, which is in place, over the processes that joined.

    Raises:
        UsageError: they cannot be; says why.
    """
    cards = dist.get_world_size()
    for model in denoisers(pipe):
        plan = family.module.spread_plan(model)
        with understood("cards", family), _counted():
            model.enable_parallelism(config=ContextParallelConfig(ulysses_degree=cards), cp_plan=plan)
        family.module.after_spread(model)


@contextlib.contextmanager
def _counted() -> Iterator[None]:
    """With a CPU counted as a device where there is no card: diffusers divides by the number of cards."""
    count = torch.accelerator.device_count
    torch.accelerator.device_count = lambda: count() or 1
    try:
        yield
    finally:
        torch.accelerator.device_count = count


def packed(value: Any, tensors: list[torch.Tensor]) -> Any:
    """An argument of a denoiser as JSON, with its tensors put into a list.

    Raises:
        TypeError: it is something else than tensors and plain values.
    """
    if value is None or isinstance(value, bool | int | float | str):
        return {"value": value}
    if isinstance(value, torch.Tensor):
        tensors.append(value)
        return {"tensor": [list(value.shape), str(value.dtype).removeprefix("torch.")]}
    if isinstance(value, list | tuple):
        return {type(value).__name__: [packed(item, tensors) for item in value]}
    if isinstance(value, Mapping):
        return {"dict": {key: packed(item, tensors) for key, item in value.items()}}
    raise TypeError(f"a denoiser on several cards cannot be given a {type(value).__name__}")


def unpacked(tree: Any, device: torch.device) -> Any:
    """What `packed` was given, in another process, with tensors as the leader sends them."""
    if "value" in tree:
        return tree["value"]
    if "tensor" in tree:
        shape, dtype = tree["tensor"]
        return shared(torch.empty(shape, dtype=getattr(torch, dtype), device=device))
    if "dict" in tree:
        return {key: unpacked(item, device) for key, item in tree["dict"].items()}
    items = [unpacked(item, device) for item in tree.get("list", tree.get("tuple"))]
    return tuple(items) if "tuple" in tree else items


def shared(tensor: torch.Tensor) -> torch.Tensor:
    """The leader's tensor, in every process; the others give one of its kind to be filled."""
    flat = torch.empty(tensor.numel(), dtype=tensor.dtype, device=tensor.device)
    flat.copy_(tensor.reshape(-1))
    dist.broadcast(flat.view(torch.uint8), src=0)
    return flat.reshape(tensor.shape)
