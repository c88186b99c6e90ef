"""The store: nothing half-written is ever seen, and nothing published is lost or made twice."""

from __future__ import annotations

import errno
import json
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from datetime import datetime, timedelta
from pathlib import Path

import fsspec
import psutil
import pytest

from farm.host.aside import sweep_asides
from farm.host.settings import NodeSettings
from farm.store import attempts, folder
from farm.store.files import copy_atomically, write_atomically
from farm.store.manifest import MANIFEST
from farm.store.store import Store
from storyboard.document.given_files import sha256_of
from storyboard.errors import FileChangedError, StoreError
from storyboard.refusals import store_errors
from tests.support.waiting import PATIENCE_S, until

DIGEST = "ab" * 32


def publish(store: Store, text: str = "frames", digest: str = DIGEST):
    with store.attempt("takes", digest) as attempt:
        attempt.path("clip.mp4").write_text(text)
        return attempt.publish({"frames": 48})


def leftovers(root: Path) -> list[str]:
    return [
        path.name for path in root.rglob("*") if path.is_file() and path.name not in {MANIFEST, "clip.mp4"}
    ]


def test_what_is_published_is_found_with_its_facts_and_bytes(tmp_path):
    store = Store(tmp_path)
    assert store.find("takes", DIGEST) is None
    publish(store)
    found = store.find("takes", DIGEST)
    assert found is not None
    assert found.facts["frames"] == 48
    assert store.file(found, "clip.mp4").read_text() == "frames"
    assert found.files["clip.mp4"].sha256 == sha256_of(store.file(found, "clip.mp4"))


def test_an_attempt_that_fails_leaves_nothing(tmp_path):
    store = Store(tmp_path)

    def fail() -> None:
        with store.attempt("takes", DIGEST) as attempt:
            attempt.path("clip.mp4").write_text("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert store.find("takes", DIGEST) is None
    assert not list(tmp_path.rglob("clip.mp4"))


def test_the_first_of_two_attempts_stands(tmp_path):
    store = Store(tmp_path)
    with store.attempt("takes", DIGEST) as late:
        late.path("clip.mp4").write_text("late")
        first = publish(store, "first")
        assert late.publish({}) == first
    found = store.find("takes", DIGEST)
    assert found is not None
    assert store.file(found, "clip.mp4").read_text() == "first"
    assert len(list(tmp_path.rglob("clip.mp4"))) == 1


def test_a_manifest_whose_file_is_gone_or_short_does_not_count(tmp_path):
    store = Store(tmp_path)
    clip = store.file(publish(store), "clip.mp4")
    clip.write_text("fra")
    assert store.find("takes", DIGEST) is None
    clip.unlink()
    assert not store.has("takes", DIGEST)
    publish(store, "again")
    assert store.has("takes", DIGEST)


def test_a_damaged_manifest_is_one_clear_error(tmp_path):
    store = Store(tmp_path)
    publish(store)
    next(tmp_path.rglob(MANIFEST)).write_text('{"version": 99}')
    with pytest.raises(StoreError, match="is not a manifest"):
        store.find("takes", DIGEST)


def _die_while_writing(root: str, ready: str) -> None:
    with Store(root).attempt("takes", DIGEST) as attempt:
        attempt.path("clip.mp4").write_text("half a clip")
        Path(ready).touch()
        time.sleep(PATIENCE_S)


def test_kill_9_in_mid_write_leaves_nothing_visible_and_the_sweep_takes_the_rest(tmp_path):
    root, ready = tmp_path / "store", tmp_path / "ready"
    victim = multiprocessing.get_context("spawn").Process(
        target=_die_while_writing, args=(str(root), str(ready))
    )
    victim.start()
    until(ready.exists, "it is in the middle of writing")
    store = Store(root)
    assert store.sweep() == 0, "a living attempt is not swept"
    os.kill(victim.pid, signal.SIGKILL)
    until(lambda: psutil.Process(victim.pid).status() == psutil.STATUS_ZOMBIE, "it is dead, not yet buried")
    assert store.find("takes", DIGEST) is None
    assert store.sweep() == 1
    victim.join()
    assert not list(root.rglob("clip.mp4"))


def test_what_a_killed_attempt_for_a_remote_store_left_on_its_machine_is_swept(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    code = (
        "import os, sys; from farm.store.store import Store\n"
        "with Store('memory://killed').attempt('takes', sys.argv[1]) as a:\n"
        "    a.path('clip.mp4').write_text('half'); os.kill(os.getpid(), 9)\n"
    )
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    subprocess.run([sys.executable, "-c", code, DIGEST], check=False, env=environment)
    (left,) = tmp_path.rglob("clip.mp4")
    with Store("memory://living").attempt("takes", DIGEST) as living:
        assert living.folder.parent == tmp_path
        assert sweep_asides() == 1
        assert not left.parent.exists()
        assert living.folder.exists()
    assert not list(tmp_path.iterdir())


def test_the_sweep_leaves_what_is_published(tmp_path):
    store = Store(tmp_path)
    code = (
        "import sys; from farm.store.store import Store\n"
        "with Store(sys.argv[1]).attempt('takes', sys.argv[2]) as a:\n"
        "    a.path('clip.mp4').write_text('x'); a.publish({})\n"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path), DIGEST], check=True)
    assert store.sweep() == 0
    assert store.has("takes", DIGEST)


