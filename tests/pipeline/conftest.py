"""Film folders, homes, and a standing farm for the tests that need one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from farm.store.files import PART
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
    with farm_up(home_with_history(tmp_path_factory.mktemp("standing") / "home")) as command:
        yield command


@pytest.fixture(scope="session")
def finished(standing: Shotfarm, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose film was rendered on the standing farm, undisturbed; not to be changed."""
    folder = write_film(tmp_path_factory.mktemp("finished") / "film", six_slates())
    assert standing.json("render", folder)["rendered"] == 6
    return folder


@pytest.fixture
def copy_of_finished(finished: Path, tmp_path: Path) -> Path:
    """A copy of the finished folder, to change.

    While the workers that rendered it idle, their farm writes what that costs into its store, aside first.
    """
    shutil.copytree(finished, tmp_path / "copy", ignore=shutil.ignore_patterns(f"*{PART}"))
    return tmp_path / "copy"


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A server, where PostgreSQL is installed."""
    if program("initdb") is None or program("postgres") is None:
        pytest.skip("no PostgreSQL on this machine: apt-get install postgresql")
    with postgres_server() as server:
        yield server
