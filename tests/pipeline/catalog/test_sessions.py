"""A session is a short list of decisions that outlives whoever served it, and goes as a whole."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from farm.store.files import write_atomically
from pipeline.catalog import session_log
from pipeline.catalog.session_log import SessionLog
from pipeline.catalog.sessions import SessionForgotten
from storyboard.errors import CatalogError, NotNow, UsageError
from tests.support.waiting import until


@pytest.fixture
def log(tmp_path):
    return SessionLog(tmp_path)


def begun(log, **more):
    return log.begin("film.yaml", **more)


def test_what_was_decided_stands_in_its_order_with_where_its_viewer_was(log, tmp_path):
    session, _ = begun(log, version={"tone": "dark"})
    log.answer(session.id, 0, "door", "Ana", {"who": "Ana"})
    log.answer(session.id, 1, "fork", None, {"who": "Ana"})
    log.reach(session.id, 130)
    log.cause(session.id, ["a" * 64], 2.5, 700)
    found = SessionLog(tmp_path).find(session.id)
    assert found.answers == ("Ana", None)
    assert [one.scene for one in found.answered] == ["door", "fork"]
    assert (found.frame, found.is_finished) == (130, False)
    assert found.version == {"tone": "dark", "who": "Ana"}
    assert found.versions[0] == {"tone": "dark"}
    assert (found.caused[0].worker_s, found.caused[0].money) == (2.5, 700)
    log.finish(session.id, 252)
    log.finish(session.id, 999)
    assert log.find(session.id).finished.frames == 252


def test_a_question_is_decided_once_by_whoever_is_first_and_never_of_a_finished_one(log):
    session, _ = begun(log)

    def answers(answer):
        try:
            log.answer(session.id, 0, "door", answer)
        except NotNow:
            return None
        return answer

    with ThreadPoolExecutor(8) as pool:
        taken = [one for one in pool.map(answers, [f"n{number}" for number in range(16)]) if one]
    assert log.find(session.id).answers == tuple(taken)
    assert len(taken) == 1
    log.finish(session.id, 10)
    with pytest.raises(NotNow):
        log.answer(session.id, 1, "fork", None)


def test_only_its_own_secret_knows_a_session_and_it_is_not_kept(log):
    (hers, secret), (his, other) = begun(log), begun(log)
    assert log.known(hers.id, secret).id == hers.id
    for name, shown in ((hers.id, other), (his.id, secret), (hers.id, ""), ("0" * 20, secret)):
        assert log.known(name, shown) is None
    kept = b"".join(path.read_bytes() for path in log.path.rglob("*") if path.is_file())
    assert secret.encode() not in kept


@pytest.mark.parametrize("name", ["", "..", "../x", "0" * 19, "G" * 20, "0" * 20])
def test_a_name_that_is_none_finds_nothing(log, name):
    begun(log)
    assert log.find(name) is None


def test_what_is_forgotten_leaves_nothing_but_that_it_was(log, tmp_path):
    (session, secret), (other, _) = begun(log), begun(log)
    log.answer(session.id, 0, "door", "Xanthippe")
    log.answer(other.id, 0, "door", "Bo")
    log.reach(session.id, 7)
    (log.folder(session.id) / "more").mkdir()
    (log.folder(session.id) / "more" / "face.png").write_bytes(b"Xanthippe")
    log.forget(session.id, "somebody")
    log.forget(session.id, "somebody else")
    assert (log.find(session.id).answers, log.remains(session.id).answers) == ((), ("Xanthippe",))
    log.clear(session.id)
    assert log.remains(session.id) is None
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"Xanthippe" not in kept
    found = log.find(session.id)
    assert (found.is_forgotten, found.answers, found.forgotten.by) == (True, (), "somebody")
    assert log.known(session.id, secret).is_forgotten, "so that its link says so"
    for act in (
        lambda: log.answer(session.id, 1, "fork", "left"),
        lambda: log.finish(session.id, 1),
        lambda: log.cause(session.id, ["a" * 64], 1, 0),
        found.must_be_there,
    ):
        with pytest.raises(SessionForgotten, match="deleted"):
            act()
    log.reach(session.id, 9)
    assert [path.name for path in log.folder(session.id).iterdir()] == ["forgotten.json"]
    assert log.find(other.id).answers == ("Bo",)
    with pytest.raises(UsageError, match="no viewer"):
        log.forget("0" * 20, "somebody")


def test_what_is_kept_while_its_viewer_is_forgotten_goes_with_the_rest(log, monkeypatch):
    name, waits = begun(log)[0].id, threading.Event()

    def forgotten() -> None:
        log.forget(name, "Kim")
        log.clear(name)

    other = threading.Thread(target=forgotten)

    def forgotten_meanwhile(*args, **how):
        monkeypatch.undo()
        plain = session_log.fcntl.flock
        monkeypatch.setattr(session_log.fcntl, "flock", lambda *lock: (waits.set(), plain(*lock)))
        other.start()
        until(lambda: waits.is_set() or not other.is_alive(), "it is forgotten, or that waits")
        write_atomically(*args, **how)

    monkeypatch.setattr(session_log, "write_atomically", forgotten_meanwhile)
    log.keep_picture(name, b"a face")
    other.join()
    log.reach(name, 7)
    assert [path.name for path in log.folder(name).iterdir()] == ["forgotten.json"]


def test_one_that_two_servers_drop_is_gone(log):
    name = begun(log)[0].id
    log.drop(name)
    log.drop(name)
    assert log.find(name) is None


def test_what_a_killed_process_left_of_a_line_is_no_decision_and_the_next_one_is_whole(log):
    session, _ = begun(log)
    log.answer(session.id, 0, "door", "Ana")
    with (log.folder(session.id) / "session.jsonl").open("ab") as stream:
        stream.write(b'{"answered":{"scene":"fork","ans')
    assert log.find(session.id).answers == ("Ana",)
    log.answer(session.id, 1, "fork", "left")
    assert log.find(session.id).answers == ("Ana", "left")


def test_a_line_of_a_newer_version_is_refused_in_words(log):
    session, _ = begun(log)
    with (log.folder(session.id) / "session.jsonl").open("ab") as stream:
        stream.write(b'{"dreamt":{}}\n')
    with pytest.raises(CatalogError, match="does not read"):
        log.find(session.id)


def test_only_its_owner_reads_them_and_they_are_listed_as_they_began(log):
    names = [begun(log)[0].id for _ in range(3)]
    assert [one.id for one in log.every()] == names
    assert log.path.stat().st_mode & 0o777 == 0o700
    for path in log.folder(names[0]).iterdir():
        assert path.stat().st_mode & 0o777 == 0o600
