"""What films and slates were charged, as it lies in their stores and logs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from farm.logs.spent import kept_entries
from farm.schedule.amounts import RUNNING, Entry
from farm.schedule.usage import Purpose
from farm.takes.facts import TakeFacts
from pipeline.budgets.limits import account_of, bucket_of
from pipeline.catalog.entries import Take
from pipeline.catalog.log import DecisionLog
from pipeline.catalog.status import standings
from pipeline.costs.documents import document_at, values_of_last
from pipeline.costs.report import Charged
from pipeline.production.open import open_production, store_of
from pipeline.production.takes import LAST_TAKES, Takes
from pipeline.rendering.registering import FOUND
from pipeline.settings import STATE_FOLDER, Settings


def charged(paths: Iterable[Path], settings: Settings) -> list[Charged]:
    """What each film of these documents was charged; of a slate, what it was for the slate.

    Raises:
        DocumentError: a document is wrong.
        CatalogError, StoreError: what was decided or charged cannot be read.
    """
    found = []
    for path in paths:
        document = document_at(path, settings)
        slate = account_of(document.path, known_only=True) if document.slate else None
        found += [_charged(film, settings, slate, document.title) for film in document.films]
    return found


def _charged(film: Path, settings: Settings, slate: str | None, title: str) -> Charged:
    """What a film was charged; of a slate's, its versions alone are looked at, each by its last takes."""
    account, folder = account_of(film, known_only=True), film.absolute().parent
    store = store_of(folder, settings)
    kept = kept_entries(store.notes, bucket_of(film, known_only=True))
    entries = [one for one in kept if one.film == account and slate in {None, one.slate}]
    record = DecisionLog.of(folder).record()
    accepted = {
        take.digest
        for one in standings(record.takes, record.decisions).values()
        for take in one.circled.values()
    }
    if slate is None:
        known = {one.digest for one in kept if one.purpose in {Purpose.ACCEPTED.value, RUNNING}}
        entries += entries_of_takes(record.takes, known, account, title)
        production = open_production(film, settings, values_of_last(film))
        accepted |= {shot.digest for shot in production.plan().of_all_ways if shot.exists}
    done = {one.digest for one in entries if one.digest}
    lasts_ms = {}
    for digest, manifest in Takes(store, folder / STATE_FOLDER / LAST_TAKES).of(accepted | done).items():
        spec = TakeFacts.of(manifest).spec
        lasts_ms[digest] = round(1000 * spec.frames / spec.rate)
    return Charged(entries, frozenset(accepted), lasts_ms, {slate: title} if slate else {})


def entries_of_takes(takes: Sequence[Take], known: set[str], account: str, title: str) -> list[Entry]:
    """What takes of the log took of which nothing was written down: those of before anything was."""
    return [
        Entry(
            account,
            title,
            "",
            "",
            "",
            take.shot,
            take.digest,
            take.renderer,
            "",
            (),
            Purpose.ACCEPTED.value,
            "",
            int(take.made_at.timestamp()),
            1,
            round(1000 * take.worker_s),
            round(1000 * take.gpu_s),
            None,
            "",
        )
        for take in takes
        if take.digest not in known and take.why != FOUND
    ]
