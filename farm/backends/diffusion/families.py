"""The families of video models: what each takes, can do and is made for. Plain values, no torch.

`check` says what a renderer cannot do before anything loads, and which families can.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from farm.backends.diffusion.options import Ask, DiffusionOptions, Memory, Scheduler, StepCache
from storyboard.errors import UsageError
from storyboard.spec import ShotSpec
from storyboard.wording import did_you_mean, listed

FLOW = frozenset({Scheduler.FLOW_EULER, Scheduler.FLOW_HEUN, Scheduler.UNIPC, Scheduler.DPM})
NOISE = frozenset(
    {Scheduler.EULER, Scheduler.EULER_ANCESTRAL, Scheduler.DDIM, Scheduler.DPM, Scheduler.UNIPC}
)
_TRANSFORMER_CACHES = frozenset({StepCache.FIRST_BLOCK, StepCache.PYRAMID_ATTENTION, StepCache.TAYLOR})
_COMMIT = re.compile(r"[0-9a-f]{40}")


class Start(StrEnum):
    """Whether a family starts a shot from a picture."""

    NEVER = "never"
    CAN = "can"
    MUST = "must"


@dataclass(frozen=True, slots=True)
class Family:
    """A family of models that one module renders.

    Attributes:
        name: what `family` in the options says.
        title: its name for people.
        pipeline: the diffusers pipeline that renders.
        indexes: pipeline classes in a model's index that mean this family.
        takes: what it can be asked for beside a prompt.
        start: whether a shot starts from a picture: its predecessor's last frame or a keyframe.
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
        resumes: whether a denoising can go on where another attempt stopped.
        no_resume: why not.
        adapters: whether it takes IP-Adapters.
        sound: whether it makes sound.
        fp32: components that stay in 32 bits whatever the precision.
        licence: what the weights published under this name may be used for; read the model's own.
    """

    name: str
    title: str
    pipeline: str
    indexes: tuple[str, ...]
    takes: frozenset[Ask]
    start: Start
    rate: int
    frame_step: int
    longest: int
    multiple: int
    area: int
    steps: int
    guidance: float
    hard_limit: bool = False
    prompt_tokens: int | None = None
    schedulers: frozenset[Scheduler] = FLOW
    caches: frozenset[StepCache] = frozenset()
    memory: frozenset[Memory] = frozenset(Memory) - {Memory.SLICED}
    compiles: bool = True
    fp8: bool = True
    resumes: bool = True
    no_resume: str = ""
    adapters: bool = False
    sound: bool = False
    fp32: tuple[str, ...] = ()
    licence: str = "see the model's own page"


_TEXT = frozenset({Ask.NEGATIVE, Ask.LORAS})
_WAN = {
    "rate": 16,
    "frame_step": 4,
    "longest": 81,
    "multiple": 16,
    "area": 832 * 480,
    "steps": 50,
    "guidance": 5.0,
    "prompt_tokens": 512,
    "caches": _TRANSFORMER_CACHES,
    "fp32": ("vae", "image_encoder"),
    "licence": "Apache-2.0",
}

_ALL = (
    Family(
        name="wan",
        title="Wan 2.1 and 2.2, text to video",
        pipeline="WanPipeline",
        indexes=("WanPipeline",),
        takes=_TEXT,
        start=Start.NEVER,
        **_WAN,  # type: ignore[arg-type]
    ),
    Family(
        name="wan-i2v",
        title="Wan 2.1 and 2.2, image to video",
        pipeline="WanImageToVideoPipeline",
        indexes=("WanImageToVideoPipeline",),
        takes=_TEXT | {Ask.CONTINUITY},
        start=Start.MUST,
        **_WAN,  # type: ignore[arg-type]
    ),
    Family(
        name="wan-vace",
        title="Wan VACE, reference pictures to video",
        pipeline="WanVACEPipeline",
        indexes=("WanVACEPipeline",),
        takes=_TEXT | {Ask.CONTINUITY, Ask.REFERENCES},
        start=Start.CAN,
        **_WAN,  # type: ignore[arg-type]
    ),
    Family(
        name="ltx",
        title="LTX-Video",
        pipeline="LTXConditionPipeline",
        indexes=("LTXConditionPipeline", "LTXPipeline", "LTXImageToVideoPipeline"),
        takes=_TEXT | {Ask.CONTINUITY},
        start=Start.CAN,
        rate=24,
        frame_step=8,
        longest=257,
        multiple=32,
        area=768 * 512,
        steps=40,
        guidance=3.0,
        prompt_tokens=256,
        schedulers=frozenset({Scheduler.FLOW_EULER}),
        caches=_TRANSFORMER_CACHES,
        licence="LTX-Video licence: commercial use with conditions",
    ),
    Family(
        name="ltx-2",
        title="LTX-2, with sound",
        pipeline="LTX2ConditionPipeline",
        indexes=("LTX2ConditionPipeline", "LTX2Pipeline", "LTX2ImageToVideoPipeline"),
        takes=_TEXT | {Ask.CONTINUITY},
        start=Start.CAN,
        rate=24,
        frame_step=8,
        longest=257,
        multiple=32,
        area=768 * 512,
        steps=30,
        guidance=3.0,
        prompt_tokens=1024,
        schedulers=frozenset({Scheduler.FLOW_EULER}),
        resumes=False,
        no_resume="picture and sound are denoised by two solvers at once",
        sound=True,
        licence="LTX-2 community licence: commercial use with conditions",
    ),
    Family(
        name="hunyuan-1.5",
        title="HunyuanVideo 1.5, text to video",
        pipeline="HunyuanVideo15Pipeline",
        indexes=("HunyuanVideo15Pipeline",),
        takes=frozenset({Ask.NEGATIVE}),
        start=Start.NEVER,
        rate=24,
        frame_step=4,
        longest=121,
        multiple=16,
        area=848 * 480,
        steps=50,
        guidance=6.0,
        schedulers=frozenset({Scheduler.FLOW_EULER}),
        licence="Tencent Hunyuan community licence: not in the EU, the UK and South Korea",
    ),
    Family(
        name="hunyuan-1.5-i2v",
        title="HunyuanVideo 1.5, image to video",
        pipeline="HunyuanVideo15ImageToVideoPipeline",
        indexes=("HunyuanVideo15ImageToVideoPipeline",),
        takes=frozenset({Ask.NEGATIVE, Ask.CONTINUITY}),
        start=Start.MUST,
        rate=24,
        frame_step=4,
        longest=121,
        multiple=16,
        area=848 * 480,
        steps=50,
        guidance=6.0,
        schedulers=frozenset({Scheduler.FLOW_EULER}),
        licence="Tencent Hunyuan community licence: not in the EU, the UK and South Korea",
    ),
    Family(
        name="cogvideox",
        title="CogVideoX, text to video",
        pipeline="CogVideoXPipeline",
        indexes=("CogVideoXPipeline",),
        takes=_TEXT,
        start=Start.NEVER,
        rate=8,
        frame_step=4,
        longest=49,
        multiple=16,
        area=720 * 480,
        steps=50,
        guidance=6.0,
        prompt_tokens=226,
        schedulers=frozenset({Scheduler.DDIM, Scheduler.DPM}),
        caches=_TRANSFORMER_CACHES | {StepCache.FASTER},
        licence="2B: Apache-2.0; 5B: CogVideoX licence, commercial use after registration",
    ),
    Family(
        name="cogvideox-i2v",
        title="CogVideoX, image to video",
        pipeline="CogVideoXImageToVideoPipeline",
        indexes=("CogVideoXImageToVideoPipeline",),
        takes=_TEXT | {Ask.CONTINUITY},
        start=Start.MUST,
        rate=8,
        frame_step=4,
        longest=49,
        multiple=16,
        area=720 * 480,
        steps=50,
        guidance=6.0,
        prompt_tokens=226,
        schedulers=frozenset({Scheduler.DDIM, Scheduler.DPM}),
        caches=_TRANSFORMER_CACHES | {StepCache.FASTER},
        licence="CogVideoX licence: commercial use after registration",
    ),
    Family(
        name="animatediff",
        title="AnimateDiff on Stable Diffusion 1.5",
        pipeline="AnimateDiffPipeline",
        indexes=("AnimateDiffPipeline",),
        takes=_TEXT | {Ask.REFERENCES, Ask.STYLE},
        start=Start.NEVER,
        rate=8,
        frame_step=1,
        longest=32,
        hard_limit=True,
        multiple=8,
        area=512 * 512,
        steps=25,
        guidance=7.5,
        schedulers=NOISE,
        memory=frozenset(Memory),
        compiles=False,
        adapters=True,
        licence="CreativeML Open RAIL-M (Stable Diffusion 1.5); Apache-2.0 (motion module)",
    ),
    Family(
        name="svd",
        title="Stable Video Diffusion",
        pipeline="StableVideoDiffusionPipeline",
        indexes=("StableVideoDiffusionPipeline",),
        takes=frozenset({Ask.CONTINUITY}),
        start=Start.MUST,
        rate=7,
        frame_step=1,
        longest=25,
        hard_limit=True,
        multiple=64,
        area=1024 * 576,
        steps=25,
        guidance=3.0,
        schedulers=frozenset({Scheduler.EULER}),
        memory=frozenset({Memory.FULL, Memory.OFFLOADED, Memory.STREAMED}),
        compiles=False,
        fp32=("image_encoder",),
        licence="Stability AI community licence: commercial use below a yearly revenue",
    ),
)

FAMILIES: dict[str, Family] = {family.name: family for family in _ALL}
KEYFRAME_INDEXES = ("StableDiffusionPipeline", "StableDiffusionXLPipeline", "FluxPipeline")
"""pipeline classes that can draw a keyframe"""
KEYFRAME_ADAPTERS = ("StableDiffusionPipeline", "StableDiffusionXLPipeline")
"""those of them that take IP-Adapters here"""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a renderer cannot do.

    Attributes:
        level: an error stops the plan; a warning tells what is left out.
        message: what was found, what is allowed, and which families can.
        option: the option that is wrong, or empty when the storyboard asks too much.
    """

    level: Literal["error", "warning"]
    message: str
    option: str = ""


