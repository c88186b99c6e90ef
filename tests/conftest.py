"""What the tests of several rooms share: small and read-only disks, and cleaning up after servers."""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

# How long an example takes says more of the machine than of the code.
settings.register_profile("shotfarm", deadline=None)
settings.load_profile("shotfarm")


@pytest.fixture(scope="session", autouse=True)
def logs_of_this_session(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the workers that these tests start put what they print."""
    folder = tmp_path_factory.mktemp("logs")
    os.environ["SHOTFARM_LOGS"] = str(folder)
    return folder


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Callable[[int], Path]]:
    """Mounts a disk of so many MiB; skips where a test may not mount."""
    with contextlib.ExitStack() as stack:

        def mount(mebibytes: int) -> Path:
            place = tmp_path / f"disk{mebibytes}"
            place.mkdir()
            command = ["mount", "-t", "tmpfs", "-o", f"size={mebibytes}m", "tmpfs", str(place)]
            if subprocess.run(command, capture_output=True, check=False).returncode:
                pytest.skip("mounting a small disk needs the superuser")
            stack.callback(subprocess.run, ["umount", "-l", str(place)], check=True)
            return place

        yield mount


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The tour of the README is the longest test: begun last, it would keep one process while others idle."""
    items.sort(key=lambda item: item.path.name != "test_readme.py")
