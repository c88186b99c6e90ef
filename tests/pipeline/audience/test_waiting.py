"""What is waited for is said in words, with the time where somebody can know it."""

import pytest

from farm.schedule.states import TaskState
from pipeline.audience.making import Making, MakingState
from pipeline.audience.progress import heard
from pipeline.audience.waiting import MissingTake, goes_on_in, plays_on, wait_for_sound, wait_for_takes
from pipeline.broadcast import LiveShot

RENDERING = Making(MakingState.RENDERING)
STOPPED = Making(MakingState.FAILED, "no room")


def missing(state=None, progress=0.0, began=None, shot="2A", error=None):
    live = state and LiveShot(shot=shot, state=state, progress=progress, error=error, picture=3)
    return MissingTake("d" * 64, shot, 60.0, live, began)


def test_a_take_that_renders_says_by_its_pace_when_it_goes_on():
    wait = wait_for_takes([missing(TaskState.RENDERING, 0.25, began=10.0)], RENDERING, 1)
    assert (wait.words, wait.more) == ("Shot 2A is being made.", "It goes on in about 30 s.")
    assert (wait.goes_on_s, wait.progress, wait.picture) == (30.0, 0.25, 3)


def test_one_that_has_just_begun_goes_by_its_estimate():
    assert wait_for_takes([missing(TaskState.RENDERING, 0.9, began=1.0)], RENDERING, 1).goes_on_s == 59.0


@pytest.mark.parametrize(("first_s", "each_s"), [(5.0, 0.1), (2.0, 2.0), (0.5, 0.5), (30.0, 1.0)])
def test_the_time_that_is_told_jumps_once_at_most_when_pictures_tell_it(first_s, each_s):
    pictures, usual_s, told, before, jumps = 48, 60.0, None, 60.0, 0
    ends_s = first_s + (pictures - 1) * each_s
    for tenth in range(int(ends_s * 10)):
        now = tenth / 10
        done = 0 if now < first_s else int((now - first_s) / each_s + 1e-9) + 1
        told = heard(told, done / pictures, now)
        live = LiveShot(shot="2A", state=TaskState.RENDERING, progress=done / pictures)
        take = MissingTake("d" * 64, "2A", usual_s, live, now, *((told.first, told.last[1]) if told else ()))
        right_s = ends_s - now if take.is_measured else max(0.0, usual_s - now)
        assert take.left_s == pytest.approx(right_s, abs=0.2, rel=0.1)
        jumps += abs(take.left_s - before) > 1.5
        before = take.left_s
    assert take.is_measured
    assert jumps <= 1


def test_one_that_begins_anew_is_measured_anew():
    told = heard(heard(heard(None, 0.0, 1.0), 0.5, 4.0), 0.75, 8.0)
    assert (told.first, told.last) == ((0.5, 4.0), (0.75, 8.0))
    assert heard(told, 0.1, 9.0) == heard(None, 0.1, 9.0)


def test_of_several_the_last_counts_and_one_of_which_nobody_knows_leaves_it_open():
    soon, late = missing(TaskState.RENDERING, 0.5, began=5.0), missing(TaskState.RENDERING, 0.1, began=5.0)
    assert wait_for_takes([soon, late], RENDERING, 2).goes_on_s == pytest.approx(45.0)
    left_open = wait_for_takes([soon, missing(TaskState.QUEUED, shot="2B")], RENDERING, 1)
    assert (left_open.goes_on_s, left_open.more) == (None, "Shot 2B is needed with it.")


def test_one_that_is_only_written_yet_says_so():
    for take in (missing(TaskState.WRITING, began=9.0), missing(TaskState.RENDERING, 1.0, began=9.0)):
        assert wait_for_takes([take], RENDERING, 1).more == "It is being written down."


@pytest.mark.parametrize(
    ("take", "making", "words", "more", "failed"),
    [
        (missing(), Making(MakingState.STARTING), "The farm is starting.", "Shot 2A is made first.", False),
        (missing(), Making(MakingState.DONE), "Shot 2A is not there.", "Nobody makes it now.", True),
        (missing(TaskState.QUEUED), RENDERING, "Shot 2A waits for its turn.", "2 shots render", False),
        (missing(TaskState.WAITING), RENDERING, "Shot 2A waits for its turn.", "what it starts from", False),
        (missing(TaskState.FAILED, error="boom"), RENDERING, "Shot 2A could not be made.", "Boom.", True),
        (
            missing(),
            Making(MakingState.FAILED, "no room"),
            "What makes the film has stopped.",
            "No room.",
            True,
        ),
    ],
)
def test_every_way_to_wait_has_its_words(take, making, words, more, failed):
    wait = wait_for_takes([take], making, 2)
    assert wait.words == words
    assert more in wait.more
    assert wait.failed is failed


def test_the_sound_is_waited_for_in_words_too():
    assert wait_for_sound(RENDERING, foreseen=True).words == "The sound is being mixed."
    assert wait_for_sound(RENDERING, foreseen=False).words == "The sound comes with the last shot."
    assert wait_for_sound(Making(MakingState.FAILED, "no voice"), foreseen=True).more == "No voice."


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.4, "in a moment"), (4.2, "about 4 s"), (89, "about 89 s"), (200, "about 3 min")]
)
def test_times_are_told_as_one_would_say_them(seconds, words):
    assert words in goes_on_in(seconds)


def test_waiting_longer_is_told_where_it_is_worth_it():
    assert plays_on(42.0, 10.0) == "Stopped for about 42 s, it plays for two minutes without another stop."
    assert "about 3 min" in plays_on(180.0, 10.0)
    assert plays_on(12.0, 10.0) == ""