@dataclass(frozen=True, slots=True)
class Asks:
    """What a shot asks of a renderer beside its words."""

    what: frozenset[Ask] = frozenset()
    seconds: float = 0.0
    place_references: bool = False


def asks_of(spec: ShotSpec) -> Asks:
    """What a shot asks of a renderer."""
    found = {
        Ask.NEGATIVE: bool(spec.look.negative),
        Ask.CONTINUITY: spec.predecessor is not None,
        Ask.REFERENCES: any(one.references for one in spec.characters),
        Ask.STYLE: bool(spec.look.references),
        Ask.LORAS: bool(spec.look.loras) or any(one.loras for one in spec.characters),
    }
    return Asks(
        frozenset(ask for ask, there in found.items() if there),
        float(spec.seconds),
        bool(spec.location.references),
    )


def family_of_index(pipeline_class: str) -> Family | None:
    """The family whose models name this pipeline class in their index."""
    return next((family for family in _ALL if pipeline_class in family.indexes), None)


def family_of(options: DiffusionOptions, pipeline_class: str) -> Family:
    """The family that renders a model whose index names this pipeline class.

    Raises:
        UsageError: none does; the message names those there are.
    """
    if options.family != "auto":
        return FAMILIES[options.family]
    if options.motion_adapter is not None and pipeline_class == "StableDiffusionPipeline":
        return FAMILIES["animatediff"]
    family = family_of_index(pipeline_class)
    if family is None:
        raise UsageError(
            f"{options.model} is a {pipeline_class}, which no family renders",
            f"families: {', '.join(FAMILIES)}; or use it as a keyframe model",
        )
    return family


