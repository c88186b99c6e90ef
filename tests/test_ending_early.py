"""What tests share ends with the last of them that follow each other, and whoever asks later has another."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.support import ROOT

CONFTEST = """
import pytest
from tests.support.ending_early import EndsEarly

def pytest_configure(config):
    config.pluginmanager.register(EndsEarly("farm"))

@pytest.fixture(scope="session")
def farm():
    print("up")
    yield
    print("down")

@pytest.fixture(scope="session")
def film(farm):
    print("made")
    yield
    print("gone")

@pytest.fixture(scope="session")
def browser():
    print("open")
    yield
    print("closed")
"""
TESTS = """
def test_1(farm, browser): print(1)
def test_2(film): print(2)
def test_3(browser): print(3)
def test_4(film): print(4)
"""


def test_it_ends_before_the_first_test_that_does_not_ask_for_it(tmp_path):
    (tmp_path / "room").mkdir()
    (tmp_path / "room" / "conftest.py").write_text(CONFTEST)
    (tmp_path / "room" / "test_some.py").write_text(TESTS)
    (tmp_path / "pytest.ini").write_text(
        "[pytest]\naddopts = --import-mode=importlib -sqp no:cacheprovider\n"
    )
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "room"],
        cwd=tmp_path,
        env={**kept, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    words = done.stdout.replace(".", " ").split()
    told = ["up", "open", "1", "made", "2", "gone", "down", "3", "up", "made", "4", "gone", "down", "closed"]
    assert words[: words.index("closed") + 1] == told
