"""What is asked of Runway for a shot. Pure: a spec becomes the calls that make its take, in their order.

A file of a call is named by the SHA-256 of its bytes; what another call gives is named by that call.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import JsonValue

from farm.backends.diffusion.prompt import prompt_of, seed_of
from farm.backends.hosted.runway.models import (
    IMAGE_RATIOS,
    MOST_REFERENCES,
    MOST_SEED,
    PERFORMANCE_PER_SECOND,
    PERFORMANCE_RATIOS,
    VIDEO_MODELS,
    duration_for,
    image_price,
    nearest_ratio,
    size_of,
)
from farm.backends.hosted.runway.options import RunwayOptions
from farm.backends.hosted.runway.words import shortened
from farm.backends.hosted.service import Call
from storyboard.planning.spec import ResolvedFile, ShotSpec

UPSCALER = "magnific_video_upscaler_creative"
_TAG = re.compile(r"[^A-Za-z0-9_]")
_SHORTEST_TAG, _LONGEST_TAG = 3, 16


@dataclass(frozen=True, slots=True)
class Reference:
    """A picture that is sent along, and the word that stands for it in the prompt."""

    file: ResolvedFile
    tag: str


def references_of(spec: ShotSpec) -> tuple[list[Reference], int]:
    """The pictures that a keyframe is drawn from, and how many more there would be.

    One of each character in the order of the shot, then of the place, then of the look.
    """
    owners = [(one.id, one.references) for one in spec.characters]
    owners += [("place", spec.location.references), ("look", spec.look.references)]
    found: list[Reference] = []
    for name, files in owners:
        if files:
            found.append(Reference(files[0], tag_of(name, [one.tag for one in found])))
    return found[:MOST_REFERENCES], max(0, len(found) - MOST_REFERENCES)


def tag_of(name: str, taken: list[str]) -> str:
    """The tag of somebody: letters, digits and underscores, 3 to 16 of them, a letter first.

    >>> tag_of("the-old-captain-of-all", []), tag_of("7", []), tag_of("7", ["ref_7"])
    ('the_old_captain', 'ref_7', 'ref_72')
    """
    plain = _TAG.sub("_", name)
    if not plain[:1].isalpha() or len(plain) < _SHORTEST_TAG:
        plain = f"ref_{plain}"
    plain = plain[: _LONGEST_TAG - 1].rstrip("_")
    number, tag = 1, plain
    while tag in taken:
        number += 1
        tag = f"{plain[: _LONGEST_TAG - len(str(number))]}{number}"
    return tag


def changes(spec: ShotSpec, options: RunwayOptions) -> bool:
    """Whether the shot is a video that is there, with something of it changed."""
    return bool(options.change) or (spec.performance is not None and options.performances == "aleph2")


def is_performed(spec: ShotSpec, options: RunwayOptions) -> bool:
    """Whether somebody drives the shot's character."""
    return spec.performance is not None and not changes(spec, options)


def wants_keyframe(spec: ShotSpec, options: RunwayOptions) -> bool:
    """Whether the shot's first picture is drawn first."""
    if changes(spec, options) or (spec.performance is not None and options.character):
        return False
    if spec.predecessor is not None or spec.first_frame is not None or options.keyframe == "never":
        return False
    if options.keyframe == "always" or spec.performance is not None:
        return True
    return bool(references_of(spec)[0]) or not VIDEO_MODELS[options.model].text_ratios


def ratio_of(spec: ShotSpec, options: RunwayOptions, *, from_picture: bool) -> str:
    """The size that is asked for."""
    if options.ratio:
        return options.ratio
    return nearest_ratio(ratios_of(spec, options, from_picture=from_picture), spec.width, spec.height)


def ratios_of(spec: ShotSpec, options: RunwayOptions, *, from_picture: bool) -> tuple[str, ...]:
    """Those that may be asked for."""
    if is_performed(spec, options):
        return PERFORMANCE_RATIOS
    model = VIDEO_MODELS[options.model]
    return model.ratios if from_picture else model.text_ratios


def keyframe_call(spec: ShotSpec, options: RunwayOptions, files: Mapping[str, Path]) -> Call:
    """The shot's first picture, drawn from references that the words call by their tags."""
    references, _ = references_of(spec)
    ratio = nearest_ratio(IMAGE_RATIOS, *size_of(ratio_of(spec, options, from_picture=True)))
    body: dict[str, JsonValue] = {
        "model": options.keyframe_model,
        "prompt_text": keyframe_prompt(spec),
        "ratio": ratio,
        "seed": _seed(spec),
        **_moderation(options),
    }
    if references:
        body["reference_images"] = [{"uri": f"file:{one.file.sha256}", "tag": one.tag} for one in references]
    sent = {one.file.sha256: files[one.file.sha256] for one in references if one.file.sha256 in files}
    price = image_price(options.keyframe_model, ratio)
    return Call("keyframe", "text_to_image", body, sent, options.keyframe_model, credits=price)


def keyframe_prompt(spec: ShotSpec) -> str:
    """The words of a keyframe, as many as Runway takes."""
    return prompt_of(shortened(tagged(spec))[0]).text