def test_a_manifest_that_stayed_aside_when_its_writer_was_killed_is_swept_and_one_that_is_written_is_not(
    tmp_path,
):
    store = Store(tmp_path)
    publish(store)
    (manifest,) = tmp_path.rglob("manifest.json")
    named, written = (manifest.with_name(f".manifest.json.{number}-abcdef01.part") for number in (1, 2))
    os.link(manifest, named)
    written.write_text("half")
    assert store.sweep() == 0
    assert (named.exists(), written.exists()) == (False, True)
    assert store.has("takes", DIGEST)
    long_ago = time.time() - 2 * 24 * 3600
    os.utime(written, (long_ago, long_ago))
    assert store.sweep() == 0
    assert not written.exists()


@pytest.mark.parametrize("place", ["speeds", "spent/bucket", "states/ab", f"logs/ab/{DIGEST}"])
def test_a_note_that_stayed_aside_when_its_writer_was_killed_is_swept_after_a_day(tmp_path, place):
    note, aside = (tmp_path / place / name for name in ("note.json", ".note.json.1-abcdef01.part"))
    note.parent.mkdir(parents=True)
    note.write_text("{}")
    aside.write_text("{")
    store = Store(tmp_path)
    store.sweep()
    assert aside.exists(), "somebody may write it"
    long_ago = time.time() - 2 * 24 * 3600
    for path in (note, aside):
        os.utime(path, (long_ago, long_ago))
    store.sweep()
    assert (note.exists(), aside.exists()) == (True, False)


def test_the_sweep_passes_over_what_others_remove_meanwhile(tmp_path, monkeypatch):
    store, other = Store(tmp_path), "cd" * 32
    publish(store)
    publish(store, digest=other)

    def all_but_one_are_removed(attempt: str) -> bool:
        for digest in (DIGEST, other):
            if not [*tmp_path.rglob(f"{digest}/{attempt}")]:
                shutil.rmtree(tmp_path / "takes" / digest[:2])
        return False

    monkeypatch.setattr(attempts, "has_ended", all_but_one_are_removed)
    assert store.sweep() == 0
    assert len([*tmp_path.rglob(MANIFEST)]) == 1


def test_a_note_is_kept_and_others_found_while_somebody_removes_folders(tmp_path, monkeypatch):
    notes, written = Store(tmp_path).notes, folder.write_atomically

    def after_its_empty_folder_was_removed(path: Path, content: bytes, *, durable: bool) -> None:
        monkeypatch.undo()
        path.parent.rmdir()
        written(path, content, durable=durable)

    monkeypatch.setattr(folder, "write_atomically", after_its_empty_folder_was_removed)
    for digest in ("ab", "cd"):
        notes.keep_log(digest, "now.1A", b"{}")

    class Meanwhile(datetime):
        @classmethod
        def fromtimestamp(cls, *told):
            for gone in list(tmp_path.glob("logs/*"))[1:]:
                shutil.rmtree(gone)
            return super().fromtimestamp(*told)

    monkeypatch.setattr(folder, "datetime", Meanwhile)
    assert len([*notes.kept_logs("1A")]) == 1


