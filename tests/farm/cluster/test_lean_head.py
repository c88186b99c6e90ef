"""A node of Ray has no agents, and one that starts late is waited for while that makes sense."""

from __future__ import annotations

import subprocess
import sys

import pytest

from farm.cluster import lean_head
from tests.support.waiting import until


@pytest.fixture
def asked(monkeypatch):
    """How often Ray was asked for a node that it knows at the third time."""
    times = []

    def get_node(*of):
        times.append(of)
        if len(times) < 3:
            raise RuntimeError("nobody knows this node")
        return {"node": of}

    monkeypatch.setattr(lean_head, "_get_node", get_node)
    monkeypatch.setattr(lean_head, "LOOK_S", 0.01)
    return times


@pytest.fixture
def raylet(tmp_path):
    """A child of this process that has a raylet's name."""
    program = tmp_path / "raylet"
    program.symlink_to("/bin/cat")
    with subprocess.Popen([program], stdin=subprocess.PIPE) as process:
        until(lean_head._raylet_lives, "it has its name")
        yield process
        process.kill()


@pytest.mark.skipif(sys.platform != "linux", reason="there a process has the name of its link")
def test_a_node_is_waited_for_while_its_raylet_lives(asked, raylet):
    assert lean_head._node_that_starts("gcs", "7") == {"node": ("gcs", "7")}
    assert len(asked) == 3


def test_one_whose_raylet_has_ended_is_not(asked):
    until(lambda: not lean_head._raylet_lives(), "the raylets of other tests have ended")
    with pytest.raises(RuntimeError, match="nobody knows"):
        lean_head._node_that_starts("gcs", "7")
    assert len(asked) == 1


def test_what_stands_for_an_agent_says_that_it_listens_on_no_port_and_ends_with_its_raylet(tmp_path):
    node = [f"--session-dir={tmp_path}", "--node-id=7", "--head"]
    words = lean_head._program_without_agents("runtime_env_agent", str(tmp_path))
    with subprocess.Popen([*words, "agent.py", *node], stdin=subprocess.PIPE) as process:
        until((tmp_path / "runtime_env_agent_port_7").exists, "it says so")
        assert process.poll() is None
    assert process.returncode == 0
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"runtime_env_agent_port_7": "-1"}


def test_all_else_that_ray_starts_is_its_own(tmp_path):
    assert lean_head._program_without_agents("worker", str(tmp_path)) == [sys.executable, "-u"]
