"""Programs that must not outlive the process that started them."""

from __future__ import annotations

import os
import sys

# Runs between fork and the program: asks the kernel to kill it when its parent dies, and leaves when that has
# happened already. A process of its own, because Python code in a forked child (`preexec_fn`) can deadlock
# when the parent has threads, and a farm's parent always has.
_LEASH = (
    "import ctypes, os, sys\n"
    "ctypes.CDLL(None).prctl(1, 9, 0, 0, 0)\n"  # PR_SET_PDEATHSIG, SIGKILL
    "if os.getppid() != int(sys.argv[1]): sys.exit(1)\n"
    "os.execv(sys.argv[2], sys.argv[2:])\n"
)


def leashed(words: list[str]) -> list[str]:
    """The arguments that start a program (`words[0]` is its path) so that it dies with this process.

    Linux only; elsewhere the arguments come back as they are.
    """
    if sys.platform != "linux":
        return words
    return [sys.executable, "-I", "-S", "-c", _LEASH, str(os.getpid()), *words]
