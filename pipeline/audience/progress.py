"""What runs do with the shots of a film, as far as they tell: since when, and how far they are."""

from __future__ import annotations

import time
from pathlib import Path

from farm.schedule.states import TaskState
from pipeline.audience.waiting import SOON_S, MissingTake
from pipeline.broadcast import LiveShot, live_runs
from storyboard.planning.plan import PlannedShot


class Progress:
    """Follows the runs of a film.

    Args:
        folder: the project folder.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._live: dict[str, LiveShot] = {}
        self._began: dict[str, float] = {}

    def look(self) -> bool:
        """Look what they do now; whether that is otherwise than before."""
        now = time.monotonic()
        runs = live_runs(self._folder).values()
        live = {digest: shot for run in runs for digest, shot in run.shots.items()}
        changed, self._live = live != self._live, live
        rendering = (digest for digest, shot in live.items() if shot.state is TaskState.RENDERING)
        self._began = {digest: self._began.get(digest, now) for digest in rendering}
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
        live, began = self._live.get(take), self._began.get(take)
        if live is None or began is None or live.progress <= 0:
            return None
        since_s = time.monotonic() - began
        return MissingTake(take, live.shot, 0.0, live, since_s).there_in_s if since_s > SOON_S else None

    def of(self, shot: PlannedShot) -> MissingTake:
        """What becomes of a take that is missing."""
        began = self._began.get(shot.digest)
        since_s = None if began is None else time.monotonic() - began
        return MissingTake(shot.digest, shot.shot, shot.estimate_s, self._live.get(shot.digest), since_s)
