"""What was charged is read again as it was written down; what a silent dispatcher left open is lost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from farm.logs.spent import SILENCE, keep_entries, kept_entries
from farm.schedule.amounts import RUNNING, Entry
from farm.store.store import Store


def entry(purpose: str) -> Entry:
    names = ("f", "Film", "", "", "p", "1A", "d", "slate", "", ())
    return Entry(*names, purpose, "", 0, 1, 1000, 0, None, "")


def test_an_attempt_runs_until_its_dispatcher_has_been_silent(tmp_path: Path):
    notes = Store(str(tmp_path)).notes
    keep_entries(notes, "bucket", "epoch-1", [entry("accepted"), entry(RUNNING)])
    keep_entries(notes, "bucket", "other-1", [entry(RUNNING)])

    def purposes(later: timedelta) -> list[str]:
        now = datetime.now(UTC) + later
        return [one.purpose for one in kept_entries(notes, "bucket", without="other", now=now)]

    assert purposes(timedelta()) == ["accepted", RUNNING]
    assert purposes(2 * SILENCE) == ["accepted", "lost"]
