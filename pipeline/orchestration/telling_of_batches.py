"""What a batch has to tell: the slate to the channels that it names, each production to those of its film.

The slate speaks for its productions: of an occasion that a channel hears of from the slate, it hears nothing
from them. A channel that hears from each hears of `MOST_TOLD` of them, and of the others together.
"""

from __future__ import annotations

import contextlib
import shlex
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime

from pipeline.batches.plan import PlannedProduction, SlatePlan
from pipeline.batches.slate import FILM, SLATE, LoadedSlate
from pipeline.batches.summary import BatchSummary, MadeProduction, State
from pipeline.batches.watching import BatchObserver
from pipeline.notices.herald import Herald, hears, heralded, tell, watched
from pipeline.notices.notice import (
    About,
    Notice,
    failed,
    finished,
    late,
    more_of_slate,
    not_made,
    slate_ended,
    waits_for_approval,
)
from pipeline.observer import Both, Observer
from pipeline.orchestration.telling import Tidings, review_link
from pipeline.settings import Settings
from storyboard.errors import Interrupted
from storyboard.schema.notices import Notices, Occasion

MOST_TOLD = 20
"""notices of one occasion that a channel gets from the productions of one batch"""


@contextlib.contextmanager
def heralded_slate(settings: Settings, loaded: LoadedSlate) -> Iterator[Herald]:
    """To be held while a slate is made, from before its productions are planned."""
    path = loaded.path.absolute()
    again = f"shotfarm batch run {shlex.quote(str(path))}"
    about = About(_name(loaded), path, again=again)
    with heralded(settings, loaded.slate.notices, about) as herald:
        yield herald


def _name(loaded: LoadedSlate) -> str:
    path = loaded.path.absolute()
    return path.parent.name if path.name in {SLATE, FILM} else path.stem


def unheard_of(own: Notices, of_slate: Notices) -> Notices:
    """The notices of a film without those of which a channel hears from its slate. Pure."""
    left = {
        channel: tuple(one for one in occasions if one not in of_slate.get(channel, ()))
        for channel, occasions in own.items()
    }
    return {channel: occasions for channel, occasions in left.items() if occasions}


class ToldBatch:
    """A watcher of a batch that also tells of it, and of its productions.

    Args:
        watcher: hears first.
        slate: tells of the slate.
    """

    def __init__(self, watcher: BatchObserver, slate: Herald) -> None:
        self._watcher = watcher
        self._slate = slate
        self._few = _Few()
        self._planned: Mapping[str, PlannedProduction] = {}
        self._heralds: dict[str, Herald] = {}
        self._watched: dict[str, contextlib.ExitStack] = {}

    def waits(self) -> None:
        """Pass it on."""
        self._watcher.waits()

    def planned(self, plan: SlatePlan) -> None:
        """Tell of deadlines that will be missed."""
        self._watcher.planned(plan)
        self._planned = {one.name: one for one in plan.productions}
        ends: dict[datetime, datetime] = {}
        for name, expected in plan.late_at.items():
            due = self._planned[name].deadline
            if due is not None:
                ends[due] = max(expected, ends.get(due, expected))
                own = self._of(name)
                own.tell(late(own.about, due, expected))
        for due, expected in ends.items():
            self._slate.tell(late(self._slate.about, due, expected, plan.late))

    def begins(self, name: str) -> Observer:
        """From now on it is told when this process is killed."""
        stack = self._watched[name] = contextlib.ExitStack()
        stack.enter_context(watched(self._of(name)))
        tidings = Tidings(self._planned[name].deadline, self._of(name), self._slate)
        return Both(self._watcher.begins(name), tidings)

    def ended(self, made: MadeProduction) -> None:
        """Tell how a production ended; one that was there has nothing to tell."""
        self._watcher.ended(made)
        herald = self._of(made.name)
        if (told := _end_of(herald.about, made)) is not None:
            herald.tell(told)
        self._unwatch(made.name)

    def failed(self, error: Exception) -> None:
        """The batch has ended, and with it what was being made."""
        for name in [*self._watched]:
            herald = self._of(name)
            herald.tell(failed(herald.about, error))

    def over(self) -> None:
        """Nothing is made any more."""
        for name in [*self._watched]:
            self._unwatch(name)
        for occasion, number, channels in self._few.left():
            tell(self._slate.settings, channels, more_of_slate(self._slate.about, occasion, number))

    def _unwatch(self, name: str) -> None:
        if (stack := self._watched.pop(name, None)) is not None:
            stack.close()

    def _of(self, name: str) -> Herald:
        if name not in self._heralds:
            planned, slate = self._planned[name], self._slate
            links = {**slate.about.links, **review_link(slate.settings, planned.title)}
            version = "" if planned.of_slate.of_film else name
            about = About(planned.title, planned.film.absolute(), links, version, slate.about.again)
            notices = unheard_of(planned.notices, slate.notices)
            self._heralds[name] = _FewHeralds(slate.settings, notices, about, self._few)
        return self._heralds[name]