def test_a_remote_store_works_the_same_and_caches_files(tmp_path):
    store = Store("memory://films/store", NodeSettings(cache=tmp_path))
    manifest = publish(store)
    assert store.find("takes", DIGEST) == manifest
    local = store.file(manifest, "clip.mp4")
    assert local.read_text() == "frames"
    assert local.is_relative_to(tmp_path)
    assert store.file(manifest, "clip.mp4") == local
    assert publish(store, "again") == manifest


def test_the_files_of_what_lies_in_a_remote_store_are_asked_for_at_once(tmp_path, monkeypatch):
    store = Store("memory://films/several", NodeSettings(cache=tmp_path))
    with store.attempt("takes", DIGEST) as attempt:
        for name in ("clip.mp4", "sound.wav", "depth.mp4"):
            attempt.path(name).write_text(name)
        manifest = attempt.publish({})
    together, size = threading.Barrier(3), store._remote.size

    def asked(path):
        together.wait(PATIENCE_S)
        return size(path)

    monkeypatch.setattr(store._remote, "size", asked)
    assert store.find("takes", DIGEST) == manifest


def test_a_file_that_arrives_damaged_is_refused(tmp_path):
    store = Store("memory://damaged/store", NodeSettings(cache=tmp_path))
    manifest = publish(store)
    store._remote.write(f"/damaged/store/takes/ab/{DIGEST}/{manifest.files['clip.mp4'].path}", b"fRames")
    with pytest.raises(StoreError, match="SHA-256 differs"):
        store.file(manifest, "clip.mp4")
    assert list(tmp_path.rglob("*.mp4*")) == []


def test_references_are_kept_under_the_digest_of_their_bytes(tmp_path):
    picture = tmp_path / "ada.png"
    picture.write_bytes(b"png")
    store = Store(tmp_path / "store")
    kept = store.keep_file(picture, sha256_of(picture))
    assert store.keep_file(picture, sha256_of(picture)) == kept
    assert store.file(kept, "file.png").read_bytes() == b"png"


def test_a_file_with_other_bytes_than_its_digest_is_not_kept(tmp_path):
    picture = tmp_path / "ada.png"
    picture.write_bytes(b"png")
    digest = sha256_of(picture)
    picture.write_bytes(b"jpg")
    store = Store(tmp_path / "store")
    with pytest.raises(FileChangedError, match=r"ada\.png changed while it was being used"):
        store.keep_file(picture, digest)
    assert not store.has("files", digest)
    assert [path for path in (tmp_path / "store").rglob("*") if path.is_file()] == []


def test_a_published_file_that_somebody_wrote_over_is_refused_whenever_it_is_used(tmp_path):
    store = Store(tmp_path)
    manifest = publish(store)
    clip = store.file(manifest, "clip.mp4")
    clip.write_text("FRAMES")
    with pytest.raises(StoreError, match="not the file that was published"):
        store.file(manifest, "clip.mp4")
    clip.write_text("frames")
    assert store.file(manifest, "clip.mp4") == clip


@pytest.mark.parametrize(
    ("number", "words"),
    [(errno.ENOSPC, "the disk is full"), (errno.EROFS, "read-only"), (errno.EACCES, "permission is denied")],
)
def test_what_the_disk_refuses_is_said_in_words(number, words):
    with pytest.raises(StoreError, match=words), store_errors("place"):
        raise OSError(number, "x", "/films/clip.mp4")


def test_a_store_below_a_file_is_one_clear_error(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="a part of the path is a file"):
        publish(Store(tmp_path / "file" / "store"))


