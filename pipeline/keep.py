"""What assembly makes is kept: made when it is missing from the store, under the digest of its inputs."""

from __future__ import annotations

import contextlib
import threading
import time
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from pathlib import Path
from typing import Protocol, TypeVar

from pydantic import JsonValue

from farm.store.manifest import Manifest
from farm.store.store import Store
from storyboard.errors import AssemblyError
from storyboard.refusals import store_errors

REQUESTS = 16
"""of a store on their way at once: each waits for the network, and for little else"""
_MOST_AT_ONCE = 16
"""that one of them asks about, one after another"""
_FEW = 4 * REQUESTS
"""that are asked about at once, however soon the first answer would come"""
_SOON_S = 0.0005
"""answers that come within it, one with another, wait for no network"""
_LATE = 16
"""times that the first ones may be late all the same: a folder's are read from a disk"""

_One = TypeVar("_One")
_Answer = TypeVar("_Answer")


class Stages(Protocol):
    """Hears how far the assembly is."""

    def stage(self, name: str, done: int, total: int) -> None:
        """`done` of `total` parts of a stage are made."""


def kept(store: Store, kind: str, digest: str, make: Callable[[Path], Mapping[str, JsonValue]]) -> Manifest:
    """Something from the store; when it is missing, `make` writes it into an attempt's folder."""
    found = store.find(kind, digest)
    if found:
        return found
    with _MAKING.alone((store.root, kind, digest)):
        found = store.find(kind, digest)
        if found:
            return found
        with store.attempt(kind, digest) as attempt:
            with store_errors(attempt.folder):
                facts = make(attempt.folder)
            return attempt.publish(facts)


class _Making:
    """What this process is making: of two threads that want the same, one makes it and the other waits."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._locks: weakref.WeakValueDictionary[tuple[str, str, str], _NamedLock] = (
            weakref.WeakValueDictionary()
        )

    @contextlib.contextmanager
    def alone(self, name: tuple[str, str, str]) -> Iterator[None]:
        """Hold what is called so."""
        with self._lock:
            own = self._locks.setdefault(name, _NamedLock())
        with own.lock:
            yield


class _NamedLock:
    """A lock that is forgotten when nobody holds it or waits for it."""

    def __init__(self) -> None:
        self.lock = threading.Lock()


_MAKING = _Making()


def ask_of_each(ask: Callable[[_One], _Answer], every: Iterable[_One]) -> list[_Answer]:
    """What the store answers about each, in their order; many are asked about at once.

    A store far away answers in tens of milliseconds: one after another that is a minute for 400 shots. A
    folder answers sooner than a question is handed to a thread: of many, none is handed over for as long as
    answers come like that. Else some are at a time.
    """
    asked = [*every]
    answers = _answered_soon(ask, asked) if len(asked) > _FEW else []
    left = asked[len(answers) :]
    if len(left) <= 1:
        return answers + [ask(one) for one in left]
    many = min(_MOST_AT_ONCE, -(-len(left) // REQUESTS))
    parts = [left[at : at + many] for at in range(0, len(left), many)]
    with ThreadPoolExecutor(REQUESTS) as threads:
        return [*answers, *chain.from_iterable(threads.map(lambda part: [ask(one) for one in part], parts))]


def _answered_soon(ask: Callable[[_One], _Answer], asked: Sequence[_One]) -> list[_Answer]:
    """Answers about the first of these, one after another, until they are late."""
    answers: list[_Answer] = []
    began = time.perf_counter()
    for one in asked:
        answers.append(ask(one))
        if time.perf_counter() - began > _SOON_S * (_LATE + len(answers)):
            break
    return answers


def made_before(store: Store, kind: str, digest: str) -> Manifest:
    """Something that was made before.

    Raises:
        AssemblyError: it has gone from the store since.
    """
    manifest = store.find(kind, digest)
    if manifest is None:
        raise AssemblyError(f"{kind} {digest[:12]} has gone from the store", "run again")
    return manifest


def kept_file(store: Store, kind: str, digest: str, name: str) -> Path:
    """A file of something that was made before.

    Raises:
        AssemblyError: it has gone from the store since.
    """
    return store.file(made_before(store, kind, digest), name)
