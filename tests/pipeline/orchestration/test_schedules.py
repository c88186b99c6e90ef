"""Schedules on a standing farm: made, started by the clock and by hand, through restarts, and removed.

What is tried builds on what was tried before it, and shares one farm: it is one test.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import psutil
import pytest
import yaml
from playwright.sync_api import TimeoutError as TooLate

from farm.host.identity import is_gone
from tests.support.pipeline.slate_films import Shotfarm, assert_clear, farm_up, home_with_history, prefect_of
from tests.support.processes import words_of
from tests.support.waiting import until

pytestmark = pytest.mark.slow

FILM = {
    "schema": 1,
    "parameters": {"who": {"type": "text", "default": "all"}},
    "title": "For {{ who }}",
    "format": {"width": 160, "height": 90},
    "locations": {"here": {"name": "Here"}},
    "scenes": [
        {
            "id": "1",
            "slug": "INT. HERE - DAY",
            "location": "here",
            "shots": [
                {"id": "1A", "duration": "1s", "action": "A sea"},
                {"id": "1B", "duration": "1s", "action": "For {{ who }}"},
            ],
        }
    ],
}
SLATE = {"productions": [{"film": "f", "backend": "slate", "matrix": {"who": ["Ana", "Bo"]}}]}
HOUR = 6 if datetime.now(ZoneInfo("Europe/Rome")).hour >= 12 else 18
"""of every day; hours away, so that the clock starts nothing while the test runs"""
DAILY = ("--cron", f"30 {HOUR} * * *", "--timezone", "Europe/Rome")


@pytest.fixture(scope="module")
def shotfarm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shotfarm]:
    """The command in a home whose farm is up, for the tests of this file."""
    with farm_up(home_with_history(tmp_path_factory.mktemp("scheduled") / "home")) as command:
        yield command


@pytest.fixture(scope="module")
def slate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A slate of two productions, in a folder whose name is in another script."""
    folder = tmp_path_factory.mktemp("slates") / "夜の町"
    (folder / "f").mkdir(parents=True)
    (folder / "f" / "film.yaml").write_text(yaml.safe_dump(FILM))
    (folder / "slate.yaml").write_text(yaml.safe_dump(SLATE))
    return folder / "slate.yaml"


def the_runner(command: Shotfarm) -> psutil.Process:
    """The process that starts runs."""

    def there() -> psutil.Process | None:
        every = command.family()
        runner = "pipeline.orchestration.schedule_runner"
        return next((one for one in every if runner in words_of(one).split()), None)

    return until(there, "the runner of schedules runs")


def pass_by(command: Shotfarm, schedule: dict[str, Any], since: datetime) -> None:
    """Let Prefect's scheduler make the runs of times that have passed, as it would have made them before."""
    times = {"start_time": since.isoformat(), "end_time": datetime.now(UTC).isoformat()}
    with prefect_of(command) as prefect:
        prefect.ask(f"deployments/{schedule['id']}/schedule", {**times, "min_runs": 50, "max_runs": 50})


def ended(command: Shotfarm, name: str, number: int) -> list[dict[str, Any]]:
    """The history of a schedule when so many runs have ended, the newest first."""

    def over() -> Any:
        runs = command.json("schedule", "history", name)
        return len(runs) >= number and all(run["end"] not in {"waits", "goes on"} for run in runs) and runs

    return until(over, f"{number} runs of {name} end")


WRONG = [
    (("--cron", "61 2 * * *"), '"61" is no minute'),
    (("--cron", "0 2 * * *", "--timezone", "Europe/Rom"), 'did you mean "Europe/Rome"'),
    (("--cron", "0 2 * * *", "--only", "nobody"), 'no production is called "nobody"'),
    ((), "a schedule says when"),
]


