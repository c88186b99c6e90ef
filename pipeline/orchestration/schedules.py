"""Schedules of batches: Prefect deployments on the standing server, as people see them and speak of them.

All that is known of one lies in Prefect's database. That is asked by its REST API; Prefect is loaded only
where a schedule is made, for the form that it draws of the batch's parameters.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipeline.batches.due import Missed
from pipeline.batches.order import BatchOrder
from pipeline.batches.slate import FILM, SLATE
from pipeline.batches.times import Cron, in_zone, next_times
from pipeline.orchestration.schedule_facts import (
    GOES_ON,
    MISSED_TAG,
    ComingTime,
    RunEnd,
    Schedule,
    ScheduledRun,
    cron_of_deployment,
    is_attended,
    is_paused,
    missed_of,
    run_of,
    slate_of,
    trouble_of,
)
from pipeline.services.dead_runs import home_tag
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
SHOWN = 5
"""coming times"""
MOST_SCHEDULES = 1000
LOOKED_AT = 10
"""runs of a schedule, for the last that has ended"""


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
        if before and slate_of(before[0]) != order.slate:
            raise UsageError(
                f'the schedule "{called}" is of another slate: {slate_of(before[0]) or "none"}',
                "call this one something else with --name",
            )
        use_prefect_server(settings.home, standing.prefect_port, standing.prefect_password)
        flow = prefect.ask("flows/", {"name": FLOW})["id"]
        wanted = _deployment(order, cron, missed, called, settings.home) | {"flow_id": flow, **_form()}
        made = prefect.ask("deployments/", wanted)["id"]
        # Prefect would do so within seconds: whoever looks at its page now is to see when it comes.
        prefect.ask(f"deployments/{made}/schedule", {"min_runs": SHOWN})
        return _seen(standing, prefect, prefect.read(f"deployments/{made}")), bool(before)


def _name_of(slate: Path) -> str:
    return (slate.parent.name if slate.stem in {"slate", "film"} else slate.stem) or slate.stem


def _deployment(order: BatchOrder, cron: Cron, missed: Missed, name: str, home: Path) -> dict[str, Any]:
    """A deployment as Prefect is asked for it.

    At most one run at a time. A run that comes while another goes on is cancelled, not queued: the one that
    goes on makes all that is missing, and a queued one would begin when the night is over.
    """
    return {
        "name": name,
        "description": f"shotfarm batch run {order.slate}",
        "tags": [TAG, f"{MISSED_TAG}{missed.value}", home_tag(home)],
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


def schedules_of_farm(settings: Settings) -> list[Schedule]:
    """The same for whoever looks at a farm: none where none stands on this machine, or Prefect is silent."""
    if settings.address or standing_farm(settings) is None:
        return []
    with contextlib.suppress(FarmError):
        return schedules(settings)
    return []


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
    meant = {slate, f"{slate}/{SLATE}", f"{slate}/{FILM}"}
    of_slate = [one for one in there if slate_of(one) in meant]
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
    """Let a schedule start no runs, or start them again; a run that goes on is finished.

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
    """Start a run of a schedule, also of a paused one; where a run goes on or waits, that is all.

    Returns:
        the schedule, the run, and whether it was this that asked for it.

    Raises:
        UsageError: there is no such schedule.
        FarmError: no standing farm is up.
    """
    with _standing(settings) as (standing, prefect):
        found = _named(prefect, words)
        # Prefect would refuse a second one, and say so only in its page.
        if there := [*_going(prefect, found["id"]), *_waiting(prefect, found["id"])]:
            return _seen(standing, prefect, found), there[0], False
        made = run_of(prefect.ask(f"deployments/{found['id']}/create_flow_run", {"parameters": {}}))
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


def _going(prefect: PrefectApi, deployment: str) -> list[ScheduledRun]:
    """The runs that go on."""
    return _runs(prefect, deployment, {"state": {"type": {"any_": [*GOES_ON]}}}, LOOKED_AT)


def _waiting(prefect: PrefectApi, deployment: str) -> list[ScheduledRun]:
    now = datetime.now(UTC).isoformat()
    which = {"state": {"type": {"any_": ["SCHEDULED"]}}, "next_scheduled_start_time": {"before_": now}}
    return _runs(prefect, deployment, which, LOOKED_AT)


def _begun(prefect: PrefectApi, deployment: str, most: int) -> list[ScheduledRun]:
    return _runs(prefect, deployment, {"state": {"type": {"not_any_": ["SCHEDULED"]}}}, most)


def _runs(prefect: PrefectApi, deployment: str, which: dict[str, Any], most: int) -> list[ScheduledRun]:
    question = {
        "flow_runs": which,
        "deployments": {"id": {"any_": [deployment]}},
        "sort": "EXPECTED_START_TIME_DESC",
    }
    return [run_of(one) for one in prefect.all("flow_runs/filter", question, most)]


def _seen(standing: StandingFarm, prefect: PrefectApi, deployment: dict[str, Any]) -> Schedule:
    now, name = datetime.now(UTC), deployment["id"]
    cron, paused = cron_of_deployment(deployment), is_paused(deployment)
    going = _going(prefect, name)
    over = [run for run in _begun(prefect, name, LOOKED_AT) if run.end is not RunEnd.GOES_ON]
    return Schedule(
        id=name,
        name=deployment["name"],
        slate=slate_of(deployment),
        cron=cron.expression if cron else "",
        timezone=cron.timezone if cron else "UTC",
        missed=missed_of(deployment),
        paused=paused,
        attended=is_attended(deployment, now),
        coming=() if paused else _coming(prefect, name, cron, now),
        goes_on=going[0] if going else None,
        last=over[0] if over else None,
        page=f"{standing.prefect_page}/deployments/deployment/{name}",
        trouble=trouble_of(deployment),
    )


def _coming(prefect: PrefectApi, deployment: str, cron: Cron | None, now: datetime) -> tuple[ComingTime, ...]:
    if cron:
        times = in_zone(cron, next_times(cron, now, SHOWN))
        return tuple(ComingTime(local=time.local, utc=time.utc, note=time.note) for time in times)
    scheduled, later = {"type": {"any_": ["SCHEDULED"]}}, {"after_": now.isoformat()}
    which = {"state": scheduled, "next_scheduled_start_time": later}
    due = sorted(run.due for run in _runs(prefect, deployment, which, 100))[:SHOWN]
    return tuple(ComingTime(local=time, utc=time) for time in due)
