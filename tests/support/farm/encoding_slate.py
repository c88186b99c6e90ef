"""A backend whose encoders run apart: slates that start from numbers, encoded once for all of them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import numpy as np
from pydantic import JsonValue

from farm.backend.protocol import Conditioning, Frame, RenderContext
from farm.backend.traits import BackendTraits
from farm.backends.slate import SlateBackend
from storyboard.digest import digest_of
from storyboard.planning.spec import ShotSpec

NUMBERS = 4 * 2**20
INPUTS = digest_of("numbers for every slate")


class EncodingSlate(SlateBackend):
    """Notes in each take where in memory its encoded numbers are, and what of them this process pays for."""

    TRAITS: ClassVar[BackendTraits] = replace(SlateBackend.TRAITS, name="encoding-slate", overlaps=False)

    def encode(self, specs: Sequence[ShotSpec], conditioning: Conditioning, context: RenderContext) -> int:
        """Encode the numbers; a shot called 9Z is too much for this encoder."""
        assert conditioning.shelf is not None
        if any(spec.shot == "9Z" for spec in specs):
            raise RuntimeError("the encoder broke")
        context.check_cancelled()
        if conditioning.shelf.find(INPUTS) is None:
            conditioning.shelf.keep(INPUTS, {"numbers": np.arange(NUMBERS, dtype=np.float32)})
        return 1

    def render(self, spec: ShotSpec, conditioning: Conditioning, context: RenderContext) -> Iterator[Frame]:
        """Yield slates, holding the numbers until the end."""
        assert conditioning.shelf is not None
        found = conditioning.shelf.find(INPUTS)
        context.note({"encoded": found is not None})
        numbers = np.zeros(1) if found is None else found["numbers"]
        numbers.sum()
        for number, frame in enumerate(super().render(spec, conditioning, context)):
            if number == spec.total_frames - 1 and found is not None:
                context.note({"writeable": bool(numbers.flags.writeable), **memory_of(numbers)})
            yield frame


def memory_of(array: np.ndarray) -> dict[str, JsonValue]:
    """Which mapping of this process an array lies in: its file, the place in it, and who pays (bytes)."""
    address = array.__array_interface__["data"][0]
    inside = False
    found: dict[str, JsonValue] = {}
    for line in Path("/proc/self/smaps").read_text().splitlines():
        words = line.split()
        if "-" in words[0] and not words[0].endswith(":"):
            first, last = (int(part, 16) for part in words[0].split("-"))
            inside = first <= address < last
            if inside:
                place = int(words[2], 16) + address - first
                found = {"file": " ".join(words[5:]), "inode": int(words[4]), "place": place}
        elif inside and words[0] in {"Rss:", "Pss:", "Private_Dirty:"}:
            found[words[0][:-1].lower()] = int(words[1]) * 1024
    return {**found, "pid": os.getpid()}
