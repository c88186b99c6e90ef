"""The process that starts the runs of schedules: `python -m pipeline.orchestration.schedule_runner`.

It belongs to the standing farm: the farm's Prefect server starts it, again when it was killed, and it ends
with the server. It looks every few seconds at what is due, decides (`pipeline/batches/due.py`), and starts a
process for each run, which ends with it. It loads neither Prefect nor Ray.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from assembly.programs.leash import leashed
from pipeline.batches.due import DueRun, decide
from pipeline.orchestration.schedule_facts import GOES_ON, LEFT_OUT, missed_of
from pipeline.orchestration.schedules import deployments_of
from pipeline.services.dead_runs import bury_dead_runs, is_known_to_live, living_run
from pipeline.services.prefect_api import PrefectApi
from pipeline.services.run_records import record_waiting
from pipeline.services.standing_farm import standing_farm
from pipeline.settings import load_settings
from storyboard.foreign_names import file_stem

PROGRAM = "pipeline.cli.scheduled_run"
LOOK_S = 2.0
BURY_EVERY_S = 60.0
END_S = 10.0
"""so long a run has to end when the farm ends, or a person cancels it"""
_OVER = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")


@dataclass(slots=True)
class _Going:
    """A run that was started."""

    process: subprocess.Popen[bytes]
    starting: ExitStack
    """held until the run's own process is known to live"""
    asked_to_end: float | None = None


@dataclass(slots=True)
class ScheduleRunner:
    """Starts what is due, and looks after it.

    Attributes:
        home: of the standing farm.
        prefect: its server.
        clock: the time.
    """

    home: Path
    prefect: PrefectApi
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    _going: dict[str, _Going] = field(default_factory=dict)

    def look(self) -> None:
        """Start what is due, and hear what has ended or is to end."""
        self._hear()
        there = {one["id"]: one for one in deployments_of(self.prefect)}
        if not there:
            return
        now = self.clock()
        # Prefect's page shows by this question that somebody looks after a deployment.
        question = {"deployment_ids": [*there], "scheduled_before": now.isoformat()}
        due = self.prefect.ask("deployments/get_scheduled_flow_runs", question)
        for deployment, known in there.items():
            runs = {run["id"]: run for run in due if run["deployment_id"] == deployment}
            waiting = [_due_run(run) for run in runs.values()]
            decision = decide(waiting, now, missed_of(known))
            for run, why in decision.left_out.items():
                self.prefect.end_run(f"flow_runs/{run}", "CANCELLED", why, LEFT_OUT)
            for run in decision.start:
                self._start(run, known["name"])

    def free_slots(self) -> None:
        """Give back the places of runs that have ended without anybody to say so.

        Prefect counts the runs of a deployment. A server that is killed forgets who was counted.
        """
        for one in deployments_of(self.prefect):
            limit = one.get("global_concurrency_limit")
            question = {
                "deployments": {"id": {"any_": [one["id"]]}},
                "flow_runs": {"state": {"type": {"any_": [*GOES_ON]}}},
            }
            if limit and limit["active_slots"] and not self.prefect.ask("flow_runs/count", question):
                self.prefect.change(f"v2/concurrency_limits/{limit['id']}", {"active_slots": 0})

    def end(self) -> None:
        """End what goes on, and say so: the farm ends."""
        for going in self._going.values():
            going.process.terminate()
        deadline = time.monotonic() + END_S
        for going in self._going.values():
            with suppress(subprocess.TimeoutExpired):
                going.process.wait(max(0.0, deadline - time.monotonic()))
            going.process.kill()
            going.process.wait()
        self._hear()

    def _start(self, run: str, schedule: str) -> None:
        """Start a run, if Prefect lets it: it counts, and refuses a second one."""
        with ExitStack() as starting:
            # From here on until its process says so itself, whoever looks for dead runs passes this one over.
            starting.enter_context(living_run(self.home))
            pending = {"state": {"type": "PENDING", "name": "Pending"}}
            if self.prefect.ask(f"flow_runs/{run}/set_state", pending)["status"] != "ACCEPT":
                return
            folder = self.home / "schedules"
            folder.mkdir(exist_ok=True, mode=0o700)
            with (folder / f"{file_stem(schedule)}.log").open("wb") as log:
                process = subprocess.Popen(
                    leashed([sys.executable, "-P", "-m", PROGRAM, run]),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    cwd=self.home,
                )
            self._going[run] = _Going(process, starting.pop_all())

    def _hear(self) -> None:
        """See which runs are known to live, have ended, or are to end because a person cancelled them."""
        for run, going in [*self._going.items()]:
            code = going.process.poll()
            if is_known_to_live(self.home, run):
                going.starting.close()
            if code is not None:
                self._close(run, code, cancelled=going.asked_to_end is not None)
                going.starting.close()
                del self._going[run]
        if not self._going:
            return
        question = {"id": {"any_": [*self._going]}, "state": {"type": {"any_": ["CANCELLING", "CANCELLED"]}}}
        for told in self.prefect.ask("flow_runs/filter", {"flow_runs": question}):
            going = self._going[told["id"]]
            if going.asked_to_end is None:
                going.asked_to_end = time.monotonic()
                going.process.terminate()
            elif time.monotonic() - going.asked_to_end > END_S:
                going.process.kill()

    def _close(self, run: str, code: int, *, cancelled: bool) -> None:
        """Say what became of a run whose process has ended, if it has not done so itself."""
        with suppress(httpx.HTTPStatusError):  # it was deleted
            state = self.prefect.read(f"flow_runs/{run}")["state_type"]
            # Prefect itself calls a run crashed whose process was told to end.
            if state == "CANCELLING" or (cancelled and state == "CRASHED"):
                self.prefect.end_run(f"flow_runs/{run}", "CANCELLED", "a person called it off")
            elif state not in _OVER:
                self.prefect.end_run(f"flow_runs/{run}", "CRASHED", f"its process has ended with {code}")


