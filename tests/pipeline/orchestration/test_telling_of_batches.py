"""What channels are told of a batch: of the slate, of each production, and never twice of the same."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from farm.schedule.amounts import Over
from farm.schedule.messages import Update
from pipeline.batches.summary import BatchSummary, MadeProduction, State
from pipeline.batches.watching import NobodyWatches
from pipeline.notices.herald import Herald
from pipeline.notices.notice import About
from pipeline.notices.outbox import Outbox
from pipeline.orchestration.telling_of_batches import MOST_TOLD, tell_batch, told_batch, unheard_of
from pipeline.settings import load_settings
from storyboard.errors import FarmError, Interrupted
from storyboard.schema.notices import Notices, Occasion

EVERY = (*Occasion,)
DUE = datetime(2026, 12, 24, 12, 0, tzinfo=UTC)


def made(number: int, state: State, **facts: Any) -> MadeProduction:
    """A production at its end."""
    names = {"name": f"out/{number}", "film": "f/film.yaml", "title": "A Film", "out": f"out/{number}.mp4"}
    return MadeProduction.model_validate({**names, "state": state, **facts})


def batch_of(*states: State) -> BatchSummary:
    why = {State.FAILED: "a reason"}
    productions = tuple(made(number, state, error=why.get(state)) for number, state in enumerate(states))
    return BatchSummary(
        slate="slate.yaml", productions=productions, shots=1, unique=1, rendered=1, took_s=1.0
    )


@pytest.fixture
def herald(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Notices], Herald]:
    """Tells of a slate that has such notices."""
    monkeypatch.setattr("pipeline.notices.herald.wake", lambda settings: None)
    about = About("spring", tmp_path / "slate.yaml", again="shotfarm batch run slate.yaml")
    return lambda notices: Herald(load_settings(home=tmp_path), notices, about)


def heard(herald: Herald) -> list[tuple[str, str]]:
    """Each channel, and the subject that it was told."""
    return [(one.channel, one.notice.subject) for one in Outbox(herald.settings).letters().values()]


def plan_of(own: Notices, productions: int = 2, **late_at: datetime) -> Any:
    """A plan of productions of one film that has such notices, all due at the same time."""
    planned = [
        SimpleNamespace(
            name=f"out/{number}",
            title="A Film",
            film=Path("f/film.yaml"),
            notices=own,
            deadline=DUE,
            of_slate=SimpleNamespace(of_film=False),
        )
        for number in range(productions)
    ]
    late = {name.replace("_", "/"): at for name, at in late_at.items()}
    return SimpleNamespace(productions=planned, late=("more workers",) if late else (), late_at=late)


@pytest.mark.parametrize(
    ("states", "occasion"),
    [
        ((State.MADE, State.UNCHANGED), Occasion.FINISHED),
        ((State.MADE, State.WAITS), Occasion.WAITS),
        ((State.FAILED, State.WAITS, State.MADE), Occasion.FAILED),
        ((State.UNCHANGED, State.UNCHANGED), None),
    ],
)
def test_a_batch_is_one_notice_and_one_that_was_done_is_none(herald, states, occasion):
    slate = herald({"team": EVERY})
    tell_batch(slate, batch_of(*states))
    told = [letter.notice for letter in Outbox(slate.settings).letters().values()]
    assert [notice.occasion for notice in told] == ([occasion] if occasion else [])
    if occasion is Occasion.FAILED:
        assert "out/0 failed: a reason" in str(told[0])


def test_the_slate_speaks_for_its_productions_where_a_channel_hears_of_both():
    own: Notices = {"team": (Occasion.FINISHED, Occasion.FAILED), "ana": (Occasion.LATE,)}
    assert unheard_of(own, {}) == own
    assert unheard_of(own, {"team": (Occasion.FINISHED,), "ana": EVERY}) == {"team": (Occasion.FAILED,)}


def test_each_production_tells_its_own_end_and_what_it_was_begun_for(herald):
    slate = herald({"team": (Occasion.FINISHED,)})
    with told_batch(NobodyWatches(), slate) as told:
        told.planned(plan_of({"team": EVERY, "ana": EVERY}, 5))
        for number, state in enumerate(
            (State.MADE, State.FAILED, State.WAITS, State.UNCHANGED, State.STOPPED)
        ):
            if state is not State.UNCHANGED:
                told.begins(f"out/{number}")
            told.ended(made(number, state, error="a reason", waits_for=("1A",)))
    assert heard(slate) == [
        ("ana", "A Film (out/0): finished"),
        ("team", "A Film (out/1): failed"),
        ("ana", "A Film (out/1): failed"),
        ("team", "A Film (out/2): waits for approval"),
        ("ana", "A Film (out/2): waits for approval"),
        ("team", "A Film (out/4): failed"),
        ("ana", "A Film (out/4): failed"),
    ]


def test_a_budget_that_holds_many_is_told_of_once_to_each_channel(herald):
    slate = herald({"team": (Occasion.OVER_BUDGET,)})
    over = Update((), {}, over=(Over("id/slate.yaml", "the slate", "11.00", "10.00 EUR"),))
    with told_batch(NobodyWatches(), slate) as told:
        told.planned(plan_of({"ana": (Occasion.OVER_BUDGET,)}, MOST_TOLD + 2))
        for number in range(MOST_TOLD + 2):
            told.begins(f"out/{number}").rendering(over)
    assert heard(slate) == [("ana", "A Film (out/0): over budget"), ("team", "spring: over budget")]


def test_deadlines_that_will_be_missed_are_told_of_before_anything_renders_and_once(herald):
    slate = herald({"team": (Occasion.LATE,)})
    late = Update((), {}, late_s=600.0)
    with told_batch(NobodyWatches(), slate) as told:
        told.planned(plan_of({"ana": (Occasion.LATE,)}, out_0=DUE))
        for number in range(2):
            told.begins(f"out/{number}").rendering(late)
    assert heard(slate) == [
        ("ana", "A Film (out/0): late"),
        ("team", "spring: late"),
        ("ana", "A Film (out/1): late"),
    ]
    (first,) = [one.notice for one in Outbox(slate.settings).letters().values() if one.channel == "team"]
    assert "more workers" in first.text


def test_of_very_many_productions_the_others_are_told_of_together(herald):
    slate = herald({})
    with told_batch(NobodyWatches(), slate) as told:
        told.planned(plan_of({"ana": (Occasion.FINISHED,)}, MOST_TOLD + 7))
        for number in range(MOST_TOLD + 7):
            told.ended(made(number, State.MADE))
    subjects = heard(slate)
    assert len(subjects) == MOST_TOLD + 1
    assert subjects[-1] == ("ana", "spring: finished")
    assert "7 more productions: finished." in str([*Outbox(slate.settings).letters().values()][-1])


@pytest.mark.parametrize("error", [Interrupted("by you"), KeyboardInterrupt(), FarmError("the head is gone")])
def test_what_was_being_made_when_a_batch_failed_is_told_of_and_ctrl_c_is_not(herald, tmp_path, error):
    slate = herald({})
    notes = tmp_path / "notices" / "living"

    def go_wrong() -> None:
        with told_batch(NobodyWatches(), slate) as told:
            told.planned(plan_of({"ana": (Occasion.FAILED,)}))
            told.begins("out/0")
            (note,) = notes.iterdir()
            assert "shotfarm batch run slate.yaml" in json.loads(note.read_bytes())["notice"]["text"]
            raise error

    with pytest.raises(type(error)):
        go_wrong()
    assert not [*notes.iterdir()]
    expected = [("ana", "A Film (out/0): failed")] if isinstance(error, FarmError) else []
    assert heard(slate) == expected
