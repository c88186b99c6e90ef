"""What a run says in words while it goes on: a line for each thing that ends, and each once. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from farm.schedule.states import TaskState
from storyboard.wording import counted, duration, listed

if TYPE_CHECKING:
    from farm.schedule.messages import ShotEvent, Update
    from storyboard.planning.plan import Plan, PlanWarning

LATE_S = 30.0
"""a deadline that is missed by less than this is not called missed: no pace is that exact"""
_TIMES = {1: "once", 2: "twice"}


def warnings_of(warnings: Sequence[PlanWarning]) -> list[str]:
    """What is warned of, a line each, with the shots that it is about, where it is about some."""
    return [
        f"shot{'s' if len(one.shots) > 1 else ''} {listed(one.shots)}: {one.message}"
        if one.shots
        else one.message
        for one in warnings
    ]


class RunWords:
    """Turns what an observer hears into lines.

    A farm that was lost tells what had ended once more, and a stage tells that it is done as often as it is
    looked at: neither is said again.
    """

    def __init__(self) -> None:
        self._shots: dict[str, str] = {}
        self._ended: set[str] = set()
        self._failed: dict[str, int] = {}
        self._done: set[str] = set()
        self._held: frozenset[str] = frozenset()
        self._late = False

    def planned(self, plan: Plan) -> list[str]:
        """What is to be done, and what the backends warn of."""
        self._shots = {shot.digest: shot.shot for shot in plan.missing}
        there = sum(shot.exists for shot in plan.cut)
        takes = f"{counted(there, 'take')} {'is' if there == 1 else 'are'} there"
        return [
            f"{counted(len(plan.missing), 'shot')} to render, {takes}",
            *(f"warning: {words}" for words in warnings_of(plan.warnings)),
        ]

    def rendering(self, update: Update) -> list[str]:
        """The shots that have ended or failed since, and what became of budgets and the deadline."""
        return [*self.events(update), *self.standing(update)]

    def events(self, update: Update) -> list[str]:
        """The shots that have ended or failed since."""
        return [words for event in update.events if (words := self._event(event))]

    def standing(self, update: Update) -> list[str]:
        """What has changed of its budgets and its deadline."""
        said = []
        held = {words.partition(": ")[0]: words for words in update.held}  # what is spent still grows
        said += [f"held: {words}" for budget, words in held.items() if budget not in self._held]
        said += ["no budget holds it any more"] if self._held and not held else []
        self._held = frozenset(held)
        if not self._late and update.late_s is not None and update.late_s > LATE_S:
            self._late = True
            said.append(f"late: at this pace it is rendered {duration(update.late_s)} after its deadline")
        elif self._late and update.late_s is not None and update.late_s < 0:
            self._late = False
            said.append("in time again, at this pace")
        return said

    def _event(self, event: ShotEvent) -> str | None:
        name = self._shots[event.digest]
        if event.state is TaskState.DONE and event.digest not in self._ended:
            self._ended.add(event.digest)
            return f"shot {name} rendered ({len(self._ended)} of {len(self._shots)})"
        return self.trouble(event)

    def trouble(self, event: ShotEvent) -> str | None:
        """What became of a shot that did not end in a take, or not yet; None for any other event."""
        name = self._shots[event.digest]
        if event.state is TaskState.FAILED:
            return f"shot {name} failed: {event.error}"
        if event.state is TaskState.CANCELLED:
            return f"shot {name} cancelled: {event.error}"
        if event.state is TaskState.PAUSING:
            times = self._failed[event.digest] = self._failed.get(event.digest, 0) + 1
            said = _TIMES.get(times, f"{times} times")
            return f"shot {name} failed {said}, will be tried again: {event.error}"
        return None

    def stage(self, name: str, done: int, total: int) -> list[str]:
        """A stage of the assembly that is done."""
        if not total or done < total or name in self._done:
            return []
        self._done.add(name)
        return [f"{name}: done"]
