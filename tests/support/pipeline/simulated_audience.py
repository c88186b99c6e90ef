"""Viewers of a film that is made while they watch it, on a farm whose time is simulated.

Each viewer comes at a moment, goes a way that nobody knows before they choose, and begins when it is foreseen
that nothing will be late. Workers take one shot each, to its end. What is asked: who had to stop.
"""

from __future__ import annotations

import heapq
import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.audience.deciding.chances import chances
from pipeline.audience.deciding.prefetch import Ahead, Coming, SceneShot, coming_to, order
from pipeline.audience.deciding.starting import begins_in_s
from storyboard.branching.graph import SceneGraph

PLAYHEAD, FILM, SHORTEST = "playhead", "film order", "shortest"
POLICIES = (PLAYHEAD, FILM, SHORTEST)
HORIZON_S = 180.0
_EVER = 1e9


@dataclass(frozen=True)
class Story:
    """A film: the graph of its scenes, and the shots of each."""

    graph: SceneGraph
    scenes: tuple[tuple[SceneShot, ...], ...]

    @property
    def work_s(self) -> dict[str, float]:
        """What each take costs."""
        return {shot.take: shot.work_s for scene in self.scenes for shot in scene}


@dataclass(frozen=True)
class Viewer:
    """Somebody who watches.

    Attributes:
        name: what budgets call them.
        comes_s: when.
        way: the scenes that they will have seen.
        from_s: where in their way they begin.
    """

    name: str
    comes_s: float
    way: tuple[int, ...]
    from_s: float = 0.0


@dataclass(frozen=True)
class _Cue:
    """A shot on a viewer's way: when it begins there, and in which scene of it."""

    start_s: float
    shot: SceneShot
    place: int


@dataclass(eq=False)
class _Seat:
    """A viewer while they are here.

    Attributes:
        viewer: who.
        cues: the shots of their way, from where they begin.
        scenes_s: when each scene of it begins.
        at: the cue that comes next.
        begins_s: when they began; None while they wait for that.
        wait_s: how long they have still to wait for it, as it was last foreseen.
        held_s: how long they had to stop since.
        stops: whether they have to now.
    """

    viewer: Viewer
    cues: list[_Cue]
    scenes_s: list[float]
    at: int = 0
    begins_s: float | None = None
    wait_s: float = 0.0
    held_s: float = 0.0
    stops: bool = False

    def due_s(self) -> float:
        """When they come to what comes next."""
        began = self.begins_s if self.begins_s is not None else math.inf
        return began + self.held_s + self.cues[self.at].start_s - self.viewer.from_s

    def seen_s(self, now: float) -> float:
        """How far on their way they are."""
        if self.begins_s is None:
            return self.viewer.from_s
        return min(self.viewer.from_s + now - self.begins_s - self.held_s, self.cues[self.at].start_s)

    def place(self, now: float) -> int:
        """The scene of their way in which they are."""
        come = self.at == 0 or now >= self.due_s()
        return self.cues[self.at if come else self.at - 1].place


@dataclass
class Told:
    """How it went.

    Attributes:
        stopped: how often each viewer had to stop after they began.
        waited_s: how long each waited before they began.
        made_s: worker seconds of all that was made.
    """

    stopped: dict[str, int] = field(default_factory=dict)
    waited_s: dict[str, float] = field(default_factory=dict)
    made_s: float = 0.0

    @property
    def without_a_stop(self) -> float:
        """The share of viewers who never had to stop."""
        return sum(not count for count in self.stopped.values()) / len(self.stopped)


def linear(shots: int, ratio: float | tuple[float, float], seed: int) -> Story:
    """A film of one scene; its shots take so many times as long to make as to watch, or between two such."""
    return Story(SceneGraph(((),), (False,)), (tuple(_shots("", shots, ratio, random.Random(seed))),))


