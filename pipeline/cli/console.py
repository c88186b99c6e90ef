"""What the commands share: the consoles, what they print, and how they end."""

from __future__ import annotations

import contextlib
import json
import re
import sys
from collections.abc import Iterator
from typing import Any

from rich.console import Console

from pipeline.interrupts import is_of_an_interrupt
from storyboard.errors import Interrupted

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")

# A name or a text between colons is itself: Rich would draw ":100:" and ":ghost:" as pictures.
out = Console(emoji=False)

err = Console(stderr=True, emoji=False)


@contextlib.contextmanager
def interruptible() -> Iterator[None]:
    """Ctrl-C (and SIGTERM) end long work with a message; what was published is kept.

    It may come in the middle of a library's own code, and then out of it as another error, which may have
    become one of ours: a question to Prefect's server that was interrupted looks like a server that has gone.
    """
    try:
        yield
    except Interrupted:
        raise
    except BaseException as error:
        if not is_of_an_interrupt(error):
            raise
        raise Interrupted("by you", "what is finished is kept; the same command goes on from here") from None


def print_json(value: Any) -> None:
    """Print a value for a script."""
    sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=False, default=str) + "\n")


def printable(text: str) -> str:
    r"""Text of somebody else as a terminal may show it: nothing in it moves the cursor or hides words.

    A line that overwrites itself, as progress bars do, is shown as it was at last. Colours are left out, and
    every other character that a terminal does not draw is told by its number.

    >>> printable("10 %\r20 %\n\x1b[31mred\x1b[0m\x07")
    '20 %\nred\x07'
    """
    lines = (_COLOUR.sub("", line).rstrip("\r").rpartition("\r")[2] for line in text.split("\n"))
    return "\n".join(
        "".join(letter if letter.isprintable() or letter == "\t" else _told(letter) for letter in line)
        for line in lines
    )


def _told(letter: str) -> str:
    return letter.encode("unicode_escape").decode("ascii")
