"""The options of the diffusion backend: plain values that need neither torch nor diffusers to be checked."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, JsonValue

from farm.backend.traits import BackendOptions
from storyboard.described import DescribedModel


class Ask(StrEnum):
    """What a storyboard can ask of a family of models beside its prompt."""

    NEGATIVE = "negative"
    CONTINUITY = "continuity"
    MATCH = "match"
    FIRST_FRAME = "first-frame"
    LAST_FRAME = "last-frame"
    PERFORMANCE = "performance"
    REFERENCES = "references"
    PLACES = "places"
    STYLE = "style"
    LORAS = "loras"


class Memory(StrEnum):
    """How much of the model is on the card, from all of it to almost nothing."""

    FULL = "full"
    SLICED = "sliced"
    TILED = "tiled"
    OFFLOADED = "offloaded"
    STREAMED = "streamed"


MOST_CARDS = 16
"""that render a shot together"""
WHOLE = frozenset({Memory.FULL, Memory.SLICED, Memory.TILED})
"""ways to save memory that leave the denoiser on the card"""


class Scheduler(StrEnum):
    """The solver of the denoising."""

    EULER = "euler"
    EULER_ANCESTRAL = "euler-ancestral"
    DDIM = "ddim"
    DPM = "dpm++"
    UNIPC = "unipc"
    FLOW_EULER = "flow-euler"
    FLOW_HEUN = "flow-heun"


class StepCache(StrEnum):
    """A step cache, named for what it trades: each leaves out work whose result it guesses."""

    FIRST_BLOCK = "first-block"
    PYRAMID_ATTENTION = "pyramid-attention"
    FASTER = "faster"
    TAYLOR = "taylor"
    MAGNITUDE = "magnitude"
    SPECTRUM = "spectrum"


BlockScale = Annotated[float, Field(ge=0, le=2, allow_inf_nan=False)]
StepRatio = Annotated[float, Field(gt=0, le=10, allow_inf_nan=False)]


class _Part(DescribedModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class EncoderOptions(_Part):
    """An image encoder that does not lie beside the IP-Adapter that it serves."""

    model: Annotated[str, Field(min_length=1)]
    """a CLIP model: a local folder, or a hub id"""
    revision: str | None = None
    """the commit of a hub id"""
    folder: str = ""
    """the folder of the image encoder in it; its top when left out"""


class AdapterOptions(_Part):
    """An IP-Adapter: a picture says what the words cannot."""

    model: Annotated[str, Field(min_length=1)]
    """a local folder, or a hub id"""
    revision: str | None = None
    """the commit of a hub id"""
    file: str
    """the adapter's .safetensors file in it, with its subfolder"""
    image_encoder: str | EncoderOptions = "image_encoder"
    """the folder of the image encoder in it, or a model of its own"""
    scale: Annotated[float, Field(ge=0, le=2, allow_inf_nan=False)] = 0.7
    """how strongly it is applied"""
    blocks: dict[str, JsonValue] | list[BlockScale] | None = None
    """scales by block of the model instead of one scale, such as {"up": {"block_0": [0, 1, 0]}}; for Flux
    a list with a number for each of its double blocks"""


class IdentityOptions(_Part):
    """An image model that looks whether characters are like their references."""

    model: Annotated[str, Field(min_length=1)]
    """a CLIP or DINOv2 model: a local folder, or a hub id"""
    revision: str | None = None
    """the commit of a hub id"""
    threshold: Annotated[float, Field(ge=-1, le=1, allow_inf_nan=False)] = 0.0
    """how alike each must be, as the cosine of the embeddings; 0 measures and refuses almost nothing"""


class OnnxOptions(_Part):
    """A model as one ONNX file."""

    model: Annotated[str, Field(min_length=1)]
    """the folder that it lies in, or a hub id"""
    revision: str | None = None
    """the commit of a hub id"""
    file: Annotated[str, Field(min_length=1)]
    """the .onnx file in it"""


