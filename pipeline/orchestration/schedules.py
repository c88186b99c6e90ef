"""Schedules of batches: Prefect deployments on the standing server, as people see them and speak of them.

All that is known of one lies in Prefect's database. That is asked by its REST API; Prefect is loaded only where
a schedule is made, for the form that it draws of the batch's parameters.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from pipeline.batches.due import GRACE, Missed
from pipeline.batches.order import BatchOrder
from pipeline.batches.times import Cron, cron_of, in_zone, next_times
from pipeline.services.prefect_api import PrefectApi, asking
from pipeline.services.prefect_server import use_prefect_server
from pipeline.services.standing_farm import StandingFarm, standing_farm
from pipeline.settings import Settings
from storyboard.errors import FarmError, UsageError
from storyboard.foreign_names import deployment_name
from storyboard.wording import did_you_mean, listed

FLOW = "batch"
TAG = "schedule"
"""of all deployments that are schedules"""
LEFT_OUT = "Skipped"
"""the name of the state of a run that the schedule left out; its type is Prefect's of cancelled runs"""
SHOWN = 5
"""coming times"""
MOST_SCHEDULES = 1000
ATTENDED = timedelta(minutes=1)
_MISSED = "missed:"
_FULL = "Deployment concurrency limit reached."
_GOES_ON = ("PENDING", "RUNNING", "CANCELLING")


class RunEnd(StrEnum):
    """What became of a run of a schedule."""

    WAITS = "waits"
    GOES_ON = "goes on"
    DONE = "done"
    FAILED = "failed"
    CUT_OFF = "cut off"
    CALLED_OFF = "called off"
    LEFT_OUT = "left out"


