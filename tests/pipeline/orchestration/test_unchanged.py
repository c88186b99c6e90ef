"""A run that finds everything made: no server, no farm, no flow, and Prefect's page shows it all the same."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from pipeline.services.run_records import record_waiting
from tests.support.pipeline.slate_films import Shotfarm, ask, tree

pytestmark = pytest.mark.slow


def runs_of(standing: Shotfarm, folder: Path) -> list[dict[str, Any]]:
    """The flow runs of one film document, as Prefect's page lists them."""
    runs = ask(standing, "flow_runs/filter", flow_runs={"name": {"any_": ["Six Slates"]}})
    return [run for run in runs if run["parameters"]["film"] == str(folder / "film.yaml")]


def test_it_is_recorded_with_the_standing_server(standing, copy_of_finished):
    before = tree(copy_of_finished)
    assert standing.json("render", copy_of_finished)["rendered"] == 0
    assert tree(copy_of_finished) == before
    (run,) = runs_of(standing, copy_of_finished)
    assert (run["state_type"], run["parameters"]["values"]) == ("COMPLETED", {})
    assert {"film:Six Slates", "renderer:slate"} < {*run["tags"]}
    left = ask(standing, "artifacts/filter", flow_runs={"id": {"any_": [run["id"]]}})
    told = {one["key"]: one["data"] for one in left}
    assert [row["why"] for row in json.loads(told["takes"])] == ["unchanged"] * 6
    assert str(copy_of_finished / "out") in told["film"]


def test_without_a_server_it_starts_none_and_the_next_one_is_told_once(standing, copy_of_finished, tmp_path):
    command = Shotfarm(tmp_path / "home")
    summary = command.json("render", copy_of_finished)
    assert (summary["rendered"], summary["film"]["made"]) == (0, False)
    assert not (command.home / "prefect.log").exists(), "no server started"
    assert command.family() == []
    (waiting,) = (command.home / "unrecorded").glob("*.json")
    shutil.copy(waiting, tmp_path / "again.json")
    assert runs_of(standing, copy_of_finished) == []

    known = json.loads((standing.home / "farm.json").read_bytes())
    server = known["prefect_port"], known["prefect_password"]
    for _ in range(2):
        record_waiting(command.home, *server)
        assert not waiting.exists()
        (run,) = runs_of(standing, copy_of_finished)
        assert run["state_type"] == "COMPLETED"
        shutil.copy(tmp_path / "again.json", waiting)


def test_what_was_asked_for_and_is_there_needs_no_server_where_other_shots_are_missing(
    standing, film_folder, tmp_path
):
    assert standing.json("render", film_folder, "--shots", "1A")["rendered"] == 1
    command = Shotfarm(tmp_path / "home")
    summary = command.json("render", film_folder, "--shots", "1A")
    assert (summary["rendered"], summary["still_missing"], summary["film"]) == (0, 5, None)
    assert not (command.home / "prefect.log").exists()
