"""The pace of a production, and the time that is left."""

from __future__ import annotations

import pytest

from farm.schedule.throughput import Throughput


def test_without_a_finished_shot_nobody_knows():
    pace = Throughput()
    assert pace.left_s(10, 5) is None
    assert pace.shots_per_hour(10) is None
    pace.begin(0)
    assert pace.left_s(10, 5) is None


def test_nothing_left_takes_no_time():
    assert Throughput().left_s(10, 0) == 0


def test_the_pace_counts_from_the_first_shot_that_went_to_a_worker():
    pace = Throughput()
    pace.begin(100)
    pace.begin(150)
    pace.finished(160, 30)
    pace.finished(200, 30)
    assert pace.shots_per_hour(200) == pytest.approx(2 * 36)
    assert pace.left_s(200, 90) == pytest.approx(150), "60 s of estimated work took 100 s"


def test_what_is_long_past_counts_no_more():
    pace = Throughput(window_s=60)
    pace.begin(0)
    pace.finished(10, 1)
    pace.finished(95, 1)
    pace.finished(100, 1)
    assert pace.shots_per_hour(120) == pytest.approx(2 * 60)
    assert pace.left_s(120, 4) == pytest.approx(120)
    assert pace.left_s(1000, 4) is None


def test_a_standstill_makes_the_rest_take_longer():
    pace = Throughput()
    pace.begin(0)
    pace.finished(10, 5)
    early, late = pace.left_s(10, 5), pace.left_s(100, 5)
    assert early is not None
    assert late is not None
    assert late > early
