"""What the Prefect server knows of a run afterwards."""

from __future__ import annotations

import contextlib
import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil
import pytest
from prefect.exceptions import TerminationSignal

from pipeline.orchestration import flows
from pipeline.services.dead_runs import home_tag, living_run
from pipeline.services.prefect_server import PREFECT_APP
from tests.support.pipeline.slate_films import (
    FRAMES,
    SHOTS,
    Shotfarm,
    ask,
    assert_clear,
    held_up,
    metrics_of,
    shot_of,
    six_slates,
    takes_in,
    write_film,
)
from tests.support.waiting import PATIENCE_S, until

pytestmark = pytest.mark.slow


def flow_run(command: Shotfarm, title: str) -> dict[str, Any]:
    """The one flow run of a film of this title."""
    (found,) = ask(command, "flow_runs/filter", flow_runs={"name": {"any_": [title]}})
    return found


def task_runs(command: Shotfarm, run: dict[str, Any]) -> dict[str, str]:
    """The state of each task run, by name; a run tells of them in the background."""
    found = ask(command, "task_runs/filter", flow_runs={"id": {"any_": [run["id"]]}})
    return {each["name"]: each["state_type"] for each in found}


def in_state(command: Shotfarm, run: dict[str, Any], state: str) -> set[str]:
    """The names of the task runs that are in a state."""
    return {name for name, each in task_runs(command, run).items() if each == state}


def artifacts(command: Shotfarm, run: dict[str, Any]) -> dict[str, Any]:
    found = ask(command, "artifacts/filter", flow_runs={"id": {"any_": [run["id"]]}})
    return {each["key"]: each for each in found}


def log_of(command: Shotfarm, run: dict[str, Any]) -> list[str]:
    """The lines of a run's log; they are sent in the background."""
    question = {"logs": {"flow_run_id": {"any_": [run["id"]]}}, "sort": "TIMESTAMP_ASC"}
    return [line["message"] for line in ask(command, "logs/filter", **question)]


@pytest.fixture(scope="module")
def known(standing: Shotfarm, tmp_path_factory) -> tuple[Path, dict[str, Any]]:
    """A finished film of a title of its own, and the flow run that made it."""
    film = six_slates() | {"title": "Known Slates"}
    folder = write_film(tmp_path_factory.mktemp("known") / "film", film)
    assert standing("render", folder).returncode == 0
    return folder, flow_run(standing, "Known Slates")


def test_the_flow_run_is_found_by_film_renderer_and_shots(standing, known):
    _, run = known
    assert run["state_type"] == "COMPLETED"
    tags = {"film:Known Slates", "renderer:slate", home_tag(standing.home)}
    assert {*run["tags"]} == tags | {f"shot:{shot}" for shot in SHOTS}
    tagged = ask(standing, "flow_runs/filter", flow_runs={"tags": {"all_": ["film:Known Slates", "shot:2A"]}})
    assert [each["id"] for each in tagged] == [run["id"]]


def test_each_shot_is_a_task_run_named_after_shot_and_scene(standing, known):
    expected = {f"shot {shot} of scene {shot[0]}" for shot in SHOTS}
    until(lambda: {*task_runs(standing, known[1]).values()} == {"COMPLETED"}, "nothing goes on")
    until(lambda: in_state(standing, known[1], "COMPLETED") >= expected, "each shot has ended")
    assert {name for name in task_runs(standing, known[1]) if name.startswith("shot ")} == expected


def test_the_takes_are_a_table_of_all_shots(standing, known):
    folder, run = known
    takes = artifacts(standing, run)["takes"]
    assert takes["type"] == "table"
    rows = json.loads(takes["data"])
    assert [row["shot"] for row in rows] == [*SHOTS]
    assert {row["why"] for row in rows} == {"new shot"}
    assert all(row["render_s"] > 0 for row in rows)
    assert {row["take"] for row in rows} == {digest[:12] for digest in takes_in(folder)}


def test_the_log_tells_what_was_done(standing, known):
    folder, run = known
    until(lambda: any("the film is there" in line for line in log_of(standing, run)), "the last line")
    said = log_of(standing, run)
    assert "6 shots to render, 0 takes are there" in said
    for shot in SHOTS:
        assert f"shot {shot} is to be rendered: new shot" in said
        assert sum(line.startswith(f"shot {shot} rendered (") for line in said) == 1
    assert f"the film is there: {folder / 'out' / 'known-slates.mp4'}" in said
    stages = [line for line in said if line.endswith(": done")]
    assert stages
    assert len(stages) == len({*stages})