def families_that_take(ask: Ask) -> list[str]:
    """The names of the families that can be asked for something."""
    return [family.name for family in _ALL if ask in family.takes]


_HARMLESS = frozenset({Ask.NEGATIVE})
_WORDS = {
    Ask.NEGATIVE: "a negative prompt",
    Ask.CONTINUITY: "a shot that continues another",
    Ask.REFERENCES: "reference pictures of characters",
    Ask.STYLE: "reference pictures of the look",
    Ask.LORAS: "LoRAs",
}


def check(options: DiffusionOptions, asks: Asks | None = None, family: Family | None = None) -> list[Finding]:
    """What is wrong with a renderer's options, and what a shot asks that it cannot do.

    Args:
        options: of the renderer.
        asks: of a shot; None checks the options alone.
        family: of the model, where its index was read; needed when `options.family` is auto.
    """
    findings = [*_model_findings(options)]
    if options.family != "auto":
        named = FAMILIES.get(options.family)
        if named is None:
            known = did_you_mean(options.family, FAMILIES)
            findings.append(
                _wrong("family", f"no family is named {options.family!r}{known} (there are: {_names()})")
            )
        elif family is not None and family != named:
            findings.append(
                _wrong("family", f"the model is of the family {family.name}, not {options.family}")
            )
        family = family or named
    if family is None:
        return findings
    findings += _option_findings(options, family)
    if asks is not None:
        findings += _ask_findings(options, family, asks)
    return findings


