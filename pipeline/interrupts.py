"""Ctrl-C and SIGTERM, as they come out of the code of libraries in whose middle they came. Pure."""

from __future__ import annotations

import re

_NAME = re.compile(r"\b(?:KeyboardInterrupt|TerminationSignal): ")


def is_of_an_interrupt(error: BaseException | None) -> bool:
    """Whether it is one, or came of one; of one in its own code pydantic keeps the name alone.

    In a flow, Prefect makes a `TerminationSignal` of SIGTERM.
    """
    while error is not None:
        kind = type(error).__name__
        if isinstance(error, KeyboardInterrupt) or kind == "TerminationSignal":
            return True
        if kind == "PydanticSerializationError" and _NAME.search(str(error)):
            return True
        error = error.__cause__ or error.__context__
    return False