def test_the_film_is_a_page(standing, known):
    folder, run = known
    film = artifacts(standing, run)["film"]
    assert film["type"] == "markdown"
    assert film["data"].startswith("# Known Slates\n")
    assert str(folder / "out" / "known-slates.mp4") in film["data"]
    assert f"{FRAMES} frames" in film["data"]


def test_a_shot_that_fails_fails_the_run_and_is_named_to_the_person(standing, tmp_path):
    film = six_slates() | {"title": "Broken Slates"}
    shot_of(film, "2A")["backend_options"] = {"slate": {"raise_at_frame": 3}}
    folder = write_film(tmp_path / "film", film)
    done = standing("render", folder)
    assert_clear(
        done, 1, "2 of 6 shots could not be rendered", "shot 2A: RuntimeError: the slate was told to fail"
    )
    assert "shot 2C: starts from shot 2A, which failed" in done.stderr
    assert "what was rendered is kept" in done.stderr
    assert f"`shotfarm farm logs 2A {folder}` shows the attempts" in done.stderr
    found = standing.json("farm", "logs", "2A", folder)
    assert [attempt["outcome"] for attempt in found["attempts"]] == ["failed"] * 3
    assert "raise RuntimeError" in found["attempts"][0]["details"]

    def ended() -> dict[str, dict[tuple[str, ...], float]]:
        told = metrics_of(standing, "Broken Slates")
        return {} if "shotfarm_shots" in told else told

    told = until(ended, "its run has ended")
    assert told["shotfarm_attempts_total"] == {("done", ""): 4, ("failed", "backend"): 3}
    seconds = told["shotfarm_worker_seconds_total"]
    assert seconds.keys() == {("accepted",), ("rejected",)}
    assert seconds["rejected",] >= sum(attempt["seconds"] for attempt in found["attempts"])
    assert told["shotfarm_gpu_seconds_total"] == dict.fromkeys(seconds, 0)
    assert "shot 2A failed once, will be tried again" in done.stdout
    assert len(takes_in(folder)) == 4
    run = flow_run(standing, "Broken Slates")
    assert run["state_type"] == "FAILED"
    failed = {"shot 2A of scene 2", "shot 2C of scene 2"}
    until(lambda: in_state(standing, run, "FAILED") == failed, "they have failed")
    until(lambda: "shot 1A of scene 1" in in_state(standing, run, "COMPLETED"), "others have not")
    shot_of(film, "2A").pop("backend_options")
    write_film(folder, film)
    assert standing.json("render", folder)["rendered"] == 2


def test_a_production_that_is_called_off_ends_as_a_cancelled_run(standing, film_folder):
    film = six_slates() | {"title": "Off Slates"}
    process = standing.start("render", write_film(film_folder, held_up(film)))

    def jobs() -> list[dict[str, Any]]:
        return [one for one in standing.json("farm", "jobs") if one["title"] == "Off Slates"]

    try:
        until(lambda: any(one["counts"].get("rendering") for one in jobs()), "it renders", run=process)
        standing("farm", "cancel", "Off Slates")
        _, said = process.communicate(timeout=PATIENCE_S)
    finally:
        process.kill()
    assert process.returncode == 1
    assert "the same command goes on from here" in said
    run = flow_run(standing, "Off Slates")
    assert run["state_type"] == "CANCELLED"
    assert "called off with" in run["state"]["message"]
    called_off = lambda: {*task_runs(standing, run).values()} <= {"CANCELLED", "COMPLETED"}  # noqa: E731
    until(called_off, "so do its tasks")


def test_a_stopped_run_is_not_called_completed(standing, film_folder):
    write_film(film_folder, held_up(six_slates() | {"title": "Stopped Slates"}))
    process = standing.start("render", film_folder)
    line = process.stdout.readline()
    assert "6 shots to render" in line
    process.terminate()
    _, complaints = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 130, complaints
    assert flow_run(standing, "Stopped Slates")["state_type"] in {"CRASHED", "CANCELLED", "CANCELLING"}


def test_a_run_that_is_stopped_in_the_middle_of_a_library_is_stopped(monkeypatch):
    def produced() -> None:
        raise RuntimeError("the library was interrupted") from TerminationSignal(signal.SIGTERM)

    monkeypatch.setattr(flows, "_produced", produced)
    with pytest.raises(KeyboardInterrupt):
        flows.produce_film.fn("Slates", "film.yaml", "film.mp4", {})


