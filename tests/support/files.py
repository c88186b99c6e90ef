"""Files that tests write, and their digests; and those that others write and remove meanwhile."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file's bytes, as hexadecimal digits."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def files_below(folder: Path) -> Iterator[Path]:
    """Every file in a folder and those below; where one goes meanwhile `Path.rglob` fails."""
    for place, _, names in os.walk(folder):
        yield from (Path(place) / name for name in names)
