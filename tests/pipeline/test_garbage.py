"""What a process that has little to do does not spend on garbage."""

from __future__ import annotations

import subprocess
import sys

_PROCESS = """
import sys
from pipeline.garbage import look_less_often

class Ring:
    def __init__(self):
        self.itself = self
    def __del__(self):
        print("looked at")

{}
Ring()
print("ends")
"""


def ends_with(call: str) -> list[str]:
    words = [sys.executable, "-c", _PROCESS.format(call)]
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout.splitlines()


def test_a_process_that_ends_looks_at_nothing_that_goes_with_it():
    assert ends_with("") == ["ends", "looked at"]
    assert ends_with("look_less_often()") == ["ends"]
    assert ends_with("look_less_often(); look_less_often()") == ["ends"]
