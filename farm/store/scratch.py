"""What a store keeps beside what is published: states of unfinished work, tries that were refused, logs.

    <root>/states/<first two digits>/<digest>              where unfinished work can go on
    <root>/refused/<first two digits>/<digest>.json        tries that did not become what was asked for
    <root>/logs/<first two digits>/<digest>/<name>.json    attempts: what was printed, how they ended
    <root>/speeds/<backend>.json                           how long its takes took
    <root>/productions/<name>.json                         which takes a production's shots have
    <root>/spent/<bucket>/<name>.json                      what time of workers was charged to whom

Unlike everything else in a store, these are written over and forgotten; but what was spent is kept for good.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from pydantic import JsonValue

from farm.store.folder import Place
from storyboard.errors import StoreError
from storyboard.foreign_names import file_stem

STATES, REFUSED, LOGS = "states", "refused", "logs"
SPEEDS, PRODUCTIONS, SPENT = "speeds", "productions", "spent"
MOST_LOGS = 20
"""so many logs of attempts are kept for each digest, the latest ones"""


class Notes:
    """The notes of a store.

    All raise a `StoreError` when the store cannot be read or written.
    """

    def __init__(self, place: Place) -> None:
        self._place = place

    def keep_state(self, digest: str, state: bytes) -> None:
        """Keep the state of work on a digest, instead of the one kept before."""
        self._place.write(self._state(digest), state)

    def kept_state(self, digest: str) -> bytes | None:
        """The state that was kept last for a digest, or None."""
        return self._place.read(self._state(digest))

    def drop_state(self, digest: str) -> None:
        """Forget the state of a digest, if there is one."""
        self._place.remove(self._state(digest))

    def keep_refused(self, digest: str, tries: Sequence[JsonValue]) -> str:
        """Keep what is known of refused tries, instead of what was kept before; returns where it lies."""
        path = self._refused(digest)
        text = json.dumps({"digest": digest, "tries": list(tries)}, indent=1)
        self._place.write(path, text.encode())
        return self._place.url + path.removeprefix(self._place.path)

    def kept_refused(self, digest: str) -> list[JsonValue]:
        """What was kept last of refused tries, in the order in which they were tried."""
        try:
            tries = json.loads(self._place.read(self._refused(digest)) or b"{}")["tries"]
        except (ValueError, KeyError, TypeError):
            return []
        return tries if isinstance(tries, list) else []

    def drop_refused(self, digest: str) -> None:
        """Forget the refused tries of a digest, if there are any."""
        self._place.remove(self._refused(digest))

    def keep_log(self, digest: str, name: str, content: bytes) -> None:
        """Keep the log of an attempt, and no more of that digest than the latest `MOST_LOGS`.

        It is no loss if a power cut takes it: nothing is made durable.

        Args:
            digest: what was attempted.
            name: begins with when that was, then the shot, with dots between: `kept_logs` goes by it.
            content: a JSON document.
        """
        if not self._place.is_there():
            raise StoreError(f"{self._place.url} is gone", "a log alone makes no store")
        folder = f"{self._place.path}/{LOGS}/{digest[:2]}/{digest}"
        self._place.write(f"{folder}/{name}.json", content, durable=False)
        for old in sorted(self._place.below(folder))[:-MOST_LOGS]:
            self._place.remove(old)

    def kept_logs(self, shot: str, digests: Collection[str] = ()) -> Iterator[tuple[str, bytes]]:
        """The name and the content of every log that was kept, in no order.

        Args:
            shot: of those under this shot's name,
            digests: and of those under these digests, whatever the shot was called.
        """
        for path in self._place.below(f"{self._place.path}/{LOGS}"):
            *_, digest, file = path.rsplit("/", 2)
            name = file.removesuffix(".json")
            if name.split(".")[1:2] == [shot] or digest in digests:
                content = self._place.read(path)
                if content is not None:
                    yield name, content

    def kept_speeds(self, backend: str) -> bytes | None:
        """The record of how long the takes of a backend took, or None."""
        return self._place.read(self._named(SPEEDS, backend))

    def keep_speeds(self, backend: str, record: bytes) -> None:
        """Keep it, instead of the one kept before."""
        self._place.write(self._named(SPEEDS, backend), record, durable=False)

    def keep_production(self, name: str, record: bytes) -> None:
        """Keep which takes a production's shots have, instead of what was kept before."""
        self._place.write(self._named(PRODUCTIONS, name), record, durable=False)

    def kept_productions(self, most: int) -> Iterator[bytes]:
        """The records of the productions that were kept last, the latest first."""
        folder = f"{self._place.path}/{PRODUCTIONS}"
        written = self._place.below(folder)
        for path in sorted(written, key=lambda path: (str(written[path]), path), reverse=True)[:most]:
            content = self._place.read(path)
            if content is not None:
                yield content

    def productions(self) -> Iterator[tuple[str, bytes]]:
        """The name, as a file has it (`file_stem`), and the record of every production, in no order."""
        for path in self._place.below(f"{self._place.path}/{PRODUCTIONS}"):
            content = self._place.read(path)
            if content is not None:
                yield path.rpartition("/")[2].removesuffix(".json"), content

    def keep_spent(self, bucket: str, name: str, record: bytes) -> None:
        """Keep what was spent, instead of what was kept before under this name; it outlives a power cut."""
        if not self._place.is_there():
            raise StoreError(f"{self._place.url} is gone", "what was spent alone makes no store")
        self._place.write(f"{self._place.path}/{SPENT}/{bucket}/{name}.json", record)

    def kept_spent(self, bucket: str) -> Iterator[tuple[str, bytes, datetime | None]]:
        """The name and the content of every record of a bucket, and when it was written, in no order."""
        for path, written in self._place.below(f"{self._place.path}/{SPENT}/{bucket}").items():
            content = self._place.read(path)
            if content is not None:
                yield path.rpartition("/")[2].removesuffix(".json"), content, written

    def _named(self, kind: str, name: str) -> str:
        return f"{self._place.path}/{kind}/{file_stem(name)}.json"

    def _state(self, digest: str) -> str:
        return f"{self._place.path}/{STATES}/{digest[:2]}/{digest}"

    def _refused(self, digest: str) -> str:
        return f"{self._place.path}/{REFUSED}/{digest[:2]}/{digest}.json"
