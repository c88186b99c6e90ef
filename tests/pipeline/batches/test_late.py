"""What is said of a slate's deadlines, its budget, and the money of its plan."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import yaml

from farm.schedule.rehearsal import MOST_APART, Wanted
from farm.schedule.states import ShotRequest
from pipeline.batches.deadlines import MOST_NAMED, looked_ahead
from pipeline.batches.plan import plan_slate
from pipeline.batches.slate import load_slate
from pipeline.settings import load_settings
from storyboard.errors import DocumentError
from tests.support.pipeline.slate_films import six_slates, write_film

NOW = datetime(2026, 12, 24, 12, 0, tzinfo=UTC)


def version(number: int, due_s: float | None = 100.0, shots: int = 2) -> Wanted:
    requests = tuple(ShotRequest(f"{number}-{n}", str(n), "x", n, work_s=30.0) for n in range(shots))
    return Wanted(f"f-{number}", requests, deadline_s=due_s)


def test_who_will_be_late_by_how_much_and_what_would_help():
    ahead = looked_ahead([version(0), version(1)], 1, NOW, lambda: ["draft", "rough"])
    late, helps = ahead.words
    assert ahead.ends_s == {"f-0": 120.0}
    assert late == "f-0 will be late by about 20.0 s: with 1 worker it is rendered at 2026-12-24 12:02 UTC"
    assert helps.startswith(
        "what would help: 2 workers; or fewer versions: without f-0 the others are in time; or "
        "with the renderer draft, rough all are in time"
    )
    assert looked_ahead([version(0), version(1, None)], 2, NOW, lambda: None).words == ()


def test_of_many_that_will_be_late_the_latest_are_named():
    ahead = looked_ahead([version(number) for number in range(MOST_APART + 1)], 4, NOW, lambda: None)
    assert ahead.words[0].startswith("f-")
    assert len(ahead.words) == MOST_NAMED + 2
    assert ahead.words[-2] == f"and {len(ahead.ends_s) - MOST_NAMED} more will be late"
    assert "41 workers" in ahead.words[-1]


def slate_of(tmp_path, **more):
    write_film(tmp_path / "film", six_slates())
    document = {"productions": [{"film": "film", "backend": "slate", **more.pop("entry", {})}], **more}
    (tmp_path / "slate.yaml").write_text(yaml.safe_dump(document, sort_keys=False))
    return load_slate(tmp_path / "slate.yaml")


def test_the_plan_of_a_slate_has_money_and_its_late_deadlines(tmp_path):
    settings = load_settings(home=tmp_path / "home", price_per_worker_hour="7200", workers=1)
    plan = plan_slate(slate_of(tmp_path, entry={"deadline": "2026-01-01T00:00:00+00:00"}), settings)
    assert str(plan.work.money).endswith("EUR")
    assert plan.work.money == plan.productions[0].work.money
    assert "film will be late by about" in plan.late[0]
    assert [*plan.late_at] == ["out/film"]
    assert plan_slate(slate_of(tmp_path), load_settings(home=tmp_path / "home")).work.money is None


def test_a_renderer_of_all_films_is_named_where_with_it_all_would_be_in_time(tmp_path):
    film = six_slates() | {
        "renderers": {"final": {"backend": "animatic"}, "draft": {"backend": "slate"}},
        "renderer": "final",
    }
    film["format"] |= {"width": 3840, "height": 2160}
    for shot in film["scenes"][1]["shots"]:
        shot["duration"] = 5000
    loaded = slate_of(tmp_path)
    write_film(tmp_path / "film", film)
    settings = load_settings(home=tmp_path / "home", workers=1)
    entry = {"film": "film"}

    def late(left_s: float) -> tuple[str, ...]:
        due = datetime.now(UTC) + timedelta(seconds=left_s)
        document = {"productions": [entry | {"deadline": due.isoformat()}]}
        loaded.path.write_text(yaml.safe_dump(document))
        return plan_slate(load_slate(loaded.path), settings).late

    assert late(1e9) == ()
    work_s = plan_slate(load_slate(loaded.path), settings).work_s
    assert "with the renderer draft all are in time" in late(0.9 * work_s)[-1]
    assert "renderer" not in late(0.001)[-1]


@pytest.mark.parametrize(
    ("budget", "words"),
    [
        ({"money": "-1 EUR"}, "budget.money: '-1 EUR'"),
        ({"money": "1e400 EUR"}, "a sum is a number"),
        ({"money": "1 QQQ"}, "no currency"),
        ({"gpu_hours": float("nan")}, "budget.gpu_hours"),
        ({"worker_hours": -0.1}, "too small"),
    ],
)
def test_a_wrong_budget_of_a_slate_is_an_error_at_its_line(tmp_path, budget, words):
    with pytest.raises(DocumentError) as caught:
        slate_of(tmp_path, budget=budget)
    assert words in caught.value.message
    assert caught.value.problems[0].line
