"""Room in a store: what it holds, what is removed of it, and runs that go on meanwhile."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from farm.host.settings import NodeSettings
from farm.store.leases import PRUNING, RUNNING
from farm.store.store import Store
from storyboard.errors import StoreError
from tests.support.waiting import PATIENCE_S

ONE, OTHER = "ab" * 32, "ac" * 32


@pytest.fixture(params=["folder", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """A store in a folder, and one that fsspec reaches."""
    root = str(tmp_path / "store") if request.param == "folder" else f"memory://room{tmp_path.name}"
    return Store(root, NodeSettings(cache=tmp_path / "cache"))


def publish(store: Store, kind: str, digest: str, text: str = "frames") -> None:
    with store.attempt(kind, digest) as attempt:
        attempt.path("clip.mp4").write_text(text)
        attempt.publish({})


def unwaited() -> None:
    raise AssertionError("nobody makes room")


def test_contents_are_told_by_kind_and_digest(store):
    publish(store, "takes", ONE, "four")
    publish(store, "joints", OTHER)
    store.notes.keep_log(ONE, "2026.1A.x", b"{}")
    found = {(one.kind, one.digest): one for one in store.contents()}
    assert {*found} == {("takes", ONE), ("joints", OTHER), ("logs", ONE)}
    take = found["takes", ONE]
    assert len(take.files) == 2
    assert take.files[0].endswith("manifest.json")
    assert take.size > len("four")
    assert take.written is not None


def test_what_is_removed_is_gone_and_nothing_else(store):
    publish(store, "takes", ONE)
    publish(store, "takes", OTHER)
    (one,) = (thing for thing in store.contents() if thing.digest == ONE)
    store.remove(one)
    assert (store.has("takes", ONE), store.has("takes", OTHER)) == (False, True)
    assert [thing.digest for thing in store.contents()] == [OTHER]
    publish(store, "takes", ONE)
    assert store.has("takes", ONE)


def test_what_an_attempt_writes_is_told_as_not_published_and_outlives_a_removal(tmp_path):
    store = Store(tmp_path / "store")
    publish(store, "takes", ONE)
    (published,) = store.contents()
    with store.attempt("takes", OTHER) as attempt, store.attempt("takes", ONE) as again:
        attempt.path("clip.mp4").write_text("half")
        again.path("clip.mp4").write_text("once more")
        assert {one.digest: one.written for one in store.contents()}[OTHER] is None
        store.remove(published)
        again.publish({})
        attempt.publish({})
    assert store.has("takes", ONE)
    assert store.has("takes", OTHER)


def test_who_makes_room_is_told_what_runs_need(store):
    with store.leases.running("A Film", [ONE], unwaited) as waited:
        assert not waited
        with store.leases.pruning() as leases:
            assert [(lease.film, lease.needs) for lease in leases] == [("A Film", {ONE})]
        assert [lease.film for lease in store.leases.read()] == ["A Film"]
    with store.leases.pruning() as leases:
        assert leases == []


def test_a_run_that_begins_while_room_is_made_waits_for_it(store):
    told, began = threading.Event(), threading.Event()

    def run() -> None:
        with store.leases.running("A Film", [ONE], told.set) as waited:
            assert waited
            began.set()

    with store.leases.pruning():
        thread = threading.Thread(target=run)
        thread.start()
        assert told.wait(PATIENCE_S)
        assert not began.is_set()
    thread.join()
    assert began.is_set()


def test_one_makes_room_at_a_time(store):
    with (
        store.leases.pruning(),
        pytest.raises(StoreError, match="making room in this store already"),
        store.leases.pruning(),
    ):
        pass
    with store.leases.pruning():
        pass


@pytest.mark.parametrize("folder", [RUNNING, PRUNING])
def test_what_a_killed_process_said_counts_no_more(tmp_path, folder):
    code = (
        "import os, sys; from farm.store.store import Store\n"
        "leases = Store(sys.argv[1]).leases\n"
        "lease = leases.running('A Film', [], print) if sys.argv[2] == 'running' else leases.pruning()\n"
        "lease.__enter__(); os.kill(os.getpid(), 9)\n"
    )
    subprocess.run([sys.executable, "-c", code, tmp_path / "store", folder], check=False)
    assert len([*(tmp_path / "store" / folder).iterdir()]) == 1
    store = Store(tmp_path / "store")
    with store.leases.pruning() as leases:
        assert leases == []
    with store.leases.running("Another", [], unwaited):
        pass
    assert [*(tmp_path / "store" / folder).iterdir()] == []


def test_a_lease_that_cannot_be_read_keeps_everything(tmp_path):
    store = Store(tmp_path / "store")
    (tmp_path / "store" / RUNNING).mkdir(parents=True)
    (tmp_path / "store" / RUNNING / "elsewhere-1-ab").write_text("{")
    with pytest.raises(StoreError, match="does not say what its run needs"), store.leases.pruning():
        pass
