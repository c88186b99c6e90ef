"""One film whose shots are rendered by every family of models, through a Ray cluster, into one file.

The cluster's GPUs are a number: a worker that holds one of them, or both, finds no card and renders on CPUs.
"""

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
from tests.support.diffusion.real_sizes import build_real
from tests.support.diffusion.small_cluster import cluster_of_cards, shotfarm
from tests.support.diffusion.tiny_models import ip_adapter, picture, video
from tests.support.diffusion.two_tiny_shots import two_shots

MODELS = {name: name for name in FAMILIES} | {
    "wan-2.2": "wan-two",
    "wan-2.2-i2v": "wan-i2v-two",
    "wan-flf": "wan-flf",
}
"""the tiny models, by what their shots are called; one of each family, and those of a family that differ"""
FRAMES = 6
REAL_SIZES = {"wan-1.3b": "wan", "ltx-2b": "ltx"}
"""published sizes whose small form renders without a card, and their families"""
SECOND = 24


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


def more_scenes() -> list[list[dict[str, Any]]]:
    """Two shots that are each rendered on both cards, and three of models that are published."""
    on_two_cards = [shot | {"renderer": "cards"} for shot in two_shots("ida")]
    a_second = [{"id": name, "duration": f"{SECOND}f", "action": name} for name in ("2A", "2B", "2C")]
    for shot, renderer in zip(a_second, ("wan-1.3b", "ltx-2b", "ltx-2b"), strict=True):
        shot["renderer"] = renderer.replace(".", "")
    a_second[2]["continues"] = "2B"
    return [on_two_cards, a_second]


@pytest.fixture(scope="module")
def film(models, tmp_path_factory):
    folder = tmp_path_factory.mktemp("film")
    of = {name: FAMILIES[{"wan-2.2": "wan"}.get(name, "wan-i2v")] for name in MODELS} | FAMILIES
    for number, name in enumerate(("acted.mp4", "pose.mp4")):
        video(folder / name, number)
    for number, name in enumerate(("ada.png", "end.png")):
        picture(folder / name, number)
    plain = {"steps": 2, "gate": False}
    more = {"cards": {"model": str(models("wan")), "cards": 2, **plain}}
    for name in REAL_SIZES:
        model = build_real(name, models("wan").parent, small=True)
        more[name.replace(".", "")] = {
            "model": str(model),
            "width": 64,
            "height": 64,
            "precision": "fp32",
            **plain,
        }
    scenes = [*(shots_of(name, of[name]) for name in MODELS), *more_scenes()]
    document = {
        "schema": 1,
        "title": "Every family",
        "format": {"width": 64, "height": 64, "rate": 24},
        "renderers": {name.replace(".", ""): renderer(models, name, of[name]) for name in MODELS}
        | {name: {"backend": "diffusion", "options": options} for name, options in more.items()},
        "renderer": "wan",
        "characters": {
            "ada": {"name": "Ada", "description": "a woman in red", "references": ["ada.png"]},
            "ida": {"name": "Ida", "description": "a woman in a red coat"},
        },
        "locations": {"quay": {"name": "Quay"}},
        "scenes": [
            {"id": f"s{n}", "slug": "EXT. QUAY - DAY", "location": "quay", "shots": shots}
            for n, shots in enumerate(scenes)
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
    of_families = shots[: 2 * len(MODELS)]
    with cluster_of_cards(2) as address:
        words = ("render", folder, "--address", address, "--workers", 1, "--json")
        done = shotfarm(home, *words)
        assert done.returncode == 0, done.stderr
        summary = json.loads(done.stdout)
        again = json.loads(shotfarm(home, *words).stdout)
    assert summary["rendered"] == len(shots) == len(of_families) + 2 + 3
    assert summary["film"]["frames"] == FRAMES * (len(of_families) + 2) + 3 * SECOND
    assert again["rendered"] == 0
    assert again["film"]["digest"] == summary["film"]["digest"]

    takes = [
        json.loads(path.read_text()) for path in (folder / ".shotfarm/store/takes").rglob("manifest.json")
    ]
    assert len({take["files"]["clip.mp4"]["sha256"] for take in takes}) == len(takes) == len(shots)
    families: dict[str, list[str]] = {}
    for take in takes:
        facts = take["facts"]
        assert facts["made_by"]["libraries"]["torch"]
        said = facts["notes"]["diffusion"]
        model = Path(facts["spec"]["options"]["model"]).name
        families.setdefault(f"{model} on {said['cards']}" if said["cards"] > 1 else model, []).append(
            said["family"]
        )
    assert families.pop("wan on 2") == ["wan"] * 2
    assert families.pop("wan-1.3b-small") == ["wan"]
    assert families.pop("ltx-2b-small") == ["ltx"] * 2
    assert families.keys() == {*MODELS.values()}
    assert all(len(rendered) == 2 for rendered in families.values())
    assert {family for rendered in families.values() for family in rendered} == set(FAMILIES)
    sounding = {
        take["facts"]["notes"]["diffusion"]["family"] for take in takes if "sound.wav" in take["files"]
    }
    assert sounding == {name for name, family in FAMILIES.items() if family.sound}

    loud = heard_by_shot(Path(summary["film"]["path"]), of_families)
    assert loud["ltx-2-a"] > 100 * loud["wan-a"]
    assert loud["ltx-2-b"] > 100 * loud["wan-a"]

    video(folder / "pose.mp4", 7)
    planned = json.loads(shotfarm(home, "plan", folder, "--json").stdout)
    missing = {shot["shot"]: shot["reasons"] for shot in planned["shots"] if not shot["exists"]}
    assert missing == {name: ["performance: pose changed"] for name in ("wan-animate-a", "wan-animate-b")}


def heard_by_shot(path: Path, shots: list[str]) -> dict[str, float]:
    """How loud the middle of each of the first shots is in the finished film."""
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
