"""Whole evenings on simulated farms, in a small form; the benchmark `audience` has the large one."""

from __future__ import annotations

import pytest

from tests.benchmarks.audience import RATIOS, answering, anywhere, told, workers_for
from tests.support.pipeline.simulated_audience import (
    FILM,
    PLAYHEAD,
    SHORTEST,
    Show,
    separate_work_s,
    unique_work_s,
)


@pytest.mark.parametrize("make", [anywhere, answering])
@pytest.mark.parametrize("ratio", RATIOS)
def test_with_a_fifth_more_workers_than_are_needed_nobody_has_to_stop(make, ratio):
    for viewers in (1, 4):
        show = make(viewers, ratio, 5)
        assert told([Show(*show, workers_for(*show, 1.2), PLAYHEAD).run()])[0] == 100


def test_whoever_serves_the_playhead_lets_viewers_begin_sooner():
    shows = [anywhere(4, ratio, 5) for ratio in RATIOS]
    waits = {
        policy: told([Show(*show, workers_for(*show, 1.2), policy).run() for show in shows])[1]
        for policy in (PLAYHEAD, FILM, SHORTEST)
    }
    assert waits[PLAYHEAD] < waits[FILM] < waits[SHORTEST]


def test_what_viewers_share_is_made_once():
    story, viewers = answering(12, 2.0, 3)
    made_s = Show(story, viewers, workers_for(story, viewers, 1.2), PLAYHEAD).run().made_s
    assert made_s <= sum(story.work_s.values()) + 1e-6
    assert unique_work_s(story, viewers) <= made_s + 1e-6
    assert separate_work_s(story, viewers) > 7 * made_s


def test_a_viewer_without_a_budget_is_given_nothing_that_only_may_come():
    story, viewers = answering(1, 2.0, 3)
    rich, poor = (Show(story, viewers, 8, PLAYHEAD, budget_s).run() for budget_s in (1e9, 0.0))
    assert poor.made_s == pytest.approx(unique_work_s(story, viewers))
    assert rich.made_s > poor.made_s
