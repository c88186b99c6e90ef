"""What the code of a family is asked: one call of its pipeline. Imports no torch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from PIL import Image

from farm.backends.diffusion.options import DiffusionOptions
from farm.backends.diffusion.prompt import Prompt

if TYPE_CHECKING:
    import torch

Tensors: TypeAlias = "dict[str, torch.Tensor]"
TEXT_ENCODERS = (
    "text_encoder",
    "text_encoder_2",
    "text_encoder_3",
    "tokenizer",
    "tokenizer_2",
    "tokenizer_3",
)

Performance = Mapping[str, Sequence[Image.Image]]
"""A picture for each rendered frame, by the name of the video in the film document."""


@dataclass(frozen=True, slots=True)
class Size:
    """Width and height in pixels."""

    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Take:
    """One call of a pipeline.

    Attributes:
        prompt: what the text encoders gave, by the name of the pipeline's argument.
        start: the picture that frame 0 shows, in the rendered size.
        end: the picture that the last frame shows, or the one that as many frames follow as the family says.
        references: pictures of the characters and the place.
        performance: the videos that it follows: pictures for all frames, by their names in the film document.
        adapted: for each IP-Adapter, what its image encoder gave.
        rate: rendered frames a second.
    """

    size: Size
    frames: int
    rate: int
    steps: int
    guidance: float
    guidance_2: float | None
    generator: torch.Generator
    prompt: Tensors
    options: DiffusionOptions
    start: Image.Image | None = None
    end: Image.Image | None = None
    references: tuple[Image.Image, ...] = ()
    performance: Performance = field(default_factory=dict)
    adapted: list[torch.Tensor] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Rendered:
    """What a pipeline gave.

    Attributes:
        frames: float [time, 3, height, width], 0 to 1.
        sound: float [channels, time], -1 to 1, from the first rendered frame on; None where it makes none.
        sound_rate: its samples a second.
    """

    frames: torch.Tensor
    sound: torch.Tensor | None = None
    sound_rate: int = 0


class FamilyModule:
    """How one family is encoded and called; the base of every family's module."""

    text_encoders: ClassVar[tuple[str, ...]] = TEXT_ENCODERS
    """components that only encode words: renderers load none of them"""

    encoding_needs: ClassVar[tuple[str, ...]] = ("scheduler",)
    """components that a pipeline which only encodes words must have nevertheless"""

    def encode(self, pipe: Any, prompt: Prompt, tokens: int | None, *, guided: bool) -> Tensors:
        """The prompt as the pipeline's arguments; `guided` when the negative prompt counts."""
        words, negative = pipe.encode_prompt(
            prompt=prompt.text,
            negative_prompt=prompt.negative,
            do_classifier_free_guidance=guided,
            device=pipe._execution_device,  # noqa: SLF001  (diffusers has no public name for it)
            **({"max_sequence_length": tokens} if tokens else {}),
        )
        return named(prompt_embeds=words, negative_prompt_embeds=negative)

    def arguments(self, pipe: Any, take: Take) -> dict[str, Any]:
        """The arguments of the pipeline's call, beside the prompt's."""
        raise NotImplementedError

    def rounds(self, frames: int) -> int:  # noqa: ARG002  (only some render in segments)
        """How often the solver goes through its steps for so many frames."""
        return 1

    def spread_plan(self, model: Any) -> dict[str, Any] | None:  # noqa: ARG002  (diffusers knows most)
        """How a denoiser is spread over several cards; None leaves it to diffusers."""
        return None

    def after_spread(self, model: Any) -> None:
        """What is to be done with a denoiser that was spread, on every card."""

    def latent_frame(self, pipe: Any, latents: torch.Tensor, take: Take) -> torch.Tensor:  # noqa: ARG002
        """The middle frame of a pipeline's latents: float [channels, height, width]."""
        return latents[0, :, latents.shape[2] // 2]

    def render(self, pipe: Any, take: Take) -> Rendered:
        """One call of the pipeline."""
        from farm.backends.diffusion.families.step_caches import begin_take

        begin_take(pipe, take.options, take.steps)
        output = pipe(**take.prompt, **self.arguments(pipe, take), output_type="pt")
        return Rendered(output.frames[0])


def named(**tensors: torch.Tensor | None) -> Tensors:
    """Those that are there."""
    return {name: tensor for name, tensor in tensors.items() if tensor is not None}


def common(take: Take) -> dict[str, Any]:
    """What almost every pipeline is told."""
    return {
        "height": take.size.height,
        "width": take.size.width,
        "num_frames": take.frames,
        "num_inference_steps": take.steps,
        "guidance_scale": take.guidance,
        "generator": take.generator,
    }
