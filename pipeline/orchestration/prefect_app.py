"""The Prefect server that is started here: its page speaks to its own server and to nobody else.

The page of Prefect asks an analytics host for its configuration whatever the server's settings say, so the
browser is told by a Content-Security-Policy to refuse it.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pipeline.orchestration.recording import Recording
from pipeline.orchestration.schedule_runner import keep_running
from pipeline.services.prefect_server import SCHEDULES

_RECORDINGS: list[Recording[Any]] = []
"""of this process: states of task runs that are being written"""


def page_policy(api_url: str) -> str:
    """What the page may load and call: what comes from its own server, and the API at this address."""
    api = urlsplit(api_url)
    socket = "wss" if api.scheme == "https" else "ws"
    return (
        "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; "
        f"connect-src 'self' {api.scheme}://{api.netloc} {socket}://{api.netloc} data: blob:"
    )


class _WithPolicy:
    """An application whose every answer carries a Content-Security-Policy."""

    def __init__(self, app: ASGIApp, policy: str) -> None:
        self._app = app
        self._policy = policy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_policy(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["Content-Security-Policy"] = self._policy
            await send(message)

        await self._app(scope, receive, send_with_policy)


class _AllWritten:
    """An application that answers when what it was told of task runs before is written."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            for recording in [*_RECORDINGS]:
                await recording.written()
        await self._app(scope, receive, send)


def _record_together() -> None:
    """Have Prefect's recorder of task runs write many of their states at a time."""
    from prefect.server.events.schemas.events import ReceivedEvent
    from prefect.server.services import task_run_recorder
    from prefect.server.utilities import messaging

    @contextlib.asynccontextmanager
    async def recorder(*_: int, **_named: int) -> AsyncIterator[messaging.MessageHandler]:
        recording = Recording[ReceivedEvent](task_run_recorder.record_bulk_task_run_events)

        async def hear(message: messaging.Message) -> None:
            event = ReceivedEvent.model_validate_json(message.data)
            of_task_run = event.event.startswith("prefect.task-run")
            if of_task_run and event.resource.get("prefect.orchestration") == "client":
                recording.hear(event)

        _RECORDINGS.append(recording)
        going_on = asyncio.create_task(recording.go_on())
        try:
            yield hear
        finally:
            _RECORDINGS.remove(recording)
            going_on.cancel()
            await asyncio.wait([going_on])
            await recording.written()

    task_run_recorder.consumer = recorder


def _let_runs_be_scheduled() -> None:
    """Let Prefect insert the runs of schedules with SQLAlchemy 2.1 too.

    Prefect hands each run's state in beside its columns, and writes it into a table of its own afterwards.
    SQLAlchemy 2.0 passes such a value over; 2.1 asks what to do with it, and nothing is scheduled.
    """
    from prefect.server.database.orm_models import FlowRun

    state = FlowRun.__dict__["state"]
    if getattr(state, "bulk_dml_setter", True) is None:
        state.bulk_dml_setter = lambda _table, _row, _value: None


def create_app() -> ASGIApp:
    """For uvicorn, in a process of its own whose environment holds the server's settings.

    The server of a standing farm also keeps the runner of its schedules running.
    """
    gc.disable()  # a fifth of Prefect's import would be spent on looking for garbage among what stays
    from prefect.server.api.server import create_app as prefect_app
    from prefect.settings import get_current_settings

    gc.freeze()
    gc.enable()
    _let_runs_be_scheduled()
    _record_together()
    if home := os.environ.pop(SCHEDULES, ""):
        threading.Thread(target=keep_running, args=(Path(home),), daemon=True).start()
    return _WithPolicy(
        _AllWritten(prefect_app()), page_policy(get_current_settings().server.ui.api_url or "")
    )
