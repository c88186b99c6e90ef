"""One film whose shots are rendered by every family of models, through a Ray cluster, into one file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
import yaml

from farm.backends.diffusion.families.family import Family, FramePicture
from farm.backends.diffusion.families.registry import FAMILIES
from tests.support.diffusion.small_cluster import cluster_of_cards, shotfarm
from tests.support.diffusion.tiny_models import ip_adapter, picture, video

MODELS = {name: name for name in FAMILIES} | {
    "wan-2.2": "wan-two",
    "wan-2.2-i2v": "wan-i2v-two",
    "wan-flf": "wan-flf",
}
"""the tiny models, by what their shots are called; one of each family, and those of a family that differ"""
FRAMES = 6


def renderer(models, name: str, family: Family) -> dict[str, Any]:
    options: dict[str, Any] = {"model": str(models(MODELS[name])), "steps": 2, "gate": False}
    if family.start is not FramePicture.NEVER:
        options["keyframe"] = {"model": str(models("sd15")), "steps": 2}
    if family.adapters:
        adapter = {"model": str(models("sd15").parent / "adapters-of-the-film"), "file": "face.safetensors"}
        ip_adapter(models(MODELS[name]), Path(adapter["model"]), adapter["file"], 1)
        options["character_adapter"] = adapter
    return {"backend": "diffusion", "options": options}


def shots_of(name: str, family: Family) -> list[dict[str, Any]]:
    """Two shots; the second continues the first where the family can."""
    first, second = ({"id": f"{name.replace('.', '')}-{part}", "duration": f"{FRAMES}f"} for part in "ab")
    for shot in (first, second):
        shot["renderer"] = name.replace(".", "")
        if family.takes & {"references"}:
            shot["characters"] = [{"id": "ada"}]
        if family.needs:
            shot["performance"] = {
                "file": "acted.mp4", "pose": "pose.mp4", "face": "acted.mp4", "consent": "J. Doe, 1 March",
            }  # fmt: skip
        if name == "wan-flf":
            shot["last_frame"] = "end.png"
    if family.start is not FramePicture.NEVER:
        second["continues"] = first["id"]
    return [first, second]


@pytest.fixture(scope="module")
def film(models, tmp_path_factory):
    folder = tmp_path_factory.mktemp("film")
    of = {name: FAMILIES[{"wan-2.2": "wan"}.get(name, "wan-i2v")] for name in MODELS} | FAMILIES
    for number, name in enumerate(("acted.mp4", "pose.mp4")):
        video(folder / name, number)
    for number, name in enumerate(("ada.png", "end.png")):
        picture(folder / name, number)
    document = {
        "schema": 1,
        "title": "Every family",
        "format": {"width": 64, "height": 64, "rate": 24},
        "renderers": {name.replace(".", ""): renderer(models, name, of[name]) for name in MODELS},
        "renderer": "wan",
        "characters": {"ada": {"name": "Ada", "description": "a woman in red", "references": ["ada.png"]}},
        "locations": {"quay": {"name": "Quay"}},
        "scenes": [
            {"id": f"s{n}", "slug": "EXT. QUAY - DAY", "location": "quay", "shots": shots_of(name, of[name])}
            for n, name in enumerate(MODELS)
        ],
    }
    (folder / "film.yaml").write_text(yaml.safe_dump(document))
    return folder, document


def shot_names(document: dict[str, Any]) -> list[str]:
    return [shot["id"] for scene in document["scenes"] for shot in scene["shots"]]


@pytest.mark.slow
def test_every_family_renders_its_shots_of_a_film(film, tmp_path_factory):
    folder, document = film
    home = tmp_path_factory.mktemp("own") / "home"
    shots = shot_names(document)
    with cluster_of_cards() as address:
        done = shotfarm(home, "render", folder, "--address", address, "--json")
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert summary["rendered"] == len(shots) == 2 * len(MODELS)
    assert summary["film"]["frames"] == FRAMES * len(shots)

    takes = [
        json.loads(path.read_text()) for path in (folder / ".shotfarm/store/takes").rglob("manifest.json")
    ]
    rendered = [take["facts"]["notes"]["diffusion"]["family"] for take in takes]
    assert set(rendered) == set(FAMILIES)
    assert len({take["files"]["clip.mp4"]["sha256"] for take in takes}) == len(shots)
    sounding = {
        take["facts"]["notes"]["diffusion"]["family"] for take in takes if "sound.wav" in take["files"]
    }
    assert sounding == {name for name, family in FAMILIES.items() if family.sound}

    loud = heard_by_shot(Path(summary["film"]["path"]), shots)
    assert loud["ltx-2-a"] > 100 * loud["wan-a"]
    assert loud["ltx-2-b"] > 100 * loud["wan-a"]

    video(folder / "pose.mp4", 7)
    planned = json.loads(shotfarm(home, "plan", folder, "--json").stdout)
    missing = {shot["shot"]: shot["reasons"] for shot in planned["shots"] if not shot["exists"]}
    assert missing == {name: ["performance: pose changed"] for name in ("wan-animate-a", "wan-animate-b")}


def heard_by_shot(path: Path, shots: list[str]) -> dict[str, float]:
    """How loud the middle of each shot is in the finished film."""
    with av.open(str(path)) as container:
        (sound,) = container.streams.audio
        parts = [frame.to_ndarray().mean(axis=0) for frame in container.decode(sound)]
        rate = sound.rate
    samples = np.concatenate(parts)
    length = FRAMES * rate // 24
    return {
        name: float(samples[n * length + length // 4 : (n + 1) * length - length // 4].std()) + 1e-9
        for n, name in enumerate(shots)
    }