def test_schedules_are_made_run_missed_survive_and_are_started_by_hand(shotfarm, slate, visit):
    what_is_wrong_is_refused_before_anything_is_kept(shotfarm, slate)
    a_schedule_is_kept_with_its_next_times_and_shown(shotfarm, slate)
    asked_twice_to_run_it_runs_once_and_makes_the_slate(shotfarm, slate)
    the_clock_starts_a_run_and_a_killed_runner_is_started_again(shotfarm, slate)
    a_paused_schedule_has_no_runs_to_come(shotfarm)
    what_a_killed_server_missed_is_caught_up_once_or_skipped(shotfarm, slate)
    a_person_starts_one_with_other_parameters_through_the_form_in_prefects_page(shotfarm, visit)


def what_is_wrong_is_refused_before_anything_is_kept(shotfarm, slate):
    for words, said in WRONG:
        assert_clear(shotfarm.here("schedule", slate, *words), 2, said)
    assert_clear(shotfarm.here("schedule", slate.with_name("no.yaml"), *DAILY), 2, "no.yaml", "no such file")
    assert shotfarm.json("schedule", "list") == []


def a_schedule_is_kept_with_its_next_times_and_shown(shotfarm, slate):
    made = shotfarm.json("schedule", slate, *DAILY, "--catch-up")
    assert made["name"] == "夜の町"
    assert (made["missed"], made["paused"], made["replaced"]) == ("catch-up", False, False)
    with prefect_of(shotfarm) as prefect:
        waiting = prefect.ask("flow_runs/filter", {"deployments": {"id": {"any_": [made["id"]]}}})
    assert [time["utc"] for time in made["coming"]] == sorted(run["expected_start_time"] for run in waiting)
    again = shotfarm.json("schedule", "add", slate, *DAILY, "--catch-up")
    assert (again["id"], again["replaced"]) == (made["id"], True)
    assert [one["id"] for one in shotfarm.json("schedule", "list")] == [made["id"]]
    other = slate.with_name("other.yaml")
    other.write_text(slate.read_text())
    assert_clear(shotfarm("schedule", other, *DAILY, "--name", "夜の町"), 2, "is of another slate", "--name")
    listed = shotfarm("schedule", "list").stdout
    assert f'"30 {HOUR} * * *" in Europe/Rome; a missed time is caught up' in listed
    assert listed.count(f"{HOUR:02}:30 CE") == 5
    assert listed.count("UTC") == 5


def asked_twice_to_run_it_runs_once_and_makes_the_slate(shotfarm, slate):
    runner = the_runner(shotfarm)
    runner.suspend()  # the run is not over before somebody has asked again
    first, second = (shotfarm.json("schedule", "run-now", "夜の町") for _ in range(2))
    runner.resume()
    assert (first["asked"], second["asked"]) == (True, False)
    assert second["run"]["id"] == first["run"]["id"]
    (run,) = ended(shotfarm, "夜の町", 1)
    assert (run["end"], run["by_schedule"]) == ("done", False), (shotfarm.home / "schedules.log").read_text()
    assert sorted(path.name for path in (slate.parent / "out").iterdir()) == ["f-ana.mp4", "f-bo.mp4"]
    status = shotfarm.json("farm", "status")
    assert status["schedules"][0]["last"]["end"] == "done"
    until(lambda: shotfarm.json("farm", "status")["schedules"][0]["attended"], "somebody looks after it")
    assert "夜の町" in shotfarm("farm", "status").stdout


def the_clock_starts_a_run_and_a_killed_runner_is_started_again(shotfarm, slate):
    killed = the_runner(shotfarm)
    killed.kill()
    killed.wait()
    now = datetime.now(UTC)
    made = shotfarm.json(
        "schedule", slate, "--cron", f"{now:%M} {now:%H} * * *", "--timezone", "UTC", "--name", "by clock"
    )
    pass_by(shotfarm, made, now - timedelta(minutes=1))
    (run,) = ended(shotfarm, "by clock", 1)
    assert (run["end"], run["by_schedule"], run["caught_up"]) == ("done", True, False)
    assert run["due"] == f"{now:%Y-%m-%dT%H:%M}:00Z"
    assert the_runner(shotfarm).pid != killed.pid
    assert shotfarm.json("schedule", "remove", "by clock")["id"] == made["id"]
    assert_clear(shotfarm("schedule", "history", "by clock"), 2, 'no schedule is called "by clock"')


