"""A film with a diffusion renderer: judged before anything loads, then rendered through a Ray cluster."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from farm.backends.diffusion import planning
from farm.backends.diffusion.options import DiffusionOptions

BIN = Path(sys.executable).parent


def film(model: Path, **options: Any) -> dict[str, Any]:
    shots = [
        {"id": "1A", "duration": "6f", "action": "rain", "characters": [{"id": "ada"}]},
        {"id": "1B", "duration": "6f", "action": "sun", "transition": {"kind": "dissolve", "duration": "4f"}},
    ]
    return {
        "schema": 1,
        "title": "Two tiny shots",
        "format": {"width": 64, "height": 64, "rate": 24},
        "renderers": {
            "draft": {
                "backend": "diffusion",
                "options": {"model": str(model), "steps": 2, "gate": False, **options},
            }
        },
        "renderer": "draft",
        "characters": {"ada": {"name": "Ada", "description": "a woman in a red coat"}},
        "locations": {"quay": {"name": "Quay"}},
        "scenes": [{"id": "1", "slug": "EXT. QUAY - DAY", "location": "quay", "shots": shots}],
    }


def write(folder: Path, document: dict[str, Any]) -> Path:
    folder.mkdir()
    (folder / "film.yaml").write_text(yaml.safe_dump(document))
    return folder


def shotfarm(home: Path, *words: object, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "SHOTFARM_HOME": str(home), **more}
    return subprocess.run(
        [str(BIN / "shotfarm"), *map(str, words)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_model_on_this_machine_is_listed_with_its_size_and_memory(models):
    (need,) = planning.models(DiffusionOptions(model=str(models("wan"))).model_dump(mode="json"))
    assert need.present
    assert need.size_bytes
    assert need.gpu_memory_bytes
    assert need.licence == "Apache-2.0"
    assert not need.forbids_commercial_use


def test_a_model_that_is_not_here_is_listed_as_missing():
    options = DiffusionOptions(model="owner/name", revision="0" * 40, family="wan").model_dump(mode="json")
    (need,) = planning.models(options)
    assert not need.present
    assert need.revision == "0" * 40


def test_an_option_that_the_family_does_not_take_is_refused_at_its_line(models, tmp_path):
    folder = write(tmp_path / "film", film(models("wan"), family="wan", scheduler="ddim"))
    done = shotfarm(tmp_path / "home", "validate", folder)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "film.yaml:" in done.stderr
    assert "scheduler" in done.stderr


def test_what_the_family_cannot_do_names_those_that_can(models, tmp_path):
    document = film(models("wan"))
    document["scenes"][0]["shots"][1] |= {"continues": "1A", "transition": {"kind": "cut"}}
    done = shotfarm(tmp_path / "home", "validate", write(tmp_path / "film", document))
    assert done.returncode == 2
    assert "wan-vace" in done.stderr


@pytest.mark.slow
def test_a_film_is_rendered_by_diffusion_through_a_ray_cluster(models, tmp_path):
    """The cluster's one GPU is a number; the worker that holds it finds no card and renders on the CPU."""
    code = (
        "import sys, time\n"
        "from ray.cluster_utils import Cluster\n"
        "cluster = Cluster(initialize_head=True, head_node_args={'num_cpus': 1, 'num_gpus': 1})\n"
        "print(cluster.address, flush=True)\n"
        "sys.stdin.read()\n"
        "cluster.shutdown()\n"
    )
    folder = write(tmp_path / "film", film(models("wan")))
    cluster = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        address = next(line for line in cluster.stdout if line.strip().rpartition(":")[2].strip().isdigit())
        words = ("render", folder, "--address", address.strip(), "--json")
        done = shotfarm(tmp_path / "home", *words)
        assert done.returncode == 0, done.stderr
        summary = json.loads(done.stdout)
        assert summary["rendered"] == 2
        assert summary["film"]["frames"] == 12
        again = json.loads(shotfarm(tmp_path / "home", *words).stdout)
        assert again["rendered"] == 0
        assert again["film"]["digest"] == summary["film"]["digest"]
    finally:
        cluster.communicate("")
    takes = list((folder / ".shotfarm" / "store" / "takes").rglob("manifest.json"))
    facts = json.loads(takes[0].read_text())["facts"]
    assert facts["libraries"]["torch"]
    assert len(takes) == 2
