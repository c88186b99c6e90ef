"""What is kept of the attempts at a shot: on the node where each ran, then in the store.

While an attempt runs, its log is a folder on its node, so that a killed worker leaves it behind:

    <logs>/<name>/facts.json       what is known of it, written again at its end
    <logs>/<name>/output.txt       what its worker printed
    <logs>/<name>/progress.txt     a line for each tenth of the shot: seconds since the start, share done
    <logs>/<name>/why.txt          why its worker was ended, written by who ended it

At its end it becomes one file of the store, `logs/<first two digits>/<digest>/<name>.json`. One that cannot
be published stays on its node until a worker that starts there later has published it.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import time
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from farm.host.identity import is_gone, machine
from farm.host.output import FIRST_BYTES, LAST_BYTES
from farm.host.settings import NodeSettings
from farm.schedule.states import AttemptState
from farm.store.files import write_atomically
from farm.store.store import Store

PATIENCE_S = 2.0
"""how long an outage of the store is waited through for a log"""
FORGOTTEN_S = 7 * 24 * 3600.0
"""a log that could not be published for so long is dropped"""
_PUBLISHED = "published-"
"""how folders begin that are being removed; no log is named like that"""
FACTS, OUTPUT, PROGRESS, WHY = "facts.json", "output.txt", "progress.txt", "why.txt"


class Told(BaseModel):
    """What its worker knows of an attempt; the log without what was printed.

    Attributes:
        attempt: its token at the dispatcher.
        film: the title of the film that asked for it last.
        store: the root of the store that its take is for.
        birth: of that process; with `pid` it tells whether it is still there.
        load_s: how long the worker took to load its backend.
        why: what there is to say of the outcome: the error's message.
        details: the traceback of an error that the backend did not expect.
        seconds: from the start to the end.
        took: seconds by what was done: `render` (waiting for frames) and `encode` (everything else).
        progress: seconds since the start, and how much was done then, 0 to 1.
        beside: the shot that its worker rendered beside it from some moment on; what the process printed then
            is in that one's log.
        left_out: bytes of the output that were dropped on the node.
    """

    model_config = ConfigDict(frozen=True)

    version: int = 1
    shot: str
    digest: str
    film: str
    store: str
    attempt: int
    worker: str
    backend: str
    machine: str
    pid: int
    birth: str = ""
    started: datetime
    load_s: float | None = None
    outcome: AttemptState = AttemptState.RENDERING
    why: str = ""
    details: str = ""
    seconds: float | None = None
    took: dict[str, float] = {}
    progress: tuple[tuple[float, float], ...] = ()
    beside: str | None = None
    left_out: int = 0


class ShotLog(Told):
    """A log as it is read: the first and the last of what was printed, with `left_out` bytes between them."""

    output: str = ""
    output_end: str = ""

    @property
    def done(self) -> float:
        """How much of the shot was done at last, as far as that was written down."""
        return self.progress[-1][1] if self.progress else 0.0


def tell_why_ended(pid: int, why: Mapping[int, str]) -> None:
    """Write beside the logs of a process that is about to be ended why it is.

    Args:
        pid: the process, of this machine.
        why: what there is to say of its attempts, by their tokens.
    """
    for attempt, words in why.items():
        for folder in _folders_of(pid, attempt):
            with contextlib.suppress(OSError):
                write_atomically(folder / WHY, words.encode(), durable=False)


def publish_left_of(pid: int, attempts: Iterable[int]) -> bool:
    """Publish what is left on this machine; True when nothing is of these attempts of a process.

    Args:
        pid: the process.
        attempts: their tokens.
    """
    publish_left()
    return not any(_folders_of(pid, attempt) for attempt in attempts)


def publish_left() -> int:
    """Publish the logs that attempts left on this machine; returns how many were.

    Those are the ones whose process is gone, and the ones that could not be published when they ended.
    """
    published = 0
    node = NodeSettings()
    _drop_what_killed_ones_left()
    for folder in _folders():
        told = _read(folder)
        if told is None:
            with contextlib.suppress(FileNotFoundError):  # another has just published it
                _drop_when_old(folder, folder.stat().st_mtime)
            continue
        if told.outcome is AttemptState.RENDERING and not _is_gone(folder, told):
            continue
        with contextlib.suppress(OSError):
            if told.outcome is AttemptState.RENDERING:
                write(folder, _lost(folder, told))
        if publish(folder, node):
            published += 1
        else:
            _drop_when_old(folder, told.started.timestamp())
    return published


def logs_here(shot: str, store: str) -> dict[str, ShotLog]:
    """The logs of a shot that lie on this machine, by name: of what renders, and of what is not published."""
    found = {}
    for folder in _folders(shot):
        told = _read(folder)
        if told is None or told.store != store:
            continue
        if told.outcome is AttemptState.RENDERING and _is_gone(folder, told):
            with contextlib.suppress(OSError):
                told = _lost(folder, told)
        with contextlib.suppress(OSError):
            found[folder.name] = _whole(folder, told)
    return found


def logs_in(store: Store, shot: str, film: str, digests: Iterable[str]) -> dict[str, ShotLog]:
    """The published logs of a shot, by name: those of its own digests, and those that its film asked for.

    Raises:
        StoreError: the store cannot be read.
    """
    own = set(digests)
    found = {}
    for name, content in store.notes.kept_logs(shot, own):
        with contextlib.suppress(ValidationError):  # another version's
            log = ShotLog.model_validate_json(content)
            if log.digest in own or (log.shot, log.film) == (shot, film):
                found[name] = log
    return found


def _folders(shot: str = "*") -> Iterator[Path]:
    with contextlib.suppress(OSError):
        yield from sorted(NodeSettings().logs.glob(f"*.{shot}.*/"))


def _folders_of(pid: int, attempt: int) -> list[Path]:
    return [*NodeSettings().logs.glob(f"*.{machine()}-{pid}-{attempt}/")]


def _drop_when_old(folder: Path, since: float) -> None:
    if time.time() - since > FORGOTTEN_S:
        _drop(folder)


def _drop(folder: Path) -> None:
    """Remove a log; who is killed while it does leaves nothing that looks like one."""
    dropped = folder.with_name(f"{_PUBLISHED}{secrets.token_hex(8)}")
    with contextlib.suppress(OSError):  # another has just dropped it
        folder.rename(dropped)
    shutil.rmtree(dropped, ignore_errors=True)


def _drop_what_killed_ones_left() -> None:
    with contextlib.suppress(OSError):
        for folder in NodeSettings().logs.glob(f"{_PUBLISHED}*/"):
            shutil.rmtree(folder, ignore_errors=True)


def _is_gone(folder: Path, told: Told) -> bool:
    """Whether the process of an attempt is gone for certain; what another machine runs is not known here."""
    if f".{machine()}-{told.pid}-" not in folder.name:
        return False
    return is_gone(told.pid, told.birth)


def _lost(folder: Path, told: Told) -> Told:
    """Until its last sign of life.

    Raises:
        OSError: another has just published it.
    """
    why = (folder / WHY).read_text() if (folder / WHY).exists() else ""
    began = told.started.timestamp()
    last = max((path.stat().st_mtime for path in folder.iterdir() if path.name != WHY), default=began)
    seconds = round(max(0.0, last - began), 3)
    return told.model_copy(update={"outcome": AttemptState.LOST, "why": why, "seconds": seconds})


def publish(folder: Path, node: NodeSettings) -> bool:
    """Move a log from its node into the store, if that is possible now."""
    told = _read(folder)
    if told is None:
        return False
    impatient = node.model_copy(update={"store_patience_s": min(PATIENCE_S, node.store_patience_s)})
    try:
        content = _whole(folder, told).model_dump_json(indent=1).encode()
        Store(told.store, impatient).notes.keep_log(told.digest, folder.name, content)
    except Exception:  # noqa: BLE001  (whatever a store raises: the take counts, and the log stays here)
        return False
    _drop(folder)
    return True


def _whole(folder: Path, told: Told) -> ShotLog:
    """A log with what was printed.

    Raises:
        OSError: it has just been published and is not here any more.
    """
    with (folder / OUTPUT).open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        whole = not told.left_out and size <= FIRST_BYTES + LAST_BYTES
        first = file.read(size if whole else FIRST_BYTES)
        file.seek(max(len(first), size - LAST_BYTES))
        last = file.read(LAST_BYTES)
    lines = (folder / PROGRESS).read_text().splitlines() if (folder / PROGRESS).exists() else []
    facts = told.model_dump()
    facts["left_out"] += max(0, size - len(first) - len(last))
    facts["progress"] = [tuple(map(float, line.split())) for line in lines if line.count(" ") == 1]
    return ShotLog(**facts, output=_text(first), output_end=_text(last))


def _text(printed: bytes) -> str:
    return printed.decode(errors="backslashreplace")


def write(folder: Path, told: Told) -> None:
    """Write down what is known of an attempt.

    Raises:
        OSError: it cannot be written.
    """
    write_atomically(folder / FACTS, told.model_dump_json().encode(), durable=False)


def _read(folder: Path) -> Told | None:
    try:
        return Told.model_validate_json((folder / FACTS).read_bytes())
    except (OSError, ValidationError):
        return None
