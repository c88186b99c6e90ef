"""What the runner of schedules does with what Prefect has due, on servers with SQLite and with PostgreSQL.

The clock stands still in the night in which the clocks go back; the runs that Prefect has are those of its
own scheduler. No farm stands, so a run that is started ends at once, or is a stand-in that goes on.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
import pytest

import tests
from pipeline.batches.due import Missed
from pipeline.batches.order import BatchOrder
from pipeline.batches.times import Cron, next_times
from pipeline.orchestration import schedule_runner
from pipeline.orchestration.schedule_facts import RunEnd, ScheduledRun
from pipeline.orchestration.schedule_runner import ScheduleRunner
from pipeline.orchestration.schedules import _deployment, _runs
from pipeline.services.dead_runs import bury_dead_runs
from pipeline.services.prefect_api import PrefectApi
from tests.support.pipeline.postgres import postgres_server, program
from tests.support.pipeline.prefect_servers import PASSWORD, database_of_prefect, prefect_server
from tests.support.pipeline.slate_films import home_with_history
from tests.support.waiting import until

pytestmark = pytest.mark.slow

NIGHT = datetime(2026, 10, 25, 5, 30, tzinfo=UTC)
CRON = Cron("30 2 * * *", "Europe/Rome")
_NUMBERS = itertools.count()


class Server:
    """A Prefect server, and a runner whose clock stands still."""

    def __init__(self, home: Path, prefect: PrefectApi, port: int) -> None:
        self.home, self.prefect, self.port = home, prefect, port
        self.runner = ScheduleRunner(home, prefect, lambda: NIGHT)
        self.flow = prefect.ask("flows/", {"name": "batch"})["id"]

    def schedule(self, missed: Missed) -> str:
        """Its deployment. It is paused, or Prefect's scheduler would add the runs of today's nights."""
        name = f"nightly {next(_NUMBERS)}"
        wanted = _deployment(BatchOrder(slate="/nowhere/slate.yaml"), CRON, missed, name, self.home)
        return self.prefect.ask("deployments/", {**wanted, "flow_id": self.flow, "paused": True})["id"]

    def due(self, deployment: str, since: datetime) -> None:
        """Let Prefect make the runs that its scheduler would have made."""
        times = {"start_time": since.isoformat(), "end_time": NIGHT.isoformat(), "min_runs": 100}
        self.prefect.ask(f"deployments/{deployment}/schedule", {**times, "max_runs": 100})

    def runs(self, deployment: str) -> list[ScheduledRun]:
        """All of them, the newest first."""
        return _runs(self.prefect, deployment, {}, 100)

    def slots(self, deployment: str) -> dict[str, Any]:
        """Those that Prefect counts as going on."""
        return self.prefect.read(f"deployments/{deployment}")["global_concurrency_limit"]

    def settle(self, deployment: str) -> list[ScheduledRun]:
        """Look until nothing goes on; all runs."""

        def over() -> bool:
            self.runner.look()
            return not any(run.end in {RunEnd.GOES_ON, RunEnd.WAITS} for run in self.runs(deployment))

        until(over, "the runs end")
        return self.runs(deployment)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    home = home_with_history(tmp_path_factory.mktemp("runner") / "home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SHOTFARM_HOME", str(home))
        patch.setenv("PYTHONPATH", str(Path(tests.__path__[0]).parent))
        if request.param == "sqlite":
            with prefect_server(home, {}) as (prefect, port):
                yield Server(home, prefect, port)
            return
        if program("initdb") is None:
            pytest.skip("PostgreSQL is not installed")
        with postgres_server() as database:
            where = database_of_prefect(database.url(database.new_database()))
            with prefect_server(home, where) as (prefect, port):
                yield Server(home, prefect, port)


def test_prefect_has_the_runs_due_when_they_are_said_to_come(server):
    deployment = server.schedule(Missed.SKIP)
    server.due(deployment, NIGHT - timedelta(days=4))
    coming = next_times(CRON, NIGHT - timedelta(days=4), 5)
    assert sorted(run.due for run in server.runs(deployment)) == [time for time in coming if time <= NIGHT]
    assert {run.end for run in server.settle(deployment)} == {RunEnd.LEFT_OUT}


def test_missed_times_are_caught_up_with_one_run(server):
    deployment = server.schedule(Missed.CATCH_UP)
    server.due(deployment, NIGHT - timedelta(days=3))
    newest, *others = server.settle(deployment)
    assert len(others) == 2
    assert newest.due == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert (newest.end, newest.words) == (RunEnd.CUT_OFF, "its process has ended with 1")
    assert {(run.end, run.words) for run in others} == {
        (RunEnd.LEFT_OUT, "missed; the latest missed run is made for all")
    }
    assert server.settle(deployment)[0] == newest, "and it is not caught up again"
    assert server.slots(deployment)["active_slots"] == 0


def test_missed_times_are_skipped(server):
    deployment = server.schedule(Missed.SKIP)
    server.due(deployment, NIGHT - timedelta(days=3))
    runs = server.settle(deployment)
    assert [run.end for run in runs] == [RunEnd.LEFT_OUT] * 3
    assert all(run.started is None and "skipped" in run.words for run in runs)


def test_a_run_is_not_started_beside_one_that_goes_on_and_ends_when_a_person_cancels_it(server, monkeypatch):
    monkeypatch.setattr(schedule_runner, "PROGRAM", "tests.support.pipeline.long_run")
    deployment = server.schedule(Missed.SKIP)
    asked = [server.prefect.ask(f"deployments/{deployment}/create_flow_run", {})["id"] for _ in range(2)]
    server.runner.clock = lambda: datetime.now(UTC)
    server.runner.look()
    server.runner.clock = lambda: NIGHT
    runs = {run.id: run for run in server.runs(deployment)}
    assert sorted((run.end, run.words) for run in runs.values()) == [
        (RunEnd.GOES_ON, ""),
        (RunEnd.LEFT_OUT, "another run of this schedule went on"),
    ]
    assert server.slots(deployment)["active_slots"] == 1
    (going,) = [one for one in asked if runs[one].end is RunEnd.GOES_ON]
    process = psutil.Process(server.runner._going[going].process.pid)
    server.prefect.ask(
        f"flow_runs/{going}/set_state", {"state": {"type": "CANCELLING", "name": "Cancelling"}}
    )
    server.runner.look()
    server.prefect.end_run(f"flow_runs/{going}", "CRASHED", "as Prefect calls a flow that is told to end")
    ended = {run.id: run for run in server.settle(deployment)}[going]
    assert (ended.end, ended.words) == (RunEnd.CALLED_OFF, "a person called it off")
    assert not process.is_running()
    assert server.slots(deployment)["active_slots"] == 0


def test_the_place_of_a_run_whose_runner_was_killed_is_given_back_by_its_own_home(server, tmp_path):
    deployment = server.schedule(Missed.SKIP)
    run = server.prefect.ask(f"deployments/{deployment}/create_flow_run", {})["id"]
    server.prefect.ask(f"flow_runs/{run}/set_state", {"state": {"type": "PENDING", "name": "Pending"}})
    assert server.slots(deployment)["active_slots"] == 1
    assert bury_dead_runs(tmp_path, server.port, PASSWORD) == [], "another machine's, in the same database"
    assert run in bury_dead_runs(server.home, server.port, PASSWORD)
    assert server.slots(deployment)["active_slots"] == 0
    # A server that was killed between the two would have it counted for ever.
    limit = server.slots(deployment)["id"]
    server.prefect.change(f"v2/concurrency_limits/{limit}", {"active_slots": 1})
    server.runner.free_slots()
    assert server.slots(deployment)["active_slots"] == 0


def test_a_runner_that_ends_ends_its_runs_and_says_so(server, monkeypatch):
    monkeypatch.setattr(schedule_runner, "PROGRAM", "tests.support.pipeline.long_run")
    deployment = server.schedule(Missed.CATCH_UP)
    server.due(deployment, NIGHT - timedelta(days=1))
    runner = ScheduleRunner(server.home, server.prefect, lambda: NIGHT)
    runner.look()
    (going,) = runner._going.values()
    runner.end()
    assert going.process.returncode is not None
    assert [run.end for run in server.runs(deployment)] == [RunEnd.CUT_OFF]
    assert server.slots(deployment)["active_slots"] == 0
