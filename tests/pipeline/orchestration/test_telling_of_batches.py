"""What a slate's channels are told of a batch: once, of all its productions."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.batches.summary import BatchSummary, MadeProduction, State
from pipeline.notices.herald import Herald
from pipeline.notices.outbox import Outbox
from pipeline.orchestration.telling import tell_batch
from pipeline.settings import load_settings
from storyboard.schema.notices import Occasion


def batch_of(*states: State) -> BatchSummary:
    productions = tuple(
        MadeProduction(
            name=f"out/{number}",
            film="f/film.yaml",
            title="A Film",
            out=f"out/{number}.mp4",
            state=state,
            error="a reason" if state is State.FAILED else None,
        )
        for number, state in enumerate(states)
    )
    return BatchSummary(
        slate="slate.yaml", productions=productions, shots=1, unique=1, rendered=1, took_s=1.0
    )


@pytest.mark.parametrize(
    ("states", "occasion"),
    [
        ((State.MADE, State.UNCHANGED), Occasion.FINISHED),
        ((State.MADE, State.WAITS), Occasion.WAITS),
        ((State.FAILED, State.WAITS, State.MADE), Occasion.FAILED),
        ((State.UNCHANGED, State.UNCHANGED), None),
    ],
)
def test_a_batch_is_one_notice_and_one_that_was_done_is_none(tmp_path: Path, monkeypatch, states, occasion):
    monkeypatch.setattr("pipeline.notices.herald.wake", lambda settings: None)
    settings = load_settings(home=tmp_path)
    herald = Herald(settings, {"team": (*Occasion,)}, "spring", tmp_path / "slate.yaml", {})
    tell_batch(herald, batch_of(*states))
    told = [letter.notice for letter in Outbox(settings).letters().values()]
    assert [notice.occasion for notice in told] == ([occasion] if occasion else [])
    if occasion is Occasion.FAILED:
        assert "out/0 failed: a reason" in str(told[0])
