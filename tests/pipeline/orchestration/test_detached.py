"""Runs that go on without a terminal: found again, shown as they go, and gone with their farm."""

from __future__ import annotations

import functools
import json
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from pipeline.orchestration.detached import DetachedRun, _note
from tests.support.pipeline.slate_films import Shotfarm, assert_clear, six_slates, write_film
from tests.support.waiting import PATIENCE_S, until


def film_in(tmp_path: Path, title: str, delay_s: float = 0.04) -> Path:
    document = six_slates() | {"title": title}
    document["backend_options"] = {"slate": {"delay_s": delay_s}}
    return write_film(tmp_path / "film", document)


@pytest.fixture
def drained(standing: Shotfarm) -> Iterator[Callable[[], object]]:
    """The standing farm, whose node gets no shots until the test says so: nothing ends before."""
    (node,) = standing.json("farm", "status")["nodes"]
    standing.json("farm", "drain", node["id"])
    undo = functools.cache(lambda: standing.json("farm", "drain", node["id"], "--undo"))
    yield undo
    undo()


def jobs_called(standing: Shotfarm, title: str) -> list[dict]:
    return [job for job in standing.json("farm", "jobs") if job["title"] == title]


def test_without_a_standing_farm_it_is_refused_with_the_command_that_starts_one(tmp_path):
    command = Shotfarm(tmp_path / "home")
    folder = film_in(tmp_path, "Alone")
    assert_clear(command.here("render", folder, "--detach"), 1, "no farm is up", "shotfarm farm up")
    there = command.here("render", folder, "--detach", "--address", "127.0.0.1:1")
    assert_clear(there, 2, "--detach and --address exclude each other")
    assert_clear(command.here("farm", "attach", "Alone"), 2, "no detached run is called 'Alone'")


@pytest.mark.parametrize(("number", "bound"), [("101", " 100"), ("-101", " -100"), ("high", "integer")])
def test_a_priority_out_of_its_range_is_refused_with_the_bound(tmp_path, number, bound):
    done = Shotfarm(tmp_path / "home").here(
        "render", film_in(tmp_path, "Urgent"), "--priority", number, "--json"
    )
    assert done.returncode == 2
    assert "--priority" in json.loads(done.stdout)["error"]
    assert json.loads(done.stdout)["error"].endswith(bound)


def test_a_run_is_noted_while_another_one_forgets_old_ones(tmp_path):
    (tmp_path / "detached").mkdir()
    (tmp_path / "detached" / "old.json").symlink_to("gone")  # as one that is listed, and then is not there
    nothing = tmp_path / "nothing"
    run = DetachedRun(
        production="new", title="New", film=nothing, pid=0, birth="", started=0, journal=nothing, log=nothing
    )
    _note(tmp_path, run)
    assert (tmp_path / "detached" / "nothing.json").is_file()


@pytest.mark.slow
def test_a_detached_run_is_listed_shown_left_alone_and_ends_with_its_film(standing, drained, tmp_path):
    folder = film_in(tmp_path, "Die Lange Nacht 長い夜")
    told = standing.json("render", folder, "--detach", "--priority", "7")
    name = told["production"]
    standing.json("farm", "pause", name)
    drained()  # and it is paused until all that is to be seen meanwhile is seen
    assert name.startswith("Die Lange Nacht 長い夜-")
    (job,) = jobs_called(standing, "Die Lange Nacht 長い夜")
    assert (job["production"], job["priority"], job["detached"]) == (name, 7, True)
    assert sum(job["counts"].values()) == 6, "the farm had the order when the terminal came back"
    assert f"shotfarm farm attach '{name}'" in standing("farm", "jobs").stdout

    watching = standing.start("farm", "attach", name)
    until(lambda: "to render" in watching.stdout.readline(), "it shows what the run is to do")
    watching.send_signal(signal.SIGINT)
    said, complaints = watching.communicate(timeout=PATIENCE_S)
    assert watching.returncode == 0, complaints
    assert "The run goes on" in said
    assert psutil.pid_exists(told["pid"])

    standing.json("farm", "resume", name)
    shown = standing("farm", "attach", "Die Lange Nacht 長い夜")
    assert shown.returncode == 0, shown.stderr
    assert "shot 2C rendered (6 of 6)" in shown.stdout or "(6 of 6)" in shown.stdout
    (film,) = (folder / "out").glob("*.mp4")
    assert str(film) in shown.stdout
    assert "(6 rendered now)" in shown.stdout
    assert not jobs_called(standing, "Die Lange Nacht 長い夜")
    again = standing.json("farm", "attach", name)
    assert again["film"]["path"] == str(film), "how it ended is told afterwards, too"
    assert "(6 of 6)" in Path(told["log"]).read_text()


@pytest.mark.slow
def test_a_film_that_misses_nothing_may_be_put_together_without_a_terminal(standing, copy_of_finished):
    told = standing.json("render", copy_of_finished, "--detach")
    shown = standing.json("farm", "attach", told["production"])
    assert (shown["rendered"], shown["still_missing"]) == (0, 0)
    assert Path(shown["film"]["path"]).exists()


@pytest.mark.slow
def test_a_detached_run_ends_when_it_is_called_off_and_says_so_to_whoever_asks(standing, tmp_path):
    told = standing.json("render", film_in(tmp_path, "Called Off", 5), "--detach")
    assert standing.json("farm", "cancel", "Called Off")["called_off"] is True
    assert_clear(standing("farm", "attach", "Called Off"), 1, "called off with `shotfarm farm cancel`")
    until(lambda: not psutil.pid_exists(told["pid"]), "its process ends")


@pytest.mark.slow
def test_what_a_detached_run_fails_of_before_its_order_is_said_at_once(standing, tmp_path):
    folder = film_in(tmp_path, "Nowhere")
    (folder / "out").write_text("a file where the folder should be")
    done = standing("render", folder, "--detach")
    assert_clear(done, 2, str(folder / "out"))
    assert not jobs_called(standing, "Nowhere")


@pytest.mark.slow
def test_a_killed_run_is_told_of_with_its_log_and_the_command_that_goes_on(standing, tmp_path):
    folder = film_in(tmp_path, "Killed", 5)
    told = standing.json("render", folder, "--detach")
    psutil.Process(told["pid"]).kill()
    assert_clear(standing("farm", "attach", "Killed"), 1, "was killed", told["log"], "shotfarm render")
    assert standing.json("farm", "cancel", "Killed")["called_off"] is True
    assert not jobs_called(standing, "Killed"), "nobody would hear of it any more"


@pytest.mark.slow
@pytest.mark.parametrize("ends", ["down", "killed"])
def test_a_detached_run_ends_with_its_farm(shotfarm, tmp_path, ends):
    assert shotfarm("farm", "up", "--cpus", 1).returncode == 0
    told = shotfarm.json("render", film_in(tmp_path, "Leashed", 5), "--detach")
    if ends == "down":
        assert shotfarm("farm", "down").returncode == 0
    else:
        psutil.Process(json.loads((shotfarm.home / "farm.json").read_bytes())["ray_pid"]).kill()
    until(lambda: not psutil.pid_exists(told["pid"]), "the run ends, for its farm has gone")
    assert shotfarm("farm", "attach", "Leashed").returncode != 0
