"""Small takes of tiny models, and the files that they are made from."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

import numpy as np

from farm.backend.conformance import Recorder, as_rendered, shot
from farm.backend.protocol import Conditioning, Frame, Shelf
from farm.backend.traits import complete_options
from farm.backends.diffusion import DiffusionBackend
from storyboard.document.given_files import sha256_of
from storyboard.media.colour import Colours
from storyboard.planning.spec import ResolvedFile, ResolvedLora, ShotSpec

SMALL: dict[str, Any] = {
    "precision": "fp32",
    "steps": 2,
    "rate": 24,
    "width": 64,
    "height": 32,
    "gate": False,
}


def small(model: Path | str, options: Mapping[str, Any] | None = None, **changes: Any) -> ShotSpec:
    """A shot of 9 frames."""
    complete = complete_options(DiffusionBackend.TRAITS, {"model": str(model), **SMALL}, dict(options or {}))
    return as_rendered(shot(backend="diffusion", options=complete, **changes), DiffusionBackend)


class Stage:
    """A loaded backend, and the files of its shots."""

    def __init__(self) -> None:
        self.backend = DiffusionBackend()
        self.backend.load()
        self.files: dict[str, Path] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.backend.close()

    def file(self, path: Path) -> ResolvedFile:
        """A file that shots may name."""
        sha256 = sha256_of(path)
        self.files[sha256] = path
        return ResolvedFile(sha256=sha256)

    def lora(self, path: Path, weight: float = 1.0, trigger: str | None = None) -> ResolvedLora:
        """A LoRA that shots may name."""
        return ResolvedLora(file=self.file(path), weight=weight, trigger=trigger)

    def take(
        self,
        spec: ShotSpec,
        *before: Frame,
        context: Recorder | None = None,
        shelf: Shelf | None = None,
        matched: Frame | None = None,
        chain_start: Colours | None = None,
    ) -> np.ndarray:
        """The frames of a take: [time, height, width, 3]."""
        conditioning = Conditioning(before, self.files, shelf, matched, chain_start)
        return np.stack(list(self.backend.render(spec, conditioning, context or Recorder())))

    @property
    def studio(self) -> Any:
        """What the backend holds."""
        return self.backend._studio
