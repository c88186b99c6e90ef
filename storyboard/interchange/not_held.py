"""What a file cannot hold of a cut, and what could not be read of one, for people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from storyboard.wording import listed

NAMESPACE = "shotfarm"
"""under which OpenTimelineIO objects carry what is this project's own"""


@dataclass(frozen=True, slots=True, order=True)
class NotHeld:
    """One thing that a file does not hold as the cut has it.

    Attributes:
        what: kind of thing, such as `speed`.
        where: names of clips or tracks, or a line of the file.
        words: what becomes of it there.
    """

    what: str
    where: str
    words: str

    def __str__(self) -> str:
        return f"{self.what} ({self.where}): {self.words}" if self.where else f"{self.what}: {self.words}"


def of_all(what: str, names: Iterable[str], words: str) -> list[NotHeld]:
    """The same said of several: one entry that names them; none of nobody."""
    given = [*dict.fromkeys(names)]
    return [NotHeld(what, listed(given), words)] if given else []
