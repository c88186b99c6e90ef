"""CogVideoX: words, or a first picture and words, to video."""

from __future__ import annotations

from typing import Any

from typing_extensions import override

from farm.backends.diffusion.take import FamilyModule, Take, common


class CogVideoX(FamilyModule):
    """Words to video."""

    @override
    def arguments(self, pipe: Any, take: Take) -> dict[str, Any]:
        return {**common(take), "use_dynamic_cfg": "DPM" in type(pipe.scheduler).__name__}


class CogVideoXI2V(CogVideoX):
    """A first picture and words to video."""

    @override
    def arguments(self, pipe: Any, take: Take) -> dict[str, Any]:
        return {**super().arguments(pipe, take), "image": take.start}