class FaceOptions(_Part):
    """The models that look whether faces are those of the characters' references."""

    detector: OnnxOptions
    """YuNet, such as face_detection_yunet_2023mar.onnx of OpenCV's model zoo"""
    recognizer: OnnxOptions
    """SFace, such as face_recognition_sface_2021dec.onnx"""
    threshold: Annotated[float, Field(ge=-1, le=1, allow_inf_nan=False)] = 0.363
    """how alike each face must be, as the cosine that OpenCV gives for photographs of one person"""


class KeyframeOptions(_Part):
    """The text-to-image model that draws the first frame of a shot which continues none."""

    model: Annotated[str, Field(min_length=1)]
    """a local folder, or a hub id"""
    revision: str | None = None
    """the commit of a hub id"""
    steps: Annotated[int, Field(ge=1, le=200)] = 30
    """denoising steps"""
    guidance: Annotated[float, Field(ge=0, le=30, allow_inf_nan=False)] = 6.0
    """how strongly the prompt is followed"""
    scheduler: Scheduler | None = None
    """the solver; the model's own when left out"""
    width: Annotated[int, Field(ge=16, le=4096)] | None = None
    """its picture's width; that of the video model when left out"""
    height: Annotated[int, Field(ge=16, le=4096)] | None = None
    """its picture's height; that of the video model when left out"""
    match_strength: Annotated[float, Field(gt=0, le=1, allow_inf_nan=False)] = 0.65
    """how far the first frame of a match cut departs from the one that it matches; 1 is all the way"""
    character_adapter: AdapterOptions | None = None
    """the IP-Adapter that takes the characters' references"""
    style_adapter: AdapterOptions | None = None
    """the IP-Adapter that takes the look's references"""


_LOADED_WITH = (
    "model", "revision", "fingerprints", "family", "motion_adapter", "motion_adapter_revision", "precision",
    "fp8_weights", "compile", "cache", "cards",
)  # fmt: skip
_ADAPTER_FILE = {"model", "revision", "file"}
_ADAPTER_FILES = {"character_adapter": _ADAPTER_FILE, "style_adapter": _ADAPTER_FILE}
IDLE_OPTIONS = ("cards", "checkpoint_every", "checkpoint_seconds", "memory", "preview_every", "retakes")
"""options that change no pixel of a take that passes, or too little to see: how much memory is saved is left
to the card anyway, and kernels may round otherwise for a part of the rows"""