def tagged(spec: ShotSpec) -> ShotSpec:
    """A shot in which whoever has a reference is called by its tag, the same in every shot."""
    references, _ = references_of(spec)
    tags = {one.file.sha256: one.tag for one in references}

    def called(name: str, files: tuple[ResolvedFile, ...]) -> str:
        return f"@{tags[files[0].sha256]}" if files and files[0].sha256 in tags else name

    characters = tuple(
        one.model_copy(update={"name": called(one.name, one.references)}) for one in spec.characters
    )
    place = spec.location.model_copy(update={"name": called(spec.location.name, spec.location.references)})
    look = spec.look
    if look.references and look.references[0].sha256 in tags:
        words = f"In the style of @{tags[look.references[0].sha256]}"
        look = look.model_copy(update={"description": ". ".join(filter(None, (words, look.description)))})
    return spec.model_copy(update={"characters": characters, "location": place, "look": look})


def video_call(
    spec: ShotSpec, options: RunwayOptions, picture: Path | None, name: str, last: Path | None
) -> Call:
    """The shot, from words alone or from its first picture.

    Args:
        spec: the shot.
        options: of it.
        picture: its first picture; None without one.
        name: of that picture, for the request.
        last: the picture of its last frame.
    """
    model = VIDEO_MODELS[options.model]
    duration = duration_for(model, spec.seconds) or model.durations[-1]
    prompt = prompt_of(shortened(spec)[0])
    body: dict[str, JsonValue] = {
        "model": options.model,
        "prompt_text": prompt.text,
        "ratio": ratio_of(spec, options, from_picture=picture is not None),
        "duration": duration,
        "seed": _seed(spec),
    }
    if not model.makes_sound:
        body |= _moderation(options)
    if model.makes_sound:
        body["audio"] = options.sound
    if model.takes_negative and prompt.negative:
        body["negative_prompt"] = prompt.negative
    files: dict[str, Path] = {}
    if picture is not None:
        files[name] = picture
        first: JsonValue = {"uri": f"file:{name}", "position": "first"}
        body["prompt_image"] = [first]
        if last is not None and model.takes_last and spec.last_frame is not None:
            files[spec.last_frame.sha256] = last
            body["prompt_image"] = [first, {"uri": f"file:{spec.last_frame.sha256}", "position": "last"}]
    each = model.per_second_sound if options.sound and model.makes_sound else model.per_second
    kind = "text_to_video" if picture is None else "image_to_video"
    return Call("video", kind, body, files, options.model, float(duration), duration * each)


def performance_call(
    spec: ShotSpec,
    options: RunwayOptions,
    character: tuple[str, Path],
    driving_video: Path,
    seconds: float,
    *,
    moves: bool = False,
) -> Call:
    """The shot's character as somebody performs it.

    Args:
        spec: the shot.
        options: of it.
        character: what the character is seen in, under its name for the request.
        driving_video: the performance.
        seconds: of that.
        moves: whether the character is seen in a video, not in a picture.
    """
    name, seen_in = character
    driving = spec.performance.file.sha256 if spec.performance else ""
    body: dict[str, JsonValue] = {
        "model": "act_two",
        "character": {"type": "video" if moves else "image", "uri": f"file:{name}"},
        "reference": {"type": "video", "uri": f"file:{driving}"},
        "ratio": ratio_of(spec, options, from_picture=True),
        "body_control": options.body_control,
        "expression_intensity": options.expression_intensity,
        "seed": _seed(spec),
        **_moderation(options),
    }
    price = round(seconds * PERFORMANCE_PER_SECOND)
    files = {name: seen_in, driving: driving_video}
    return Call("video", "character_performance", body, files, "act_two", seconds, price)


def changed_file(spec: ShotSpec, options: RunwayOptions) -> str:
    """The SHA-256 of the video that is changed."""
    if options.change:
        return spec.given[options.change].sha256
    return spec.performance.file.sha256 if spec.performance else ""


def edit_prompt(spec: ShotSpec, options: RunwayOptions) -> str:
    """What is to be different in a video that is changed, in words."""
    said = options.change_to if options.change else ""
    return said or spec.action or prompt_of(spec).text


def edit_call(spec: ShotSpec, options: RunwayOptions, video: Path, seconds: float) -> Call:
    """A video that is changed as people say; what it costs nobody knows before."""
    name = changed_file(spec, options)
    body: dict[str, JsonValue] = {
        "model": "aleph2",
        "video_uri": f"file:{name}",
        "prompt_text": edit_prompt(spec, options),
        "seed": _seed(spec),
        **_moderation(options),
    }
    return Call("video", "video_to_video", body, {name: video}, "aleph2", seconds)


def upscale_call(options: RunwayOptions, video: Path, name: str, seconds: float) -> Call:
    """A video made larger; what it costs nobody knows before."""
    body: dict[str, JsonValue] = {
        "model": UPSCALER,
        "video_uri": f"file:{name}",
        "resolution": options.upscale,
        "creativity": 0,
    }
    return Call("upscaled", "video_upscale", body, {name: video}, UPSCALER, seconds)


def _seed(spec: ShotSpec) -> int:
    return seed_of(spec) % (MOST_SEED + 1)


def _moderation(options: RunwayOptions) -> dict[str, JsonValue]:
    if options.public_figures == "auto":
        return {}
    return {"content_moderation": {"public_figure_threshold": options.public_figures}}
