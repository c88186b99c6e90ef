"""A slate that takes as long to load as a small model."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from farm.backend import ENTRY_POINT_GROUP, BackendTraits
from farm.backends.slate import SlateBackend

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
    facts = folder / "slow_loading-1.dist-info"
    facts.mkdir(parents=True)
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: slow-loading\nVersion: 1\n")
    (facts / "entry_points.txt").write_text(
        f"[{ENTRY_POINT_GROUP}]\n{NAME} = tests.benchmarks.slow_loading:{SlowLoadingSlate.__name__}\n"
    )
    return f"{folder}:{Path(__file__).resolve().parents[2]}"
