"""What is only told of the work and must never end it: metrics, previews, logs, what people are shown.

Whatever goes wrong there is caught, counted and shown in a farm's status.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from farm.schedule.status import Trouble

MOST_WORDS = 300
"""characters that are kept of an error"""


class Bookkeeping:
    """Counts what went wrong, by what was done.

    Args:
        tell: hears of each, with what was done and the error's words.
    """

    def __init__(self, tell: Callable[[str, str], object] | None = None) -> None:
        self._tell = tell
        self._troubles: dict[str, Trouble] = {}

    @property
    def troubles(self) -> tuple[Trouble, ...]:
        """All that has gone wrong since the beginning."""
        return tuple(self._troubles.values())

    @contextmanager
    def of(self, what: str) -> Iterator[None]:
        """Do something that may fail without any harm to the work."""
        try:
            yield
        except Exception as error:  # noqa: BLE001  (whatever it is, the work goes on)
            self.failed(what, f"{type(error).__name__}: {error}")

    def failed(self, what: str, why: str) -> None:
        """Count a failure."""
        before = self._troubles.get(what)
        words = why[:MOST_WORDS]
        self._troubles[what] = Trouble(what=what, times=(before.times if before else 0) + 1, latest=words)
        if self._tell is not None:
            self._tell(what, words)
