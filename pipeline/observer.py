"""What a person or a script sees of a run while it goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from farm.schedule.messages import Update
    from storyboard.planning.plan import Plan


class Observer(Protocol):
    """Hears about a run; every method is called from the run's own thread."""

    def planned(self, plan: Plan) -> None:
        """The plan of the run."""

    def rendering(self, update: Update) -> None:
        """What happened to the shots since the last call."""

    def stage(self, name: str, done: int, total: int) -> None:
        """`done` of `total` parts of a stage of the assembly are made."""


class Both:
    """Tells two observers what it hears, the first one first."""

    def __init__(self, first: Observer, second: Observer) -> None:
        self._observers = first, second

    def planned(self, plan: Plan) -> None:
        """Tell the plan."""
        for observer in self._observers:
            observer.planned(plan)

    def rendering(self, update: Update) -> None:
        """Tell what happened."""
        for observer in self._observers:
            observer.rendering(update)

    def stage(self, name: str, done: int, total: int) -> None:
        """Tell how far a stage is."""
        for observer in self._observers:
            observer.stage(name, done, total)


class Nobody:
    """Hears and says nothing: for runs that nobody watches."""

    def planned(self, plan: Plan) -> None:
        """Say nothing."""

    def rendering(self, update: Update) -> None:
        """Say nothing."""

    def stage(self, name: str, done: int, total: int) -> None:
        """Say nothing."""
