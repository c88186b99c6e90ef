"""Why somebody is not let in who tries to be."""

from __future__ import annotations

from pipeline.web.access import Refusal
from storyboard.errors import UsageError


class NotLetIn(UsageError):  # noqa: N818  (it is what somebody asked for)
    """A name and a password, or a link, that open nothing.

    Attributes:
        status: of HTTP.
        wait_s: how long the next try waits, in seconds.
    """

    def __init__(self, message: str, hint: str | None = None, status: int = 401, wait_s: int = 0) -> None:
        super().__init__(message, hint)
        self.status = status
        self.wait_s = wait_s

    @classmethod
    def because(cls, refusal: Refusal) -> NotLetIn:
        """The one that a refusal says."""
        return cls(refusal.words, refusal.hint, refusal.status)

    @classmethod
    def yet(cls, wait_s: int) -> NotLetIn:
        """After too many tries."""
        return cls("too many tries", f"wait {_in_words(wait_s)}", 429, wait_s)

    @classmethod
    def busy(cls) -> NotLetIn:
        """When too many try at the same moment."""
        return cls("too many people sign in at this moment", "wait 2 s", 429, 2)


def _in_words(seconds: int) -> str:
    if seconds < 60:
        return f"{seconds} s"
    return f"{-(-seconds // 60)} min"