def a_paused_schedule_has_no_runs_to_come(shotfarm):
    paused = shotfarm.json("schedule", "pause", "夜の町")
    assert (paused["paused"], paused["coming"]) == (True, [])
    with prefect_of(shotfarm) as prefect:
        which = {
            "deployments": {"id": {"any_": [paused["id"]]}},
            "flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}},
        }
        assert prefect.ask("flow_runs/count", which) == 0
        resumed = shotfarm.json("schedule", "resume", "夜の町")
        assert prefect.ask("flow_runs/count", which) == 5
    assert len(resumed["coming"]) == 5


def what_a_killed_server_missed_is_caught_up_once_or_skipped(shotfarm, slate):
    kept = shotfarm.json("schedule", "list")[0]
    skipping = shotfarm.json("schedule", slate, *DAILY, "--skip-missed", "--name", "skipping")
    the_runner(shotfarm).send_signal(signal.SIGSTOP)
    for one in (kept, skipping):
        pass_by(shotfarm, one, datetime.now(UTC) - timedelta(days=3))
    known = json.loads((shotfarm.home / "farm.json").read_bytes())
    os.kill(known["prefect_pid"], signal.SIGKILL)
    until(lambda: is_gone(known["prefect_pid"], known["prefect_birth"]), "it has ended")
    assert_clear(shotfarm("schedule", "list"), 1, "no farm is up")
    assert shotfarm("farm", "up", "--cpus", 2).returncode == 0
    assert {one["id"]: one["paused"] for one in shotfarm.json("schedule", "list")} == {
        kept["id"]: False,
        skipping["id"]: False,
    }
    left_out = ended(shotfarm, "skipping", 3)
    assert [run["end"] for run in left_out] == ["left out"] * 3
    caught_up, *others = ended(shotfarm, "夜の町", 4)
    if not caught_up["by_schedule"]:  # the one by hand may have been later than the time of the day
        caught_up, others = others[0], [caught_up, *others[1:]]
    assert (caught_up["end"], caught_up["caught_up"]) == ("done", True)
    assert sorted(run["end"] for run in others) == ["done", "left out", "left out"]


def a_person_starts_one_with_other_parameters_through_the_form_in_prefects_page(shotfarm, visit):
    schedule = shotfarm.json("schedule", "list")[0]
    known = json.loads((shotfarm.home / "farm.json").read_bytes())
    before = {run["id"] for run in shotfarm.json("schedule", "history", schedule["name"])}
    own, page = f"http://127.0.0.1:{known['prefect_port']}", visit.page
    page.goto(own)
    page.get_by_placeholder("admin:pass").fill(f"shotfarm:{known['prefect_password']}")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{own}/dashboard")
    page.goto(f"{schedule['page']}/run")
    page.get_by_text("names of productions, with * for any text; all when there are none").wait_for()
    page.get_by_role("button", name="Add item").click()

    def sent() -> bool:
        """A form that is still looking at what is typed takes no click, and says nothing."""
        with contextlib.suppress(TooLate):
            page.locator(".p-draggable-list textarea").fill("*-ana", timeout=5000)
            page.get_by_role("button", name="Submit").click(timeout=5000)
            page.wait_for_url(lambda url: not url.endswith("/run"), timeout=5000)
        return not page.url.endswith("/run")

    visit.sees(sent, "the form is sent")

    def done() -> Any:
        runs = shotfarm.json("schedule", "history", schedule["name"])
        return next((run for run in runs if run["id"] not in before and run["end"] == "done"), None)

    run = visit.sees(done, "the run ends")
    page.goto(schedule["page"])
    page.get_by_text("Completed").locator("visible=true").first.wait_for()
    assert visit.csp_violations == []
    with prefect_of(shotfarm) as prefect:
        order = prefect.read(f"flow_runs/{run['id']}")["parameters"]["order"]
        refused = {"parameters": {"order": {"only": "*-ana", "slat": 1}}}
        with pytest.raises(httpx.HTTPStatusError, match="409"):
            prefect.ask(f"deployments/{schedule['id']}/create_flow_run", refused)
    assert (order["only"], order["slate"]) == (["*-ana"], schedule["slate"])
