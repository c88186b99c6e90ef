"""Which takes are there, and which were each shot's last ones."""

from __future__ import annotations

import pytest

from farm.store.store import Store
from pipeline.production.takes import Takes
from pipeline.settings import load_settings

THERE, ABSENT = "a" * 64, "b" * 64


@pytest.fixture
def takes(tmp_path) -> Takes:
    """Those of a store that has one."""
    store = Store(str(tmp_path / "store"), load_settings(home=tmp_path))
    with store.attempt("takes", THERE) as attempt:
        (attempt.folder / "clip.mp4").write_bytes(b"frames")
        attempt.publish({"shot": "1A"})
    return Takes(store, tmp_path / "state" / "takes.json")


def test_takes_that_are_not_there_are_left_out(takes):
    found = takes.of([ABSENT, THERE, THERE])
    assert [*found] == [THERE]
    assert found[THERE].facts["shot"] == "1A"
    assert takes.find(ABSENT) is None


def test_the_last_take_of_each_shot_is_remembered_beside_those_of_others(takes, tmp_path):
    assert takes.latest() == {}
    takes.remember({"1A": THERE, "1B": ABSENT})
    takes.remember({"1B": THERE})
    assert takes.latest() == {"1A": THERE, "1B": THERE}
    before = (tmp_path / "state" / "takes.json").stat().st_mtime_ns
    takes.remember({"1A": THERE})
    assert (tmp_path / "state" / "takes.json").stat().st_mtime_ns == before, "nothing new is not written"


def test_takes_that_are_looked_at_again_are_those_that_are_there_by_then(takes):
    (taken,) = takes.of([THERE]).values()
    again = takes.again()
    assert again.find(THERE) is taken, "it is not read anew"
    takes.store.file(taken, "clip.mp4").unlink()
    assert takes.find(THERE) is taken
    assert again.again().find(THERE) is None
    assert again.again().of([THERE, ABSENT]) == {}


@pytest.mark.parametrize("text", ["", "{", "[]", "null"])
def test_a_note_that_cannot_be_read_is_no_note(takes, tmp_path, text):
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "takes.json").write_text(text)
    assert takes.latest() == {}
