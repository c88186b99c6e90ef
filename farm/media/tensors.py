"""What a safetensors file says of itself: its tensors, and whether all their bytes are there."""

from __future__ import annotations

import json
from math import prod
from pathlib import Path
from typing import Any

MOST_HEADER_BYTES = 64 * 2**20
POINTER = b"version https://git-lfs.github.com/spec/"
_LENGTH_BYTES = 8
_METADATA = "__metadata__"
_BITS = {
    **dict.fromkeys(("F64", "I64", "U64", "C64"), 64),
    **dict.fromkeys(("F32", "I32", "U32"), 32),
    **dict.fromkeys(("F16", "BF16", "I16", "U16"), 16),
    **dict.fromkeys(("BOOL", "U8", "I8", "F8_E4M3", "F8_E5M2"), 8),
}
"""of a number of each kind; there are newer kinds"""
_MOST_SIDES = 64


def tensors_in(path: Path) -> list[str]:
    """The names of the tensors of a safetensors file.

    What safetensors' own reader refuses of a header is refused here, so that nothing is found only when it is
    loaded: https://huggingface.co/docs/safetensors/index#format.

    Raises:
        ValueError: it is none, or a part of it is missing; the words say which, and do not name the file.
    """
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(0)
            head = file.read(_LENGTH_BYTES)
            length = int.from_bytes(head, "little")
            pointer = bool(head) and POINTER.startswith(head)
            known = len(head) == _LENGTH_BYTES and 0 < length <= min(size - _LENGTH_BYTES, MOST_HEADER_BYTES)
            header = json.loads(file.read(length)) if known and not pointer else None
        tensors = {name: one for name, one in (header or {}).items() if name != _METADATA}
        filled = _filled(tensors)
    except (OSError, ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise ValueError("it is no safetensors file") from error
    if pointer:
        raise ValueError("it is a pointer of git-lfs, not the file: run git lfs pull")
    if header is None:
        raise ValueError("it is no safetensors file")
    if filled > size - _LENGTH_BYTES - length:
        raise ValueError("it ends too soon: a part of its tensors is missing")
    if filled < size - _LENGTH_BYTES - length:
        raise ValueError("it is no safetensors file: behind its tensors there is something else")
    return list(tensors)


def _filled(tensors: dict[str, Any]) -> int:
    """How many bytes tensors fill, which lie one behind the other.

    Raises:
        ValueError, TypeError, LookupError: they do not, or have another size than they say.
    """
    filled = 0
    for first, last, shape, kind in sorted(
        (*one["data_offsets"], one["shape"], str(one["dtype"])) for one in tensors.values()
    ):
        if len(shape) > _MOST_SIDES or any(
            type(number) is not int or number < 0 for number in (last, *shape)
        ):
            raise ValueError("a tensor's shape is none")
        if first != filled or last < first:
            raise ValueError("its tensors do not lie one behind the other")
        if kind in _BITS and 8 * (last - first) != prod(shape) * _BITS[kind]:
            raise ValueError("a tensor has another size than it says")
        filled = last
    return filled
