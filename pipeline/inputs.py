"""Files of a film that its parts are made with, such as a look: in the store, where every node finds them."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from pydantic import JsonValue

from farm.store import Store
from pipeline.keeping import kept, kept_file

_INPUTS, _FILE = "inputs", "file"


def keep_input(store: Store, path: Path, sha256: str) -> None:
    """Put a file into the store, by its digest.

    Raises:
        StoreError: the store cannot be written.
    """

    def copy(folder: Path) -> Mapping[str, JsonValue]:
        shutil.copyfile(path, folder / _FILE)
        return {"name": path.name}

    kept(store, _INPUTS, sha256, copy)


def input_of(store: Store, sha256: str) -> Path:
    """A file that was put into the store.

    Raises:
        AssemblyError: it has gone from there.
    """
    return kept_file(store, _INPUTS, sha256, _FILE)
