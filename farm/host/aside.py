"""Folders in the temporary folder, named by who made them, so that those of killed processes are swept.

shotfarm-<what>-<machine>-<process>-<random>-<random>
"""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from farm.host.identity import has_ended, new_attempt_name

_OURS = "shotfarm-"


def new_folder_aside(what: str) -> Path:
    """A new folder of this process, which takes it away itself.

    Args:
        what: it is for, in one word.
    """
    return Path(tempfile.mkdtemp(prefix=f"{_OURS}{what}-{new_attempt_name()}-"))


@contextlib.contextmanager
def folder_aside(what: str) -> Iterator[Path]:
    """A new folder of this process, gone at the end."""
    folder = new_folder_aside(what)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def sweep_asides() -> int:
    """Remove the folders of processes of this machine that were killed; how many."""
    swept = 0
    for folder in Path(tempfile.gettempdir()).glob(f"{_OURS}*/"):
        made_by = folder.name.removeprefix(_OURS).partition("-")[2].rpartition("-")[0]
        if has_ended(made_by):
            shutil.rmtree(folder, ignore_errors=True)
            swept += 1
    return swept