def test_atomic_writes_leave_nothing_aside(tmp_path):
    write_atomically(tmp_path / "a", b"one")
    write_atomically(tmp_path / "a", b"two")
    copy_atomically(tmp_path / "a", tmp_path / "b")
    assert (tmp_path / "b").read_bytes() == b"two"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]


def test_a_state_is_written_over_and_dropped(tmp_path):
    store = Store(tmp_path)
    assert store.notes.kept_state(DIGEST) is None
    store.notes.keep_state(DIGEST, b"one")
    store.notes.keep_state(DIGEST, b"two")
    assert Store(tmp_path).notes.kept_state(DIGEST) == b"two"
    store.notes.drop_state(DIGEST)
    store.notes.drop_state(DIGEST)
    assert store.notes.kept_state(DIGEST) is None


def test_states_of_a_remote_store_are_kept_too():
    store = Store("memory://states-of-a-test")
    store.notes.keep_state(DIGEST, b"one")
    assert store.notes.kept_state(DIGEST) == b"one"
    store.notes.drop_state(DIGEST)
    assert store.notes.kept_state(DIGEST) is None
    store.notes.drop_state(DIGEST)


@pytest.mark.parametrize("root", ["", "memory://refused-of-a-test"])
def test_refused_tries_are_written_over_and_dropped(tmp_path, root):
    store = Store(root or tmp_path)
    assert store.notes.kept_refused(DIGEST) == []
    store.notes.keep_refused(DIGEST, [{"seed": 1}])
    told = store.notes.keep_refused(DIGEST, [{"seed": 1}, {"seed": 2}])
    assert json.loads(fsspec.open(told).open().read())["tries"] == store.notes.kept_refused(DIGEST)
    assert store.notes.kept_refused(DIGEST) == [{"seed": 1}, {"seed": 2}]
    store.notes.drop_refused(DIGEST)
    store.notes.drop_refused(DIGEST)
    assert store.notes.kept_refused(DIGEST) == []


def abandoned(root: Path, age_s: float) -> Path:
    """What another machine's attempt left, last written so long ago by the clock of the file system."""
    folder = root / "takes" / "ab" / DIGEST / "elsewhere-12345678-1-aaaa"
    folder.mkdir(parents=True)
    clip = folder / "clip.mp4"
    clip.write_text("half")
    now = clip.stat().st_mtime
    for path in (clip, folder):
        os.utime(path, (now - age_s, now - age_s))
    return folder


@pytest.mark.parametrize("off_h", [-1, 1, 48])
def test_the_sweep_takes_strangers_attempts_after_a_day_by_the_stores_clock(tmp_path, monkeypatch, off_h):
    class WrongClock(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.now(tz) + timedelta(hours=off_h)

    monkeypatch.setattr("farm.store.attempts.datetime", WrongClock)
    young, old = tmp_path / "young", tmp_path / "old"
    abandoned(young, 23 * 3600)
    assert Store(young).sweep() == 0
    left = abandoned(old, 25 * 3600)
    assert Store(old).sweep() == 1
    assert not left.exists()


def test_of_two_processes_that_publish_at_once_one_stands(tmp_path):
    code = (
        "import sys, time; from pathlib import Path; from farm.store.store import Store\n"
        "root, digest, mine = sys.argv[1:]\n"
        "for turn in range(20):\n"
        "    name = f'{turn:02}' + digest[2:]\n"
        "    with Store(root + '/store').attempt('takes', name) as attempt:\n"
        "        attempt.path('clip.mp4').write_text(mine)\n"
        "        Path(root, f'{mine}-{turn}').touch()\n"
        "        while len(list(Path(root).glob(f'[ab]-{turn}'))) < 2: pass\n"
        "        print(attempt.publish({}).attempt)\n"
    )
    both = [
        subprocess.Popen(
            [sys.executable, "-c", code, tmp_path, DIGEST, name], stdout=subprocess.PIPE, text=True
        )
        for name in "ab"
    ]
    told = [process.communicate()[0].split() for process in both]
    assert told[0] == told[1]
    assert len(told[0]) == 20
    assert len(list(tmp_path.rglob("clip.mp4"))) == 20
    assert list(tmp_path.rglob("*.part")) == []