class DiffusionOptions(BackendOptions):
    """Options of the diffusion backend."""

    model: str = ""
    """a folder in one of the places for models, or a hub id such as Wan-AI/Wan2.1-T2V-1.3B-Diffusers"""
    revision: str | None = None
    """the commit of a hub id, 40 hexadecimal digits"""
    fingerprints: dict[str, str] = Field(default_factory=dict)
    """digests of the files of local folders, by the option that names the folder; the plan fills in what is
    left out, and a worker whose folder holds other files refuses the shot"""
    family: str = "auto"
    """the family of the model; auto reads it from the model's index"""
    motion_adapter: str | None = None
    """the motion module of AnimateDiff, a folder or a hub id, when `model` is a Stable Diffusion 1.5"""
    motion_adapter_revision: str | None = None
    """the commit of its hub id"""
    precision: Literal["bf16", "fp16", "fp32"] = "bf16"
    """the numbers that the denoiser computes in; the encoders and decoder keep what their family needs"""
    steps: Annotated[int, Field(ge=1, le=200)] | None = None
    """denoising steps; the family's own when left out"""
    guidance: Annotated[float, Field(ge=0, le=30, allow_inf_nan=False)] | None = None
    """how strongly the prompt is followed; the family's own when left out"""
    guidance_2: Annotated[float, Field(ge=0, le=30, allow_inf_nan=False)] | None = None
    """the same for the second of two transformers; the first's when left out"""
    scheduler: Scheduler | None = None
    """the solver; the model's own when left out"""
    shift: Annotated[float, Field(gt=0, le=30, allow_inf_nan=False)] | None = None
    """moves the steps of a flow solver towards the noise; the model's own when left out"""
    width: Annotated[int, Field(ge=16, le=4096)] | None = None
    """the width that is rendered; in the film's shape and the family's area when left out"""
    height: Annotated[int, Field(ge=16, le=4096)] | None = None
    """the height that is rendered"""
    rate: Annotated[int, Field(ge=1, le=60)] | None = None
    """frames a second that are rendered; the family's own when left out"""
    prompt_tokens: Annotated[int, Field(ge=16, le=1024)] | None = None
    """how much of the prompt is read; the family's own when left out"""
    leave_out: tuple[Ask, ...] = ()
    """what the storyboard asks and this renderer may leave out without complaint"""
    keyframe: KeyframeOptions | None = None
    """draws the first frame of a shot for families that start from a picture"""
    character_adapter: AdapterOptions | None = None
    """the IP-Adapter that takes the characters' references, for families that have one"""
    style_adapter: AdapterOptions | None = None
    """the IP-Adapter that takes the look's references, for families that have one"""
    reference_scale: Annotated[float, Field(ge=0, le=2, allow_inf_nan=False)] = 1.0
    """how strongly reference pictures are followed, for families that take them directly"""
    colour_match: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] = 1.0
    """how far a continuing shot takes on the colours of the shot that it continues"""
    motion: Annotated[int, Field(ge=1, le=255)] = 127
    """how much moves, for families that ask (SVD)"""
    sound: bool = True
    """keep the sound that the model makes with the picture, for families that make some (LTX-2)"""
    memory: Memory | Literal["auto"] = "auto"
    """how much of the model is on the card; auto looks at what is free"""
    cards: Annotated[int, Field(ge=1, le=MOST_CARDS)] = 1
    """how many cards of one node render a shot together: it is there sooner, but fewer shots an hour are than
    when every card renders its own"""
    fp8_weights: bool = False
    """keep the denoiser's weights in eight bits: half the memory, other pictures"""
    attention: str | None = None
    """the attention kernel, by diffusers' name, such as _native_cudnn, flash or sage"""
    compile: bool = False
    """compile the repeated blocks of the denoiser: slow first steps, fast later ones"""
    cache: StepCache | None = None
    """leave out work between steps: faster, other pictures"""
    cache_threshold: Annotated[float, Field(gt=0, le=1, allow_inf_nan=False)] | None = None
    """how different two steps may be for a first-block, magnitude or spectrum cache to reuse one; the number
    of its authors when left out (0.05, 0.06, 0.25)"""
    cache_ratios: Annotated[tuple[StepRatio, ...], Field(min_length=1, max_length=1000)] | None = None
    """for the magnitude cache: how many times larger what the denoiser adds is in a step than in the one
    before, measured once for a model and solver, in the order of the steps"""
    retakes: Annotated[int, Field(ge=0, le=20)] = 2
    """other seeds that are tried when a take is black, frozen, flickering or no numbers at all"""
    identity: IdentityOptions | None = None
    """looks at each character with references, and refuses a take in which one is not like them"""
    faces: FaceOptions | None = None
    """looks at the faces of characters with references, and refuses a take in which one is another's (extra
    `faces`)"""
    gate: bool = True
    """refuse such a take in the end; else it is published, and its report says what is wrong"""
    checkpoint_every: Annotated[int, Field(ge=0, le=200)] = 5
    """keep the state of the denoising every so many steps; 0 never does"""
    checkpoint_seconds: Annotated[float, Field(ge=0, le=3600, allow_inf_nan=False)] = 3.0
    """but never two within so many seconds, unless a more urgent shot wants the worker"""
    preview_every: Annotated[int, Field(ge=0, le=200)] = 5
    """show a small picture of what comes every so many steps; 0 never does"""


def loaded_with(options: DiffusionOptions) -> dict[str, JsonValue]:
    """The options that a video model is loaded with; shots that differ only in others share it."""
    return options.model_dump(mode="json", include={**dict.fromkeys(_LOADED_WITH, True), **_ADAPTER_FILES})


def keyframe_loaded_with(options: KeyframeOptions) -> dict[str, JsonValue]:
    """The same for a model that draws keyframes."""
    return options.model_dump(mode="json", include={"model": True, "revision": True, **_ADAPTER_FILES})
