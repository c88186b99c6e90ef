"""Prompts and references, encoded once: found under the digest of their inputs, or made and kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import torch
from pydantic import JsonValue

from farm.backend.protocol import Arrays, Shelf
from farm.backends.diffusion.families.call import Tensors
from storyboard.digest import digest_of
from storyboard.planning.spec import ResolvedFile

VERSION = 2
"""raised when the same inputs are encoded otherwise;
code of farm.backends.diffusion.conditioning.encoded, farm.backends.diffusion.conditioning.encoders,
farm.media.pictures:
c224ec9b
"""


def text_inputs(model: str, prompt: Mapping[str, JsonValue], precision: str, *, guided: bool) -> JsonValue:
    """What the digest of an encoded prompt is taken of."""
    return {
        "encoding": VERSION,
        "kind": "text",
        "model": model,
        "prompt": dict(prompt),
        "precision": precision,
        "guided": guided,
    }


def image_inputs(adapter: JsonValue, pictures: Sequence[ResolvedFile]) -> JsonValue:
    """What the digest of encoded reference pictures is taken of."""
    return {
        "encoding": VERSION,
        "kind": "images",
        "adapter": adapter,
        "pictures": [picture.sha256 for picture in pictures],
    }


def encoded(
    shelf: Shelf,
    inputs: JsonValue,
    encode: Callable[[], Tensors],
    device: torch.device,
    dtype: torch.dtype,
) -> Tensors:
    """Encoded conditioning from the shelf; what is not there is made and put there.

    Args:
        shelf: to look in.
        inputs: everything that what is made depends on.
        encode: makes it.
        device: for the tensors.
        dtype: for those of them that hold fractions.
    """
    digest = digest_of(inputs)
    found = shelf.find(digest)
    if found is None:
        with torch.no_grad():
            found = as_arrays(encode())
        shelf.keep(digest, found)
    return as_tensors(found, device, dtype)


def as_arrays(tensors: Tensors) -> Arrays:
    """Tensors as arrays; bfloat16 becomes float32, which holds it exactly."""
    return {
        name: (tensor.float() if tensor.dtype is torch.bfloat16 else tensor).detach().cpu().numpy()
        for name, tensor in tensors.items()
    }


def as_tensors(arrays: Arrays, device: torch.device, dtype: torch.dtype) -> Tensors:
    """Arrays as tensors of this process: shared arrays stay as they are.

    They are copied once, to where they are used: to the card, or on a CPU into memory that a pipeline may
    write into.
    """
    own = np.array if device.type == "cpu" else np.asarray
    tensors = {name: torch.from_numpy(own(array)) for name, array in arrays.items()}
    return {
        name: tensor.to(device, dtype if tensor.is_floating_point() else None)
        for name, tensor in tensors.items()
    }
