"""Amounts as a person would say them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    pass


def size_in_words(size: int | None) -> str:
    """A number of bytes as a person would say it; nothing when it is not known."""
    if size is None:
        return ""
    if size >= 2**29:
        return f"{size / 2**30:.1f} GiB"
    return f"{size / 2**20:.0f} MiB" if size >= 2**20 else f"{size / 2**10:.0f} KiB"


def roughly(seconds: float) -> str:
    """A length of time that nobody knows exactly."""
    return f"about {seconds:.0f} s" if seconds < 60 else f"about {duration(seconds)}"


def duration(seconds: float) -> str:
    """A length of time as a person would say it."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min {seconds:02} s"
