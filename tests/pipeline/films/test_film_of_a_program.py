"""A film whose shots a program of its own draws, on the standing farm."""

from __future__ import annotations

import contextlib
import signal
from dataclasses import replace

import psutil
import pytest

from tests.support.command import DRAW
from tests.support.pipeline.slate_films import assert_clear, six_slates, takes_in, write_film
from tests.support.processes import words_of
from tests.support.waiting import until

RENDERERS = {"own": {"backend": "command", "options": {"command": ["python", "draw.py", "{spec}"]}}}


@pytest.mark.slow
def test_a_film_of_a_program_is_rendered_where_it_may_and_again_when_the_program_changes(standing, tmp_path):
    document = {**six_slates(), "renderers": RENDERERS, "renderer": "own"}
    folder = write_film(tmp_path / "film", document)
    (folder / "draw.py").write_text(DRAW.read_text())
    words = ("render", folder, "--renderer", "own")

    refused = standing(*words)
    assert_clear(refused, 2, "this film runs programs of its own here: python draw.py {spec}", str(folder))
    assert takes_in(folder) == {}

    allowed = replace(standing, environment={"SHOTFARM_ALLOW_COMMANDS": str(tmp_path)})
    assert allowed.json(*words)["rendered"] == 6

    with (folder / "draw.py").open("a") as script:
        script.write("raise SystemExit('the brush is dry')\n")
    failed = allowed(*words, "--shots", "2B")
    assert failed.returncode == 1
    assert "python ended with status 1" in failed.stderr
    assert "the brush is dry" in failed.stderr
    plan = allowed.json("plan", folder, "--renderer", "own")
    assert plan["to_render"] == 6
    assert all("file draw.py: changed" in shot["reasons"] for shot in plan["shots"])


SLEEPS = """
import pathlib, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-S", "-c", "import time; time.sleep(3600)", sys.argv[2]])
pathlib.Path(sys.argv[2], str(child.pid)).touch()
time.sleep(3600)
"""


def processes_with(word: str) -> list[psutil.Process]:
    """Those that have a word among their arguments."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if word in process.cmdline():
                found.append(process)
    return found


@pytest.mark.slow
def test_programs_end_with_a_worker_that_is_killed_and_with_ctrl_c(standing, tmp_path):
    mark = tmp_path / "mark"
    mark.mkdir()
    options = {"command": ["python", "sleeps.py", "{out}", str(mark)]}
    document = {**six_slates(), "renderers": {"own": {"backend": "command", "options": options}}}
    folder = write_film(tmp_path / "film", document)
    (folder / "sleeps.py").write_text(SLEEPS)
    allowed = replace(standing, environment={"SHOTFARM_ALLOW_COMMANDS": str(tmp_path)})
    run = allowed.start("render", folder, "--renderer", "own", "--shots", "1A")
    until(lambda: len(list(mark.iterdir())) == 1, "the program runs")
    # The one that keeps it, itself and its child, which has no words while it begins.
    first = until(lambda: len(found := processes_with(str(mark))) == 3 and found, "all three run")
    keeper = next(one for one in first if "keeper.py" in words_of(one))
    keeper.parent().kill()
    until(lambda: not any(one.is_running() for one in first), "the killed worker's program has ended")
    until(lambda: len(list(mark.iterdir())) == 2, "the shot is tried by another worker")
    run.send_signal(signal.SIGINT)
    until(lambda: processes_with(str(mark)) == [], "the program of the run has ended")
    run.communicate()
    assert run.returncode == 130
