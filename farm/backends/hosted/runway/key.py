"""Runway's key: from the environment, as its SDK has it, or from a file that nobody else can read.

It is in nothing that is written down: no option, no manifest, no ticket, no message.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from storyboard.errors import UsageError
from storyboard.refusals import store_errors

VARIABLE, FILE_VARIABLE = "RUNWAYML_API_SECRET", "RUNWAYML_API_SECRET_FILE"
_HINT = f"set {VARIABLE}, or {FILE_VARIABLE} to a file with it that only you can read (chmod 600)"


def runway_key() -> str:
    """The key.

    Raises:
        UsageError: there is none, or others can read its file; the message does not have it.
    """
    key = os.environ.get(VARIABLE, "").strip()
    if key:
        return key
    named = os.environ.get(FILE_VARIABLE, "")
    if not named:
        raise UsageError("there is no key for Runway", _HINT)
    path = Path(named)
    if not path.is_file():
        raise UsageError(f"{FILE_VARIABLE} names {path}, and there is no such file", _HINT)
    with store_errors(path):
        if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise UsageError(f"others can read {path}, which has Runway's key", f"`chmod 600 {path}`")
        key = path.read_text().strip()
    if not key:
        raise UsageError(f"{path} is empty", _HINT)
    return key
