"""What Runway's models cannot do of a shot, said before anything is sent. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pydantic import JsonValue

from farm.backend.traits import Complaint
from farm.backends.diffusion.prompt import prompt_of
from farm.backends.hosted.runway.models import (
    MOST_WORDS,
    RATE,
    VIDEO_MODELS,
    duration_for,
    nearest_ratio,
    size_of,
    words_in,
)
from farm.backends.hosted.runway.options import RunwayOptions
from farm.backends.hosted.runway.requests import (
    changes,
    edit_prompt,
    is_performed,
    ratios_of,
    references_of,
    tagged,
    wants_keyframe,
)
from farm.backends.hosted.runway.words import shortened
from storyboard.media.take_shape import TakeShape
from storyboard.planning.spec import ShotSpec
from storyboard.wording import listed

NO_CHARACTER = (
    "act_two needs the character to be seen, and this shot has no picture: allow a keyframe, give the shot a "
    "first_frame, or say in which picture or video the character is (character: ada.mp4)"
)


def native_shape(options: Mapping[str, JsonValue], film: TakeShape) -> TakeShape:
    """The take as Runway makes it: a size of the model's, 24 frames a second; upscaled, the film's size."""
    chosen = RunwayOptions.model_validate(options)
    if chosen.upscale != "none":
        return film.at(film.width, film.height, RATE)
    model = VIDEO_MODELS[chosen.model]
    # What is drawn first or performed may have more shapes; the take's size is that of the nearest all have.
    known = model.text_ratios or model.ratios
    ratios = model.ratios if chosen.keyframe == "always" else known
    ratio = chosen.ratio or nearest_ratio(ratios, film.width, film.height)
    if ":" not in ratio or not all(part.isdigit() and int(part) for part in ratio.split(":", 1)):
        return film.at(film.width, film.height, RATE)  # the check says what is wrong with it
    return film.at(*size_of(ratio), RATE)


def complaints(spec: ShotSpec) -> Sequence[Complaint]:
    """What is wrong with a shot, and what will not be as asked."""
    options = RunwayOptions.model_validate(spec.options)
    return [*_of_options(spec, options), *_of_words(spec, options), *_of_pictures(spec, options)]


def _of_options(spec: ShotSpec, options: RunwayOptions) -> Iterator[Complaint]:
    model = VIDEO_MODELS[options.model]
    performed, changed = is_performed(spec, options), changes(spec, options)
    if not performed and not changed and duration_for(model, spec.seconds) is None:
        longest = model.durations[-1]
        yield Complaint(
            "error",
            f"the take lasts {float(spec.seconds):.2f} s with its handles; {options.model} makes at most "
            f"{longest} s: cut the shot in two, the second continuing the first",
        )
    pictured = wants_keyframe(spec, options) or _has_picture(spec)
    if performed and not pictured and not options.character:
        yield Complaint("error", NO_CHARACTER, "keyframe")
    elif not performed and not changed and not pictured and not model.text_ratios:
        yield Complaint(
            "error",
            f"{options.model} animates a picture, and this shot has none: allow a keyframe, give it a "
            "first_frame, or choose gen4.5",
            "keyframe" if options.keyframe == "never" else "model",
        )
    elif not changed:
        ratios = ratios_of(spec, options, from_picture=pictured) or model.ratios
        if options.ratio and options.ratio not in ratios:
            what = "act_two" if performed else options.model
            how = "from a picture" if pictured else "from words alone"
            yield Complaint(
                "error", f'{what} makes no "{options.ratio}" {how}; it makes {", ".join(ratios)}', "ratio"
            )
    if options.sound and not (performed or changed) and not model.makes_sound:
        yield Complaint("error", f"{options.model} makes no sound; veo3.1 and veo3.1_fast do", "sound")
    turbo = options.keyframe_model == "gen4_image_turbo"
    if turbo and wants_keyframe(spec, options) and not references_of(spec)[0]:
        yield Complaint(
            "error",
            "gen4_image_turbo draws from references, and this shot has none; gen4_image needs none",
            "keyframe_model",
        )


def _of_words(spec: ShotSpec, options: RunwayOptions) -> Iterator[Complaint]:
    if changes(spec, options):
        yield from _too_long("change", edit_prompt(spec, options))
        return
    drawn, performed = wants_keyframe(spec, options), is_performed(spec, options)
    said = [*([] if performed else [spec]), *([tagged(spec)] if drawn else [])]
    short = [shortened(one) for one in said]
    wrong = [one for spec_, _ in short for one in _too_long("prompt", prompt_of(spec_).text)]
    left_out = dict.fromkeys(clause for _, clauses in short for clause in clauses)
    if left_out and not wrong:
        yield Complaint(
            "warning", f"Runway takes {MOST_WORDS} characters of a prompt: left out are {listed([*left_out])}"
        )
    yield from wrong[:1]
    if prompt_of(spec).negative and not VIDEO_MODELS[options.model].takes_negative:
        yield Complaint("warning", f"{options.model} takes no negative words: the look's are left out")


def _too_long(what: str, text: str) -> Iterator[Complaint]:
    if words_in(text) > MOST_WORDS:
        words = f"the {what} has {words_in(text)} characters, and Runway takes {MOST_WORDS}: "
        yield Complaint("error", words + "shorten the descriptions or the action")


def _of_pictures(spec: ShotSpec, options: RunwayOptions) -> Iterator[Complaint]:
    more = references_of(spec)[1]
    if more and wants_keyframe(spec, options):
        yield Complaint(
            "warning", f"{options.keyframe_model} takes three references; {more} more are left out"
        )
    if any(one.references for one in spec.characters) and not wants_keyframe(spec, options):
        yield Complaint(
            "warning", "references of characters go into keyframes alone: this shot has none drawn"
        )
    if spec.look.loras or any(one.loras for one in spec.characters):
        yield Complaint("warning", "Runway takes no LoRAs: they are left out")
    if spec.last_frame is not None and not VIDEO_MODELS[options.model].takes_last:
        yield Complaint("warning", f"{options.model} takes no picture of the last frame; veo3.1 does")


def _has_picture(spec: ShotSpec) -> bool:
    return spec.predecessor is not None or spec.first_frame is not None