def branching(scenes: int, shots: int, ratio: float | tuple[float, float], seed: int) -> Story:
    """A film of rungs: a scene that asks, a scene for each of two answers, and the next one that asks."""
    chance = random.Random(seed)
    rungs = max(1, scenes // 3)
    after: list[tuple[int, ...]] = []
    for rung in range(rungs):
        here = 3 * rung
        after += [(here + 1, here + 2), (here + 3,), (here + 3,)]
    after.append(())
    asks = tuple(len(one) > 1 for one in after)
    counts = [
        (number + 1) * shots // len(after) - number * shots // len(after) for number in range(len(after))
    ]
    made = [tuple(_shots(f"{number}-", count, ratio, chance)) for number, count in enumerate(counts)]
    return Story(SceneGraph(tuple(after), asks), tuple(made))


def _shots(
    name: str, count: int, ratio: float | tuple[float, float], chance: random.Random
) -> list[SceneShot]:
    found = []
    for number in range(count):
        seconds = chance.uniform(2, 6)
        times = ratio if isinstance(ratio, int | float) else chance.uniform(*ratio)
        found.append(SceneShot(f"{name}{number}", seconds, seconds * times))
    return found


def any_way(story: Story, chance: random.Random) -> tuple[int, ...]:
    """A way on which every answer is as likely."""
    way = [0]
    while story.graph.after[way[-1]]:
        way.append(chance.choice(story.graph.after[way[-1]]))
    return tuple(way)


def unique_work_s(story: Story, viewers: Sequence[Viewer]) -> float:
    """What all that the viewers come to costs, each take once."""
    seen = {cue.shot.take for viewer in viewers for cue in _seat(story, viewer).cues}
    work = story.work_s
    return math.fsum(work[take] for take in seen)


def separate_work_s(story: Story, viewers: Sequence[Viewer]) -> float:
    """What it costs to make each viewer a film of their own."""
    return math.fsum(cue.shot.work_s for viewer in viewers for cue in _seat(story, viewer).cues)


def need(story: Story, viewers: Sequence[Viewer]) -> float:
    """The workers without which some of what viewers may come to is late, whoever orders it.

    Of every time from somebody's coming to a take's being due, the work that becomes known and is due in it,
    over that time and the longest that one take needs (which everybody waits for). What may be chosen counts.
    """
    due: dict[str, tuple[float, float]] = {}
    for viewer in sorted(viewers, key=lambda viewer: viewer.comes_s):
        for take, at in _possible(story, viewer).items():
            came, before = due.get(take, (viewer.comes_s, math.inf))
            due[take] = came, min(before, viewer.comes_s + at)
    work = story.work_s
    grace_s = max(work[take] for take in due)
    most = 0.0
    for start in {came for came, _ in due.values()}:
        total = 0.0
        for take in sorted((one for one in due if due[one][0] >= start), key=lambda one: due[one][1]):
            total += work[take]
            most = max(most, total / (due[take][1] - start + grace_s))
    return most


def _possible(story: Story, viewer: Viewer) -> dict[str, float]:
    """When a viewer may come to each take, in seconds from when they come, every answer counted."""
    found: dict[str, float] = {}
    at = 0.0
    for place, number in enumerate(viewer.way):
        others = story.graph.after[viewer.way[place - 1]] if place else (number,)
        for scene in others:
            start = at
            for shot in story.scenes[scene]:
                if start + shot.seconds > viewer.from_s:
                    found.setdefault(shot.take, max(0.0, start - viewer.from_s))
                start += shot.seconds
        at += sum(shot.seconds for shot in story.scenes[number])
    return found


def _seat(story: Story, viewer: Viewer) -> _Seat:
    at, cues, scenes_s = 0.0, [], []
    for place, number in enumerate(viewer.way):
        scenes_s.append(at)
        for shot in story.scenes[number]:
            if at + shot.seconds > viewer.from_s:
                cues.append(_Cue(max(at, viewer.from_s), shot, place))
            at += shot.seconds
    return _Seat(viewer, cues, scenes_s)


class Show:
    """One evening: viewers, workers, and what orders their work.

    Args:
        story: the film.
        viewers: who comes.
        workers: how many there are.
        policy: one of `POLICIES`.
        budget_s: worker seconds that may be spent on what a viewer only may come to.
    """

    def __init__(
        self, story: Story, viewers: Sequence[Viewer], workers: int, policy: str, budget_s: float = _EVER
    ) -> None:
        self.story, self.workers, self.policy = story, workers, policy
        self.work = story.work_s
        takes = [*self.work]
        self.by_rule = {FILM: takes, SHORTEST: sorted(takes, key=lambda take: self.work[take])}
        self.there: set[str] = set()
        self.making: list[tuple[float, str]] = []
        self.to_come = sorted((_seat(story, one) for one in viewers), key=lambda seat: -seat.viewer.comes_s)
        self.seats: list[_Seat] = []
        self.left_s = {viewer.name: budget_s for viewer in viewers}
        self.counts: dict[int, dict[str, int]] = {}
        self.now = 0.0
        self.told = Told()

    def run(self) -> Told:
        """Until everybody has come to the last shot of their way."""
        while self.to_come or self.seats:
            self._staff()
            moments = [self.making[0][0]] if self.making else []
            moments += [self.to_come[-1].viewer.comes_s] if self.to_come else []
            moments += [seat.due_s() for seat in self.seats if not seat.stops and seat.begins_s is not None]
            self.now = max(self.now, min(moments))
            while self.making and self.making[0][0] <= self.now:
                self.there.add(heapq.heappop(self.making)[1])
            while self.to_come and self.to_come[-1].viewer.comes_s <= self.now:
                self.seats.append(self.to_come.pop())
            for seat in self.seats:
                self._watch(seat)
            self.seats = [seat for seat in self.seats if seat.at < len(seat.cues)]
        return self.told

    def _watch(self, seat: _Seat) -> None:
        """Let a viewer begin, or go on as far as there is something to see."""
        name = seat.viewer.name
        if seat.begins_s is None:
            seat.wait_s = self._wait_s(seat)
        if seat.begins_s is None and seat.wait_s <= 0:
            seat.begins_s = self.now
            self.told.waited_s[name] = self.now - seat.viewer.comes_s
            self.told.stopped[name] = 0
        while seat.at < len(seat.cues) and seat.due_s() <= self.now:
            if seat.cues[seat.at].shot.take not in self.there:
                self.told.stopped[name] += not seat.stops
                seat.stops = True
                return
            if seat.stops:
                seat.held_s += self.now - seat.due_s()
                seat.stops = False
            self._count(seat)
            seat.at += 1

    def _count(self, seat: _Seat) -> None:
        """What a viewer chose counts with the first shot that follows."""
        place = seat.cues[seat.at].place
        if seat.at and seat.cues[seat.at - 1].place != place:
            counts = self.counts.setdefault(seat.viewer.way[place - 1], {})
            answer = str(seat.viewer.way[place])
            counts[answer] = counts.get(answer, 0) + 1

    def _wait_s(self, seat: _Seat) -> float:
        """How long a viewer has to wait before they begin: so that none who came before them is late."""
        watching = [one for one in self.seats if one.at < len(one.cues)]
        before = watching[: watching.index(seat)]
        playing = [one for one in watching if one in before or one.begins_s is not None]
        others = [coming for one in playing for coming in self._ahead(one).coming]
        making = {take: at - self.now for at, take in self.making}
        return begins_in_s(self._coming(seat), others, making, self.workers)

    def _staff(self) -> None:
        """Give free workers what the policy has next."""
        if len(self.making) >= self.workers or not self.seats:
            return
        busy = {take for _, take in self.making} | self.there
        for take, charged in self._next_ones():
            if len(self.making) >= self.workers:
                return
            if take in busy:
                continue
            busy.add(take)
            heapq.heappush(self.making, (self.now + self.work[take], take))
            self.told.made_s += self.work[take]
            if charged is not None:
                self.left_s[charged] -= self.work[take]

    def _next_ones(self) -> list[tuple[str, str | None]]:
        """The takes to make, the first one first, and the viewers who pay for them."""
        if self.policy != PLAYHEAD:
            return [(take, None) for take in self.by_rule[self.policy]]
        return [(one.take, one.charged) for one in order(map(self._ahead, self.seats))]

    def _ahead(self, seat: _Seat) -> Ahead:
        wait_s = 0.0 if seat.begins_s is not None else seat.wait_s
        return Ahead(seat.viewer.name, self.left_s[seat.viewer.name], self._coming(seat, wait_s))

    def _coming(self, seat: _Seat, wait_s: float = 0.0) -> tuple[Coming, ...]:
        place = seat.place(self.now)
        return coming_to(
            self.story.graph,
            self._shots,
            self._chances,
            scene=seat.viewer.way[place],
            played_s=max(0.0, seat.seen_s(self.now) - seat.scenes_s[place]),
            begins_in_s=wait_s,
            horizon_s=HORIZON_S,
        )

    def _shots(self, scene: int) -> list[SceneShot]:
        return [
            SceneShot(shot.take, shot.seconds, shot.work_s, shot.take in self.there)
            for shot in self.story.scenes[scene]
        ]

    def _chances(self, scene: int) -> Mapping[int, float]:
        answers = [str(one) for one in self.story.graph.after[scene]]
        return {int(one): chance for one, chance in chances(answers, self.counts.get(scene, {})).items()}
