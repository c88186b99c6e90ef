"""The takes of a production: those that are published, and which were each shot's last ones."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from farm.store.files import write_atomically
from farm.store.manifest import Manifest
from farm.store.store import Store
from farm.takes.facts import TakeFacts
from pipeline.keep import ask_of_each
from storyboard.planning.spec import ShotSpec
from storyboard.refusals import store_errors

LAST_TAKES = "takes.json"
"""the note of each shot's last take, in the project's state folder"""


class Takes:
    """The takes in a store, and a note of each shot's last one in the project folder.

    Args:
        store: where they are.
        record: the note.

    Attributes:
        store: where they are.
    """

    def __init__(self, store: Store, record: Path) -> None:
        self.store = store
        self._record = record
        self._found: dict[str, Manifest] = {}
        self._before: dict[str, Manifest] = {}
        self._specs: dict[str, ShotSpec] = {}

    def again(self) -> Takes:
        """The same, looked at anew: what was read before is not read again, if it is there still."""
        again = Takes(self.store, self._record)
        again._before, again._specs = {**self._before, **self._found}, self._specs
        return again

    def find(self, digest: str) -> Manifest | None:
        """The published take of this name; a found one is remembered."""
        found = self._found.get(digest)
        if found is None:
            known = self._before.get(digest)
            found = known if known and self.store.still_has(known) else self.store.find("takes", digest)
            if found:
                self._found[digest] = found
        return found

    def of(self, digests: Iterable[str]) -> dict[str, Manifest]:
        """Those of these names that are published."""
        wanted = [*dict.fromkeys(digests)]
        ask_of_each(self.find, [digest for digest in wanted if digest not in self._found])
        return {digest: self._found[digest] for digest in wanted if digest in self._found}

    def spec_of(self, take: Manifest) -> ShotSpec:
        """What a take was made from; read once, as nothing else can stand under its digest.

        Raises:
            StoreError: its manifest is none of a take.
        """
        spec = self._specs.get(take.digest)
        if spec is None:
            spec = self._specs[take.digest] = TakeFacts.of(take).spec
        return spec

    def latest(self) -> dict[str, str]:
        """The digest of each shot's last take, by shot: what a plan compares with to say why."""
        try:
            record = json.loads(self._record.read_bytes())
        except (FileNotFoundError, json.JSONDecodeError):
            return {}
        return {str(shot): str(digest) for shot, digest in record.items()} if isinstance(record, dict) else {}

    def remember(self, takes: Mapping[str, str]) -> None:
        """Note the digests of shots' takes as their last ones.

        Raises:
            StoreError: the project folder cannot be written.
        """
        before = self.latest()
        record = {**before, **takes}
        if record == before:
            return
        with store_errors(self._record):
            self._record.parent.mkdir(parents=True, exist_ok=True)
            text = json.dumps(record, indent=1, sort_keys=True)
            write_atomically(self._record, text.encode(), durable=False)
