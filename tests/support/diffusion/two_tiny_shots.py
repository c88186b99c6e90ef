"""A film of two tiny shots by a diffusion renderer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml


def two_shots(character: str) -> list[dict[str, Any]]:
    """A shot of somebody, and one that it dissolves into."""
    return [
        {"id": "1A", "duration": "6f", "action": "rain", "characters": [{"id": character}]},
        {"id": "1B", "duration": "6f", "action": "sun", "transition": {"kind": "dissolve", "duration": "4f"}},
    ]


def film(model: Path, **options: Any) -> dict[str, Any]:
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
        "scenes": [{"id": "1", "slug": "EXT. QUAY - DAY", "location": "quay", "shots": two_shots("ada")}],
    }


def write(folder: Path, document: dict[str, Any]) -> Path:
    folder.mkdir()
    (folder / "film.yaml").write_text(yaml.safe_dump(document))
    return folder
