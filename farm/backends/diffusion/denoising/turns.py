"""Who uses the models of a worker: one shot is denoised at a time, while the one before is decoded."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator


class Turns:
    """The turns of shots that render in threads of one worker."""

    def __init__(self) -> None:
        self._models = threading.Lock()
        self._changed = threading.Condition()
        self._decoding = 0

    @contextlib.contextmanager
    def turn(self) -> Iterator[Turn]:
        """The next turn, as soon as the one before is passed on or over."""
        with contextlib.ExitStack() as held:
            held.enter_context(self._models)
            turn = Turn(self, held)
            try:
                yield turn
            finally:
                turn.end()

    def wait_until_decoded(self) -> None:
        """Wait until nobody who passed a turn on still uses the models."""
        with self._changed:
            self._changed.wait_for(lambda: not self._decoding)

    @property
    def decoding(self) -> bool:
        """Whether somebody who passed a turn on still uses the models."""
        return bool(self._decoding)

    def count(self, change: int) -> None:
        """Somebody begins or ends to decode outside of a turn."""
        with self._changed:
            self._decoding += change
            self._changed.notify_all()


class Turn:
    """One shot's turn; what it enters ends when the turn is passed on."""

    def __init__(self, turns: Turns, held: contextlib.ExitStack) -> None:
        self._turns = turns
        self._held = held
        self._passed = False

    def enter(self, context: contextlib.AbstractContextManager[object]) -> None:
        """Be in a context until the turn is passed on or over."""
        self._held.enter_context(context)

    def pass_on(self) -> None:
        """Let the next shot begin; from now on this one only decodes."""
        if not self._passed:
            self._passed = True
            self._turns.count(+1)
            self._held.close()

    def end(self) -> None:
        """The shot uses the models no more."""
        if self._passed:
            self._turns.count(-1)
