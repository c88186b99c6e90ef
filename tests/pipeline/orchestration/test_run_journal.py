"""What a detached run tells is heard again as it was told, at any time and by anybody."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from farm.schedule.messages import ShotEvent, Update
from farm.schedule.states import FailureKind, TaskState
from pipeline.film.assemble import Delivery, FinishedFilm
from pipeline.orchestration.run import RunSummary
from pipeline.orchestration.run_journal import Journal, hear_again, told_in
from pipeline.production.open import open_production
from pipeline.settings import Settings
from storyboard.errors import AssemblyError, DocumentError, FarmError, Interrupted, Problem, ShotFailedError
from storyboard.planning.plan import Plan


class Heard:
    """An observer that keeps what it hears."""

    def __init__(self) -> None:
        self.all: list[object] = []

    def planned(self, plan: Plan) -> None:
        self.all.append(plan)

    def rendering(self, update: Update) -> None:
        self.all.append(update)

    def stage(self, name: str, done: int, total: int) -> None:
        self.all.append((name, done, total))


@pytest.fixture
def plan(film_folder: Path) -> Plan:
    return open_production(film_folder, Settings(backend="slate")).plan()


def summary_of(plan: Plan) -> RunSummary:
    delivery = Delivery("web", Path("/out/web"), (Path("/out/web/ねこ.mp4"),), -16.0, -1.5, ("quiet",), True)
    film = FinishedFilm(Path("/out/ねこ.mp4"), "ab" * 32, 107, 4.458, 6, None, None, True, (delivery,))
    return RunSummary(film, 6, 0, plan)


def test_everything_comes_back_as_it_was_told(tmp_path, plan):
    path = tmp_path / "run.jsonl"
    shot = plan.missing[0]
    event = ShotEvent(1, shot.digest, TaskState.FAILED, "slate-1", "猫 fell\nover", FailureKind.BACKEND)
    journal = Journal(path)
    journal.planned(plan)
    journal.rendering(Update((event,), {shot.digest: 0.25}, {shot.digest: b"\xff\xd8"}))
    journal.stage("picture", 2, 5)
    journal.ended(summary_of(plan))
    heard = Heard()
    assert hear_again(told_in(path, lambda: False), heard) == summary_of(plan)
    assert heard.all == [plan, Update((event,), {shot.digest: 0.25}), ("picture", 2, 5)]


def test_how_far_shots_are_is_written_now_and_then_and_events_always(tmp_path):
    journal = Journal(tmp_path / "run.jsonl")
    event = ShotEvent(1, "a", TaskState.RENDERING)
    for _ in range(50):
        journal.rendering(Update((), {"a": 0.5}))
    for _ in range(3):
        journal.rendering(Update((event,), {}))
    lines = (tmp_path / "run.jsonl").read_text().splitlines()
    assert len(lines) < 10
    assert sum("rendering" in line and '"number": 1' in line for line in lines) == 3


@pytest.mark.parametrize(
    "error", [FarmError("gone", "start it"), ShotFailedError("2A"), Interrupted("by you")]
)
def test_an_error_comes_back_as_what_it_was(tmp_path, error):
    Journal(tmp_path / "run.jsonl").failed(error)
    with pytest.raises(type(error)) as raised:
        hear_again(told_in(tmp_path / "run.jsonl", lambda: False), Heard())
    assert (raised.value.message, raised.value.hint) == (error.message, error.hint)
    assert raised.value.exit_code == error.exit_code


def test_an_error_that_holds_more_than_words_comes_back_with_its_words(tmp_path):
    Journal(tmp_path / "run.jsonl").failed(DocumentError([Problem("film.yaml", 3, 1, "title", "is missing")]))
    with pytest.raises(FarmError, match=r"film\.yaml:3:1: title: is missing"):
        hear_again(told_in(tmp_path / "run.jsonl", lambda: False), Heard())


def test_lines_are_heard_as_they_come_also_in_halves(tmp_path):
    path = tmp_path / "run.jsonl"
    path.write_text('["stage", ["pict')
    over = threading.Event()
    lines = told_in(path, lambda: not over.is_set())

    def write() -> None:
        with path.open("a") as more:
            more.write('ure", 1, 2]]\n["stage", ["sound", 1, 1]]\n["stage", ["cut o')
        over.set()

    threading.Timer(0.1, write).start()
    heard = Heard()
    assert hear_again(lines, heard) is None, "it ended without a word"
    assert heard.all == [("picture", 1, 2), ("sound", 1, 1)]


def test_a_disk_that_is_full_costs_the_words_and_not_the_run(small_disk, plan):
    disk = small_disk(1)
    journal = Journal(disk / "run.jsonl")
    (disk / "ballast").write_bytes(b"0" * (1024**2 - 8192))
    for number in range(3000):
        journal.stage("picture" * 3, number, 3000)
    journal.failed(AssemblyError("no room"))


def test_a_run_that_was_killed_before_its_first_word_told_nothing(tmp_path):
    assert [*told_in(tmp_path / "run.jsonl", lambda: False)] == []
