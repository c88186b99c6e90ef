"""What a safetensors file says of itself: its tensors, and whether all their bytes are there."""

from __future__ import annotations

import json
from pathlib import Path

MOST_HEADER_BYTES = 64 * 2**20
POINTER = b"version https://git-lfs.github.com/spec/"
_LENGTH_BYTES = 8


def tensors_in(path: Path) -> list[str]:
    """The names of the tensors of a safetensors file.

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
            last = max(
                (one["data_offsets"][1] for name, one in (header or {}).items() if name != "__metadata__"),
                default=0,
            )
            missing = last > size - _LENGTH_BYTES - length
    except (OSError, ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise ValueError("it is no safetensors file") from error
    if pointer:
        raise ValueError("it is a pointer of git-lfs, not the file: run git lfs pull")
    if header is None:
        raise ValueError("it is no safetensors file")
    if missing:
        raise ValueError("it ends too soon: a part of its tensors is missing")
    return [name for name in header if name != "__metadata__"]
