"""Amounts as a person would say them."""

from __future__ import annotations

from storyboard.wording import duration


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
