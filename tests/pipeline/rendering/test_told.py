"""What a run says while it goes on: each thing once, however often it is heard."""

from __future__ import annotations

from types import SimpleNamespace

from farm.schedule.messages import ShotEvent, Update
from farm.schedule.states import TaskState
from pipeline.rendering.told import LATE_S, RunWords


def told_of(*shots: str) -> tuple[RunWords, list[str]]:
    """A run of these shots, and its first lines."""
    missing = [SimpleNamespace(digest=f"digest {shot}", shot=shot, exists=False) for shot in shots]
    words = RunWords()
    plan = SimpleNamespace(missing=missing, cut=missing, warnings=())
    return words, words.planned(plan)  # type: ignore[arg-type]


def heard(words: RunWords, number: int, shot: str, state: TaskState, error: str | None = None) -> list[str]:
    return words.rendering(Update((ShotEvent(number, f"digest {shot}", state, error=error),), {}))


def test_one_shot_is_no_shots():
    assert told_of("1A")[1] == ["1 shot to render, 0 takes are there"]
    assert told_of("1A", "1B")[1] == ["2 shots to render, 0 takes are there"]


def test_a_shot_that_a_lost_farm_tells_of_again_is_said_once():
    words, _ = told_of("1A", "1B")
    assert heard(words, 1, "1A", TaskState.DONE) == ["shot 1A rendered (1 of 2)"]
    assert heard(words, 1, "1A", TaskState.DONE) == []
    assert heard(words, 2, "1B", TaskState.DONE) == ["shot 1B rendered (2 of 2)"]


def test_each_failure_is_said_with_its_number():
    words, _ = told_of("1A")
    said = [heard(words, number, "1A", TaskState.PAUSING, "no") for number in range(3)]
    assert said == [
        [f"shot 1A failed {times}, will be tried again: no"] for times in ("once", "twice", "3 times")
    ]
    assert heard(words, 4, "1A", TaskState.FAILED, "no") == ["shot 1A failed: no"]


def test_a_stage_that_is_looked_at_again_is_said_once():
    words, _ = told_of("1A")
    looks = [(0, 2), (1, 2), (2, 2), (2, 2), (2, 2)]
    assert [line for done, total in looks for line in words.stage("mix", done, total)] == ["mix: done"]
    assert words.stage("nothing to do", 0, 0) == []


def test_what_was_called_off_is_said_as_cancelled():
    words, _ = told_of("1A")
    assert heard(words, 1, "1A", TaskState.CANCELLED, "called off") == ["shot 1A cancelled: called off"]


def test_what_holds_a_run_is_said_once_and_that_it_goes_on():
    words = RunWords()
    said = [words.rendering(Update((), {}, held=(f"the budget of X is reached: {n} of 3",))) for n in (3, 4)]
    assert said == [["held: the budget of X is reached: 3 of 3"], []]
    assert words.rendering(Update((), {})) == ["no budget holds it any more"]
    assert words.rendering(Update((), {})) == []


def test_a_deadline_that_will_be_missed_is_said_once_until_it_will_be_met():
    words = RunWords()
    assert words.rendering(Update((), {}, late_s=LATE_S)) == []
    (late,) = words.rendering(Update((), {}, late_s=600.0))
    assert late == "late: at this pace it is rendered 10 min 00 s after its deadline"
    assert words.rendering(Update((), {}, late_s=700.0)) == []
    assert words.rendering(Update((), {}, late_s=None)) == []
    assert words.rendering(Update((), {}, late_s=-1.0)) == ["in time again, at this pace"]