def _names() -> str:
    return listed(list(FAMILIES), 20)


def _wrong(option: str, message: str) -> Finding:
    return Finding("error", message, option)


@dataclass(frozen=True, slots=True)
class NamedModel:
    """A model that a renderer's options name.

    Attributes:
        option: which option names it.
        model: a folder or a hub id.
        revision: the commit of a hub id.
        revision_option: which option names that.
        file: the one file of weights that is read; empty when it is a whole model.
        parts: the files of a repository that are needed, as patterns; none means the model's.
    """

    option: str
    model: str
    revision: str | None
    revision_option: str
    file: str = ""
    parts: tuple[str, ...] = ()


def named_models(options: DiffusionOptions) -> list[NamedModel]:
    """Everything that has to be on a machine that renders with these options."""
    named = []
    if options.model:
        named.append(NamedModel("model", options.model, options.revision, "revision"))
    if options.motion_adapter:
        named.append(
            NamedModel(
                "motion_adapter",
                options.motion_adapter,
                options.motion_adapter_revision,
                "motion_adapter_revision",
            )
        )
    adapters = [
        ("character_adapter", options.character_adapter),
        ("style_adapter", options.style_adapter),
    ]
    if options.keyframe:
        keyframe = options.keyframe
        named.append(NamedModel("keyframe.model", keyframe.model, keyframe.revision, "keyframe.revision"))
        adapters.append(("keyframe.character_adapter", keyframe.character_adapter))
        adapters.append(("keyframe.style_adapter", keyframe.style_adapter))
    named += [
        NamedModel(
            f"{place}.model",
            adapter.model,
            adapter.revision,
            f"{place}.revision",
            adapter.file,
            (adapter.file, f"{adapter.image_encoder}/config.json", f"{adapter.image_encoder}/*.safetensors"),
        )
        for place, adapter in adapters
        if adapter is not None
    ]
    return named


def _model_findings(options: DiffusionOptions) -> list[Finding]:
    findings = (
        [] if options.model else [_wrong("model", "no model is named; give a local folder or a hub id")]
    )
    for named in named_models(options):
        if is_hub_id(named.model) and not _COMMIT.fullmatch(named.revision or ""):
            findings.append(
                _wrong(
                    named.revision_option,
                    f"the hub id {named.model!r} needs a revision: the 40 hexadecimal digits of a commit",
                )
            )
        if named.file and not named.file.endswith(".safetensors"):
            place = named.option.removesuffix("model") + "file"
            findings.append(_wrong(place, f"{named.file!r} is not a .safetensors file"))
    return findings


def is_hub_id(model: str) -> bool:
    """Whether a model is named as owner/name on the hub rather than as a folder."""
    return re.fullmatch(r"[A-Za-z0-9][\w-]*/[\w.-]+", model) is not None


