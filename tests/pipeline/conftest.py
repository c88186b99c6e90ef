"""Film folders, homes, and a standing farm for the tests that need one."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.pipeline.postgres import PostgresServer, postgres_server, program
from tests.support.pipeline.slate_films import Shotfarm, farm_up, home_with_history, six_slates, write_film


@pytest.fixture
def film_folder(tmp_path: Path) -> Path:
    """A project folder with the film of six slates."""
    return write_film(tmp_path / "film", six_slates())


@pytest.fixture
def shotfarm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shotfarm]:
    """The command with a home of its own, where no farm stands; what it leaves running is ended."""
    command = Shotfarm(home_with_history(tmp_path_factory.mktemp("own") / "home"))
    yield command
    if (command.home / "farm.json").exists():
        command("farm", "down")
    command.end_all()


@pytest.fixture(scope="session")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shotfarm]:
    """The command in a home whose farm is up, with two worker slots."""
    with farm_up(tmp_path_factory.mktemp("standing") / "home") as command:
        yield command


@pytest.fixture(scope="session")
def finished(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose film was rendered on a standing farm, undisturbed; not to be changed.

    The first process of the tests that asks for it has it rendered on its farm, for all.
    """
    place = tmp_path_factory.getbasetemp()
    place = place.parent if "PYTEST_XDIST_WORKER" in os.environ else place
    folder, done = place / "finished" / "film", place / "finished" / "done"
    folder.parent.mkdir(exist_ok=True)
    with (place / "finished" / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            shutil.rmtree(folder, ignore_errors=True)
            write_film(folder, six_slates())
            summary = request.getfixturevalue("standing").json("render", folder)
            assert summary["rendered"] == 6
            done.touch()
    return folder


@pytest.fixture
def copy_of_finished(finished: Path, tmp_path: Path) -> Path:
    """A copy of the finished folder, to change."""
    shutil.copytree(finished, tmp_path / "copy")
    return tmp_path / "copy"


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A server, where PostgreSQL is installed."""
    if program("initdb") is None or program("postgres") is None:
        pytest.skip("no PostgreSQL on this machine: apt-get install postgresql")
    with postgres_server() as server:
        yield server
