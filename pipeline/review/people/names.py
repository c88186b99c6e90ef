"""Names of people: which may be taken, and which are one and the same."""

from __future__ import annotations

import unicodedata

from storyboard.errors import UsageError
from storyboard.wording import composed

MOST_LETTERS = 60
_OF_A_GUEST = "()"
"""in these stands whose link somebody came by, so nobody else has them in a name"""


def checked_name(name: str) -> str:
    """A name as it is shown, without spaces around it.

    Raises:
        UsageError: it is empty or too long, or has letters that a name cannot have.
    """
    shown = composed(" ".join(name.split()))
    if not shown or len(shown) > MOST_LETTERS:
        raise UsageError(f"a name has 1 to {MOST_LETTERS} letters")
    strange = [letter for letter in shown if not letter.isprintable() or letter in _OF_A_GUEST]
    if strange:
        named = unicodedata.name(strange[0], f"U+{ord(strange[0]):04X}")
        raise UsageError(f"a name cannot have this letter: {named.lower()}")
    return shown


def key_of(name: str) -> str:
    """What two names share that are one: case and ways to write a letter make no difference."""
    return unicodedata.normalize("NFKC", " ".join(name.split())).casefold()


def guest_name(given: str, link: str) -> str:
    """The name of somebody with a link: nobody takes them for a person who has signed in.

    >>> guest_name("Bob", "Client"), guest_name("", "Client")
    ('Bob (Client)', 'guest (Client)')
    """
    return f"{given or 'guest'} ({link})"
