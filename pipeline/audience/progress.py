"""What runs do with the shots of a film, as far as they tell: since when, and how far they are."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from pathlib import Path

from farm.schedule.states import TaskState
from pipeline.audience.waiting import MissingTake
from pipeline.broadcast import LiveShot, live_runs
from storyboard.planning.plan import PlannedShot


@dataclass(frozen=True, slots=True)
class Told:
    """How far a take was, and how many seconds after it began to render.

    Attributes:
        first: when that was told first.
        last: when it changed last.
    """

    first: tuple[float, float]
    last: tuple[float, float]


class Progress:
    """Follows the runs of a film.

    Args:
        folder: the project folder.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._live: dict[str, LiveShot] = {}
        self._began: dict[str, float] = {}
        self._told: dict[str, Told] = {}

    def look(self) -> bool:
        """Look what they do now; whether that is otherwise than before."""
        now = time.monotonic()
        runs = live_runs(self._folder).values()
        live = {digest: shot for run in runs for digest, shot in run.shots.items()}
        changed, self._live = live != self._live, live
        rendering = (digest for digest, shot in live.items() if shot.state is TaskState.RENDERING)
        self._began = {digest: self._began.get(digest, now) for digest in rendering}
        self._told = {
            digest: told
            for digest, began in self._began.items()
            if (told := heard(self._told.get(digest), live[digest].progress, now - began))
        }
        return changed

    @property
    def done(self) -> list[str]:
        """The digests of the takes that runs have made."""
        return [digest for digest, shot in self._live.items() if shot.state is TaskState.DONE]

    @property
    def rendering(self) -> int:
        """How many shots render."""
        return len(self._began)

    def left_s(self, take: str) -> float | None:
        """In how many seconds a take is there that renders; None of one that does not, or has just begun."""
        live = self._live.get(take)
        if live is None or take not in self._began:
            return None
        missing = self._missing(take, live.shot, 0.0)
        return missing.there_in_s if missing.is_measured else None

    def of(self, shot: PlannedShot) -> MissingTake:
        """What becomes of a take that is missing."""
        return self._missing(shot.digest, shot.shot, shot.estimate_s)

    def _missing(self, take: str, shot: str, estimate_s: float) -> MissingTake:
        began, told = self._began.get(take), self._told.get(take)
        since_s = None if began is None else time.monotonic() - began
        first, last_s = (told.first, told.last[1]) if told else ((0.0, 0.0), 0.0)
        return MissingTake(take, shot, estimate_s, self._live.get(take), since_s, first, last_s)


def heard(before: Told | None, progress: float, after_s: float) -> Told | None:
    """What was told of a take's progress, with what is told of it now; None as long as it is nothing.

    Args:
        before: what was told until now.
        progress: 0 to 1; less than before where it was begun anew.
        after_s: seconds after the take began to render.
    """
    if progress <= 0:
        return None
    if before is None or progress < before.last[0]:
        return Told((progress, after_s), (progress, after_s))
    return before if progress == before.last[0] else replace(before, last=(progress, after_s))
