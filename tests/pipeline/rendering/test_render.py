"""Whole films through the real flow, on real farms, disturbed in every way that a person or a machine can."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
from fractions import Fraction
from pathlib import Path

import numpy as np
import psutil
import pytest

from assembly.picture.film_file import probe
from farm.backends.slate import read_barcode, shot_hash
from farm.takes.clip import read_frames
from tests.support.pipeline.slate_films import (
    FRAMES,
    SHOTS,
    Shotfarm,
    assert_clear,
    attempts_left_in,
    held_up,
    shot_of,
    six_slates,
    takes_in,
    tree,
    write_film,
)
from tests.support.waiting import PATIENCE_S, until

pytestmark = pytest.mark.slow


def film_of(folder: Path) -> Path:
    return folder / "out" / "six-slates.mp4"


def store_of(folder: Path) -> Path:
    return folder / ".shotfarm" / "store"


def shots_taken(folder: Path) -> dict[str, tuple[str, int]]:
    """Attempt and time of every published take, by shot."""
    taken = takes_in(folder)
    named = {}
    for path in (store_of(folder) / "takes").glob("*/*/manifest.json"):
        manifest = json.loads(path.read_bytes())
        named.setdefault(manifest["facts"]["spec"]["shot"], []).append(taken[manifest["digest"]])
    assert all(len(each) == 1 for each in named.values())
    return {shot: each[0] for shot, each in named.items()}


def in_mid_render(command: Shotfarm, folder: Path, *words: object) -> subprocess.Popen[str]:
    """A render that has published some takes, and not all; who renders the film then has no shot held up."""
    before = takes_in(folder)
    process = command.start("render", write_film(folder, held_up(six_slates())), *words)
    until(lambda: takes_in(folder).keys() - before, "a first take of it", run=process)
    write_film(folder, six_slates())
    return process


def assert_lean(command: Shotfarm) -> None:
    """Ray runs, without the processes that nothing here asks anything of."""
    names = command.names()
    assert any("gcs_server" in name for name in names)
    assert not [name for name in names if any(part in name for part in ("dashboard.py", "monitor.py"))]


def assert_same_film(folder: Path, finished: Path) -> None:
    assert film_of(folder).read_bytes() == film_of(finished).read_bytes()


def assert_goes_on(
    command: Shotfarm, folder: Path, finished: Path, before: dict[str, tuple[str, int]]
) -> None:
    """The same command renders what is missing and no more, and the film is the undisturbed one."""
    assert before
    summary = command.json("render", folder)
    assert summary["rendered"] == len(SHOTS) - len(before)
    assert takes_in(folder).items() >= before.items()
    assert_same_film(folder, finished)
    assert attempts_left_in(store_of(folder)) == []


def test_a_film_has_the_frames_of_its_plan_and_as_much_sound(finished):
    facts = probe(film_of(finished))
    assert facts.frames == FRAMES
    assert facts.rate == 24
    assert (facts.width, facts.height) == (160, 90)
    assert facts.title == "Six Slates"
    assert abs(facts.audio_duration_s - facts.duration_s) <= Fraction(1, 24)
    assert [(chapter.title, chapter.start) for chapter in facts.chapters] == [
        ("INT. HERE - DAY", 0),
        ("INT. HERE - NIGHT", 52),
    ]


def test_every_frame_of_the_film_is_the_one_that_the_cut_says(finished):
    """Outside the title, the dissolve and the fade, each frame's barcode names its shot and its place."""
    bodies = {"1A": 20, "1B": 18, "1C": 14, "2A": 16, "2B": 24, "2C": 15}
    expected = [(shot, number) for shot, frames in bodies.items() for number in range(frames)]
    read = [read_barcode(frame) for frame in read_frames(film_of(finished), 0, FRAMES)]
    joint = {*range(16, 24), *range(48, 56)}
    heads = {"1B": 4}
    wrong = [
        (at, shot, number, found)
        for at, ((shot, number), found) in enumerate(zip(expected, read, strict=True))
        if at not in joint and found != (shot_hash(shot), number + heads.get(shot, 0))
    ]
    assert wrong == []
    assert np.stack(read_frames(film_of(finished), 51, 53)).mean() < 40, "the fade goes through black"


def test_rendering_again_makes_nothing(standing, copy_of_finished):
    before = tree(copy_of_finished)
    summary = standing.json("render", copy_of_finished)
    assert summary["rendered"] == 0
    assert summary["film"]["made"] is False
    assert summary["film"]["frames"] == FRAMES
    assert tree(copy_of_finished) == before


def test_a_film_that_was_removed_is_put_back_from_the_store(standing, copy_of_finished, finished):
    film_of(copy_of_finished).unlink()
    summary = standing.json("render", copy_of_finished)
    assert (summary["rendered"], summary["film"]["made"]) == (0, False)
    assert_same_film(copy_of_finished, finished)


