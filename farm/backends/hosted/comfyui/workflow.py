"""A workflow in ComfyUI's API format: read, filled with a shot's values, checked against a server. Pure."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from farm.backends.diffusion.prompt import prompt_of
from farm.backends.hosted.comfyui.options import VIDEOS, ComfyOptions, numbered
from storyboard.errors import UsageError
from storyboard.planning.spec import (
    ResolvedCharacter,
    ResolvedFile,
    ResolvedLocation,
    ResolvedLook,
    ShotSpec,
)
from storyboard.wording import did_you_mean, listed, shown

Graph = dict[str, dict[str, Any]]
"""nodes by their ids: `{"class_type": "KSampler", "inputs": {"seed": 5, "model": ["4", 0]}}`"""
MOST_SEED = 2**32 - 1
SAVES = ("SaveImage", "SaveVideo", "SaveWEBM", "SaveAnimatedWEBP", "SaveAnimatedPNG", "VHS_VideoCombine")
"""nodes that save files, as ComfyUI and its most used extension have them"""


def read_workflow(path: Path) -> Graph:
    """The nodes of a workflow's file.

    Raises:
        UsageError: it is not one in API format; says what it is.
    """
    try:
        graph = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"the workflow cannot be read as JSON: {error}") from error
    if isinstance(graph, dict) and "nodes" in graph and "links" in graph:
        raise UsageError(
            "the workflow is in the format of ComfyUI's page",
            "export it in the API format: Workflow, Export (API)",
        )
    if isinstance(graph, dict) and isinstance(graph.get("prompt"), dict):
        graph = graph["prompt"]
    good = isinstance(graph, dict) and bool(graph)
    for node in graph.values() if good else ():
        good = good and isinstance(node, dict) and isinstance(node.get("class_type"), str)
        good = good and isinstance(node.get("inputs", {}), dict)
    if not good:
        raise UsageError("the workflow is none in ComfyUI's API format", "export it: Workflow, Export (API)")
    return {str(name): {**node, "inputs": node.get("inputs", {})} for name, node in graph.items()}


def outputs_of(graph: Graph, options: ComfyOptions) -> tuple[str, ...]:
    """The nodes whose files are the take.

    Raises:
        UsageError: none is named, and not one alone saves anything.
    """
    if options.outputs:
        return options.outputs
    saving = [name for name, node in graph.items() if node["class_type"] in SAVES]
    if len(saving) != 1:
        there = f"these save files: {listed(saving)}" if saving else "no node saves files"
        raise UsageError(f"the options name no outputs, and {there}", 'name the node: outputs: ["9"]')
    return (saving[0],)


def values_of(spec: ShotSpec, options: ComfyOptions) -> dict[str, str | int | float]:
    """The words and numbers of a shot."""
    prompt = prompt_of(spec)
    rate = spec.rate
    return {
        "prompt": prompt.text,
        "negative": prompt.negative,
        "seed": spec.seed % (MOST_SEED + 1),
        "width": spec.width,
        "height": spec.height,
        "frames": options.frames_for(spec.total_frames),
        "rate": int(rate) if rate.denominator == 1 else float(rate),
        "seconds": float(spec.seconds),
    }


@dataclass(frozen=True, slots=True)
class Filled:
    """A workflow for one shot.

    Attributes:
        graph: with the shot's values; a file's place has `file:` and its SHA-256.
        files: the SHA-256 of each file that it is given.
        left_out: mapped values that the shot does not have; their inputs are as the workflow has them.
    """

    graph: Graph
    files: tuple[str, ...] = ()
    left_out: tuple[str, ...] = field(default=())


def fill(graph: Graph, spec: ShotSpec, options: ComfyOptions, own: Mapping[str, str]) -> Filled:
    """Put a shot's values into a workflow.

    Args:
        graph: the workflow.
        spec: the shot.
        options: say what goes where.
        own: the SHA-256 of pictures that are no files of the film: the first frame of a shot that continues
            another, and the frame that it is composed like.
    """
    made = copy.deepcopy(graph)
    plain = values_of(spec, options)
    files = _files_of(spec, own)
    loras = [*spec.look.loras, *(lora for one in spec.characters for lora in one.loras)]
    names = {spec.given[path].sha256: name for path, name in options.loras.items() if path in spec.given}
    left_out, given = [], []
    for value, node, name in options.places():
        found: str | int | float | None
        which = numbered(value)
        if value in plain:
            found = plain[value]
        elif which and which[0] != "reference":
            lora = loras[which[1]] if which[1] < len(loras) else None
            found = (
                None
                if lora is None
                else lora.weight
                if which[0] == "lora_weight"
                else names.get(lora.file.sha256)
            )
            if lora is None and which[0] == "lora_weight":
                found = 0.0
        else:
            sha256 = files.get(value)
            found = None if sha256 is None else f"file:{sha256}"
            given += [sha256] if sha256 else []
        if found is None:
            left_out.append(value)
        elif node in made:
            made[node]["inputs"][name] = found
    return Filled(made, tuple(dict.fromkeys(given)), tuple(dict.fromkeys(left_out)))


def _files_of(spec: ShotSpec, own: Mapping[str, str]) -> dict[str, str]:
    """The SHA-256 of each picture and video of a shot, by the value's name."""
    acted = spec.performance
    named: dict[str, ResolvedFile | None] = {
        "first_frame": spec.first_frame,
        "last_frame": spec.last_frame,
        **{name: getattr(acted, "file" if name == "performance" else name, None) for name in VIDEOS},
    }
    owners: list[ResolvedCharacter | ResolvedLocation | ResolvedLook]
    owners = [*spec.characters, spec.location, spec.look]
    references = [one for owner in owners for one in owner.references]
    named |= {f"reference_{number}": one for number, one in enumerate(references, 1)}
    return {**{name: one.sha256 for name, one in named.items() if one}, **own}


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with a workflow or with what is mapped into it.

    Attributes:
        option: the option that it is wrong at, as `inputs.prompt`.
        message: in words.
    """

    option: str
    message: str


def wrong_places(graph: Graph, options: ComfyOptions) -> Iterator[Wrong]:
    """Nodes that are mapped or named and that the workflow does not have."""
    for value, node, name in options.places():
        if node not in graph:
            yield Wrong(f"inputs.{value}", f'the workflow has no node "{node}"{_nodes(node, graph)}')
        elif isinstance(graph[node]["inputs"].get(name), list):
            yield Wrong(
                f"inputs.{value}",
                f'"{node}.{name}" comes from another node of the workflow: map the input of that one',
            )
    for node in options.outputs:
        if node not in graph:
            yield Wrong("outputs", f'the workflow has no node "{node}"{_nodes(node, graph)}')


def _nodes(node: str, graph: Graph) -> str:
    there = [f"{name} ({one['class_type']})" for name, one in graph.items()]
    return f"{did_you_mean(node, graph)} (there are: {listed(there)})"


def wrong_on_server(
    graph: Graph, options: ComfyOptions, known: Mapping[str, Any], where: str
) -> Iterator[Wrong]:
    """What a server cannot run of a workflow, as its `/object_info` tells.

    Args:
        graph: filled, so that the values are those that will be sent; files stand as `file:`.
        options: say which inputs are mapped.
        known: what the server knows of each class of nodes.
        where: the server, for people.
    """
    mapped = {(node, name): value for value, node, name in options.places()}
    for node, one in graph.items():
        kind = one["class_type"]
        if kind not in known:
            yield Wrong("workflow", f'{where} has no node "{kind}" (node {node}){did_you_mean(kind, known)}')
            continue
        takes = known[kind].get("input", {})
        inputs = {**takes.get("required", {}), **takes.get("optional", {})}
        for name, value in one["inputs"].items():
            at = (node, name)
            option = f"inputs.{mapped[at]}" if at in mapped else "workflow"
            if name not in inputs:
                if at in mapped:
                    yield Wrong(
                        option, f'node {node} ({kind}) has no input "{name}"{did_you_mean(name, inputs)}'
                    )
                continue
            if not isinstance(value, list):
                yield from (
                    Wrong(option, f"node {node} ({kind}), {name}: {words} on {where}")
                    for words in _mismatch(inputs[name], value)
                )
        for name in takes.get("required", {}):
            if name not in one["inputs"] and not _is_widget_of_files(inputs[name]):
                yield Wrong("workflow", f'node {node} ({kind}) needs "{name}", and nothing gives it')


def _mismatch(declared: Any, value: Any) -> Iterator[str]:
    """What is wrong with a value by what an input declares: `["INT", {"min": 0}]`, or choices."""
    if not isinstance(declared, list | tuple) or not declared:
        return
    kind = declared[0]
    limits = declared[1] if len(declared) > 1 and isinstance(declared[1], dict) else {}
    choices = kind if isinstance(kind, list) else limits.get("options") if kind == "COMBO" else None
    if isinstance(choices, list):
        is_file = isinstance(value, str) and value.startswith("file:")
        uploads = any(limits.get(name) for name in ("image_upload", "video_upload", "audio_upload", "upload"))
        if value not in choices and not is_file and not uploads:
            there = [str(one) for one in choices]
            yield f"{shown(value)} is not there{did_you_mean(value, there)} (there are: {listed(there, 6)})"
    elif kind in {"INT", "FLOAT"}:
        if isinstance(value, bool) or not isinstance(value, int | float):
            yield f"{shown(value)} is no number"
        elif kind == "INT" and not float(value).is_integer():
            yield f"{value} is no whole number"
        elif value < limits.get("min", value) or value > limits.get("max", value):
            yield f"{value} lies outside {limits.get('min')} to {limits.get('max')}"
    elif kind == "STRING" and not isinstance(value, str):
        yield f"{shown(value)} is no text"


def _is_widget_of_files(declared: Any) -> bool:
    """Inputs that a server fills itself where nothing gives them."""
    limits = declared[1] if isinstance(declared, list) and len(declared) > 1 else {}
    return isinstance(limits, dict) and "default" in limits
