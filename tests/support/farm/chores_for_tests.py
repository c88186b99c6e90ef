"""Chores that tests give to a farm."""

from __future__ import annotations

import os
import time
from pathlib import Path

import ray

from farm.store.store import Store
from storyboard.errors import AssemblyError


def write(store: Store, digest: str, words: str) -> None:
    """Publish some words, with the process that did and its niceness."""
    if store.has("words", digest):
        return
    with store.attempt("words", digest) as attempt:
        attempt.path("words.txt").write_text(words)
        node = ray.get_runtime_context().get_node_id()
        attempt.publish({"node": node, "nice": os.nice(0), "pid": os.getpid()})


def write_when_told(store: Store, digest: str, told: str) -> None:
    """Note which process waits on which node, and publish when a file appears."""
    node = ray.get_runtime_context().get_node_id()
    Path(f"{told}.{node}.{os.getpid()}").touch()
    while not Path(told).exists():
        time.sleep(0.05)
    write(store, digest, "told")


def fail(store: Store, last_words: str) -> None:
    """Fail as ffmpeg does."""
    del store
    raise AssemblyError(f"ffmpeg ended with status 1\n  {last_words}", "mend it")


def end_process(store: Store) -> None:
    """Be lost, each time."""
    del store
    os._exit(3)
