"""A slate that takes as long to load as a small model."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from farm.backend.traits import BackendTraits
from farm.backends.slate import SlateBackend
from tests.support.installed import install_backends

LOAD_S = 2.0
NAME = "slow-loading-slate"


class SlowLoadingSlate(SlateBackend):
    """Draws what the slate draws."""

    TRAITS: ClassVar[BackendTraits] = replace(SlateBackend.TRAITS, name=NAME)

    def load(self) -> None:
        """Take the time."""
        time.sleep(LOAD_S)


def install(folder: Path) -> str:
    """Make an installed package of it; returns the PYTHONPATH on which processes find it."""
    return install_backends(folder, slow_loading_slate=f"{__name__}:{SlowLoadingSlate.__name__}")
