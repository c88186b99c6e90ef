"""What an error of an attempt says of whose fault it is, as a table."""

from __future__ import annotations

import pytest

from farm.backend.protocol import BrokenError, TooLargeError
from farm.schedule.states import FailureKind
from farm.takes.failures import failure_of
from farm.takes.quality import QualityError, WrongFramesError
from storyboard.errors import FarmError, StoreError, UsageError


@pytest.mark.parametrize(
    ("error", "kind", "message"),
    [
        (StoreError("no room", "free some"), FailureKind.STORE, "no room (free some)"),
        (WrongFramesError("3 of 8 frames"), FailureKind.BACKEND, "3 of 8 frames"),
        (BrokenError("a card hangs"), FailureKind.BACKEND, "a card hangs"),
        (QualityError("no seed passed"), FailureKind.QUALITY, "no seed passed"),
        (TooLargeError("80 GiB"), FailureKind.MEMORY, "80 GiB"),
        (MemoryError(), FailureKind.MEMORY, "the worker ran out of memory"),
        (MemoryError("4 GiB"), FailureKind.MEMORY, "the worker ran out of memory: 4 GiB"),
        (UsageError("no such model"), FailureKind.USER, "no such model"),
        (FarmError("another"), FailureKind.USER, "another"),
    ],
)
def test_an_error_that_is_foreseen_is_told_in_its_own_words(error, kind, message):
    found = failure_of(error)
    assert (found.failure, found.message, found.details) == (kind, message, "")


def test_of_an_error_that_nobody_foresaw_the_traceback_is_kept():
    def render():
        raise ValueError("boom")

    with pytest.raises(ValueError) as raised:
        render()
    found = failure_of(raised.value)
    assert (found.failure, found.message) == (FailureKind.BACKEND, "ValueError: boom")
    assert "in render" in found.details
