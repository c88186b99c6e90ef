"""What a renderer cannot do, said before anything loads, with the families that can."""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import StrEnum

from farm.backend.traits import Complaint
from farm.backends.diffusion.families.family import Family, FramePicture
from farm.backends.diffusion.families.registry import FAMILIES, families_that_take
from farm.backends.diffusion.models.folders import is_hub_id
from farm.backends.diffusion.models.named import named_models
from farm.backends.diffusion.options import (
    MOST_CARDS,
    WHOLE,
    Ask,
    DiffusionOptions,
    Memory,
    Scheduler,
    StepCache,
)
from farm.backends.diffusion.planning.asks import HARMLESS, IN_WORDS, NEEDED_VIDEOS, Asks
from storyboard.wording import did_you_mean, listed

_COMMIT = re.compile(r"[0-9a-f]{40}")
_ABLE: dict[str, Callable[[Family], bool]] = {
    "compile": lambda family: family.compiles,
    "fp8_weights": lambda family: family.fp8,
    "character_adapter": lambda family: family.adapters,
    "style_adapter": lambda family: family.adapters,
    "keyframe": lambda family: family.start is not FramePicture.NEVER,
    "motion_adapter": lambda family: family.motion_adapter,
}
"""options that only some families have, and which do"""


def check(
    options: DiffusionOptions, asks: Asks | None = None, family: Family | None = None
) -> list[Complaint]:
    """What is wrong with a renderer's options, and what a shot asks that it cannot do.

    Args:
        options: of the renderer.
        asks: of a shot; None checks the options alone.
        family: of the model, where its index was read; needed when `options.family` is auto.
    """
    complaints = [*_model_complaints(options)]
    if options.family != "auto":
        named = FAMILIES.get(options.family)
        if named is None:
            known = did_you_mean(options.family, FAMILIES)
            complaints.append(
                _wrong("family", f"no family is named {options.family!r}{known} (there are: {_names()})")
            )
        family = family or named
    if family is None:
        return complaints
    complaints += _option_complaints(options, family)
    if asks is not None:
        complaints += _ask_complaints(options, family, asks)
    return complaints


def _names() -> str:
    return listed(list(FAMILIES), 20)


def _wrong(option: str, message: str) -> Complaint:
    return Complaint("error", message, option)


def _model_complaints(options: DiffusionOptions) -> list[Complaint]:
    complaints = (
        [] if options.model else [_wrong("model", "no model is named; give a local folder or a hub id")]
    )
    for named in named_models(options):
        if is_hub_id(named.model) and not _COMMIT.fullmatch(named.revision or ""):
            complaints.append(
                _wrong(
                    named.revision_option,
                    f"the hub id {named.model!r} needs a revision: the 40 hexadecimal digits of a commit",
                )
            )
        if named.file and not named.file.endswith(named.suffix):
            place = named.option.removesuffix("model") + "file"
            complaints.append(_wrong(place, f"{named.file!r} is not a {named.suffix} file"))
    return complaints


def _option_complaints(options: DiffusionOptions, family: Family) -> list[Complaint]:
    wrong: list[Complaint] = []

    def must_be_one_of(option: str, value: StrEnum | str | None, allowed: frozenset[StrEnum]) -> None:
        if value is not None and value not in allowed:
            choice = ", ".join(sorted(allowed)) or "none"
            wrong.append(
                _wrong(option, f"{value} does not work with the family {family.name} (allowed: {choice})")
            )

    must_be_one_of("scheduler", options.scheduler, frozenset(family.schedulers))
    must_be_one_of("cache", options.cache, frozenset(family.caches))
    if options.cards > 1:
        wrong += _cards_complaints(options, family)
    if options.cache is StepCache.MAGNITUDE:
        wrong += _magnitude_complaints(options)
    if options.memory != "auto" and options.cards == 1:
        must_be_one_of("memory", options.memory, frozenset(family.memory))
    for option, able in _ABLE.items():
        if getattr(options, option) and not able(family):
            can = [one.name for one in FAMILIES.values() if able(one)]
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
    wrong += [
        _wrong(option, f"{option} and compile do not go together; choose one")
        for option in ("fp8_weights", "cache")
        if options.compile and getattr(options, option)
    ]
    return wrong


SPREADING_KERNELS = ("native", "_native_cudnn", "_native_flash", "flash", "sage")
"""attention kernels that diffusers can spread over cards, of those that are never fetched"""


def _cards_complaints(options: DiffusionOptions, family: Family) -> list[Complaint]:
    if not family.spreads:
        can = listed([one.name for one in FAMILIES.values() if one.spreads])
        return [
            _wrong("cards", f"the family {family.name} renders on one card (families that can more: {can})")
        ]
    wrong = [
        _wrong(option, f"{option} and several cards do not go together; choose one")
        for option in ("cache", "compile")
        if getattr(options, option)
    ]
    if options.memory != "auto" and options.memory not in WHOLE & family.memory:
        allowed = ", ".join(one for one in Memory if one in WHOLE & family.memory)
        wrong.append(_wrong("memory", f"{options.memory} works on one card only (on several: {allowed})"))
    if options.attention is not None and options.attention not in SPREADING_KERNELS:
        allowed = ", ".join(SPREADING_KERNELS)
        wrong.append(
            _wrong("attention", f"{options.attention} works on one card only (on several: {allowed})")
        )
    return wrong


