"""What ended a dispatcher by a bug: kept in the cluster's own key-value store for the one that follows it.

A dispatcher whose loop has ended gives no more work out, and must not stay to be asked. Its process ends, Ray
starts another, and whoever followed the old one submits again what has not ended.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from dataclasses import asdict, dataclass
from typing import NoReturn

from ray.experimental import internal_kv

_KEY = b"shotfarm-last-words"
EXIT_CODE = 70
"""of the process: an internal error of a program, in the numbers of sysexits.h"""


@dataclass(frozen=True, slots=True)
class LastWords:
    """Of the last dispatcher that a bug has ended.

    Attributes:
        epoch: its.
        why: the bug, in a line.
        times: how many a bug has ended in this cluster.
    """

    epoch: str
    why: str
    times: int


def last_words() -> LastWords | None:
    """Those that were kept last in this cluster."""
    kept = internal_kv._internal_kv_get(_KEY)  # noqa: SLF001
    return LastWords(**json.loads(kept)) if kept else None


def end_by_bug(epoch: str, error: BaseException) -> NoReturn:
    """End this process, so that Ray starts another in its place; the traceback goes to its log."""
    traceback.print_exception(error)
    try:
        before = last_words()
        words = LastWords(epoch, f"{type(error).__name__}: {error}", before.times + 1 if before else 1)
        internal_kv._internal_kv_put(_KEY, json.dumps(asdict(words)).encode())  # noqa: SLF001
    finally:
        sys.stderr.flush()
        os._exit(EXIT_CODE)