def _due_run(told: dict[str, Any]) -> DueRun:
    at = datetime.fromisoformat(told["next_scheduled_start_time"] or told["expected_start_time"])
    return DueRun(told["id"], at, bool(told["auto_scheduled"]))


def main() -> None:
    """Look after the schedules until the farm ends."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    settings = load_settings()
    while (standing := standing_farm(settings)) is None:
        time.sleep(LOOK_S)
    home, port, password = settings.home, standing.prefect_port, standing.prefect_password
    with PrefectApi(port, password) as prefect:
        runner = ScheduleRunner(home, prefect)
        buried_at: float | None = None
        trouble = ""
        try:
            while True:
                try:
                    if buried_at is None or time.monotonic() - buried_at > BURY_EVERY_S:
                        bury_dead_runs(home, port, password)
                        record_waiting(home, port, password)
                        runner.free_slots()
                        buried_at = time.monotonic()
                    runner.look()
                    trouble = ""
                except (httpx.HTTPError, OSError) as error:
                    if trouble != (trouble := str(error)):
                        print(f"{datetime.now(UTC):%F %T} {error}", flush=True)
                time.sleep(LOOK_S)
        except KeyboardInterrupt:
            with suppress(httpx.HTTPError):
                runner.end()


def keep_running(home: Path) -> None:
    """Have the runner run for as long as this process lives; for a thread of the server."""
    pause_s = LOOK_S
    while True:
        began = time.monotonic()
        with (home / "schedules.log").open("ab") as log:
            runner = subprocess.Popen(
                leashed([sys.executable, "-P", "-m", __name__]),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                cwd=home,
            )
        runner.wait()
        pause_s = LOOK_S if time.monotonic() - began > BURY_EVERY_S else min(BURY_EVERY_S, pause_s * 2)
        time.sleep(pause_s)


if __name__ == "__main__":
    main()