def uneven(cards: int, family: Family, width: int, height: int) -> list[str]:
    """Why a picture of this size cannot be rendered on so many cards: each must have an equal part.

    >>> from farm.backends.diffusion.families import FAMILIES
    >>> uneven(4, FAMILIES["wan"], 832, 464)
    []
    >>> uneven(8, FAMILIES["wan"], 832, 464)
    ['the 52 by 29 places of a picture of 832 by 464 cannot be shared evenly by 8 cards (by: 1, 2, 4, 13)']
    """
    high, wide = height // family.multiple, width // family.multiple
    able = [number for number in range(1, MOST_CARDS + 1) if not high * wide % number]
    found = []
    if family.heads and family.heads % cards:
        even = ", ".join(str(number) for number in able if not family.heads % number)
        found.append(
            f"the {family.heads} attention heads of this model cannot be shared evenly by {cards} cards "
            f"(by: {even})"
        )
    if cards not in able:
        found.append(
            f"the {wide} by {high} places of a picture of {width} by {height} cannot be shared evenly by "
            f"{cards} cards (by: {', '.join(map(str, able))})"
        )
    return found


def _magnitude_complaints(options: DiffusionOptions) -> list[Complaint]:
    complaints = []
    if options.cache_ratios is None:
        complaints.append(
            _wrong(
                "cache_ratios",
                "cache: magnitude needs the ratios of its model, one a step; docs/models.md says how to "
                "measure them",
            )
        )
    if options.scheduler is Scheduler.FLOW_HEUN:
        complaints.append(
            _wrong("cache", "magnitude counts steps, and flow-heun runs the denoiser twice in most of them")
        )
    return complaints


def takes(options: DiffusionOptions, family: Family) -> frozenset[Ask]:
    """What a renderer can be asked for: its family, with the adapters and the keyframe model it was given."""
    can = set(family.takes)
    if family.adapters:
        if options.character_adapter is None:
            can.discard(Ask.REFERENCES)
        if options.style_adapter is None:
            can.discard(Ask.STYLE)
    if options.keyframe is None:
        can.discard(Ask.MATCH)
    elif family.start is not FramePicture.NEVER:
        can |= {Ask.NEGATIVE, Ask.LORAS}
        if options.keyframe.character_adapter is not None:
            can.add(Ask.REFERENCES)
        if options.keyframe.style_adapter is not None:
            can.add(Ask.STYLE)
    return frozenset(can)


def _ask_complaints(options: DiffusionOptions, family: Family, asks: Asks) -> list[Complaint]:
    complaints = [
        Complaint("warning" if ask in HARMLESS else "error", _cannot(ask, family))
        for ask in sorted(asks.what - takes(options, family) - set(options.leave_out))
    ]
    starts = asks.what & {Ask.CONTINUITY, Ask.FIRST_FRAME}
    if family.start is FramePicture.MUST and not starts and options.keyframe is None:
        complaints.append(
            Complaint(
                "error",
                f"{family.name} starts from a picture: give the renderer a keyframe model, give the shot a "
                "first_frame, or let it continue another",
                "keyframe",
            )
        )
    if family.end is FramePicture.MUST and Ask.LAST_FRAME not in asks.what:
        complaints.append(
            Complaint("error", f"this model of {family.name} ends on a picture: give the shot a last_frame")
        )
    complaints += [
        Complaint("error", f"{family.name} renders no shot without {IN_WORDS[ask]}")
        for ask in sorted(family.needs - asks.what)
    ]
    if Ask.PERFORMANCE in asks.what & family.takes:
        complaints += _performance_complaints(family, asks)
    most = family.most_references
    if most is not None and asks.references > most:
        words = (
            f"{family.name} looks at {most} of {asks.references} reference pictures, the first character's"
        )
        complaints.append(Complaint("warning", words))
    return [*complaints, *_length_complaints(options, family, asks)]


def _performance_complaints(family: Family, asks: Asks) -> list[Complaint]:
    missing = [f"{name}:" for name in NEEDED_VIDEOS if name in family.follows and name not in asks.videos]
    unseen = sorted(asks.videos - {"file", *family.follows})
    complaints = []
    if missing:
        message = f"{family.name} follows videos made from the performance: give its {' and '.join(missing)}"
        complaints.append(Complaint("error", message))
    if unseen:
        complaints.append(
            Complaint("warning", f"{family.name} leaves out of the performance: {', '.join(unseen)}")
        )
    return complaints


_WITH = {
    Ask.REFERENCES: "an IP-Adapter (character_adapter)",
    Ask.STYLE: "an IP-Adapter (style_adapter)",
    Ask.MATCH: "a keyframe model (keyframe)",
}
"""what else a family needs to take what it can take"""


def _cannot(ask: Ask, family: Family) -> str:
    """What a family cannot take, what would help, and which families can."""
    can = [name for name in families_that_take(ask) if name != family.name]
    message = f"{family.name} cannot take {IN_WORDS[ask]}"
    if ask in family.takes:
        message += f" without {_WITH[ask]}"
    message += f"; families that can: {listed(can, 20)}"
    if ask in {Ask.REFERENCES, Ask.STYLE, Ask.LORAS} and family.start is not FramePicture.NEVER:
        adapter = "" if ask is Ask.LORAS else " that has an IP-Adapter"
        message += f"; or draw the first frame with a keyframe model{adapter}"
    return message if ask in HARMLESS else f"{message}; or leave it out: leave_out: [{ask}]"


def _length_complaints(options: DiffusionOptions, family: Family, asks: Asks) -> list[Complaint]:
    rate = options.rate or family.rate
    frames = int(asks.seconds * rate) + 1
    if frames <= family.longest or family.segment:
        return []
    most = f"{family.longest} ({family.longest / rate:.1f} s)"
    words = f"{asks.seconds:.1f} s are {frames} frames at {rate} a second"
    if family.hard_limit:
        return [Complaint("error", f"{words}; {family.name} renders at most {most}")]
    return [Complaint("warning", f"{words}; {family.name} was made for {most}")]