def _option_findings(options: DiffusionOptions, family: Family) -> list[Finding]:
    wrong: list[Finding] = []

    def must_be_one_of(option: str, value: StrEnum | str | None, allowed: frozenset[StrEnum]) -> None:
        if value is not None and value not in allowed:
            choice = ", ".join(sorted(allowed)) or "none"
            wrong.append(
                _wrong(option, f"{value} does not work with the family {family.name} (allowed: {choice})")
            )

    must_be_one_of("scheduler", options.scheduler, frozenset(family.schedulers))
    must_be_one_of("cache", options.cache, frozenset(family.caches))
    if options.memory != "auto":
        must_be_one_of("memory", options.memory, frozenset(family.memory))
    for option, wanted, able in (
        ("compile", options.compile, family.compiles),
        ("fp8_weights", options.fp8_weights, family.fp8),
        ("character_adapter", options.character_adapter is not None, family.adapters),
        ("style_adapter", options.style_adapter is not None, family.adapters),
        ("keyframe", options.keyframe is not None, family.start is not Start.NEVER),
        ("motion_adapter", options.motion_adapter is not None, family.name == "animatediff"),
    ):
        if wanted and not able:
            can = [one.name for one in _ALL if _can(one, option)]
            wrong.append(
                _wrong(
                    option, f"the family {family.name} has no {option} (families that have: {listed(can)})"
                )
            )
    for option, size in (("width", options.width), ("height", options.height)):
        if size is not None and size % family.multiple:
            down = size // family.multiple * family.multiple
            near = f"{down} or {down + family.multiple}" if down else str(family.multiple)
            wrong.append(
                _wrong(
                    option, f"{size} is no multiple of {family.multiple}, as {family.name} needs; say {near}"
                )
            )
    if (options.width is None) != (options.height is None):
        wrong.append(_wrong("width", "width and height go together: give both or none"))
    if options.fp8_weights and options.compile:
        wrong.append(_wrong("fp8_weights", "fp8_weights and compile do not go together; choose one"))
    return wrong


def _can(family: Family, option: str) -> bool:
    return {
        "compile": family.compiles,
        "fp8_weights": family.fp8,
        "character_adapter": family.adapters,
        "style_adapter": family.adapters,
        "keyframe": family.start is not Start.NEVER,
        "motion_adapter": family.name == "animatediff",
    }[option]


def takes(options: DiffusionOptions, family: Family) -> frozenset[Ask]:
    """What a renderer can be asked for: its family, with the adapters and the keyframe model it was given."""
    can = set(family.takes)
    if family.adapters:
        if options.character_adapter is None:
            can.discard(Ask.REFERENCES)
        if options.style_adapter is None:
            can.discard(Ask.STYLE)
    if options.keyframe is not None and family.start is not Start.NEVER:
        can |= {Ask.NEGATIVE}
        if options.keyframe.character_adapter is not None:
            can.add(Ask.REFERENCES)
        if options.keyframe.style_adapter is not None:
            can.add(Ask.STYLE)
    return frozenset(can)


def _ask_findings(options: DiffusionOptions, family: Family, asks: Asks) -> list[Finding]:
    findings = []
    able = takes(options, family)
    for ask in sorted(asks.what - able - set(options.leave_out)):
        can = [name for name in families_that_take(ask) if name != family.name]
        message = f"{family.name} cannot take {_WORDS[ask]}"
        if ask in family.takes and family.adapters:
            kind = "character_adapter" if ask is Ask.REFERENCES else "style_adapter"
            message += f" without an IP-Adapter ({kind})"
        message += f"; families that can: {listed(can)}"
        if ask in {Ask.REFERENCES, Ask.STYLE} and family.start is not Start.NEVER:
            message += "; or draw the first frame with a keyframe model that has an IP-Adapter"
        if ask not in _HARMLESS:
            message += f"; or leave it out: leave_out: [{ask}]"
        findings.append(Finding("warning" if ask in _HARMLESS else "error", message))
    if family.start is Start.MUST and Ask.CONTINUITY not in asks.what and options.keyframe is None:
        findings.append(
            Finding(
                "error",
                f"{family.name} starts from a picture: give the renderer a keyframe model, or let the shot "
                "continue another",
                "keyframe",
            )
        )
    rate = options.rate or family.rate
    frames = int(asks.seconds * rate) + 1
    if frames > family.longest:
        most = family.longest / rate
        words = f"{asks.seconds:.1f} s are {frames} frames at {rate} a second"
        if family.hard_limit:
            findings.append(
                Finding("error", f"{words}; {family.name} renders at most {family.longest} ({most:.1f} s)")
            )
        else:
            findings.append(
                Finding("warning", f"{words}; {family.name} was made for {family.longest} ({most:.1f} s)")
            )
    if asks.place_references and family.name != "wan-vace":
        findings.append(
            Finding("warning", f"{family.name} leaves out reference pictures of places; wan-vace takes them")
        )
    return findings