def test_a_changed_shot_renders_itself_and_what_continues_it(standing, copy_of_finished, finished):
    film = six_slates()
    shot_of(film, "2A")["action"] = "Another slate."
    write_film(copy_of_finished, film)
    before = takes_in(copy_of_finished)
    planned = standing.json("plan", copy_of_finished)
    reasons = {shot["shot"]: shot["reasons"] for shot in planned["shots"] if not shot["exists"]}
    assert list(reasons) == ["2A", "2C"]
    assert "action" in reasons["2A"][0]
    assert "2A" in reasons["2C"][0]
    summary = standing.json("render", copy_of_finished)
    assert summary["rendered"] == 2
    after = takes_in(copy_of_finished)
    assert after.items() >= before.items()
    assert len(after) == len(before) + 2
    assert film_of(copy_of_finished).read_bytes() != film_of(finished).read_bytes()
    assert probe(film_of(copy_of_finished)).frames == FRAMES


def test_a_change_taken_back_brings_the_old_film_back_without_rendering(standing, copy_of_finished, finished):
    film = six_slates()
    shot_of(film, "1A")["seed"] = 5
    write_film(copy_of_finished, film)
    assert standing.json("render", copy_of_finished)["rendered"] == 1
    write_film(copy_of_finished, six_slates())
    assert standing.json("render", copy_of_finished)["rendered"] == 0
    assert_same_film(copy_of_finished, finished)


def test_a_changed_line_renders_no_picture(standing, copy_of_finished, finished):
    film = six_slates()
    shot_of(film, "2B")["lines"][0]["text"] = "Stop."
    write_film(copy_of_finished, film)
    assert standing.json("plan", copy_of_finished)["to_render"] == 0
    before = takes_in(copy_of_finished)
    summary = standing.json("render", copy_of_finished)
    assert (summary["rendered"], summary["film"]["made"]) == (0, True)
    assert takes_in(copy_of_finished) == before
    was, is_now = (read_frames(film_of(folder), 0, FRAMES) for folder in (finished, copy_of_finished))
    assert all(np.array_equal(one, other) for one, other in zip(was, is_now, strict=True))
    assert film_of(copy_of_finished).read_bytes() != film_of(finished).read_bytes()


def test_only_the_shots_asked_for_are_rendered(standing, film_folder):
    summary = standing.json("render", film_folder, "--shots", "2*")
    assert (summary["rendered"], summary["still_missing"], summary["film"]) == (3, 3, None)
    assert set(shots_taken(film_folder)) == {"2A", "2B", "2C"}
    assert not film_of(film_folder).exists()
    words = standing("plan", film_folder).stdout
    assert words.count("new shot") == 3
    assert "3 of 6 takes are there." in words


def test_a_take_that_was_damaged_is_rendered_again(standing, copy_of_finished, finished):
    clip = next(store_of(copy_of_finished).glob("takes/*/*/*/clip.mp4"))
    clip.write_bytes(clip.read_bytes()[:-1])
    assert standing.json("plan", copy_of_finished)["to_render"] == 1
    assert standing.json("render", copy_of_finished)["rendered"] == 1
    assert_same_film(copy_of_finished, finished)


def test_shots_of_two_backends_make_one_film(standing, film_folder):
    film = six_slates()
    film["renderers"] = {"plain": {"backend": "slate"}, "drawn": {"backend": "animatic"}}
    for shot in ("1B", "2C"):
        shot_of(film, shot)["renderer"] = "drawn"
    write_film(film_folder, film)
    summary = standing.json("render", film_folder, "--renderer", "plain")
    assert summary["rendered"] == 6
    assert summary["film"]["frames"] == FRAMES
    backends = [
        json.loads(path.read_bytes())["facts"]["spec"]["backend"]
        for path in store_of(film_folder).glob("takes/*/*/manifest.json")
    ]
    assert sorted(backends) == ["animatic"] * 2 + ["slate"] * 4
    assert standing.json("plan", film_folder, "--renderer", "plain")["to_render"] == 0


def test_the_film_goes_where_out_says(standing, copy_of_finished, finished, tmp_path):
    summary = standing.json("render", copy_of_finished, "--out", tmp_path / "new" / "cut.mp4")
    assert summary["film"]["path"] == str(tmp_path / "new" / "cut.mp4")
    assert (tmp_path / "new" / "cut.mp4").read_bytes() == film_of(finished).read_bytes()


def productions_of(command: Shotfarm) -> set[str]:
    """The names of those that a standing farm knows."""
    return {production["production"] for production in command.json("farm", "status")["productions"]}


