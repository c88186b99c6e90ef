"""What a store holds, and its removal: of what is published, and of what is kept beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from farm.store.folder import HeldFile, Place
from farm.store.manifest import MANIFEST
from farm.store.scratch import LOGS, REFUSED, STATES

NOTES = frozenset({STATES, REFUSED, LOGS})
"""kinds that are no more than notes on work: written over and forgotten"""


@dataclass(frozen=True, slots=True)
class Thing:
    """Everything that lies in a store under a kind and a digest.

    Attributes:
        kind: what it is.
        digest: what it is made from, or about.
        size: in bytes.
        written: when it was published, by the store's clock; of notes, when the last was written; None for
            what was never published.
        files: where its files lie, the manifest first.
    """

    kind: str
    digest: str
    size: int
    written: datetime | None
    files: tuple[str, ...]


def contents(place: Place) -> Iterator[Thing]:
    """All that a store holds, in no order; what attempts write just now is in it as never published.

    Raises:
        StoreError: the store cannot be read.
    """
    found: dict[tuple[str, str], list[tuple[str, HeldFile]]] = {}
    for path, file in place.held():
        kind, *folders = path.removeprefix(f"{place.path}/").split("/")
        if len(folders) >= 2 and len(folders[0]) == 2:
            digest = folders[1].removesuffix(".json")
            found.setdefault((kind, digest), []).append((path, file))
    for (kind, digest), files in found.items():
        published = [file.written for path, file in files if path.endswith(f"/{digest}/{MANIFEST}")]
        if kind in NOTES:
            published = [max(file.written for _, file in files)]
        yield Thing(
            kind,
            digest,
            sum(file.size for _, file in files),
            published[0] if published else None,
            tuple(sorted((path for path, _ in files), key=lambda path: not path.endswith(MANIFEST))),
        )


def remove(place: Place, thing: Thing) -> None:
    """Remove something; a reader sees all of it or nothing.

    What attempts wrote since it was looked at is left alone.

    Raises:
        StoreError: the store cannot be written.
    """
    for path in thing.files:
        place.remove(path)
    for folder in {path.rpartition("/")[0] for path in thing.files}:
        place.remove_empty(folder)
