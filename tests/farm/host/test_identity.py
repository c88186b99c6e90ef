"""Who made something is told by its name, and whether that process is still there."""

from __future__ import annotations

import os
import subprocess
import sys

import psutil
import pytest

from farm.host.identity import birth_of, has_ended, is_gone, machine, new_attempt_name
from tests.support.waiting import until


@pytest.fixture
def ended() -> int:
    """The id of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_an_attempt_of_this_process_has_not_ended_and_no_other_has_its_name():
    name = new_attempt_name()
    assert has_ended(name) is False
    assert name.startswith(f"{machine()}-{os.getpid()}-")
    assert name != new_attempt_name()


def test_an_attempt_has_ended_with_its_process(ended):
    assert has_ended(f"{machine()}-{ended}-0") is True


def test_an_attempt_of_a_dead_process_has_ended_also_while_nobody_has_asked_how_it_died():
    process = subprocess.Popen([sys.executable, "-c", ""])
    try:
        until(lambda: psutil.Process(process.pid).status() == psutil.STATUS_ZOMBIE, "it is dead")
        assert has_ended(f"{machine()}-{process.pid}-0") is True
    finally:
        process.wait()


def test_an_attempt_of_a_killed_process_has_ended_while_the_system_still_takes_it_apart(monkeypatch):
    """As it is for half a second where it had much memory and the machine has much other work."""
    name = new_attempt_name()
    without_memory = psutil.Process().memory_info()._replace(vms=0)
    monkeypatch.setattr(psutil.Process, "memory_info", lambda _: without_memory)
    assert has_ended(name) is True


@pytest.mark.parametrize("name", ["another-0123abcd-1-0", f"{machine()}-x-0", "words", ""])
def test_of_an_attempt_of_another_machine_nothing_is_known(name):
    assert has_ended(name) is None


def test_a_process_is_gone_when_it_has_ended_or_its_id_is_another_ones(ended):
    mine, first = birth_of(os.getpid()), birth_of(1)
    assert not is_gone(os.getpid(), mine)
    assert is_gone(os.getpid(), first)
    assert is_gone(ended, mine)
    assert is_gone(ended, birth_of(ended))
