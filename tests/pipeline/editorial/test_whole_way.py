"""A screenplay becomes a film, an editor changes its cut in ten ways, and what is missing is rendered."""

from __future__ import annotations

from pathlib import Path

import pytest
from opentimelineio import schema

from assembly.frames.clips import inspect
from farm.takes.clip import CLIP
from pipeline.production.open import open_production
from pipeline.settings import load_settings
from storyboard.planning.adjustments import Adjustment
from tests.support.pipeline.decided_films import render_here
from tests.support.pipeline.edited_cuts import Cut, dissolve, frames
from tests.support.pipeline.slate_films import Shotfarm, takes_in

SCRIPT = """Title: The Gate

INT. KITCHEN - DAY

ADA stands at the window. She waits.

ADA
The gate is open.

BO comes in from the rain.

BO
It was not me.

EXT. YARD - NIGHT

The gate swings in the wind.

ADA walks to the gate and closes it.

INT. KITCHEN - NIGHT

BO sleeps at the table.
"""
KINDS = ["removed", "repeated", "moved", "trimmed", "extended", "take", "speed", "transition", "note", "kept"]
SHOTS = ["1A", "1B", "1C", "1D", "1E", "2A", "2B", "3A"]


def edit(cut: Cut) -> None:
    """Ten kinds of change."""
    fourth = cut.clip("1D").deepcopy()
    cut.move("3A", 0)  # reordered
    cut.trim("1A", begins=12, ends=-6)  # trimmed
    cut.trim("2B", ends=20)  # extended beyond what its take has
    cut.picture.append(fourth)  # repeated
    cut.picture.remove(cut.clip("1C"))  # removed
    clip = cut.clip("1E")  # another take
    clip.active_media_reference_key = next(key for key in clip.media_references() if "_take2_" in key)
    cut.picture.insert(
        cut.picture.index(cut.clip("1D")), dissolve(3, 3)
    )  # a transition, in the frames of both
    slow = cut.clip("2A")  # half as fast, and twice as long
    whole = slow.source_range
    slow.source_range = frames(whole.start_time.value, 2 * whole.duration.value)
    slow.effects.append(schema.LinearTimeWarp(time_scalar=0.5))
    cut.clip("1B").markers.append(schema.Marker("Softer", frames(10, 5)))  # a note
    card = schema.Clip("A card", schema.MissingReference(), frames(0, 24))  # what is no shot
    cut.picture.insert(1, card)


@pytest.mark.slow
def test_from_a_screenplay_to_an_editors_cut_of_its_film(standing: Shotfarm, tmp_path: Path):
    script, folder = tmp_path / "gate.fountain", tmp_path / "film"
    script.write_text(SCRIPT, "utf-8")
    film = folder / "film.yaml"
    assert standing.here("script", "import", script, "-o", film).returncode == 0
    small = "backend_options: {}\nformat: {width: 160, height: 90}\nscenes:\n"
    film.write_text(film.read_text("utf-8").replace("scenes:\n", small, 1), "utf-8")
    slates = ("--backend", "slate")
    assert standing.json("render", folder, *slates)["rendered"] == len(SHOTS)
    production = open_production(folder, load_settings(home=standing.home, backend="slate"))
    render_here(production, production.plan(alternatives={"1E": [Adjustment(seed=7)]}))
    path = tmp_path / "cut.otio"
    assert standing.here("export", path, folder, *slates).returncode == 0
    changed = Cut(path).changed("changed.otio", edit)
    before = takes_in(folder)

    seen = standing.here("import", changed, folder, *slates, "--dry-run")
    assert "Nothing was kept" in seen.stdout
    told = standing.here("import", changed, folder, *slates, "--json")
    assert told.returncode == 0, told.stdout + told.stderr
    for kind in KINDS:
        assert f'"kind": "{kind}"' in told.stdout, kind

    made = standing.json("render", folder, *slates)
    assert made["rendered"] == 3, "twenty frames of one shot, and three on each side of a cut"
    after = takes_in(folder)
    assert {name: after[name] for name in before} == before, "what was there was made again"
    store = production.store
    clips = [store.file(store.find("takes", name), CLIP) for name in after.keys() - before.keys()]
    assert sorted(inspect(clip).frames for clip in clips) == [3, 3, 20]
    plan = open_production(folder, load_settings(home=standing.home, backend="slate")).plan()
    assert made["film"]["frames"] == plan.film.duration_frames()
    again = tmp_path / "again.otio"
    assert "given back" in standing.here("export", again, folder, *slates).stdout
    assert "Nothing is changed" in standing.here("import", again, folder, *slates).stdout
