"""What forty versions cost in one batch, against forty renders, and forty versions one after another."""

from __future__ import annotations

from pathlib import Path

import yaml

from storyboard.project import template
from tests.benchmarks.commands import cost_of, write_document
from tests.support.pipeline.slate_films import Shotfarm, home_with_history

VIEWERS, MEASURED = 40, 3


def run(folder: Path, versions: int = VIEWERS, measured: int = MEASURED) -> dict[str, float]:
    """Measure once; with smaller numbers it only shows that it works."""
    film = yaml.safe_load(template(example="lamp_at_saltmarsh"))
    film["parameters"] = {"viewer": {"type": "text", "default": "all"}}
    film["title"] = "The Lamp, for {{ viewer }}"
    film["format"] |= {"width": 160, "height": 90}
    film["scenes"][0]["shots"][0]["titles"][0]["text"] = "FOR {{ upper(viewer) }}"
    film["scenes"][0]["shots"][2]["action"] = "Wren looks up at {{ viewer }}, sure of it."
    viewers = [f"Viewer {number}" for number in range(versions)]
    write_document(folder / "f" / "film.yaml", film)
    entry = {"film": "f", "backend": "slate", "matrix": {"viewer": viewers}, "out": "out/{viewer}.mp4"}
    write_document(folder / "slate.yaml", {"productions": [entry]})
    command = Shotfarm(home_with_history(folder / "home"))
    try:
        separate = []
        for number in range(measured):
            write_document(folder / f"f{number}" / "film.yaml", film)
            words = "--set", f"viewer={viewers[number]}"
            separate.append(cost_of(command, "render", folder / f"f{number}", *words).wall_s)
        cost_of(command, "variant", folder / "f0", "--set", "viewer=warm")
        shared_s = cost_of(command, "variant", folder / "f0", "--set", "viewer=another").wall_s
        together = cost_of(command, "batch", "run", folder / "slate.yaml")
    finally:
        command.end_all()
    separate_s = sorted(separate)[measured // 2] * versions
    return {
        "versions": versions,
        "one_separate_render_s": round(separate_s / versions, 1),
        "forty_separate_renders_s": round(separate_s, 1),
        "batch_of_forty_s": round(together.wall_s, 1),
        "separate_renders_to_batch": round(separate_s / together.wall_s, 1),
        "one_variant_after_another_s": round(shared_s, 1),
        "forty_variants_one_after_another_to_batch": round(shared_s * versions / together.wall_s, 1),
    }
