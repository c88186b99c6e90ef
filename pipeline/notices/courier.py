"""The process that delivers: `python -m pipeline.notices.courier`, for the home folder of its environment.

There is one for a home. Whoever queues a notice starts it; it ends when nothing waits and no run goes on
that would be told of if it were killed. A channel has its letters one after another, so that a receiver that
hangs holds up its own alone. All it knows is in the outbox: what one leaves undone is done by the next.
"""

from __future__ import annotations

import fcntl
import os
import queue
import sys
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from farm.host.processes import start_in_background
from pipeline.garbage import look_less_often
from pipeline.notices.channels import load_channels
from pipeline.notices.deliver import try_within
from pipeline.notices.outbox import Fate, Letter, Line, Outbox
from pipeline.notices.tries import next_try_at
from pipeline.settings import Settings, load_settings
from storyboard.errors import ShotfarmError
from storyboard.refusals import store_errors

PROGRAM = "pipeline.notices.courier"
LOOK_S = 1.0
"""so often it looks for what others have queued"""


def wake(settings: Settings) -> None:
    """Start the process unless it is there; it ends at once when there is nothing to deliver.

    One that is there has not decided to end before it has seen what was queued: it does so while nobody can
    queue anything, and lets go of its lock then.

    Raises:
        StoreError: it cannot be started.
    """
    folder = settings.home / "notices"
    with store_errors(folder):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if (lock := _lock(folder)) is None:
            return
        os.close(lock)
        environment = {"SHOTFARM_HOME": str(settings.home.absolute())}
        start_in_background([sys.executable, "-P", "-m", PROGRAM], folder / "courier.log", environment)


def wake_for_what_waits(settings: Settings) -> None:
    """Start it where something waits, as after a restart of the machine."""
    outbox = Outbox(settings)
    outbox.sweep()
    if outbox.watches() or any(one.fate is Fate.WAITS for one in outbox.letters().values()):
        wake(settings)


def due(letters: Iterable[Letter], busy: set[str], settings: Settings, now: float) -> list[Letter]:
    """The letters to be tried now: of each channel that is not busy the one that waits longest. Pure."""
    chosen: dict[str, Letter] = {}
    for one in letters:
        if one.fate is not Fate.WAITS or one.channel in busy or one.channel in chosen:
            continue
        if one.tries:
            at = next_try_at(
                one.queued_at, one.tries, one.last_at, settings.notice_wait_s, settings.notice_patience_s
            )
            if at is not None and at > now:
                continue
        chosen[one.channel] = one
    return [*chosen.values()]


@dataclass(slots=True)
class _Courier:
    """Delivers what an outbox holds."""

    settings: Settings
    outbox: Outbox
    ended: queue.SimpleQueue[tuple[Letter, str]]
    busy: set[str]

    def work(self, lock: int) -> None:
        """Until there is nothing to do; lets go of the lock while nobody can queue anything."""
        while True:
            self.outbox.sweep()
            letters = self.outbox.letters()
            for letter in due(letters.values(), self.busy, self.settings, time.time()):
                self.busy.add(letter.channel)
                threading.Thread(target=self._try, args=(letter,), daemon=True).start()
            with suppress(queue.Empty):
                self._note(*self.ended.get(timeout=min(LOOK_S, self.settings.notice_wait_s)))
            if self._has_nothing_to_do():
                with self.outbox.locked():
                    if self._has_nothing_to_do():
                        os.close(lock)
                        return

    def _has_nothing_to_do(self) -> bool:
        if self.busy or any(one.fate is Fate.WAITS for one in self.outbox.letters().values()):
            return False
        return not self.outbox.watches()

    def _try(self, letter: Letter) -> None:
        try:
            channel = load_channels(self.settings).get(letter.channel)
            why = try_within(channel, letter.notice) if channel else "no channel is called so on this machine"
        except ShotfarmError as error:
            why = error.message
        self.ended.put((letter, why))

    def _note(self, letter: Letter, why: str) -> None:
        now, settings = time.time(), self.settings
        fate = None
        if not why:
            fate = Fate.DELIVERED
        elif (
            next_try_at(
                letter.queued_at,
                letter.tries + 1,
                now,
                settings.notice_wait_s,
                settings.notice_patience_s,
            )
            is None
        ):
            fate = Fate.GIVEN_UP
        line = Line(channel=letter.channel, id=letter.notice.id, at=now, tried=why or None, fate=fate)
        self.outbox.note(line)
        self.busy.discard(letter.channel)


def main() -> None:
    """Deliver what waits, if nobody else does."""
    look_less_often()
    settings = load_settings()
    outbox = Outbox(settings)
    outbox.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if (lock := _lock(outbox.folder)) is None:
        return
    try:
        _Courier(settings, outbox, queue.SimpleQueue(), set()).work(lock)
    except ShotfarmError as error:  # what waits is in the outbox, for the next one
        sys.exit(error.in_words)


def _lock(folder: Path) -> int | None:
    """The lock of the one that delivers; None where another process holds it."""
    lock = os.open(folder / "courier.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return None
    return lock


if __name__ == "__main__":
    main()
