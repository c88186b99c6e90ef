"""What a process prints goes to the log of its attempt, and the log to the store, whatever happens."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from farm.host import output
from farm.host.settings import NodeSettings
from farm.logs import attempt_log, kept
from farm.logs.attempt_log import AttemptLog
from farm.logs.kept import ShotLog, logs_here, logs_in, publish_left, publish_left_of, tell_why_ended
from farm.schedule.states import AttemptState
from farm.store.scratch import MOST_LOGS
from farm.store.store import Store
from tests.support.farm.orders_of_slates import slate
from tests.support.farm.shot_logs import begin, order


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A node of its own, and a store."""
    monkeypatch.setenv("SHOTFARM_LOGS", str(tmp_path / "node"))
    (tmp_path / "store").mkdir()
    return tmp_path / "store"


def published(store: Path | str, shot: str = "1A") -> list[ShotLog]:
    found = logs_in(Store(store), shot, "Six Slates", [])
    return [found[name] for name in sorted(found)]


def left_on_node() -> list[str]:
    folder = Path(os.environ["SHOTFARM_LOGS"])
    return [path.name for path in folder.glob("*")]


def say_in_python(words: str) -> None:
    sys.__stderr__.flush()
    os.write(2, words.encode())


def say_in_c(words: str) -> None:
    ctypes.CDLL(None).printf(words.encode())


def say_in_a_child(words: str) -> None:
    subprocess.run(["printf", words], check=True, stdout=1)


@pytest.mark.parametrize("say", [say_in_python, say_in_c, say_in_a_child])
def test_what_is_printed_during_an_attempt_is_in_its_log_and_nowhere_else(
    place: Path, capfd: pytest.CaptureFixture[str], say: Callable[[str], None]
):
    say("before.")
    log = begin(place)
    say("during.")
    log.end(AttemptState.DONE)
    say("after.")
    ctypes.CDLL(None).fflush(None)
    (found,) = published(place)
    assert found.output == "during."
    assert "".join(capfd.readouterr()) == "before.after."


def test_a_log_says_who_tried_what_how_far_it_came_and_how_it_ended(place):
    log = begin(place, attempt=7)
    for done in (0.05, 0.31, 0.33, 0.4, float("nan"), 1.0, 1.0):
        log.progress(done)
    log.took("render", 1.23456)
    log.end(AttemptState.FAILED, "it broke", "Traceback")
    (found,) = published(place)
    assert (found.shot, found.digest, found.film, found.store) == (
        "1A",
        slate("1A").digest(),
        "Six Slates",
        str(place),
    )
    assert (found.attempt, found.worker, found.backend, found.pid) == (7, "slate-1", "slate", os.getpid())
    assert (found.outcome, found.why, found.details) == (AttemptState.FAILED, "it broke", "Traceback")
    assert [done for _, done in found.progress] == [0.05, 0.31, 0.4, 1.0], "once in each tenth"
    assert found.done == 1.0
    assert found.took == {"render": 1.235}
    assert found.load_s == 0.5
    assert found.seconds is not None
    assert left_on_node() == []


def test_of_two_attempts_at_once_the_one_that_began_last_hears_what_is_printed(place):
    first = begin(place, "1A", 1)
    os.write(1, b"first")
    second = begin(place, "1B", 2)
    os.write(1, b"second")
    first.end(AttemptState.DONE)
    os.write(1, b" still")
    second.end(AttemptState.DONE)
    (of_first,), (of_second,) = published(place, "1A"), published(place, "1B")
    assert (of_first.output, of_first.beside) == ("first", "1B")
    assert (of_second.output, of_second.beside) == ("second still", None)


def test_of_a_long_output_the_first_and_the_last_are_kept_and_the_rest_is_counted(place, monkeypatch):
    for module in (kept, output):
        monkeypatch.setattr(module, "FIRST_BYTES", 8)
        monkeypatch.setattr(module, "LAST_BYTES", 6)
    log = begin(place)
    os.write(1, b"12345678" + b"x" * 100 + b"abcdef")
    log.end(AttemptState.DONE)
    (found,) = published(place)
    assert (found.output, found.left_out, found.output_end) == ("12345678", 100, "abcdef")


def test_what_is_printed_without_end_does_not_fill_the_node(place, monkeypatch):
    monkeypatch.setattr(output, "MOST_BYTES", 2 * output.FIRST_BYTES)
    log = begin(place)
    line = b"x" * 99 + b"\n"
    for number in range(40):
        os.write(1, b"%02d" % number + line * 1024)
        log.progress(number / 40)
        size = sum(path.stat().st_size for path in log._folder.iterdir())
        assert size < 2 * output.FIRST_BYTES + 2 * len(line) * 1024
    log.end(AttemptState.DONE)
    (found,) = published(place)
    printed = 40 * (2 + 1024 * len(line))
    assert found.left_out == printed - len(found.output) - len(found.output_end) > 2**20
    assert found.output.startswith("00xxx")
    assert "39xxx" in found.output_end


