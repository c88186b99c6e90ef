"""A backend that prints: from Python, from C, and from a process that it starts."""

from __future__ import annotations

import ctypes
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar

from farm.backend.protocol import Conditioning, Frame, RenderContext
from farm.backend.traits import BackendTraits
from farm.backends.slate import SlateBackend
from storyboard.errors import FarmError
from storyboard.planning.spec import ShotSpec


class PrintingSlate(SlateBackend):
    """Says which shot it draws, and each frame of it; a shot called 9Z cannot be drawn."""

    TRAITS: ClassVar[BackendTraits] = replace(SlateBackend.TRAITS, name="printing-slate", overlaps=False)

    def render(self, spec: ShotSpec, conditioning: Conditioning, context: RenderContext) -> Iterator[Frame]:
        """Yield slates."""
        ctypes.CDLL(None).printf(b"shot %s, says C\n", spec.shot.encode())
        subprocess.run(["echo", f"shot {spec.shot}, says a child"], check=True)
        if spec.shot == "9Z":
            raise FarmError("9Z is too much for this backend")
        for number, frame in enumerate(super().render(spec, conditioning, context)):
            sys.stderr.write(f"shot {spec.shot} frame {number}\n")
            yield frame
