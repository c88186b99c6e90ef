"""What a run writes into its own log, which the Prefect page shows."""

from __future__ import annotations

from collections.abc import Iterable
from logging import INFO, WARNING, Logger, LoggerAdapter
from typing import TYPE_CHECKING

from farm.schedule.messages import Update
from pipeline.observer import Observer
from pipeline.rendering.told import RunWords
from storyboard.planning.plan import Plan

if TYPE_CHECKING:
    AnyLogger = Logger | LoggerAdapter[Logger]


class Logged:
    """An observer that also writes what it hears into a log."""

    def __init__(self, observer: Observer, log: AnyLogger) -> None:
        self._observer = observer
        self._log = log
        self._words = RunWords()

    def planned(self, plan: Plan) -> None:
        """Log what is to be rendered, and why."""
        self._observer.planned(plan)
        self._say(self._words.planned(plan))
        for shot in plan.missing:
            self._log.log(INFO, "shot %s is to be rendered: %s", shot.shot, "; ".join(shot.reasons))

    def rendering(self, update: Update) -> None:
        """Log what became of shots."""
        self._observer.rendering(update)
        self._say(self._words.rendering(update))

    def stage(self, name: str, done: int, total: int) -> None:
        """Log a stage that is done."""
        self._observer.stage(name, done, total)
        self._say(self._words.stage(name, done, total))

    def _say(self, lines: Iterable[str]) -> None:
        for line in lines:
            bad = line.startswith("warning: ") or " failed" in line
            self._log.log(WARNING if bad else INFO, "%s", line)
