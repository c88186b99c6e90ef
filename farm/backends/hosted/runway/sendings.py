"""What a shot sends to Runway, and what that should cost; said by the plan. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from farm.backend.traits import Sending
from farm.backends.hosted.runway.models import USD_PER_CREDIT
from farm.backends.hosted.runway.options import RunwayOptions
from farm.backends.hosted.runway.requests import (
    changes,
    edit_call,
    keyframe_call,
    performance_call,
    references_of,
    upscale_call,
    video_call,
    wants_keyframe,
)
from farm.backends.hosted.runway.service import HOST, RunwayService
from farm.backends.hosted.service import Call
from storyboard.planning.spec import ShotSpec

_NOWHERE = Path()


def sendings(spec: ShotSpec) -> Sequence[Sending]:
    """A shot's calls, in their order."""
    options = RunwayOptions.model_validate(spec.options)
    found: list[Sending] = []
    drawn = wants_keyframe(spec, options)
    if drawn:
        pictures = [f"a picture of {one.tag}" for one in references_of(spec)[0]]
        found.append(_of(keyframe_call(spec, options, {}), "words", *pictures))
    shown = "its own keyframe" if drawn else "the last picture of the shot before" if spec.predecessor else ""
    shown = "a picture of its first frame" if spec.first_frame is not None else shown
    seconds = float(spec.seconds)
    if changes(spec, options):
        call = edit_call(spec, options, _NOWHERE, seconds)
        found.append(_of(call, "words", "an earlier take" if options.change else "a driving video"))
    elif spec.performance is not None:
        seen = "a picture or a video of its character" if options.character else shown
        call = performance_call(spec, options, ("picture", _NOWHERE), _NOWHERE, seconds)
        found.append(_of(call, *filter(None, [seen]), "a driving video"))
    else:
        last = ["a picture of its last frame"] if spec.last_frame is not None and shown else []
        call = video_call(spec, options, _NOWHERE if shown else None, "picture", _NOWHERE if last else None)
        found.append(_of(call, "words", *filter(None, [shown, *last])))
    if options.upscale != "none":
        found.append(_of(upscale_call(options, _NOWHERE, "video", call.seconds), "its own video"))
    return found


def _of(call: Call, *what: str) -> Sending:
    return Sending(RunwayService.name, HOST, call.model, what, call.seconds, call.credits, USD_PER_CREDIT)