def test_bytes_that_are_no_text_are_told_as_numbers(place):
    log = begin(place)
    os.write(1, "größe ".encode() + b"\xff\x00")
    log.end(AttemptState.DONE)
    assert published(place)[0].output == "größe \\xff\x00"


def test_a_killed_process_leaves_its_log_behind_for_the_next_to_publish(place):
    code = (
        "import os\n"
        "from farm.logs.attempt_log import AttemptState\n"
        "from tests.support.farm.shot_logs import begin\n"
        f"log = begin({str(place)!r}, attempt=3); log.progress(0.6)\n"
        "print('last words', flush=True); os.kill(os.getpid(), 9)\n"
    )
    killed = subprocess.Popen([sys.executable, "-c", code])
    # It has ended, and whoever started it has not looked yet: for Ray that takes a moment.
    os.waitid(os.P_PID, killed.pid, os.WEXITED | os.WNOWAIT)
    (seen,) = logs_here("1A", str(place)).values()
    assert (seen.outcome, seen.output, seen.done) == (AttemptState.LOST, "last words\n", 0.6)
    assert published(place) == []
    tell_why_ended(killed.pid, {2: "of another", 3: "no sign of life"})
    assert publish_left_of(killed.pid, [3])
    assert killed.wait() == -9
    (found,) = published(place)
    assert (found.outcome, found.why, found.output) == (AttemptState.LOST, "no sign of life", "last words\n")
    assert left_on_node() == []


def test_a_log_whose_process_is_killed_while_it_removes_it_is_not_left_over(place, monkeypatch):
    log = begin(place, attempt=7)
    with monkeypatch.context() as killed:
        killed.setattr(kept.shutil, "rmtree", lambda folder, **_: (folder / "facts.json").unlink())
        log.end(AttemptState.DONE)
    assert len(published(place)) == len(left_on_node()) == 1, "published, and removed by half"
    assert publish_left_of(os.getpid(), [7])
    assert left_on_node() == []


def test_what_renders_is_seen_where_it_is_and_not_published_by_others(place):
    log = begin(place)
    os.write(2, b"so far")
    assert publish_left() == 0
    (seen,) = logs_here("1A", str(place)).values()
    assert (seen.outcome, seen.output) == (AttemptState.RENDERING, "so far")
    assert logs_here("1B", str(place)) == logs_here("1A", "elsewhere") == {}
    log.end(AttemptState.STOPPED)


def test_a_log_that_cannot_be_published_waits_on_its_node(place):
    log = begin(place)
    os.write(1, b"words")
    place.rename(place.with_name("away"))
    log.end(AttemptState.FAILED, "the store is away")
    assert not place.exists(), "a log alone makes no store"
    assert [seen.outcome for seen in logs_here("1A", str(place)).values()] == [AttemptState.FAILED]
    assert not publish_left_of(os.getpid(), [1]), "it is asked again"
    assert publish_left_of(os.getpid(), [2]), "nothing is left of another"
    place.with_name("away").rename(place)
    assert publish_left_of(os.getpid(), [1])
    assert [(found.outcome, found.output) for found in published(place)] == [(AttemptState.FAILED, "words")]


def test_where_no_log_can_be_written_there_is_none(place, monkeypatch):
    place.with_name("file").touch()
    monkeypatch.setenv("SHOTFARM_LOGS", str(place.with_name("file")))
    assert AttemptLog.begin(order(slate("1A"), place), 1, "w", "slate", None, NodeSettings()) is None
    monkeypatch.setenv("SHOTFARM_LOGS", str(place.with_name("node")))
    monkeypatch.setattr(attempt_log, "LEAST_FREE_BYTES", 2**62)
    assert AttemptLog.begin(order(slate("1A"), place), 1, "w", "slate", None, NodeSettings()) is None
    assert left_on_node() == []


@pytest.mark.parametrize("remote", [False, True])
def test_a_store_keeps_the_latest_logs_of_a_digest_and_finds_them_by_shot_and_film(place, remote):
    root = f"memory://logs-of-{place.parent.name}" if remote else str(place)
    for number in range(MOST_LOGS + 2):
        begin(root, attempt=number).end(AttemptState.DONE)
    begin(root, "1B").end(AttemptState.DONE)
    assert [log.attempt for log in published(root)] == [*range(2, MOST_LOGS + 2)]
    assert len(published(root, "1B")) == 1
    store = Store(root)
    assert logs_in(store, "1A", "Another Film", []) == {}
    assert len(logs_in(store, "1A", "Another Film", [slate("1A").digest()])) == MOST_LOGS
    store.notes.keep_log(slate("1B").digest(), "20990101T000000000000.1B.from-another-version", b"{}")
    assert len(published(root, "1B")) == 1
    assert left_on_node() == []


def test_a_log_of_which_another_has_removed_the_files_has_no_length(tmp_path):
    told = kept.Told(
        shot="1A",
        digest="ab" * 32,
        film="The Lamp",
        store="store",
        attempt=1,
        worker="slate-1",
        backend="slate",
        machine="here",
        pid=1,
        started=datetime.now(UTC),
    )
    assert kept._lost(tmp_path, told).seconds == 0.0