@contextlib.contextmanager
def told_batch(watcher: BatchObserver, slate: Herald) -> Iterator[BatchObserver]:
    """To be held while the productions of a slate are made."""
    told = ToldBatch(watcher, slate)
    try:
        yield told
    except Interrupted:
        raise
    except Exception as error:
        told.failed(error)
        raise
    finally:
        told.over()


def _end_of(about: About, made: MadeProduction) -> Notice | None:
    match made.state:
        case State.UNCHANGED:
            return None
        case State.MADE:
            return finished(about, made.out, seconds=made.seconds, shots=made.shots, rendered=made.rendered)
        case State.WAITS:
            return waits_for_approval(about, made.waits_for)
        case State.STOPPED:
            return not_made(about, "It was stopped: another production of its slate has failed.")
    return not_made(about, made.error or made.state.value)


class _Few:
    """Counts what channels are told of one occasion by the productions of a batch; several threads may."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._heard: set[tuple[str, str]] = set()
        self._told: Counter[tuple[str, Occasion]] = Counter()

    def may_hear(self, channel: str, notice: Notice) -> bool:
        """Whether a channel is told that; what it has heard is no more to tell."""
        with self._lock:
            if notice.occasion is None or (channel, notice.id) in self._heard:
                return False
            self._heard.add((channel, notice.id))
            self._told[channel, notice.occasion] += 1
            return self._told[channel, notice.occasion] <= MOST_TOLD

    def left(self) -> list[tuple[Occasion, int, list[str]]]:
        """What was not told one by one: of what, how many, and to which channels."""
        found: dict[tuple[Occasion, int], list[str]] = {}
        for (channel, occasion), number in self._told.items():
            if number > MOST_TOLD:
                found.setdefault((occasion, number - MOST_TOLD), []).append(channel)
        return [(occasion, number, channels) for (occasion, number), channels in found.items()]


class _FewHeralds(Herald):
    """Tells of one production among many."""

    def __init__(self, settings: Settings, notices: Notices, about: About, few: _Few) -> None:
        super().__init__(settings, notices, about)
        self._few = few

    def tell(self, notice: Notice) -> None:
        """Tell those channels that have not heard too much of its kind."""
        channels = hears(self.notices, notice.occasion)
        tell(self.settings, [one for one in channels if self._few.may_hear(one, notice)], notice)


def tell_batch(herald: Herald, summary: BatchSummary) -> None:
    """Tell how a batch ended: once for all its productions; nothing of one that found all done."""
    if summary.count(State.UNCHANGED) == len(summary.productions):
        return
    bad = {State.FAILED, State.STOPPED}
    told = slate_ended(
        herald.about,
        summary.count(State.MADE, State.UNCHANGED),
        [(one.name, one.error or one.state.value) for one in summary.productions if one.state in bad],
        [one.name for one in summary.productions if one.state is State.WAITS],
    )
    herald.tell(told)
