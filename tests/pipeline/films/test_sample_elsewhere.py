"""The sample film through a program, servers of ComfyUI and Runway: planned as it is, and rendered whole."""

from __future__ import annotations

import json
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from farm.backends.hosted.runway.key import VARIABLE
from pipeline.production.open import open_production
from pipeline.production.production import Production
from pipeline.settings import load_settings
from storyboard.project import new_project
from tests.support.command import DRAW
from tests.support.farm.fake_comfyui import INPUTS, running, workflow
from tests.support.farm.fake_runway import KEY, FakeRunway

COMMAND = {"command": ["python", "draw.py", "{spec}"]}
RUNWAY = {"keyframe": "never", "upscale": "1k", "look_every_s": 0.1, "ratio": "1280:720"}


@pytest.fixture
def servers():
    """Two of ComfyUI, and a Runway."""
    runway = FakeRunway()
    with ExitStack() as stack:
        stack.callback(runway.close)
        yield [stack.enter_context(running()) for _ in range(2)], runway


def sample(folder: Path, urls: list[str]) -> Path:
    """The sample film, small, with a renderer for each."""
    new_project(folder, example="lamp_at_saltmarsh")
    document = yaml.safe_load((folder / "film.yaml").read_text("utf-8"))
    document["format"] |= {"width": 160, "height": 90}
    comfyui: dict[str, Any] = {"workflow": "shot.json", "inputs": INPUTS, "look_every_s": 0.1}
    comfyui["servers"] = [{"url": url} for url in urls]
    document["renderers"] = {
        "command": {"backend": "command", "options": COMMAND},
        "comfyui": {"backend": "comfyui", "options": comfyui},
        "runway": {"backend": "runway", "options": RUNWAY},
    }
    (folder / "film.yaml").write_text(yaml.safe_dump(document, allow_unicode=True), "utf-8")
    (folder / "draw.py").write_text(DRAW.read_text())
    (folder / "shot.json").write_text(json.dumps(workflow()))
    return folder


def test_each_of_them_has_nothing_to_say_against_the_sample(tmp_path, servers):
    comfyui, _ = servers
    folder = sample(tmp_path / "film", [one.url for one in comfyui])

    def opened(renderer: str) -> Production:
        return open_production(folder, load_settings(home=tmp_path / "home", renderer=renderer))

    for renderer in ("command", "comfyui", "runway"):
        assert {shot.spec.backend for shot in opened(renderer).plan().missing} == {renderer}
    said = [one.message for one in opened("runway").warnings]
    assert any(words.startswith("Runway takes 1000 characters of a prompt") for words in said)


@pytest.mark.soak
@pytest.mark.parametrize("renderer", ["command", "comfyui", "runway"])
def test_the_whole_sample_is_rendered_by_each(shotfarm, tmp_path, servers, renderer):
    comfyui, runway = servers
    folder = sample(tmp_path / "film", [one.url for one in comfyui])
    environment = {
        "SHOTFARM_ALLOW_COMMANDS": str(folder),
        "RUNWAYML_BASE_URL": runway.url,
        VARIABLE: KEY,
    }
    command = replace(shotfarm, environment=environment)
    shots = len(command.json("plan", folder, "--renderer", renderer)["shots"])
    made = command.json("render", folder, "--renderer", renderer)
    assert made["rendered"] == shots
    assert Path(made["film"]["path"]).stat().st_size
    assert command.json("plan", folder, "--renderer", renderer)["to_render"] == 0
    taken_on = {"comfyui": sum(len(one.rendered) for one in comfyui), "runway": len(runway.accepted) // 2}
    assert taken_on.get(renderer, shots) == shots
