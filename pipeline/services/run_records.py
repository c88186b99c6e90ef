"""Runs that found all of their film made: Prefect's page shows them like others, though no flow ran.

A flow takes seconds of a processor before its first word. What made nothing is told to the server afterwards,
in its REST API: to the one that stands, else to the next one that starts in this home.

    <home>/unrecorded/<key>.json     a run that no server has been told of yet
"""

from __future__ import annotations

import contextlib
import json
import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from farm.store.files import write_atomically
from pipeline.services.dead_runs import home_tag
from pipeline.services.prefect_api import PrefectApi
from pipeline.services.standing_farm import StandingFarm
from storyboard.errors import StoreError

_FOLDER = "unrecorded"


class LeftBeside(BaseModel):
    """What lies beside a run for people: a table where it has rows, else Markdown."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    description: str
    rows: list[dict[str, Any]] | None = None
    markdown: str = ""


class RunRecord(BaseModel):
    """A run as Prefect's page is to show it.

    Attributes:
        flow: the name of its flow.
        name: its own.
        parameters: of its flow.
        tags: by which people find it, without that of its home.
        left: what lies beside it.
        ended: when it was over.
        key: by which a server knows that it has been told of it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    flow: str
    name: str
    parameters: dict[str, Any]
    tags: list[str]
    left: list[LeftBeside]
    ended: datetime = Field(default_factory=lambda: datetime.now(UTC))
    key: str = Field(default_factory=lambda: secrets.token_hex(8))


def record_run(home: Path, standing: StandingFarm | None, record: RunRecord) -> None:
    """Tell the standing server of a run, or keep that for the next one.

    What cannot be recorded is no reason for the film to fail: a home that cannot be written is passed over.
    """
    if standing:
        port, password = standing.prefect_port, standing.prefect_password
        with contextlib.suppress(httpx.HTTPError, StoreError), PrefectApi(port, password) as prefect:
            _tell(prefect, home, record)
            return
    path = home / _FOLDER / f"{record.key}.json"
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_atomically(path, record.model_dump_json().encode())


def record_waiting(home: Path, port: int, password: str) -> None:
    """Tell a server of the runs that none has been told of; one that is told twice knows it.

    Raises:
        httpx.HTTPError: it does not answer.
    """
    waiting = sorted((home / _FOLDER).glob("*.json"))
    if not waiting:
        return
    with PrefectApi(port, password) as prefect:
        for path in waiting:
            with contextlib.suppress(OSError):
                with contextlib.suppress(ValidationError):
                    _tell(prefect, home, RunRecord.model_validate_json(path.read_bytes()))
                path.unlink()


def _tell(prefect: PrefectApi, home: Path, record: RunRecord) -> None:
    flow = prefect.ask("flows/", {"name": record.flow})["id"]
    done = f"everything was made already; {record.ended:%F %T} UTC"
    run = prefect.ask(
        "flow_runs/",
        {
            "flow_id": flow,
            "name": record.name,
            "parameters": record.parameters,
            "tags": [home_tag(home), *record.tags],
            "idempotency_key": record.key,
            "state": {"type": "COMPLETED", "name": "Completed", "message": done},
        },
    )["id"]
    for left in record.left:
        table = left.rows is not None
        prefect.ask(
            "artifacts/",
            {
                "key": left.key,
                "type": "table" if table else "markdown",
                "description": left.description,
                "data": json.dumps(left.rows) if table else left.markdown,
                "flow_run_id": run,
            },
        )
