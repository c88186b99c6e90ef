"""Every command of the README runs, in order, in a copy of the checkout, and does what the README says."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path

import httpx
import pytest

from tests.support import ROOT
from tests.support.waiting import PATIENCE_S

FORMAT = re.compile(r"(width: )1280(,?\s+height: )720(,?\s+rate: )24\b")
SMALLER = r"\g<1>320\g<2>180\g<3>12"
"""the films of the tour are drawn a sixteenth as large, half as many a second: the commands do the same"""
REVIEW = "shotfarm review"
LINKS = re.compile(r"\]\((?!https?://)([^)#]+)\)")


def commands() -> list[str]:
    blocks = re.findall(r"^```sh\n(.*?)^```", (ROOT / "README.md").read_text(), re.MULTILINE | re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line.strip()]


def checkout(folder: Path) -> Path:
    """The tracked files, with smaller films, and with this environment for the one that make builds."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    for film in (folder / "storyboard" / "examples").glob("*/film.yaml"):
        text, found = FORMAT.subn(SMALLER, film.read_text())
        assert found == 1, film
        film.write_text(text)
    borrow_environment(folder / ".venv")
    return folder


def borrow_environment(folder: Path) -> None:
    """This environment, as one that is set up: what make installed would go into the real one."""
    stamps = folder / ".stamps"
    stamps.mkdir(parents=True)
    for path in (ROOT / ".venv").iterdir():
        if path.name != stamps.name:
            (folder / path.name).symlink_to(path)
    now = time.time()
    for stamp in (ROOT / ".venv" / stamps.name).iterdir():
        (stamps / stamp.name).touch()
        # One that is older than what it needs, by however little, would be made anew: in what is lent.
        os.utime(stamps / stamp.name, (now, now))


def looked_at(command: str, folder: Path, environment: dict[str, str]) -> int:
    """Open the page that a command serves, and end the command as a person does: the number of its shots."""
    with subprocess.Popen(
        ["bash", "-c", f"exec {command} --json"],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    ) as serving:
        try:
            assert serving.stdout
            url = json.loads(serving.stdout.readline())["url"]
            with httpx.Client(follow_redirects=True, timeout=PATIENCE_S) as client:
                assert "<review-app>" in client.get(url).text
                films = url.partition("/?")[0] + "/api/films"
                (film,) = client.get(films).json()["films"]
                shots = client.get(f"{films}/{film['id']}").json()["shots"]
        finally:
            serving.send_signal(signal.SIGINT)
        assert serving.wait(PATIENCE_S) == 0
    return len(shots)


def test_every_page_that_the_readme_points_to_is_there():
    for link in LINKS.findall((ROOT / "README.md").read_text()):
        assert (ROOT / link).exists(), link


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.skipif(
    not (ROOT / ".venv" / ".stamps" / "run").exists(), reason="make has not set this environment up"
)
def test_every_command_of_the_readme_runs(tmp_path):
    folder = checkout(tmp_path / "shotfarm")
    # The environment knows the code of this checkout: that of the copy comes before it.
    own = {"SHOTFARM_HOME": str(tmp_path / "home"), "PYTHONPATH": str(folder)}
    nothing_is_installed = {"PIP_NO_INDEX": "1"}
    environment = {**os.environ, **own, **nothing_is_installed}
    said: dict[str, list[str]] = {}
    try:
        for command in commands():
            if REVIEW in command:
                assert looked_at(command, folder, environment) == 20
                continue
            # The whole suite would run itself without end: its set-up and one file of it stand for it.
            line = (
                f"{command} TEST_PROCESSES=1 PYTEST_ARGS=tests/storyboard/media/test_timing.py"
                if command == "make test"
                else command
            )
            done = subprocess.run(
                ["bash", "-c", line], cwd=folder, env=environment, capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
            said.setdefault(command, []).append(done.stdout)
    finally:
        subprocess.run([str(ROOT / ".venv/bin/shotfarm"), "farm", "down"], env=environment, check=False)
    first, second = said[".venv/bin/shotfarm plan film"]
    assert "20 of 20 takes are there" in first
    assert "dialogue changed" in second
    assert "1 to render" in second
    assert "(1 rendered now)" in said[".venv/bin/shotfarm render film"][0]
    assert "(0 rendered now)" in said[".venv/bin/shotfarm render film"][1]
    assert (folder / "film" / "out" / "the-lamp-at-saltmarsh.mp4").stat().st_size > 1_000_000
    assert "20 takes in all, 20 of them there" in said[".venv/bin/shotfarm batch plan film/slate.yaml"][0]
    assert "3 made" in said[".venv/bin/shotfarm batch run film/slate.yaml"][0]
    assert "02:00 CE" in said[".venv/bin/shotfarm farm status"][0]
    assert {path.stem for path in (folder / "film" / "out").glob("*.mp4")} >= {"ana", "bo", "cem"}
