"""What a run that nobody watches leaves for whoever comes to watch it: a line of JSON for all that it tells.

Written by the run, read by `shotfarm farm attach` at any time, from the first line on.
"""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from farm.schedule.messages import Update
from pipeline.observer import Observer
from pipeline.orchestration.run import RunSummary
from storyboard import errors
from storyboard.errors import FarmError, ShotfarmError
from storyboard.planning.plan import Plan
from storyboard.refusals import store_errors

PROGRESS_EVERY_S = 2.0
"""so often it is written how far shots are: a run may take days"""
LOOK_S = 0.2

_PLAN: TypeAdapter[Plan] = TypeAdapter(Plan)
_UPDATE: TypeAdapter[Update] = TypeAdapter(Update)
_SUMMARY: TypeAdapter[RunSummary] = TypeAdapter(RunSummary)


class Journal:
    """An observer that writes down what it hears.

    Raises:
        StoreError: the file cannot be made. A disk that is full later costs what is not told, not the run.
    """

    def __init__(self, path: Path) -> None:
        with store_errors(path):
            self._file = path.open("a", encoding="utf-8")
        self._progress_at = 0.0

    def planned(self, plan: Plan) -> None:
        """What is to be done."""
        self._write("planned", _PLAN.dump_python(plan, mode="json", by_alias=True))

    def rendering(self, update: Update) -> None:
        """What became of shots; the first says that the farm has the order."""
        now = time.monotonic()
        if not update.events and now - self._progress_at < PROGRESS_EVERY_S:
            return
        self._progress_at = now
        self._write("rendering", _UPDATE.dump_python(replace(update, previews={}), mode="json"))

    def stage(self, name: str, done: int, total: int) -> None:
        """How far the assembly is."""
        self._write("stage", [name, done, total])

    def ended(self, summary: RunSummary) -> None:
        """The run has ended well."""
        self._write("ended", _SUMMARY.dump_python(summary, mode="json", by_alias=True))

    def failed(self, error: ShotfarmError) -> None:
        """The run has ended otherwise."""
        self._write("failed", [type(error).__name__, error.message, error.hint])

    def _write(self, what: str, told: Any) -> None:
        with contextlib.suppress(OSError):
            self._file.write(json.dumps([what, told], ensure_ascii=False) + "\n")
            self._file.flush()


def told_in(path: Path, lives: Callable[[], bool]) -> Iterator[tuple[str, Any]]:
    """What a run has told and tells, until it ends or, when it does not live, until its last line."""
    while not path.exists() and lives():
        time.sleep(LOOK_S)
    if not path.exists():
        return  # killed before its first word
    with store_errors(path), path.open(encoding="utf-8") as lines:
        begun = ""
        while True:
            alive = lives()  # looked at before the lines, or the last would be missed
            while line := lines.readline():
                begun += line
                if begun.endswith("\n"):
                    what, told = json.loads(begun)
                    begun = ""
                    yield what, told
            if not alive:
                return
            time.sleep(LOOK_S)


def hear_again(lines: Iterator[tuple[str, Any]], observer: Observer) -> RunSummary | None:
    """Tell an observer what a run told; what it came to, or None when the lines end before the run.

    Raises:
        ShotfarmError: what the run failed of.
    """
    for what, told in lines:
        match what:
            case "planned":
                observer.planned(_PLAN.validate_python(told))
            case "rendering":
                observer.rendering(_UPDATE.validate_python(told))
            case "stage":
                observer.stage(*told)
            case "ended":
                return _SUMMARY.validate_python(told)
            case "failed":
                raise _error(*told)
    return None


def _error(kind: str, message: str, hint: str | None) -> ShotfarmError:
    """The error that a run told; one whose class holds more than words becomes one of the farm's."""
    found = getattr(errors, kind, FarmError)
    plain = isinstance(found, type) and issubclass(found, ShotfarmError)
    plain = plain and found.__init__ is ShotfarmError.__init__
    made: ShotfarmError = (found if plain else FarmError)(message, hint)
    return made