def interrupted(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    stdout, stderr = process.communicate(timeout=PATIENCE_S)
    return process.returncode, stdout, stderr


def test_runs_without_a_standing_farm_may_be_stopped_and_killed(shotfarm, film_folder, finished):
    """Nothing of them stays, the next goes on, and the film is that of an undisturbed run elsewhere."""
    stopped = in_mid_render(shotfarm, film_folder, "--shots", "1A,2B")
    assert_lean(shotfarm)
    os.killpg(stopped.pid, signal.SIGINT)  # as a terminal does: to everything in the foreground
    assert_clear(interrupted(stopped), 130, "stopped: by you", "the same command goes on from here")
    shotfarm.ends()
    before = takes_in(film_folder)

    killed = in_mid_render(shotfarm, film_folder)
    killed.kill()
    killed.communicate()
    shotfarm.ends()
    assert takes_in(film_folder).items() > before.items()
    before = takes_in(film_folder)
    with sqlite3.connect(shotfarm.home / "prefect" / "prefect.db") as database:  # all runs share it
        assert database.execute("pragma integrity_check").fetchone() == ("ok",)

    done = shotfarm("render", film_folder)
    assert done.returncode == 0, done.stderr
    shotfarm.ends()
    assert str(film_of(film_folder)) in done.stdout.replace("\n", "")
    assert f"{FRAMES} frames, 6 shots ({len(SHOTS) - len(before)} rendered now)" in done.stdout
    assert takes_in(film_folder).items() >= before.items()
    assert_same_film(film_folder, finished)
    assert attempts_left_in(store_of(film_folder)) == []
    logged = shotfarm.json("farm", "logs", SHOTS[-1], film_folder)["attempts"]
    assert (logged[-1]["shot"], logged[-1]["outcome"]) == (SHOTS[-1], "done")


def test_a_run_that_is_stopped_frees_the_standing_farm(standing, film_folder, finished):
    others = productions_of(standing)  # of tests that killed their runs before
    for number, shots in ((signal.SIGINT, "1A,2B"), (signal.SIGTERM, "*")):
        process = in_mid_render(standing, film_folder, "--shots", shots)
        process.send_signal(number)
        assert_clear(interrupted(process), 130, "stopped: by you")
        until(
            lambda: not any(worker["shot"] for worker in standing.json("farm", "status")["workers"]),
            "the workers are free",
        )
        assert productions_of(standing) <= others
    assert_goes_on(standing, film_folder, finished, takes_in(film_folder))


def test_kill_9_of_a_run_on_the_standing_farm_costs_nothing(standing, film_folder, finished):
    process = standing.start("render", film_folder)
    # Its farm goes on with what it was asked for, so nothing here may take minutes.
    until(lambda: takes_in(film_folder), "a first take", run=process)
    process.kill()
    process.communicate()
    until(lambda: len(takes_in(film_folder)) == len(SHOTS), "its farm has made what it was asked for")
    assert_goes_on(standing, film_folder, finished, takes_in(film_folder))


def test_kill_9_of_a_whole_farm_costs_nothing_that_was_published(shotfarm, standing, film_folder, finished):
    assert shotfarm("farm", "up", "--cpus", 2).returncode == 0
    assert_lean(shotfarm)
    farm = {*shotfarm.family()}
    process = in_mid_render(shotfarm, film_folder)
    for part in shotfarm.family():
        if part.pid != process.pid:
            with contextlib.suppress(psutil.NoSuchProcess):  # it ended with the one before
                part.kill()
    ended = interrupted(process)
    assert ended[0] == 1
    assert "Traceback" not in ended[1] + ended[2], ended[2]
    until(lambda: farm.isdisjoint(shotfarm.family()), "nothing of it is left")
    assert_goes_on(standing, film_folder, finished, takes_in(film_folder))


def test_two_runs_of_the_same_film_at_once_render_each_shot_once(standing, film_folder, finished):
    for process in [standing.start("render", film_folder, "--json") for _ in range(2)]:
        stdout, stderr = process.communicate(timeout=PATIENCE_S)
        assert process.returncode == 0, stderr
        assert json.loads(stdout)["film"]["frames"] == FRAMES
    assert len(shots_taken(film_folder)) == 6
    assert attempts_left_in(store_of(film_folder)) == []
    assert_same_film(film_folder, finished)


def test_the_same_film_in_two_folders_at_once_is_made_in_both(standing, film_folder, tmp_path, finished):
    other = tmp_path / "other"
    shutil.copytree(film_folder, other)
    runs = [standing.start("render", folder, "--json") for folder in (film_folder, other)]
    for process in runs:
        stdout, stderr = process.communicate(timeout=PATIENCE_S)
        assert process.returncode == 0, stderr
        assert json.loads(stdout)["still_missing"] == 0
    for folder in (film_folder, other):
        assert set(shots_taken(folder)) == {*SHOTS}
        assert_same_film(folder, finished)
