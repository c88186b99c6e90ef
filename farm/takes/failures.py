"""Why an attempt has no take: what its error says of whose fault that is. Pure.

What each kind of failure leads to is told at the top of `farm/schedule/schedule.py`.
"""

from __future__ import annotations

import traceback

from farm.backend.protocol import BrokenError, TooLargeError
from farm.schedule.messages import Outcome
from farm.schedule.states import FailureKind
from farm.takes.quality import QualityError, WrongFramesError
from storyboard.errors import ShotfarmError, StoreError

_KINDS: tuple[tuple[type[BaseException], FailureKind], ...] = (
    (StoreError, FailureKind.STORE),
    (WrongFramesError, FailureKind.BACKEND),
    (BrokenError, FailureKind.BACKEND),
    (QualityError, FailureKind.QUALITY),
    (TooLargeError, FailureKind.MEMORY),
    (MemoryError, FailureKind.MEMORY),
    (ShotfarmError, FailureKind.USER),
)
"""the first that an error is one of counts"""


def failure_of(error: BaseException) -> Outcome:
    """How an attempt ended that raised this; a backend may raise anything, and tells where then."""
    kind = next((kind for one, kind in _KINDS if isinstance(error, one)), None)
    if kind is None:
        details = "".join(traceback.format_exception(error))
        return Outcome(
            failure=FailureKind.BACKEND, message=f"{type(error).__name__}: {error}", details=details
        )
    return Outcome(failure=kind, message=_words(error))


def _words(error: BaseException) -> str:
    if isinstance(error, ShotfarmError):
        return error.in_words
    return f"the worker ran out of memory: {error}" if str(error) else "the worker ran out of memory"
