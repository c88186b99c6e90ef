"""A deadline that will be missed is said before anything renders, with what would help."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

import pytest

from farm.schedule.placement import FarmNode
from farm.schedule.states import ShotRequest
from pipeline.budgets.prices import price_list
from pipeline.production.estimates import Work, summed, work_of
from pipeline.production.open import open_production
from pipeline.rendering.deadline import deadline_of, lateness, warned_of, workers_among
from pipeline.settings import load_settings
from storyboard.errors import UsageError
from storyboard.money import FINE, Money
from tests.support.pipeline.slate_films import six_slates, write_film

NOW = datetime(2026, 12, 24, 12, 0, tzinfo=UTC)


def opened(tmp_path, **more):
    document = six_slates() | {
        "renderers": {"final": {"backend": "animatic"}, "draft": {"backend": "slate"}},
        "renderer": "final",
    }
    folder = write_film(tmp_path / "film", document)
    return open_production(folder, load_settings(home=tmp_path / "home", **more))


def warned(production, left_s: float, workers: int = 1) -> list[str]:
    plan = production.plan()
    late = lateness(production, plan, NOW + timedelta(seconds=left_s), NOW, workers)
    planned = warned_of(plan, late)
    return [one.message for one in planned.warnings[len(plan.warnings) :]]


def test_nothing_is_said_of_a_deadline_that_is_met(tmp_path):
    production = opened(tmp_path)
    assert warned(production, 3600) == []
    assert lateness(production, production.plan(), None, NOW, 1) is None


def test_more_workers_and_a_faster_renderer_are_named_where_they_help(tmp_path):
    production = opened(tmp_path)
    plan = production.plan()
    (words,) = warned(production, 0.9 * plan.estimate_s)
    assert "the deadline 2026-12-24 12:00 UTC will be missed by about" in words
    assert "with 1 worker it is rendered at 2026-12-24 12:00 UTC" in words
    assert "2 workers would do" in words
    assert "in time with --renderer draft" in words


def test_no_number_of_workers_helps_a_chain(tmp_path):
    production = opened(tmp_path)
    (words,) = warned(production, 0.5 * production.plan().critical_path_s)
    assert "no number of workers is enough" in words


def test_a_deadline_that_has_passed_is_said_to_have(tmp_path):
    assert warned(opened(tmp_path), -5) == ["the deadline 2026-12-24 11:59 UTC has passed"]


@pytest.mark.parametrize(
    ("nodes", "most", "workers"),
    [
        ([], None, os.cpu_count()),
        ([], 3, 3),
        ([FarmNode("a", "a", cpus=4), FarmNode("b", "b", cpus=2.5)], None, 6),
        ([FarmNode("a", "a", cpus=4)], 3, 3),
        ([FarmNode("a", "a", cpus=0.5)], 2, 2),
    ],
)
def test_advice_reckons_with_the_workers_that_the_farm_would_hold(nodes, most, workers):
    wanted = [ShotRequest("a", "1A", "slate", 0, work_s=9), ShotRequest("b", "1B", "animatic", 1, work_s=1)]
    assert workers_among(nodes, wanted, load_settings(workers=most)) == workers


@pytest.mark.parametrize("text", ["tomorrow", "2026-12-24", "2026-12-24T18:00", "NaN", "1e400", "", "-1"])
def test_what_is_no_moment_with_its_zone_is_refused(text):
    with pytest.raises(UsageError, match="no moment with its zone"):
        deadline_of(text)


def test_a_moment_with_its_zone_is_read():
    assert deadline_of("2026-12-24T18:00+01:00") == datetime(2026, 12, 24, 17, 0, tzinfo=UTC)
    assert deadline_of(None) is None


def test_an_estimate_is_what_its_shots_are_and_unknown_where_one_is(tmp_path):
    production = opened(tmp_path, price_per_worker_hour="3600")
    prices = price_list(production.settings)
    plan = production.plan()
    whole = work_of(plan.missing, production.choices, prices)
    parts = [work_of([shot], production.choices, prices) for shot in plan.missing]
    assert whole.worker_ms == sum(one.worker_ms for one in parts)
    assert whole.money == Money(sum(one.money.fine for one in parts), "EUR")
    assert whole.money.fine == whole.worker_ms * 100 * FINE // 1000
    assert (whole.low, whole.high) == (None, None)
    assert summed([*parts, Work(1, 0, None)], "EUR").money is None
