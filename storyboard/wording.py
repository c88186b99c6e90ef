"""How messages name things: what was found, what was probably meant, what there is."""

from __future__ import annotations

import difflib
import json
import unicodedata
from collections.abc import Collection
from itertools import islice

LONGEST_LIST = 12
LONGEST_VALUE = 60
MOST_CANDIDATES = 300
"""names that a misspelt one is compared with: each takes microseconds, and films have thousands of ids"""


def composed(words: str) -> str:
    """Words in the Unicode form NFC, so that the same letters are drawn, spoken and digested alike."""
    return unicodedata.normalize("NFC", words)


def shown(value: object) -> str:
    """A value in a message: short, quoted when it is text."""
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "a mapping (key: value)"
    if isinstance(value, list | tuple):
        return "a list"
    try:
        text = json.dumps(value, ensure_ascii=False)
    except TypeError:
        text = str(value)
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"


def listed(names: Collection[str], limit: int = LONGEST_LIST) -> str:
    """`1A, 1B, 2A and 40 more`."""
    first = ", ".join(islice(names, limit))
    return f"{first} and {len(names) - limit} more" if len(names) > limit else first


def counted(number: int, what: str) -> str:
    """`1 scene`, `2 scenes`; of words whose plural ends with s."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def did_you_mean(word: object, names: Collection[str]) -> str:
    """`; did you mean "gulls"?`, or nothing when no name is near."""
    if not isinstance(word, str) or not word or len(word) > LONGEST_VALUE:
        return ""
    candidates = [*names]
    if len(candidates) > MOST_CANDIDATES:
        initial = word[0].casefold()
        candidates = [name for name in candidates if name[:1].casefold() == initial][:MOST_CANDIDATES]
    by_fold = {name.casefold(): name for name in candidates}
    near = difflib.get_close_matches(word.casefold(), by_fold, n=1, cutoff=0.6)
    return f'; did you mean "{by_fold[near[0]]}"?' if near else ""


def unknown(kind: str, name: str, names: Collection[str]) -> str:
    """For a name that names nothing: `no shot is called "2a"; did you mean "2A"? (there are: 2A)`."""
    there_are = f"there are: {listed(names)}" if names else f"the film has no {kind}s"
    return f'no {kind} is called "{name}"{did_you_mean(name, names)} ({there_are})'


def first_line(error: BaseException) -> str:
    """What an error says first, of one that may say much; its type's name when it says nothing.

    >>> first_line(OSError()), first_line(OSError("no route"))
    ('OSError', 'no route')
    """
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def duration(seconds: float) -> str:
    """A length of time as a person would say it."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min {seconds:02} s"
