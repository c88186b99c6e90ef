"""Runs a command whose processes stand still at random for moments, as on a machine with much other work.

    python -m tests.support.freezing SEED make test

What is late on a busy machine is late here too, at any place, and the machine has no more to do: a test that
counts on what comes first, or soon enough, fails. A frozen process does not know it, and one that a test
itself has stopped stays so.

Needs Linux with cgroups of version 2 (cgroups(7): `cgroup.freeze`), and the superuser's right to make one.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from random import Random

import psutil

from tests.support.waiting import until

AT_ONCE = 3
"""processes that stand still at the same moment, at most"""
PAUSE_S = (0.05, 0.35)
"""between two of them, the least and the most"""
SHORT_S, LONG_S = (0.1, 0.6), (0.6, 2.5)
"""how long they stand still, the least and the most: two thirds of them short, the others long"""
_JOIN = "import os, sys; open(sys.argv[1], 'w').write('0'); os.execvp(sys.argv[2], sys.argv[2:])"


def main() -> None:
    """Run it, and end as it ends."""
    if len(sys.argv) < 3 or not sys.argv[1].isdigit():
        sys.exit("usage: python -m tests.support.freezing SEED COMMAND [WORD ...]")
    seed, *command = sys.argv[1:]
    with _own_group() as group:
        run = subprocess.Popen([sys.executable, "-c", _JOIN, str(group / "cgroup.procs"), *command])
        # Whoever is frozen ends once it goes on; Ctrl-C is told to the command by the terminal as well.
        signal.signal(signal.SIGINT, lambda *_: None)
        signal.signal(signal.SIGTERM, lambda *_: run.terminate())
        _freeze(group, Random(int(seed)), run)
    sys.exit(run.returncode)


def _freeze(group: Path, random: Random, run: subprocess.Popen[bytes]) -> None:
    """Until it has ended."""
    free, frozen = [group / str(number) for number in range(AT_ONCE)], dict[Path, float]()
    before: Mapping[int, float] = {}
    while run.poll() is None:
        for place, end in [*frozen.items()]:
            if time.monotonic() > end:
                _thaw(group, place)
                del frozen[place]
                free.append(place)
        time.sleep(random.uniform(*PAUSE_S))
        worked = dict(_worked(group))
        busy = [pid for pid, seconds in worked.items() if seconds > before.get(pid, 0)]
        before = worked
        # Half of the time any process: those that wait for something are late for it, too.
        chosen = busy if busy and random.random() < 0.5 else [*worked]
        if free and chosen:
            place = free.pop()
            moment_s = random.uniform(*(SHORT_S if random.random() < 2 / 3 else LONG_S))
            with contextlib.suppress(OSError):  # it has ended
                (place / "cgroup.procs").write_text(str(random.choice(chosen)))
            (place / "cgroup.freeze").write_text("1")
            frozen[place] = time.monotonic() + moment_s


def _worked(group: Path) -> Iterator[tuple[int, float]]:
    """The processes that do not stand still, with the seconds of a processor that they have used."""
    for pid in map(int, (group / "cgroup.procs").read_text().split()):
        with contextlib.suppress(psutil.Error):
            used = psutil.Process(pid).cpu_times()
            yield pid, used.user + used.system


def _thaw(group: Path, place: Path) -> None:
    """Let it go on, with what it has begun since."""
    (place / "cgroup.freeze").write_text("0")
    _leave(place, group)


def _leave(place: Path, to: Path) -> None:
    while pids := (place / "cgroup.procs").read_text().split():
        for pid in pids:
            with contextlib.suppress(OSError):  # it has ended
                (to / "cgroup.procs").write_text(pid)


@contextlib.contextmanager
def _own_group() -> Iterator[Path]:
    """A group of processes with places in it to stand still in; nothing of it stays."""
    mounts = [line.split() for line in Path("/proc/mounts").read_text().splitlines()]
    found = [Path(words[1]) for words in mounts if words[2] == "cgroup2"]
    if not found or not os.access(found[0], os.W_OK):
        sys.exit("no cgroups of version 2 are here, or only the superuser may make one")
    group = Path(tempfile.mkdtemp(prefix="freezing-", dir=found[0]))
    try:
        for number in range(AT_ONCE):
            (group / str(number)).mkdir()
        yield group
    finally:
        for place in filter(Path.is_dir, [*group.iterdir()]):
            _thaw(group, place)
            _remove(place)
        _leave(group, found[0])  # what the command has left behind
        _remove(group)


def _remove(place: Path) -> None:
    """Processes that are ending hold a group for a moment longer."""

    def is_gone() -> bool:
        with contextlib.suppress(OSError):
            place.rmdir()
        return not place.exists()

    until(is_gone, f"nothing is left in {place}")


if __name__ == "__main__":
    main()
