"""What a film was charged is found for a film too that is none without values."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from farm.logs.spent import keep_entries
from farm.schedule.amounts import Entry
from farm.schedule.prices import NO_PRICES
from farm.store.store import Store
from pipeline.budgets.limits import account_of, bucket_of
from pipeline.costs.look import charged
from pipeline.costs.report import By, Part, reported
from pipeline.production.known_versions import remember_version
from pipeline.settings import load_settings
from storyboard.errors import DocumentError
from tests.support.pipeline.slate_films import six_slates, write_film

SETTINGS = load_settings(backend="slate")


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """A film whose parameter has no default, and a slate of it beside it."""
    document = six_slates() | {"title": "For {{ who }}", "parameters": {"who": {"type": "text"}}}
    folder = write_film(tmp_path / "film", document)
    (tmp_path / "slate.yaml").write_text(yaml.safe_dump({"productions": [{"film": "film", "values": {}}]}))
    return folder / "film.yaml"


def keep(film: Path, *charges: tuple[str, str, str]) -> None:
    """Charge seconds of a worker, each for a slate, a version and a take of it."""
    root = film.parent / ".shotfarm" / "store"
    root.mkdir(parents=True)
    entries = [
        Entry(
            film=account_of(film),
            title="For",
            slate=slate,
            version=version,
            production="p",
            shot="1A",
            digest=digest,
            renderer="slate",
            card="",
            tags=(),
            purpose="accepted",
            why="",
            began=began,
            attempts=1,
            worker_ms=1000,
            gpu_ms=0,
            money=None,
            currency="",
        )
        for began, (slate, version, digest) in enumerate(charges)
    ]
    keep_entries(Store(str(root)).notes, bucket_of(film), "epoch-1", entries)


def test_the_last_takes_of_versions_are_accepted_and_need_no_default(film: Path):
    with pytest.raises(DocumentError, match="has no default"):
        charged([film], SETTINGS)
    slate = film.parent.parent / "slate.yaml"
    keep(film, ("", "who=Ana", "a"), ("", "who=Ana", "b"), (account_of(slate), "out/bo", "c"))
    assert [len(one.entries) for one in charged([slate], SETTINGS)] == [1]
    remember_version(film.parent, {"who": "Ana"})
    report = reported(charged([film], SETTINGS), By.PRODUCTION, NO_PRICES)
    parts = {row.name: {part: one.worker_ms for part, one in row.parts.items()} for row in report.rows}
    assert parts == {
        "who=Ana": {Part.REJECTED: 1000, Part.ACCEPTED: 1000},
        "out/bo": {Part.ACCEPTED: 1000},
    }
