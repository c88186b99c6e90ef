"""A command that starts warm is one that starts cold, but for the imports."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.support.pipeline.slate_films import SHOTFARM, Shotfarm, six_slates, write_film
from tests.support.pipeline.warm_commands import warm_commands
from tests.support.waiting import PATIENCE_S

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="only there a fork may hold what libraries keep"),
]


def test_a_warm_command_says_and_ends_as_a_cold_one(tmp_path, monkeypatch):
    folder = write_film(tmp_path / "film", six_slates() | {"title": ["no", "title"]})
    monkeypatch.chdir(folder)
    command = Shotfarm(tmp_path / "home")
    words = [SHOTFARM, "render", "film.yaml", "--backend", "slate"]
    cold = subprocess.run(
        words,
        capture_output=True,
        text=True,
        env=command._environment(),
        stdin=subprocess.DEVNULL,
        check=False,
    )
    assert warm_commands().can_run_with(command._environment())
    warm = warm_commands().run(words, command._environment(), PATIENCE_S)
    assert (warm.returncode, warm.stdout, warm.stderr) == (cold.returncode, cold.stdout, cold.stderr)
    assert (cold.returncode, "title" in cold.stderr) == (2, True)


def test_an_environment_that_libraries_read_at_their_import_needs_a_cold_start(tmp_path):
    plain = Shotfarm(tmp_path / "home")
    assert warm_commands().can_run_with(plain._environment() | {"SHOTFARM_PRICES": "prices.yaml"})
    assert not warm_commands().can_run_with(plain._environment() | {"AWS_ENDPOINT_URL": "http://there"})
    assert not warm_commands().can_run_with({**plain._environment(), "COLUMNS": "80"})


def test_what_a_library_has_written_into_the_environment_is_in_that_of_the_next_warm_process(
    tmp_path, monkeypatch
):
    before = warm_commands()
    assert warm_commands() is before
    monkeypatch.setenv("WRITTEN_AT_IMPORT", "1")
    command = Shotfarm(tmp_path / "home")
    assert not before.can_run_with(command._environment())
    assert "no farm is up" in command("farm", "jobs", "--json").stdout
    assert warm_commands().can_run_with(command._environment())
