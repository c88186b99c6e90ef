"""Temporary folders are gone with who made them, at the latest when somebody sweeps."""

from __future__ import annotations

import subprocess
import sys
import tempfile

import pytest

from farm.host.aside import folder_aside, new_folder_aside, sweep_asides
from farm.host.identity import is_over, machine
from tests.support.waiting import until


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_a_folder_is_gone_when_it_is_not_needed_any_more(temporary):
    with folder_aside("runway") as folder:
        (folder / "made.mp4").touch()
        assert folder.parent == temporary
    assert not [*temporary.iterdir()]


def test_those_of_ended_processes_are_swept_and_nothing_else(temporary, monkeypatch):
    ended = subprocess.Popen([sys.executable, "-S", "-c", ""])  # its number is its own until it is waited for
    until(lambda: is_over(ended.pid), "it has ended")
    mine = new_folder_aside("runway")
    with monkeypatch.context() as other:
        other.setattr("farm.host.aside.new_attempt_name", lambda: f"{machine()}-{ended.pid}-0123abcd")
        left = [new_folder_aside(what) for what in ("attempt", "command", "runway", "comfyui", "cards")]
        other.setattr("farm.host.aside.new_attempt_name", lambda: f"elsewhere-{ended.pid}-0123abcd")
        elsewhere = new_folder_aside("comfyui")
    (temporary / "shotfarm-of-somebody").mkdir()
    (left[0] / "half.mp4").touch()
    assert sweep_asides() == len(left)
    ended.wait()
    assert {*temporary.iterdir()} == {mine, elsewhere, temporary / "shotfarm-of-somebody"}
