"""Work in threads that another one can end: a program is killed, computing looks whether it should go on."""

from __future__ import annotations

from contextvars import ContextVar
from threading import Event
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from storyboard.errors import Interrupted

if TYPE_CHECKING:
    from collections.abc import Callable

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

_STOP: ContextVar[Event | None] = ContextVar("stop", default=None)


def stoppable(
    stop: Event, work: Callable[Arguments, Result], *args: Arguments.args, **kwargs: Arguments.kwargs
) -> Result:
    """Do some work, as long as `stop` is not set; what of it lasts calls `go_on` now and then.

    Raises:
        Interrupted: `stop` was set, and the work had more to do.
    """
    token = _STOP.set(stop)
    try:
        go_on()
        return work(*args, **kwargs)
    finally:
        _STOP.reset(token)


def go_on() -> None:
    """Look whether the work that this thread does may go on.

    Raises:
        Interrupted: it may not.
    """
    stop = _STOP.get()
    if stop and stop.is_set():
        raise Interrupted("with the run that wanted it")
