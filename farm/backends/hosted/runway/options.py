"""The options of `backend: runway`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from farm.backend.traits import BackendOptions


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
