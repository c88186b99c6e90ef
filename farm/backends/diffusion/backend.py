"""The diffusion renderer as a backend of the farm; torch and diffusers are imported by `load`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar

from farm.backend.protocol import Backend, Conditioning, Encoder, Frame, RenderContext
from farm.backend.traits import BackendTraits, Resources
from farm.backends.diffusion.options import IDLE_OPTIONS, DiffusionOptions
from farm.backends.diffusion.planning import hooks
from farm.takes.shelves import MemoryShelf

if TYPE_CHECKING:
    from farm.backends.diffusion.renderer import Studio
    from storyboard.planning.spec import ShotSpec


VERSION = 2
"""raised when the same spec gives other frames;
code of farm.backends.diffusion.families.*, farm.backends.diffusion.denoising.*,
farm.backends.diffusion.conditioning.*, farm.backends.diffusion.renderer, farm.backends.diffusion.prompt,
farm.media.*:
5b991eb2
"""


class DiffusionBackend:
    """Renders shots with diffusers; one at a time, on one card or several (or, slowly, on a CPU)."""

    TRAITS: ClassVar[BackendTraits] = BackendTraits(
        name="diffusion",
        version=VERSION,
        options=DiffusionOptions,
        overlaps=True,
        continuity_frames=1,
        takes_frames=True,
        follows_performances=True,
        matches_cuts=True,
        resources=Resources(cpus=1.0, gpus=1.0),
        cards=hooks.cards,
        libraries=hooks.LIBRARIES,
        seconds_per_frame_720p=2.0,
        keeps_states=True,
        idle_options=IDLE_OPTIONS,
        settle=hooks.settle,
        native=hooks.native,
        makes_sound=hooks.makes_sound,
        check=hooks.check,
        models=hooks.models,
        fetch=hooks.fetch,
        warmth=hooks.warmth,
    )

    def __init__(self) -> None:
        self._studio: Studio | None = None
        self._shelf = MemoryShelf()

    def load(self) -> None:
        """Import torch and diffusers; a model is loaded by the first shot that names it, then kept.

        Raises:
            UsageError: they are not installed.
        """
        from storyboard.errors import UsageError

        try:
            from farm.backends.diffusion.renderer import Studio
        except ImportError as error:
            raise UsageError(
                f"the diffusion backend cannot be loaded: {error}", "install shotfarm[diffusion]"
            ) from error
        self._studio = Studio()

    def render(self, spec: ShotSpec, conditioning: Conditioning, context: RenderContext) -> Iterator[Frame]:
        """Yield the frames of the take, each uint8 [height, width, 3]."""
        if self._studio is None:
            raise RuntimeError("load was not called")
        shelf = conditioning.shelf or self._shelf
        return self._studio.render(spec, conditioning, shelf, context)

    def encode(self, specs: Sequence[ShotSpec], conditioning: Conditioning, context: RenderContext) -> int:
        """Encode the prompts and references of these shots that the shelf has not yet."""
        if self._studio is None:
            raise RuntimeError("load was not called")
        return self._studio.encode(specs, conditioning, conditioning.shelf or self._shelf, context)

    def close(self) -> None:
        """Give the models back."""
        if self._studio is not None:
            self._studio.close()
            self._studio = None


def _conforms(backend: DiffusionBackend) -> tuple[Backend, Encoder]:
    """Checked by mypy: the class is a Backend, and an Encoder."""
    return backend, backend
