"""The options of `backend: runway`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, JsonValue

from farm.backend.traits import BackendOptions, OptionFile


class RunwayOptions(BackendOptions):
    """Options of Runway's models."""

    model: Literal["gen4.5", "gen4_turbo", "veo3.1", "veo3.1_fast"] = "gen4.5"
    """what makes the video"""
    ratio: str = ""
    """the size of the video, such as `1280:720`; empty: the one of the model's that is most like the film's
    """
    keyframe: Literal["auto", "always", "never"] = "auto"
    """whether the first picture is drawn before it is animated: `auto` draws it where characters, the place
    or the look have references, and where the model needs a picture"""
    keyframe_model: Literal["gen4_image", "gen4_image_turbo"] = "gen4_image"
    """what draws it; `gen4_image_turbo` needs a reference"""
    sound: bool = False
    """whether the model makes sound too (veo3.1 and veo3.1_fast)"""
    performances: Literal["act_two", "aleph2"] = "act_two"
    """what becomes of a shot's driving video: `act_two` has the character perform it, `aleph2` changes the
    video itself as the shot's action says and keeps the rest"""
    body_control: bool = True
    """with act_two: the body follows the performance, not the face alone"""
    expression_intensity: Annotated[int, Field(ge=1, le=5)] = 3
    """with act_two: how strong expressions are"""
    character: str = ""
    """with act_two: a picture or a video of the project in which the character is seen, instead of the
    shot's first picture; a video keeps its own surroundings and movements"""
    change: str = ""
    """a video of the project that aleph2 changes as `change_to` says, keeping the rest of it; a retake that
    keeps the rest of an earlier take sets both"""
    change_to: str = ""
    """what is to be different in that video; the shot's action when left out"""
    upscale: Literal["none", "1k", "2k", "4k"] = "none"
    """whether the video is made larger at the end, and how large"""
    public_figures: Literal["auto", "low"] = "auto"
    """how strictly pictures that look like known people are refused"""
    concurrency: Annotated[int, Field(ge=1, le=500)] = 5
    """how many tasks the account renders at once"""
    ahead: Annotated[int, Field(ge=0, le=500)] = 5
    """how many more are sent already and wait at Runway, so that no place stays empty until somebody looks"""
    look_every_s: Annotated[float, Field(ge=0.01, le=600)] = 5.0
    """how often a task is looked at; Runway asks for five seconds or more"""
    pay_again: bool = False
    """send again what Runway may have been paid for already: a lost answer, a lost result, a refusal"""


def option_files(options: Mapping[str, JsonValue], shot: str, folder: Path) -> list[OptionFile]:  # noqa: ARG001
    """The video that is changed, and what the character is seen in."""
    said = RunwayOptions.model_validate(options)
    named = {"character": said.character, "change": said.change}
    return [OptionFile((option,), name) for option, name in named.items() if name]
