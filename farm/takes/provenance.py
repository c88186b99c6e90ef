"""What made a take: its worker, libraries, cards and memory, so that it can be made again and compared."""

from __future__ import annotations

import os
import platform
from functools import cache
from importlib.metadata import PackageNotFoundError, version

from pydantic import BaseModel, ConfigDict

from farm.backend.traits import BackendTraits
from farm.host.hardware import card_names, peak_memory_bytes


class Provenance(BaseModel):
    """A process, and the machine that it runs on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    worker: str
    """its name on the farm; empty without one"""
    machine: str
    shotfarm: str
    python: str
    libraries: dict[str, str | None]
    """the version of each that decides about pixels; None for one that is not installed"""
    cards: tuple[str, ...]
    """the graphics cards that it may use, where its backend renders on one"""
    peak_memory_bytes: int
    """the most main memory that it has held since it began"""


def provenance_of(traits: BackendTraits, worker: str) -> Provenance:
    """Of this process, which renders with a backend."""
    return Provenance(
        worker=worker,
        machine=platform.node(),
        shotfarm=_own_version(),
        python=platform.python_version(),
        libraries={name: _library_version(name) for name in traits.libraries},
        cards=card_names(os.environ.get("CUDA_VISIBLE_DEVICES")) if traits.resources.gpus else (),
        peak_memory_bytes=peak_memory_bytes(),
    )


@cache
def _own_version() -> str:
    return version("shotfarm")


@cache
def _library_version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
