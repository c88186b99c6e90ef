"""The collector of garbage, kept out of the way of people who wait.

It looks at every object that a process has, again and again. A film of ninety minutes and the libraries are a
million, and a look at them takes a fifth of a second, which falls into whatever is being done then.
"""

from __future__ import annotations

import atexit
import gc

_NEW, _YOUNG, _OLD = 50_000, 20, 50
"""objects made before the new ones are looked at, and how often that is before a look at more of them"""


def spare_what_is_there() -> None:
    """Let it look at what is made from now on alone, and less often; what is there now stays."""
    gc.collect()
    gc.freeze()
    look_less_often()


def look_less_often() -> None:
    """Let it look less often: an eighth of what a command's imports take would be looks at what stays.

    When the process ends, it looks at nothing at all: what is there goes with the process, and looks at all
    of it would take a sixth of the time of a command that has little to do.
    """
    gc.set_threshold(_NEW, _YOUNG, _OLD)
    atexit.unregister(gc.freeze)
    atexit.register(gc.freeze)


def collect_now() -> None:
    """Let it look while nobody waits."""
    gc.collect()
