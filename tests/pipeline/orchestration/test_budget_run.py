"""A budget that is reached in the middle of a batch holds it, whatever is killed, until it is raised."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest
import yaml

from tests.support.pipeline.slate_films import Shotfarm, assert_clear, six_slates, takes_in, write_film
from tests.support.waiting import PATIENCE_S, until

pytestmark = pytest.mark.slow

PRICES = "currency: EUR\nprices:\n  - {renderer: slate, per_worker_second: 1.5}\n"


@pytest.fixture
def slate(tmp_path: Path) -> Path:
    """Two versions of the film that share all but one shot, and about a second for both."""
    film = six_slates() | {
        "title": "Dear Slates",
        "parameters": {"who": {"type": "text", "default": "all"}},
    }
    film["scenes"][1]["shots"][0]["action"] = "A slate for {{ who }}."
    folder = write_film(tmp_path / "film", film)
    document = {
        "budget": {"money": "1.60 EUR", "worker_hours": 1},
        "productions": [{"film": "film", "matrix": {"who": ["Ana", "Bo"]}, "out": "out/{who}.mp4"}],
    }
    (folder.parent / "slate.yaml").write_text(yaml.safe_dump(document, sort_keys=False))
    return folder.parent / "slate.yaml"


def jobs_of(standing: Shotfarm) -> list[dict]:
    """The productions of the batch on the farm."""
    return [one for one in standing.json("farm", "jobs") if one["title"] == "Dear Slates"]


def held(standing: Shotfarm) -> list[dict]:
    """Those that a budget holds, when nothing renders or is written any more."""
    jobs = [one for one in jobs_of(standing) if one["held"]]
    return [] if any({"rendering", "writing"} & one["counts"].keys() for one in jobs) else jobs


def workers(standing: Shotfarm) -> set[str]:
    """Who works on the farm, or is there to."""
    return {one["name"] for one in standing.json("farm", "status")["workers"]}


def told(standing: Shotfarm, *words: object) -> dict:
    """What a command that starts nothing says."""
    done = standing.here(*words, "--json")
    assert done.returncode == 0, done.stdout
    return json.loads(done.stdout)


def attempts(standing: Shotfarm, slate: Path) -> int:
    return sum(row["attempts"] for row in told(standing, "costs", slate)["totals"])


def test_a_budget_holds_a_batch_until_a_person_raises_it_whatever_is_killed(standing, slate, tmp_path):
    prices = tmp_path / "prices.yaml"
    prices.write_text(PRICES)
    standing = Shotfarm(standing.home, {"SHOTFARM_PRICES": str(prices)}, standing.mark)
    without = Shotfarm(standing.home, {}, standing.mark)
    assert_clear(without.here("batch", "run", slate), 2, "the budget is 1.60 EUR, and there are no prices")
    plan = told(standing, "batch", "plan", slate)
    assert plan["work"]["currency"] == "EUR"
    idle = workers(standing)  # of other tests, for ten minutes
    run = standing.start("batch", "run", slate)
    try:
        jobs = until(lambda: held(standing), "the budget is reached, and what rendered has ended")
        (words,) = jobs[0]["held"]
        assert "is reached: " in words
        assert "of 1.60 EUR; `shotfarm budget raise" in words
        rendered = len(takes_in(slate.parent / "film"))
        assert 0 < rendered < plan["unique"]
        assert "is held: the budget" in standing("farm", "status").stdout
        until(lambda: workers(standing) <= idle, "no worker waits with it")
        run.send_signal(signal.SIGKILL)
        run.communicate(timeout=PATIENCE_S)
        before = attempts(standing, slate)
        of_killed = {one["production"] for one in jobs_of(standing)}

        run = standing.start("batch", "run", slate)
        others = lambda: {one["production"] for one in held(standing)} - of_killed  # noqa: E731
        until(others, "another run is held at once", run=run)
        assert len(takes_in(slate.parent / "film")) == rendered
        assert attempts(standing, slate) == before
        shown = told(standing, "budget", "show", slate)
        assert float(shown["spent"]["money"]) >= 1.6
        assert shown["reached"]

        raised = told(standing, "budget", "raise", slate, "--money", "9000")  # not to be reached again
        assert (raised["limits"]["money"], raised["reached"]) == ("9001.60", [])
        assert [one["more"] for one in raised["raises"]] == ["9000.00 EUR"]
        said, complained = run.communicate(timeout=PATIENCE_S)
    finally:
        run.kill()
    assert run.returncode == 0, f"{said}\n{complained}"
    assert "held: the budget of the slate slate.yaml is reached" in said
    assert "no budget holds it any more" in said
    assert len(takes_in(slate.parent / "film")) == plan["unique"]

    (total,) = told(standing, "costs", slate, "--by", "production")["totals"]
    assert total["attempts"] >= plan["unique"]
    parts = total["parts"]
    assert sum(part["worker_ms"] for part in parts.values()) == total["worker_ms"]
    assert round(sum(float(part["money"]) for part in parts.values()), 2) == float(total["money"])
    assert parts["accepted"]["worker_ms"] > 1000
    spent = told(standing, "budget", "show", slate)["spent"]
    assert float(spent["money"]) >= float(total["money"])  # idle workers go on costing
    assert total["unpriced_ms"] == 0
    assert float(total["money_per_accepted_second"]) > 0
    rows = told(standing, "costs", slate.parent / "film", "--by", "shot")["rows"]
    assert {"1A", "2A"} <= {row["name"] for row in rows}
    standing("farm", "cancel", jobs[0]["production"])
