"""Films of models of published sizes, rendered by the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml

from tests.support.diffusion.small_cluster import shotfarm


def film(
    size: tuple[int, int], shots: dict[str, dict[str, Any]], **renderers: dict[str, Any]
) -> dict[str, Any]:
    """Shots of a second; what random weights give would pass no gate."""
    profiles = {
        name: {
            "backend": "diffusion",
            "options": {"gate": False, "width": size[0], "height": size[1], **options},
        }
        for name, options in renderers.items()
    }
    listed = [{"id": name, "duration": "24f", "action": name, **more} for name, more in shots.items()]
    return {
        "schema": 1,
        "title": "Real sizes",
        "format": {"width": size[0], "height": size[1], "rate": 24},
        "renderers": profiles,
        "renderer": next(iter(profiles)),
        "locations": {"quay": {"name": "Quay"}},
        "scenes": [{"id": "1", "slug": "EXT. QUAY - DAY", "location": "quay", "shots": listed}],
    }


def takes_of(folder: Path) -> list[dict[str, Any]]:
    """The facts of every take of a film."""
    manifests = (folder / ".shotfarm/store/takes").rglob("manifest.json")
    return [json.loads(path.read_text())["facts"] for path in manifests]


def written(folder: Path, document: dict[str, Any]) -> Path:
    folder.mkdir()
    (folder / "film.yaml").write_text(yaml.safe_dump(document))
    return folder


def rendered(folder: Path, home: Path, *words: str) -> dict[str, Any]:
    done = shotfarm(home, "render", folder, "--json", *words)
    assert done.returncode == 0, done.stderr
    summary: dict[str, Any] = json.loads(done.stdout)
    return summary
