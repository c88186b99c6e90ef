"""What was charged to whom, as it is kept in a store.

    <root>/spent/<bucket>/<epoch>-<part>.json

A dispatcher writes over its last part until that is full, then begins another; nobody else writes it, and
nobody removes it. While an attempt has not ended, its part is written again at least every `RENEWED_EVERY_S`.
One whose part was not written for `SILENCE` is lost: its dispatcher is gone, and its workers went with it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from pydantic import TypeAdapter, ValidationError

from farm.schedule.amounts import NOTHING, RUNNING, Amount, Budget, Entry
from farm.schedule.usage import Purpose
from farm.store.scratch import Notes
from farm.store.store import Store
from storyboard.errors import StoreError

RENEWED_EVERY_S = 15.0
SILENCE = timedelta(minutes=1)
"""by the store's clock and that of whoever reads, which may differ a little"""
_RECORD = TypeAdapter(tuple[Entry, ...])


def keep_entries(notes: Notes, bucket: str, name: str, entries: Iterable[Entry]) -> None:
    """Keep a part, instead of what was kept before under its name.

    Raises:
        StoreError: the store cannot be written.
    """
    notes.keep_spent(bucket, name, _RECORD.dump_json(tuple(entries)))


def kept_entries(
    notes: Notes, bucket: str, *, without: str | None = None, now: datetime | None = None
) -> list[Entry]:
    """Everything that was charged in a bucket, oldest first.

    Args:
        notes: of the store.
        bucket: which.
        without: the epoch of a dispatcher whose parts are left out.
        now: the moment, with its zone; what has not ended of a dispatcher that was silent before is lost.

    Raises:
        StoreError: the store cannot be read, or a part of it.
    """
    found: list[Entry] = []
    since = (now or datetime.now(UTC)) - SILENCE
    for name, content, written in notes.kept_spent(bucket):
        if name.partition("-")[0] == without:
            continue
        try:
            entries = _RECORD.validate_json(content)
        except ValidationError as error:
            raise StoreError(
                f"what was spent cannot be read: spent/{bucket}/{name}.json in the store",
                "was it written by a newer shotfarm? use that one; move it aside to count without it",
            ) from error
        silent = written is None or written < since
        found += [
            replace(one, purpose=Purpose.LOST.value) if silent and one.purpose == RUNNING else one
            for one in entries
        ]
    return sorted(found, key=lambda one: one.began)


def spent_of(budget: Budget, without: str) -> Amount:
    """What was spent of a budget, but for what one dispatcher has charged.

    Raises:
        StoreError: a store cannot be read.
    """
    spent = NOTHING
    for root, bucket in budget.kept:
        for one in kept_entries(Store(root).notes, bucket, without=without):
            if budget.account in {one.film, one.slate}:
                spent += one.amount_in(budget.limits)
    return spent
