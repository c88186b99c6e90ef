"""What is said of a family of video models: plain values, needed before anything loads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from farm.backends.diffusion.families.call import FamilyModule
from farm.backends.diffusion.models.folders import ModelFolder
from farm.backends.diffusion.options import Ask, Memory, Scheduler, StepCache

FLOW = frozenset({Scheduler.FLOW_EULER, Scheduler.FLOW_HEUN, Scheduler.UNIPC, Scheduler.DPM})
"""solvers for models that were trained on flows"""
NOISE = frozenset(
    {Scheduler.EULER, Scheduler.EULER_ANCESTRAL, Scheduler.DDIM, Scheduler.DPM, Scheduler.UNIPC}
)
"""solvers for models that were trained to remove noise"""
TRANSFORMER_CACHES = frozenset(
    {StepCache.FIRST_BLOCK, StepCache.PYRAMID_ATTENTION, StepCache.TAYLOR, StepCache.MAGNITUDE}
)
"""step caches that know the blocks of most families' transformers"""
WORDS = frozenset({Ask.NEGATIVE, Ask.LORAS})
"""what most families that read a prompt take beside it"""


class FramePicture(StrEnum):
    """Whether a family is given a picture of a frame."""

    NEVER = "never"
    CAN = "can"
    MUST = "must"


@dataclass(frozen=True, slots=True)
class Family:
    """A family of models: what it takes, can do and is made for, and the code that calls it.

    Attributes:
        name: what `family` in the options says.
        title: its name for people.
        pipeline: the diffusers pipeline that renders.
        indexes: pipeline classes in a model's index that mean this family.
        also: further ones that it renders where the options name the family.
        conditioning: what it can be asked for beside a prompt and pictures of frames.
        start: whether it is given the picture that a shot starts from: its predecessor's last frame, one that
            the storyboard names, or a keyframe.
        end: whether it is given the picture that a shot ends on.
        after_end: rendered frames that follow the one which shows that picture.
        rate: the frames a second that it was trained on.
        frame_step: it renders `frame_step * k + 1` frames; 0 means exactly `longest`.
        longest: the most frames that it was made for.
        hard_limit: more frames than `longest` fail, rather than drift.
        multiple: width and height are multiples of this.
        area: the pixels of a picture that it was made for.
        steps: denoising steps by default.
        guidance: by default.
        prompt_tokens: how much of a prompt it reads by default; None when that cannot be chosen.
        schedulers: solvers that fit its noise.
        caches: step caches that work with its denoiser.
        memory: ways to save memory that work with it.
        compiles: whether its blocks can be compiled one by one.
        fp8: whether its denoiser's weights can be kept in eight bits.
        spreads: whether its denoiser can be spread over several cards.
        heads: the attention heads of its denoiser, where it spreads and its configuration was read; else 0.
        resumes: whether a denoising can go on where another attempt stopped.
        no_resume: why not.
        needs: what it cannot do without.
        follows: the videos of a performance that it looks at, by their names in the film document.
        most_references: how many reference pictures it looks at; None for all.
        segment: it renders longer shots in segments of so many frames; 0 when it does not.
        adapters: whether it takes IP-Adapters.
        motion_adapter: whether its motion module may come from a model of its own.
        sound: whether it makes sound.
        fp32: components that stay in 32 bits whatever the precision.
        module: how it is encoded and called.
        refine: what is different for one model of it, as its configuration says; raises UsageError for a
            model that is none of the family.
        licence: what the weights published under this name may be used for; read the model's own.
    """

    name: str
    title: str
    pipeline: str
    indexes: tuple[str, ...]
    conditioning: frozenset[Ask]
    start: FramePicture
    rate: int
    frame_step: int
    longest: int
    multiple: int
    area: int
    steps: int
    guidance: float
    module: FamilyModule
    end: FramePicture = FramePicture.NEVER
    after_end: int = 0
    hard_limit: bool = False
    prompt_tokens: int | None = None
    schedulers: frozenset[Scheduler] = FLOW
    caches: frozenset[StepCache] = frozenset()
    memory: frozenset[Memory] = frozenset(Memory) - {Memory.SLICED}
    compiles: bool = True
    fp8: bool = True
    spreads: bool = False
    heads: int = 0
    resumes: bool = True
    no_resume: str = ""
    needs: frozenset[Ask] = frozenset()
    follows: tuple[str, ...] = ()
    most_references: int | None = None
    segment: int = 0
    adapters: bool = False
    motion_adapter: bool = False
    sound: bool = False
    also: tuple[str, ...] = ()
    refine: Callable[[Family, ModelFolder], Family] | None = None
    fp32: tuple[str, ...] = ()
    licence: str = "see the model's own page"

    @property
    def takes(self) -> frozenset[Ask]:
        """What it can be asked for beside a prompt, where the options name the models that this takes."""
        start = (
            {Ask.CONTINUITY, Ask.FIRST_FRAME, Ask.MATCH} if self.start is not FramePicture.NEVER else set()
        )
        end = {Ask.LAST_FRAME} if self.end is not FramePicture.NEVER else set()
        return self.conditioning | start | end
