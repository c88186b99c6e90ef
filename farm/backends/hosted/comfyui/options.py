"""The options of the backend `comfyui`, and which shot values a workflow can be given. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import httpx
from pydantic import ConfigDict, Field, JsonValue, field_validator

from farm.backend.own_shape import OwnShape
from farm.backend.traits import OptionFile
from storyboard.described import DescribedModel
from storyboard.wording import did_you_mean, listed

WORDS = ("prompt", "negative")
NUMBERS = ("seed", "width", "height", "frames", "rate", "seconds")
PICTURES = ("first_frame", "last_frame", "matched_frame")
VIDEOS = ("performance", "pose", "face", "background", "mask")
MOST_NUMBERED = 16
_NUMBERED = re.compile(r"(reference|lora|lora_weight)_([1-9][0-9]?)")
PLAIN = (*WORDS, *NUMBERS, *PICTURES, *VIDEOS)
NODE_INPUT = re.compile(r"([^.\s]+)\.(.+)")


class Server(DescribedModel):
    """A server of ComfyUI."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str
    """where it answers: `http://gpu1:8188`"""
    tags: tuple[str, ...] = ()
    """what it is or has"""

    @field_validator("url")
    @classmethod
    def _is_address(cls, url: str) -> str:
        parts = urlsplit(url)
        try:
            is_address = bool(httpx.URL(url).host) and parts.port != 0
        except (ValueError, httpx.InvalidURL):
            is_address = False
        is_address = is_address and parts.scheme in {"http", "https"} and not (parts.query or parts.fragment)
        if not is_address:
            raise ValueError(f'"{url}" is no address of a server; http://gpu1:8188 is one')
        if parts.username or parts.password:
            raise ValueError("a film document holds no passwords: an address has none in it")
        return url.rstrip("/")


class ComfyOptions(OwnShape):
    """Options of the backend comfyui."""

    workflow: str = ""
    """the workflow in ComfyUI's API format, a file of the project"""
    inputs: dict[str, str | tuple[str, ...]] = Field(default_factory=dict)
    """which inputs of the workflow get which values of the shot: `prompt: "6.text"`, or several"""
    outputs: Annotated[tuple[str, ...], Field(max_length=8)] = ()
    """the nodes whose files are the take; the one that saves any, when left out"""
    servers: tuple[Server, ...] = ()
    """the servers that render, each one shot at a time"""
    ahead: Annotated[int, Field(ge=0, le=16)] = 1
    """how many more shots are sent to each server already and wait in its queue, so that it does not idle
    until somebody looks"""
    needs: tuple[str, ...] = ()
    """tags that the server of a shot carries"""
    loras: dict[str, str] = Field(default_factory=dict)
    """what the servers call the film's LoRAs, by their files in the project"""
    frames_step: Annotated[int, Field(ge=1, le=64)] = 1
    """the workflow renders a multiple of so many frames, and one more: 4 for Wan, 8 for LTX; what is too many
    is left out. 1 for any number"""
    sound: bool = False
    """its videos have sound, which is laid under the shot"""
    silent_s: Annotated[float, Field(gt=0, le=86400)] = 60.0
    """a server that has not answered for so long is lost: its shot goes to another"""
    look_every_s: Annotated[float, Field(gt=0, le=600)] = 2.0
    """how often a server is asked for a shot, in seconds"""

    @field_validator("inputs")
    @classmethod
    def _known_values(cls, inputs: dict[str, str | tuple[str, ...]]) -> dict[str, str | tuple[str, ...]]:
        for name, places in inputs.items():
            if not is_value(name):
                there = listed([*PLAIN, "reference_1", "lora_1", "lora_weight_1"], 30)
                raise ValueError(
                    f'a shot has no value "{name}"{did_you_mean(name, PLAIN)} (there are: {there})'
                )
            for place in (places,) if isinstance(places, str) else places:
                if not NODE_INPUT.fullmatch(place):
                    raise ValueError(f'"{place}" is no input of a node: "6.text" is the input text of node 6')
        return inputs

    def places(self) -> list[tuple[str, str, str]]:
        """Each mapped value, with the node and the input that it goes to."""
        found = []
        for name, places in self.inputs.items():
            for place in (places,) if isinstance(places, str) else places:
                match = NODE_INPUT.fullmatch(place)
                if match is not None:
                    found.append((name, match[1], match[2]))
        return found

    def frames_for(self, total: int) -> int:
        """How many frames the workflow is asked for, to give so many at least."""
        step = self.frames_step
        return total if step == 1 else -(-(total - 1) // step) * step + 1

    def usable(self) -> list[Server]:
        """The servers that carry what is needed."""
        return [server for server in self.servers if set(self.needs) <= set(server.tags)]


def is_value(name: str) -> bool:
    """Whether a shot has a value of a name."""
    match = _NUMBERED.fullmatch(name)
    return name in PLAIN or (match is not None and int(match[2]) <= MOST_NUMBERED)


def numbered(name: str) -> tuple[str, int] | None:
    """`reference_2` → reference, 1; None for a value without a number."""
    match = _NUMBERED.fullmatch(name)
    return None if match is None else (match[1], int(match[2]) - 1)


def option_files(options: Mapping[str, JsonValue], shot: str, folder: Path) -> list[OptionFile]:  # noqa: ARG001
    """The workflow, and the LoRAs that servers know by another name."""
    said = ComfyOptions.model_validate(options)
    workflow = [OptionFile(("workflow",), said.workflow)] if said.workflow else []
    return [*workflow, *(OptionFile(("loras", name), name) for name in said.loras)]
