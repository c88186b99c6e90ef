"""Copies of remote files on a node: right bytes, bounded, shared by many processes."""

from __future__ import annotations

import gc
import hashlib
import multiprocessing
import os
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from farm.store.cache import IN_USE, FileCache
from tests.support.waiting import PATIENCE_S, until

KIB = 1024


def content(number: int) -> bytes:
    return bytes([number]) * KIB


def name(number: int) -> str:
    return hashlib.sha256(content(number)).hexdigest()


def use(cache: FileCache, number: int, fetched: list[int] | None = None) -> Path:
    def fetch(local: Path) -> None:
        if fetched is not None:
            fetched.append(number)
        local.write_bytes(content(number))

    return cache.file(name(number), ".mp4", fetch)


def copies(folder: Path) -> set[str]:
    return {path.stem for path in folder.glob("??/*")}


def test_a_file_is_fetched_once_for_all_processes(tmp_path):
    fetched: list[int] = []
    first, second = FileCache(tmp_path, 8 * KIB), FileCache(tmp_path, 8 * KIB)
    for cache in (first, second, first):
        assert use(cache, 1, fetched).read_bytes() == content(1)
    assert fetched == [1]


def test_threads_that_want_the_same_file_at_once_fetch_it_once(tmp_path):
    fetched: list[int] = []
    cache = FileCache(tmp_path, 8 * KIB)
    both = threading.Barrier(8)

    def want(_: int) -> bytes:
        both.wait()
        return use(cache, 1, fetched).read_bytes()

    with ThreadPoolExecutor(8) as threads:
        assert {*threads.map(want, range(8))} == {content(1)}
    assert fetched == [1]


def test_what_was_used_longest_ago_goes_first(tmp_path):
    for number in (1, 2, 3):
        cache = FileCache(tmp_path, 3 * KIB)
        os.utime(use(cache, number), (number, number))
    use(FileCache(tmp_path, 3 * KIB), 1)
    use(FileCache(tmp_path, 3 * KIB), 4)
    assert copies(tmp_path) == {name(1), name(3), name(4)}


def test_what_is_in_use_stays_readable_when_it_leaves_the_cache(tmp_path):
    cache = FileCache(tmp_path, 2 * KIB)
    paths = [use(cache, number) for number in range(1, 9)]
    assert len(copies(tmp_path)) == 2
    assert [path.read_bytes() for path in paths] == [content(number) for number in range(1, 9)]
    del cache
    gc.collect()
    assert list((tmp_path / IN_USE).iterdir()) == []


def test_a_damaged_copy_is_fetched_again(tmp_path):
    use(FileCache(tmp_path, 8 * KIB), 1)
    next(tmp_path.glob("??/*")).write_bytes(b"x" * KIB)
    fetched: list[int] = []
    assert use(FileCache(tmp_path, 8 * KIB), 1, fetched).read_bytes() == content(1)
    assert fetched == [1]


def test_what_arrives_damaged_is_refused_and_leaves_nothing(tmp_path):
    with pytest.raises(ValueError, match=name(1)):
        FileCache(tmp_path, KIB).file(name(1), ".mp4", lambda local: local.write_bytes(b"half") and None)
    assert [path for path in tmp_path.rglob("*") if path.is_file() and path.suffix != ".lock"] == []


def test_what_is_in_use_stays_whatever_number_its_process_has(tmp_path):
    """As of one in another container on the same disk, of which this one sees no process."""
    cache = FileCache(tmp_path, KIB)
    path = use(cache, 1)
    for links in (tmp_path / IN_USE).glob("*/"):
        assert str(os.getpid()) != links.name
    for number in (2, 3):
        use(FileCache(tmp_path, KIB), number)
    assert copies(tmp_path) == {name(3)}
    assert path.read_bytes() == content(1)


def _use_many(folder: str, seed: int) -> None:
    for turn in range(60):
        number = 1 + (seed * 7 + turn * 5) % 12
        cache = FileCache(Path(folder), 4 * KIB)
        path = use(cache, number)
        assert path.read_bytes() == content(number)


def _hold(folder: str) -> None:
    cache = FileCache(Path(folder), 4 * KIB)
    use(cache, 1)
    (Path(folder) / "held").touch()
    time.sleep(PATIENCE_S)


@pytest.mark.slow
def test_many_processes_share_a_small_cache_and_a_killed_one_leaves_nothing(tmp_path):
    spawn = multiprocessing.get_context("spawn")
    victim = spawn.Process(target=_hold, args=(str(tmp_path),))
    victim.start()
    until((tmp_path / "held").exists, "it holds a file")
    os.kill(victim.pid, signal.SIGKILL)
    victim.join()
    users = [spawn.Process(target=_use_many, args=(str(tmp_path), seed)) for seed in range(3)]
    for user in users:
        user.start()
    for user in users:
        user.join()
        assert user.exitcode == 0
    use(FileCache(tmp_path, 4 * KIB), 13)
    assert len(copies(tmp_path)) <= 4
    assert list(tmp_path.rglob("*.part")) == []
    gc.collect()
    assert list((tmp_path / IN_USE).iterdir()) == []
