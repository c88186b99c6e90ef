"""Retakes that were asked for in the review application: rendered in the background, one after another."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipeline.broadcast import live_runs
from pipeline.catalog.entries import Approve, Decision, Retake
from pipeline.catalog.log import DecisionLog
from pipeline.catalog.record import Record
from pipeline.catalog.status import Holds
from pipeline.catalog.undo import effective
from pipeline.decisions.history import in_words
from pipeline.orchestration.hand import END_S, Hand
from pipeline.orchestration.standby import Progress, Render, StandBy
from pipeline.production.known_versions import words_of_version
from pipeline.review.story_answers import AskedRetake, RunState
from storyboard.errors import NotNow, ShotfarmError, UsageError

MOST_KEPT = 50
"""retakes that have ended and are still told of"""
_ENDED = frozenset({RunState.DONE, RunState.FAILED, RunState.CANCELLED})
_TOLD_S = {RunState.DONE: 60, RunState.CANCELLED: 60, RunState.FAILED: 600}
"""how long whoever listens is told of one that has ended"""
_TRIES = 2


@dataclass
class _Job:
    """A retake that is to be rendered, and how far it is."""

    decision: Decision
    film: bool
    renderer: str | None
    state: RunState = RunState.WAITING
    since: datetime = field(default_factory=lambda: datetime.now(UTC))
    error: str = ""
    hint: str | None = None
    cancelled: bool = False

    def becomes(self, state: RunState, error: str = "", hint: str | None = None) -> None:
        """It comes into a state."""
        self.state, self.since, self.error, self.hint = state, datetime.now(UTC), error, hint


class Retakes:
    """The retakes of one film; any number of threads may ask.

    Args:
        film: what is rendered, and how it is opened.
        log: of what was decided of it.
        holds: says which decisions hold in the version of it that is opened.
        hand: starts what renders.
    """

    def __init__(
        self, film: StandBy, log: DecisionLog, holds: Holds, hand: Callable[[StandBy], Hand] = Hand
    ) -> None:
        self._film = film
        self._log = log
        self._holds = holds
        self._new_hand = hand
        self._lock = threading.Condition()
        self._jobs: dict[int, _Job] = {}
        self._at: _Job | None = None
        self._wanted = False
        self._hand: Hand | None = None
        self._thread: threading.Thread | None = None
        self._closed = False

    def prepare(self) -> None:
        """Have what renders ready soon: somebody thinks of asking. Nobody waits."""
        with self._lock:
            if not self._closed:
                self._wanted = True
                self._begin()

    def ask(self, decision: Decision, *, film: bool, renderer: str | None) -> AskedRetake:
        """Have a retake rendered that was decided.

        Raises:
            NotNow: it is being rendered, or waits to be.
        """
        with self._lock:
            known = self._jobs.get(decision.number)
            if known and known.state not in _ENDED:
                raise NotNow("it is being rendered already")
            self._jobs.pop(decision.number, None)
            job = self._jobs[decision.number] = _Job(decision, film, renderer)
            ended = [number for number, one in self._jobs.items() if one.state in _ENDED]
            for number in ended[:-MOST_KEPT]:
                del self._jobs[number]
            self._begin()
            self._lock.notify_all()
        return self._told(job)

    def again(self, number: int, *, film: bool) -> AskedRetake:
        """Have a retake rendered that failed, was cancelled, or was left.

        Raises:
            UsageError: there is no such retake.
            NotNow: it is being rendered, counts no more, or is of another version of the film.
        """
        record = self._log.record()
        found = next((one for one in record.decisions if one.number == number), None)
        if found is None or not isinstance(found.what, Retake):
            raise UsageError(f"there is no retake {number}")
        if found not in effective(record.decisions_of(found.shot)):
            raise NotNow(f"retake {number} was undone")
        if not self._holds(found):
            version = words_of_version(found.version) or "with every default"
            raise NotNow(f"retake {number} is of another version of the film: {version}", "open that one")
        if _living(self._folder, found.shot) and number not in self._jobs:
            raise NotNow("somebody else renders the shot now", "wait until that is through")
        with self._lock:
            known = self._jobs.get(number)
        return self.ask(found, film=film, renderer=known.renderer if known else None)

    def cancel(self, number: int) -> AskedRetake:
        """Call a retake off: what was published stays.

        Raises:
            UsageError: there is no such retake here.
            NotNow: it has ended.
        """
        with self._lock:
            job = self._jobs.get(number)
            if job is None:
                raise UsageError(f"no retake {number} is rendered here")
            if job.state in _ENDED:
                raise NotNow(f"it is {job.state} already")
            job.cancelled = True
            if job is not self._at:
                job.becomes(RunState.CANCELLED)
            elif self._hand:
                self._hand.stop()
        return self._told(job)

    def listened_to(self) -> list[AskedRetake]:
        """What whoever listens is told of: those that have not ended, and those that just did."""
        now = datetime.now(UTC)
        with self._lock:
            jobs = [
                job
                for job in self._jobs.values()
                if now - job.since < timedelta(seconds=_TOLD_S.get(job.state, 10**6))
            ]
        return [self._told(job) for job in jobs if self._counts(job)]

    def of_shot(self, shot: str) -> list[AskedRetake]:
        """Those of a shot that are rendered, were, or could still be; the newest first.

        One that failed or was called off is among them for as long as it is wished for.
        """
        with self._lock:
            gone = {job.decision.number for job in self._jobs.values() if not self._counts(job)}
        return [one for one in self.every(shot) if one.decision not in gone]

    def every(self, shot: str | None = None) -> list[AskedRetake]:
        """All that are known, the newest first, with those that a process left that was killed."""
        with self._lock:
            jobs = [*self._jobs.values()]
        told = [self._told(job) for job in jobs if shot in {None, job.decision.shot}]
        told += [self._left(one) for one in left_of(self._log.record(), {*self._jobs}, shot, self._holds)]
        return sorted(told, key=lambda one: -one.decision)

    def close(self) -> None:
        """Let go of what is rendered; returns when nothing is left of it, or it does not let go."""
        with self._lock:
            self._closed = True
            hand, thread = self._hand, self._thread
            self._lock.notify_all()
        if hand:
            hand.close()
        if thread:
            thread.join(3 * END_S)

    @property
    def _folder(self) -> Path:
        return self._log.path.parent.parent

    def _begin(self) -> None:
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._work, name="retakes", daemon=True)
            self._thread.start()

    def _work(self) -> None:
        while True:
            with self._lock:
                while not self._closed and not self._wanted and self._next() is None:
                    self._lock.wait()
                if self._closed:
                    return
                self._wanted = False
                job = self._at = self._next()
            try:
                self._render(job) if job else self._made_ready()
            except ShotfarmError as error:
                if job:
                    job.becomes(RunState.FAILED, error.message, error.hint)
            finally:
                with self._lock:
                    self._at = None
                if job and job.state not in _ENDED:
                    job.becomes(RunState.FAILED, "a bug ended it", "please report it")

    def _next(self) -> _Job | None:
        return next((job for job in self._jobs.values() if job.state is RunState.WAITING), None)

    def _made_ready(self) -> Hand:
        """What renders: the one that stands by, or a new one."""
        with self._lock:
            if self._hand and self._hand.lives:
                return self._hand
            if self._closed:
                raise NotNow("the application is ending")
            self._hand = self._new_hand(self._film)
            return self._hand

    def _render(self, job: _Job) -> None:
        job.becomes(RunState.STARTING)
        for _ in range(_TRIES):
            hand = self._made_ready()
            if job.cancelled:
                break
            hand.render(Render(decision=job.decision.number, film=job.film, renderer=job.renderer))
            for told in hand.lines():
                if told.state == "away":
                    break
                if self._heard(job, told):
                    if told.last:
                        self._let_go(hand)
                    return
            self._let_go(hand)
            if job.cancelled or job.state is not RunState.STARTING:
                break
        if job.cancelled or self._closed:
            job.becomes(RunState.CANCELLED)
        else:
            job.becomes(RunState.FAILED, "what rendered it has ended", f"its last words are in {hand.log}")

    def _heard(self, job: _Job, told: Progress) -> bool:
        """Note what is told of a job; whether it has ended."""
        if told.state == "ready":
            return False
        state = RunState(told.state)
        if job.state is not state:
            job.becomes(state, told.error, told.hint)
        return state in _ENDED

    def _let_go(self, hand: Hand) -> None:
        hand.close()
        with self._lock:
            if self._hand is hand:
                self._hand = None

    def _counts(self, job: _Job) -> bool:
        """Whether somebody may want to know of it: it has not come to nothing that nobody wishes for."""
        if job.state not in {RunState.FAILED, RunState.CANCELLED}:
            return True
        left = left_of(self._log.record(), (), job.decision.shot, self._holds)
        return job.decision.number in [one.number for one in left]

    def _told(self, job: _Job) -> AskedRetake:
        return _told(self._log.record(), job.decision, job.state, job.since, job.error, job.hint)

    def _left(self, one: Decision) -> AskedRetake:
        state = RunState.RENDERING if _living(self._folder, one.shot) else RunState.LEFT
        return _told(self._log.record(), one, state, one.at)


def left_of(
    record: Record, known: Collection[int], shot: str | None = None, holds: Holds | None = None
) -> list[Decision]:
    """The retakes that count and were never rendered whole, and whose shot has no later approval. Pure.

    Args:
        record: all that a log says.
        known: numbers of retakes that somebody is at, or whose end is known.
        shot: this one's alone.
        holds: says which hold in the version that is looked at; all when left out.
    """
    shots: Iterable[str] = dict.fromkeys(one.shot for one in record.decisions)
    left = []
    for name in shots if shot is None else [shot]:
        counting = effective(record.decisions_of(name))
        approved = max((one.number for one in counting if isinstance(one.what, Approve)), default=0)
        there = [take.adjustment for take in record.takes_of(name)]
        left += [
            one
            for one in counting
            if isinstance(one.what, Retake)
            and one.number > approved
            and one.number not in known
            and (holds is None or holds(one))
            and not all(wish in there for wish in one.what.adjustments)
        ]
    return left


def _living(folder: Path, shot: str) -> bool:
    """Whether some process renders a shot now."""
    return any(one.shot == shot for run in live_runs(folder).values() for one in run.shots.values())


def _told(
    record: Record,
    one: Decision,
    state: RunState,
    since: datetime,
    error: str = "",
    hint: str | None = None,
) -> AskedRetake:
    takes = record.takes_of(one.shot)
    wishes = one.what.adjustments if isinstance(one.what, Retake) else ()
    return AskedRetake(
        id=str(one.number),
        decision=one.number,
        shot=one.shot,
        by=one.by,
        words=in_words(one, takes),
        takes=len(wishes),
        state=state,
        since=since,
        error=error,
        hint=hint,
        made=tuple(take.number for take in takes if take.adjustment in wishes),
    )