def test_a_killed_run_is_called_crashed_at_the_next_look_and_a_living_one_is_left_alone(standing, tmp_path):
    runs = {}
    for title in ("Killed Slates", "Living Slates"):
        folder = write_film(tmp_path / title, held_up(six_slates() | {"title": title}))
        runs[title] = standing.start("render", folder)
        assert "6 shots to render" in runs[title].stdout.readline()
    try:
        killed = runs["Killed Slates"]
        with living_run(standing.home):  # the farm looks for dead runs every minute, but not meanwhile
            killed.kill()
            killed.communicate(timeout=PATIENCE_S)
            assert flow_run(standing, "Killed Slates")["state_type"] == "RUNNING"

        def looked_after() -> bool:
            """The farm's own look may be going on: then this one leaves it to that."""
            standing.json("farm", "status")
            return flow_run(standing, "Killed Slates")["state_type"] != "RUNNING"

        until(looked_after, "its end is found")
        dead = flow_run(standing, "Killed Slates")
        assert dead["state_type"] == "CRASHED"
        until(lambda: "RUNNING" not in task_runs(standing, dead).values(), "and so are its tasks")
        assert flow_run(standing, "Living Slates")["state_type"] == "RUNNING"
        for title in runs:
            standing("farm", "cancel", title)
    finally:
        for run in runs.values():
            run.kill()
            run.communicate(timeout=PATIENCE_S)


_FLOW_WITHOUT_A_SERVER = """
import socket, sys
from pathlib import Path
from pipeline.production.open import open_production
from pipeline.settings import load_settings
from pipeline.services.prefect_server import use_prefect_server
settings = load_settings()
taken = socket.socket()
taken.bind(("127.0.0.1", 0))  # nobody listens there, and nobody else will
use_prefect_server(settings.home, taken.getsockname()[1], "password")
from pipeline.observer import Nobody
from pipeline.orchestration.flows import Run, run_flow
from storyboard.errors import FarmError
try:
    production = open_production(Path(sys.argv[1]), settings)
    run_flow(Run(production, production.plan(), Path("film.mp4"), None, Nobody()))
except FarmError as error:
    print(error.message)
"""


_EDITED_WHILE_SERVERS_ARE_FOUND = """
import sys
from pathlib import Path
from pipeline.cli.app import main
from pipeline.orchestration import run
find = run.servers_for_run
def edit_and_find(*words, **more):
    Path(sys.argv[2], "film.yaml").write_text("title: 7")
    return find(*words, **more)
run.servers_for_run = edit_and_find
main()
"""


def test_what_was_checked_is_what_is_rendered(standing, film_folder):
    done = subprocess.run(
        [sys.executable, "-c", _EDITED_WHILE_SERVERS_ARE_FOUND, "render", str(film_folder)],
        env=standing._environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (film_folder / "film.yaml").read_text() == "title: 7"
    assert (film_folder / "out" / "six-slates.mp4").exists()
    assert len(takes_in(film_folder)) == len(SHOTS)


def test_a_prefect_server_that_is_gone_when_the_flow_begins_is_said_in_words(shotfarm, film_folder):
    done = subprocess.run(
        [sys.executable, "-c", _FLOW_WITHOUT_A_SERVER, str(film_folder)],
        env=shotfarm._environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert "the Prefect server has gone away" in done.stdout, done.stderr


def test_a_run_whose_prefect_server_is_killed_says_so_and_the_next_one_goes_on(
    shotfarm, standing, film_folder
):
    film = held_up(six_slates(), frame_s=2.5)  # what renders is rendered to its end, in a minute
    process = shotfarm.start("render", write_film(film_folder, film))
    until(lambda: takes_in(film_folder), "a first take", run=process)
    for server in shotfarm.family():
        with contextlib.suppress(psutil.Error):
            if PREFECT_APP in " ".join(server.cmdline()):
                server.kill()
    stdout, stderr = process.communicate(timeout=PATIENCE_S)
    assert_clear(
        (process.returncode, stdout, stderr), 1, "the Prefect server has gone away", "goes on from here"
    )
    before = takes_in(film_folder)
    assert before
    write_film(film_folder, six_slates())
    rendered = standing.json("render", film_folder)["rendered"]
    after = takes_in(film_folder)
    assert rendered == len(after.keys() - before.keys()) < 6
    assert after.items() >= before.items()
