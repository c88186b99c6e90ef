r"""Words that people wrote, as they may be kept and shown: they do nothing to the words beside them.

Marks of direction (as Hebrew and Arabic need them beside numbers) stay; embeddings and overrides, which turn
round whatever follows, go; an isolate that was left open is closed, and one that closes nothing goes.
"""

from __future__ import annotations

import re
import unicodedata

_TURNS = re.compile("[\u202a-\u202e]")
_OPENS, _CLOSES = "\u2066\u2067\u2068", "\u2069"
_KEPT = "\n\t"


def plain_words(text: str) -> str:
    r"""Words without control characters, and with directions that end where they do.

    >>> plain_words("a\x00b\r\nc")
    'ab\nc'
    >>> plain_words("\u202egnp.exe") == "gnp.exe"
    True
    >>> plain_words("\u2067abc") == "\u2067abc\u2069"
    True
    """
    text = _TURNS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    kept, depth = [], 0
    for letter in text:
        if letter in _OPENS:
            depth += 1
        elif letter == _CLOSES:
            if not depth:
                continue
            depth -= 1
        elif unicodedata.category(letter) == "Cc" and letter not in _KEPT:
            continue
        kept.append(letter)
    return "".join(kept) + _CLOSES * depth
