"""A process that is started in the background outlives its starter, and is ended with all that it started."""

from __future__ import annotations

import os
import sys

import psutil

from farm.host.processes import start_in_background, stop_process_group
from tests.support.waiting import until

PARENT = """
import os, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print(os.environ["WORD"], child.pid, flush=True)
child.wait()
"""


def test_a_background_process_has_a_group_a_log_and_an_environment_and_ends_with_its_children(tmp_path):
    log = tmp_path / "log"
    pid = start_in_background([sys.executable, "-c", PARENT], log, {"WORD": "hello"})
    word, child = until(lambda: log.read_text().endswith("\n") and log.read_text().split(), "it has spoken")
    assert word == "hello"
    assert os.getsid(int(child)) == os.getsid(pid) == pid
    assert stop_process_group(pid, wait_s=3)  # what the leader leaves behind is then killed
    until(lambda: not psutil.pid_exists(int(child)), "its child is gone")
    until(lambda: not stop_process_group(pid), "it is gone")


def test_of_a_leader_that_was_killed_the_rest_is_ended(tmp_path):
    log = tmp_path / "log"
    pid = start_in_background([sys.executable, "-c", PARENT], log, {"WORD": "hello"})
    _, child = until(lambda: log.read_text().endswith("\n") and log.read_text().split(), "it has spoken")
    psutil.Process(pid).kill()
    psutil.Process(pid).wait()
    assert stop_process_group(pid)
    until(lambda: not psutil.pid_exists(int(child)), "its child is gone")
