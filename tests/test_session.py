"""A session of tests leaves nothing behind."""

from __future__ import annotations

import signal
import subprocess
import sys

import psutil
import pytest

from tests.support import ROOT
from tests.support.waiting import until

_SESSION = """
import os, signal, subprocess, sys
from tests.support.guard import guarded
with guarded():
    server = subprocess.Popen(["sleep", "infinity"], start_new_session=True, stdout=subprocess.DEVNULL)
    print(server.pid, flush=True)
    if sys.argv[1:]:
        os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the guard reads /proc")
@pytest.mark.parametrize(("words", "ends"), [([], 0), (["killed"], -signal.SIGKILL)])
def test_a_server_that_a_session_left_ends_with_it_also_when_it_is_killed(words, ends):
    done = subprocess.run(
        [sys.executable, "-c", _SESSION, *words], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False
    )
    assert done.returncode == ends
    until(lambda: not psutil.pid_exists(int(done.stdout)), "the server has ended")