class _Facts(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class ComingTime(_Facts):
    """When a schedule starts a run."""

    local: datetime
    """with the offset that its zone has then"""
    utc: datetime
    note: str = ""
    """what the clocks do on that day"""


class ScheduledRun(_Facts):
    """A run of a schedule."""

    id: str
    """of its flow run"""
    due: datetime
    """when it was to start"""
    started: datetime | None
    ended: datetime | None
    end: RunEnd
    words: str
    """why it ended so; empty where nothing more is to be said"""
    by_schedule: bool
    """whether the cron asked for it, and not a person"""
    caught_up: bool
    """its time had been missed"""


class Schedule(_Facts):
    """A slate that is made again and again."""

    id: str
    """of its deployment"""
    name: str
    slate: str
    """its document, by its whole path"""
    cron: str
    """empty when somebody has given it other times in Prefect's page"""
    timezone: str
    missed: Missed
    paused: bool
    attended: bool
    """whether the runner that starts its runs looks after it"""
    coming: tuple[ComingTime, ...]
    """none while it is paused"""
    goes_on: ScheduledRun | None
    last: ScheduledRun | None
    """that has ended"""
    page: str
    """of the deployment, in Prefect"""


@contextlib.contextmanager
def _standing(settings: Settings) -> Iterator[tuple[StandingFarm, PrefectApi]]:
    """The standing farm, and its Prefect server to be asked.

    Raises:
        FarmError: there is none, or it does not answer.
    """
    standing = standing_farm(settings)
    if standing is None:
        raise FarmError(
            "no farm is up, and schedules live with the standing farm", "`shotfarm farm up` starts it"
        )
    with asking(standing.prefect_port, standing.prefect_password) as prefect:
        yield standing, prefect


def make_schedule(
    order: BatchOrder, cron: Cron, missed: Missed, name: str | None, settings: Settings
) -> tuple[Schedule, bool]:
    """Keep a schedule; the second is whether it takes the place of one of the same name and slate.

    Args:
        order: what each run is asked for; its slate is named by its whole path.
        cron: when.
        missed: what is done about missed times.
        name: of the schedule; made from the slate's name, or its folder's, when left out.
        settings: of this machine.

    Raises:
        FarmError: no standing farm is up.
        UsageError: a schedule of another slate is called so.
    """
    called = deployment_name(name or _name_of(Path(order.slate)))
    with _standing(settings) as (standing, prefect):
        before = _found(prefect, {"name": {"any_": [called]}})
        if before and _slate_of(before[0]) != order.slate:
            raise UsageError(
                f'the schedule "{called}" is of another slate: {_slate_of(before[0]) or "none"}',
                "call this one something else with --name",
            )
        use_prefect_server(settings.home, standing.prefect_port, standing.prefect_password)
        flow = prefect.ask("flows/", {"name": FLOW})["id"]
        wanted = _deployment(order, cron, missed, called) | {"flow_id": flow, **_form()}
        made = prefect.ask("deployments/", wanted)["id"]
        # Prefect would do so within seconds: whoever looks at its page now is to see when it comes.
        prefect.ask(f"deployments/{made}/schedule", {"min_runs": SHOWN})
        return _seen(standing, prefect, prefect.read(f"deployments/{made}")), bool(before)


def _name_of(slate: Path) -> str:
    return (slate.parent.name if slate.stem == "slate" else slate.stem) or slate.stem


def _deployment(order: BatchOrder, cron: Cron, missed: Missed, name: str) -> dict[str, Any]:
    """A deployment as Prefect is asked for it.

    At most one run at a time. A run that comes while another goes on is cancelled, not queued: the one that
    goes on makes all that is missing, and a queued one would begin when the night is over.
    """
    return {
        "name": name,
        "description": f"shotfarm batch run {order.slate}",
        "tags": [TAG, f"{_MISSED}{missed.value}"],
        "parameters": {"order": order.model_dump(mode="json")},
        "enforce_parameter_schema": True,
        "schedules": [{"schedule": {"cron": cron.expression, "timezone": cron.timezone}, "active": True}],
        "paused": False,
        "concurrency_limit": 1,
        "concurrency_options": {"collision_strategy": "CANCEL_NEW"},
        "entrypoint": "pipeline.orchestration.batch.batch",
    }


def _form() -> dict[str, Any]:
    """The parameters of the flow, as Prefect draws them and checks what is filled in."""
    from prefect.utilities.callables import parameter_schema

    from pipeline.orchestration.batch import batch

    return {"parameter_openapi_schema": parameter_schema(batch).model_dump_for_openapi()}


def schedules(settings: Settings) -> list[Schedule]:
    """All schedules of the standing farm, by name.

    Raises:
        FarmError: no standing farm is up.
    """
    with _standing(settings) as (standing, prefect):
        return [_seen(standing, prefect, one) for one in deployments_of(prefect)]


def deployments_of(prefect: PrefectApi) -> list[dict[str, Any]]:
    """The deployments that are schedules, as Prefect has them."""
    return _found(prefect, {})


def _found(prefect: PrefectApi, which: dict[str, Any]) -> list[dict[str, Any]]:
    question = {
        "deployments": {"tags": {"all_": [TAG]}, **which},
        "flows": {"name": {"any_": [FLOW]}},
        "sort": "NAME_ASC",
    }
    return prefect.all("deployments/filter", question, MOST_SCHEDULES)


def _named(prefect: PrefectApi, words: str) -> dict[str, Any]:
    """The deployment of the one schedule that a person means: by its name, or by its slate.

    Raises:
        UsageError: none is called so, or several have this slate.
    """
    there = deployments_of(prefect)
    if named := [one for one in there if one["name"] == deployment_name(words)]:
        return named[0]
    slate = str(Path(words).absolute())
    of_slate = [one for one in there if _slate_of(one) in {slate, f"{slate}/slate.yaml"}]
    if len(of_slate) == 1:
        return of_slate[0]
    names = [one["name"] for one in of_slate or there]
    if of_slate:
        raise UsageError(f"{len(of_slate)} schedules make {words}", f"name one of {listed(names)}")
    raise UsageError(
        f'no schedule is called "{words}"{did_you_mean(words, names)}',
        f"there are: {listed(names)}" if names else "`shotfarm schedule slate.yaml --cron …` makes one",
    )


def pause(settings: Settings, words: str, *, paused: bool) -> Schedule:
    """Let a schedule start no runs, or start them again; one that goes on is finished.

    Raises:
        UsageError: there is no such schedule.
        FarmError: no standing farm is up.
    """
    with _standing(settings) as (standing, prefect):
        found = _named(prefect, words)
        there = f"deployments/{found['id']}"
        if paused:
            prefect.ask(f"{there}/pause_deployment")
        else:
            prefect.ask(f"{there}/resume_deployment")
            for one in found["schedules"]:  # Prefect's page pauses each by itself
                if not one["active"]:
                    prefect.change(f"{there}/schedules/{one['id']}", {"active": True})
            prefect.ask(f"{there}/schedule", {"min_runs": SHOWN})
        return _seen(standing, prefect, prefect.read(there))


def remove(settings: Settings, words: str) -> Schedule:
    """Forget a schedule and the runs that were to come; what it was. A run that goes on is finished.

    Raises:
        UsageError: there is no such schedule.
        FarmError: no standing farm is up.
    """
    with _standing(settings) as (standing, prefect):
        found = _named(prefect, words)
        was = _seen(standing, prefect, found)
        prefect.remove(f"deployments/{found['id']}")
        return was


def run_now(settings: Settings, words: str) -> tuple[Schedule, ScheduledRun, bool]:
    """Start a run of a schedule, also of one that is paused; the one that goes on or waits, where there is one.

    Returns:
        the schedule, the run, and whether it was this that asked for it.

    Raises:
        UsageError: there is no such schedule.
        FarmError: no standing farm is up.
    """
    with _standing(settings) as (standing, prefect):
        found = _named(prefect, words)
        if there := _living(prefect, found["id"]):
            return _seen(standing, prefect, found), there[0], False
        made = _run(prefect.ask(f"deployments/{found['id']}/create_flow_run", {"parameters": {}}))
        return _seen(standing, prefect, found), made, True


def history(settings: Settings, words: str, most: int) -> tuple[Schedule, list[ScheduledRun]]:
    """The last runs of a schedule, the newest first.

    Raises:
        UsageError: there is no such schedule.
        FarmError: no standing farm is up.
    """
    with _standing(settings) as (standing, prefect):
        found = _named(prefect, words)
        runs = [*_waiting(prefect, found["id"]), *_begun(prefect, found["id"], most)][:most]
        return _seen(standing, prefect, found), sorted(runs, key=lambda run: run.due, reverse=True)


def _living(prefect: PrefectApi, deployment: str) -> list[ScheduledRun]:
    """The runs that go on, then those that are about to start."""
    state = {"state": {"type": {"any_": [*_GOES_ON]}}}
    return [*_runs(prefect, deployment, state, 10), *_waiting(prefect, deployment)]


def _waiting(prefect: PrefectApi, deployment: str) -> list[ScheduledRun]:
    now = datetime.now(UTC).isoformat()
    which = {"state": {"type": {"any_": ["SCHEDULED"]}}, "next_scheduled_start_time": {"before_": now}}
    return _runs(prefect, deployment, which, 10)


def _begun(prefect: PrefectApi, deployment: str, most: int) -> list[ScheduledRun]:
    return _runs(prefect, deployment, {"state": {"type": {"not_any_": ["SCHEDULED"]}}}, most)


def _runs(prefect: PrefectApi, deployment: str, which: dict[str, Any], most: int) -> list[ScheduledRun]:
    question = {
        "flow_runs": which,
        "deployments": {"id": {"any_": [deployment]}},
        "sort": "EXPECTED_START_TIME_DESC",
    }
    return [_run(one) for one in prefect.all("flow_runs/filter", question, most)]


def _run(told: dict[str, Any]) -> ScheduledRun:
    """A flow run of Prefect, as it is shown."""
    due = datetime.fromisoformat(told["expected_start_time"])
    started, ended = (
        datetime.fromisoformat(told[key]) if told[key] else None for key in ("start_time", "end_time")
    )
    state = told["state"] or {}
    end, words = _end(told["state_type"], state.get("name", ""), state.get("message") or "", started)
    by_schedule = bool(told["auto_scheduled"])
    caught_up = by_schedule and started is not None and started - due > GRACE
    return ScheduledRun(
        id=told["id"],
        due=due,
        started=started,
        ended=ended if end not in {RunEnd.WAITS, RunEnd.GOES_ON} else None,
        end=end,
        words=words,
        by_schedule=by_schedule,
        caught_up=caught_up,
    )


def _end(kind: str, name: str, message: str, started: datetime | None) -> tuple[RunEnd, str]:
    match kind:
        case "SCHEDULED":
            return RunEnd.WAITS, ""
        case "PENDING" | "RUNNING" | "CANCELLING" | "PAUSED":
            return RunEnd.GOES_ON, ""
        case "COMPLETED":
            return RunEnd.DONE, "" if message == "All states completed." else message
        case "FAILED":
            return RunEnd.FAILED, message
        case "CRASHED":
            return RunEnd.CUT_OFF, message
    if message.startswith(_FULL):
        return RunEnd.LEFT_OUT, "another run of this schedule went on"
    return (RunEnd.LEFT_OUT if name == LEFT_OUT or started is None else RunEnd.CALLED_OFF), message


def missed_of(deployment: dict[str, Any]) -> Missed:
    """What is done about the missed times of a schedule; they are skipped where nothing else is known."""
    for tag in deployment["tags"]:
        with contextlib.suppress(ValueError):
            if tag.startswith(_MISSED):
                return Missed(tag.removeprefix(_MISSED))
    return Missed.SKIP


def _slate_of(deployment: dict[str, Any]) -> str:
    order = deployment["parameters"].get("order")
    return str(order.get("slate", "")) if isinstance(order, dict) else ""


def _cron_of(deployment: dict[str, Any]) -> Cron | None:
    """Its cron, if that is all: a person may have given it other times in Prefect's page."""
    active = [one["schedule"] for one in deployment["schedules"]]
    if len(active) != 1 or "cron" not in active[0]:
        return None
    with contextlib.suppress(UsageError):
        return cron_of(active[0]["cron"], active[0]["timezone"] or "UTC")
    return None


def _seen(standing: StandingFarm, prefect: PrefectApi, deployment: dict[str, Any]) -> Schedule:
    now = datetime.now(UTC)
    cron = _cron_of(deployment)
    paused = bool(deployment["paused"]) or not any(one["active"] for one in deployment["schedules"])
    living = [run for run in _living(prefect, deployment["id"]) if run.end is RunEnd.GOES_ON]
    begun = [run for run in _begun(prefect, deployment["id"], 10) if run.end is not RunEnd.GOES_ON]
    polled = deployment.get("last_polled")
    return Schedule(
        id=deployment["id"],
        name=deployment["name"],
        slate=_slate_of(deployment),
        cron=cron.expression if cron else "",
        timezone=cron.timezone if cron else "UTC",
        missed=missed_of(deployment),
        paused=paused,
        attended=bool(polled) and now - datetime.fromisoformat(polled) < ATTENDED,
        coming=() if paused else _coming(prefect, deployment["id"], cron, now),
        goes_on=living[0] if living else None,
        last=begun[0] if begun else None,
        page=f"{standing.prefect_page}/deployments/deployment/{deployment['id']}",
    )


def _coming(
    prefect: PrefectApi, deployment: str, cron: Cron | None, now: datetime
) -> tuple[ComingTime, ...]:
    if cron:
        times = in_zone(cron, next_times(cron, now, SHOWN))
        return tuple(ComingTime(local=time.local, utc=time.utc, note=time.note) for time in times)
    which = {"state": {"type": {"any_": ["SCHEDULED"]}}, "next_scheduled_start_time": {"after_": now.isoformat()}}
    due = sorted(run.due for run in _runs(prefect, deployment, which, 100))[:SHOWN]
    return tuple(ComingTime(local=time, utc=time) for time in due)
