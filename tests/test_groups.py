"""Tests that share what their fixtures start run in one process."""

from __future__ import annotations

import os

import pytest


@pytest.mark.parametrize("number", range(4))
def test_the_tests_of_a_file_run_in_one_process(number, tmp_path_factory):
    session = os.environ.get("PYTEST_XDIST_TESTRUNUID", "alone")
    folder = tmp_path_factory.getbasetemp().parent / f"processes-{session}"
    folder.mkdir(exist_ok=True)
    (folder / str(os.getpid())).touch()
    assert len([*folder.iterdir()]) == 1
