"""A state of a denoising: what another attempt needs to go on from it.

It is one safetensors file: its tensors, and JSON among its metadata. Nothing is pickled.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from safetensors.torch import load, save


class StateError(Exception):
    """This cannot be kept, or was not kept by this denoising."""


@dataclass(frozen=True, slots=True)
class DenoisingState:
    """Where a denoising was after a step.

    Attributes:
        step: the step, from 0.
        facts: under which it was kept; under others it may not go on bit-identically.
        scheduler: the scheduler's attributes.
        output: what its step returned.
        blanks: shape and dtype of what each denoiser returned, by its number.
        generators: states of the random generators, by name.
    """

    step: int
    facts: Mapping[str, str]
    scheduler: dict[str, Any]
    output: Any
    blanks: dict[str, Any]
    generators: dict[str, torch.Tensor]

    def as_bytes(self) -> bytes:
        """The state as a safetensors file.

        Raises:
            StateError: the scheduler holds something that is neither a tensor nor JSON.
        """
        tensors: dict[str, torch.Tensor] = {}
        tree = {
            "step": self.step,
            "facts": dict(self.facts),
            "blanks": self.blanks,
            "scheduler": _packed(self.scheduler, tensors),
            "output": _packed(self.output, tensors),
            "generators": _packed(self.generators, tensors),
        }
        return bytes(save(tensors, metadata={"state": json.dumps(tree)}))

    @classmethod
    def from_bytes(cls, content: bytes, scheduler: Any, device: torch.device) -> DenoisingState:
        """Read a state back.

        Raises:
            StateError: these bytes are no state that this version reads.
        """
        try:
            size = int.from_bytes(content[:8], "little")
            tree = json.loads(json.loads(content[8 : 8 + size])["__metadata__"]["state"])
            tensors = load(content)
            parts = {
                name: _unpacked(tree[name], tensors, scheduler, device)
                for name in ("scheduler", "output", "generators")
            }
            return cls(step=int(tree["step"]), facts=tree["facts"], blanks=tree["blanks"], **parts)
        except Exception as error:
            raise StateError(f"the kept state cannot be read: {error}") from error


def _packed(value: Any, tensors: dict[str, torch.Tensor]) -> Any:
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, bool | int | float | str):
        return {"value": value}
    if isinstance(value, torch.Tensor | np.ndarray):
        name = str(len(tensors))
        made = value if isinstance(value, torch.Tensor) else torch.from_numpy(value)
        where = made.device.type if isinstance(value, torch.Tensor) else "numpy"
        tensors[name] = made.detach().cpu().contiguous().clone()
        return {"tensor": name, "on": where}
    if type(value) in (list, tuple):
        return {type(value).__name__: [_packed(item, tensors) for item in value]}
    if isinstance(value, dict):
        kind = {} if type(value) is dict else {"class": type(value).__name__}
        return {"dict": [[key, _packed(item, tensors)] for key, item in value.items()], **kind}
    raise StateError(f"a {type(value).__name__} can be kept neither as a tensor nor as JSON")


def _unpacked(tree: Any, tensors: Mapping[str, torch.Tensor], scheduler: Any, device: torch.device) -> Any:
    if "value" in tree:
        return tree["value"]
    if "tensor" in tree:
        found = tensors[tree["tensor"]]
        if tree["on"] == "numpy":
            return found.numpy()
        return found.to(device if tree["on"] == device.type else "cpu")
    for kind in (list, tuple):
        if kind.__name__ in tree:
            return kind(_unpacked(item, tensors, scheduler, device) for item in tree[kind.__name__])
    items = {key: _unpacked(item, tensors, scheduler, device) for key, item in tree["dict"]}
    if "class" not in tree:
        return items
    # An output of the scheduler's own kind; its class stands in the module of the scheduler.
    return getattr(sys.modules[type(scheduler).__module__], tree["class"])(**items)
