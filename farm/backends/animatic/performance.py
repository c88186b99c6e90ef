"""Performance: what everybody of a shot does at each moment of it, and where things go. Pure.

Times are shares of the shot, 0 to 1. The moments of the action line have equal parts of it, in their order.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from farm.backends.animatic.gestures import SETTING_DOWN
from farm.backends.animatic.understanding import moments as told
from farm.backends.animatic.understanding.deeds import Held, holding
from farm.backends.animatic.understanding.moments import Moment, moments
from farm.backends.animatic.understanding.surroundings import lying_about
from storyboard.planning.spec import ResolvedCharacter, ShotSpec
from storyboard.schema.vocabulary import Pose

_BODIES = {
    told.SITTING: Pose.SITTING,
    "kneeling": Pose.KNEELING,
    told.LYING: Pose.LYING,
    told.STANDING: Pose.STANDING,
    told.WALKING: Pose.WALKING,
    told.RUNNING: Pose.RUNNING,
    told.ENTERING: Pose.WALKING,
    told.LEAVING: Pose.WALKING,
}
_SIGNS = {"pointing": Pose.POINTING, "waving": Pose.WAVING}
_ARMS_FREE = frozenset({*Pose} - {Pose.LYING, Pose.POINTING, Pose.WAVING})
"""poses of the storyboard that leave the arms to the action line"""
_GETS_IT = frozenset((told.TAKING, told.PICKING_UP, told.CATCHING))
"""deeds of somebody who has not had the thing before"""
_TURN = frozenset(
    (
        *(told.EMBRACING, told.SHAKING_HANDS, told.GIVING, told.TAKING, told.THROWING, told.CATCHING),
        *("pointing", "waving", "fighting", told.AIMING, "looking", "bowing", "dancing"),
    )
)
"""deeds that turn somebody to whom they are done"""
_BOTH = frozenset((told.EMBRACING, told.SHAKING_HANDS))
"""deeds that two do, whoever of them is said to do them"""
NEAR = {
    told.EMBRACING: 58.0,
    told.SHAKING_HANDS: 92.0,
    told.GIVING: 96.0,
    told.TAKING: 96.0,
    "dancing": 108.0,
}
"""how far apart two are who do this with each other, in centimetres"""
_ACROSS_A_TABLE = 116.0
_ARRIVES = 0.35
"""the share of a moment that a thing is under way"""


@dataclass(frozen=True, slots=True)
class Doing:
    """What somebody does from a time on.

    Attributes:
        start: when it begins.
        pose: of the body.
        gesture: of hands and head, a name of `lexicon/deeds.toml`, or empty.
        held: what is in the hands, or None.
        toward: the id of whom it is done to, who is turned to; or empty.
    """

    start: float
    pose: Pose
    gesture: str = ""
    held: Held | None = None
    toward: str = ""


@dataclass(frozen=True, slots=True)
class Flight:
    """A thing on its way from one to another; from nobody or to nobody: off the ground, or onto it."""

    held: Held
    start: float
    end: float
    giver: str
    taker: str
    thrown: bool = False
    table: bool = False


@dataclass(frozen=True, slots=True)
class Lying:
    """A thing that nobody holds, at somebody's feet or, where `beside` is empty, beside the middle."""

    held: Held
    start: float
    end: float
    beside: str
    table: bool


@dataclass(frozen=True, slots=True)
class Performance:
    """What happens in a shot."""

    doings: dict[str, tuple[Doing, ...]]
    flights: tuple[Flight, ...]
    lying: tuple[Lying, ...]
    travels: dict[str, str]
    """id → `entering`, `leaving`, `walking` or `running`: who goes somewhere because the action says so"""
    near: dict[tuple[str, str], float]
    """pairs of ids, and how far apart they are for what they do with each other"""

    def steady_pose(self, person_id: str) -> Pose | None:
        """The one pose that somebody has in the whole shot, if it is one."""
        did = self.doings[person_id]
        poses = {
            one.pose
            for one, after in zip(did, [*did[1:], None], strict=True)
            if not after or after.start > one.start
        }
        return poses.pop() if len(poses) == 1 else None

    def holds(self, person_id: str) -> bool:
        """Somebody has something in the hands at some time."""
        return any(one.held for one in self.doings[person_id])

    def going(self, person_id: str) -> tuple[float, float]:
        """When somebody walks or runs for the first time, from and to."""
        did = self.doings[person_id]
        for index, one in enumerate(did):
            if one.pose in (Pose.WALKING, Pose.RUNNING):
                after = [later.start for later in did[index + 1 :] if later.start > one.start]
                return one.start, after[0] if after else 1.0
        return 0.0, 1.0

    def doing(self, person_id: str, share: float) -> Doing:
        """What somebody does, `share` 0 to 1 of the shot."""
        now = self.doings[person_id][0]
        for one in self.doings[person_id]:
            if one.start <= share:
                now = one
        return now


def perform(spec: ShotSpec, riders: Collection[str]) -> Performance:
    """Lay the deeds of a shot over its time; `riders` are the ids of those who ride."""
    return _Stage(spec, riders).played()


class _Stage:
    """Plays moments one after the other and keeps who has what."""

    def __init__(self, spec: ShotSpec, riders: Collection[str]) -> None:
        self.spec = spec
        self.riders = riders
        self.people = {person.id: person for person in spec.characters}
        self.doings: dict[str, list[Doing]] = {}
        self.flights: list[Flight] = []
        self.lying: list[Lying] = []
        self.travels: dict[str, str] = {}
        self.near: dict[tuple[str, str], float] = {}
        self.shot = [one for one in moments(spec.action, spec.characters) if one.does]
        self.own = {
            person.id: [one for one in moments(person.action, spec.characters, person.id) if one.does]
            for person in spec.characters
            if person.action and not any(person.id in one.who for one in self.shot)
        }
        for person in spec.characters:
            self.doings[person.id] = [self._first(person)]

    def _first(self, person: ResolvedCharacter) -> Doing:
        if person.pose is Pose.HOLDING:
            return Doing(0.0, Pose.HOLDING, held=holding(person, self.spec.action))
        mine = next((one for one in self._all() if person.id in one.who and one.thing), None)
        has = mine is not None and mine.does not in _GETS_IT and person.pose in _ARMS_FREE
        if has and mine is not None and not self._given_before(person.id, mine):
            return Doing(0.0, person.pose, held=mine.thing)
        return Doing(0.0, person.pose)

    def _all(self) -> list[Moment]:
        return [*self.shot, *(one for own in self.own.values() for one in own)]

    def _given_before(self, person_id: str, mine: Moment) -> bool:
        """Whether somebody else has the thing before."""
        before = self.shot[: self.shot.index(mine)] if mine in self.shot else []
        return any(one.thing == mine.thing and person_id not in one.who for one in before)

    def played(self) -> Performance:
        for line in (self.shot, *self.own.values()):
            for index, moment in enumerate(line):
                start, end = index / len(line), (index + 1) / len(line)
                for person_id in moment.who:
                    self._play(moment, person_id, start, end)
        for about in lying_about(self.spec):
            self.lying.append(Lying(about.held, 0.0, 1.01, "", about.table))
        return Performance(
            doings={one: tuple(all_of) for one, all_of in self.doings.items()},
            flights=tuple(self.flights),
            lying=tuple(self.lying),
            travels=self.travels,
            near=self.near,
        )

    def _play(self, moment: Moment, person_id: str, start: float, end: float) -> None:
        person, last = self.people[person_id], self.doings[person_id][-1]
        if (
            person_id in self.riders
            and moment.verb in ("ride", "drive", "steer")
            and moment.does == told.SITTING
        ):
            moment = replace(moment, does=told.WALKING)
        whom = (
            moment.whom
            if moment.whom != person_id
            else next((one for one in moment.who if one != person_id), "")
        )
        free = person.pose in _ARMS_FREE
        pose = last.pose
        if person.pose is Pose.STANDING:
            pose = _SIGNS.get(moment.does) or _BODIES.get(moment.does) or pose
            if moment.does not in _BODIES and pose in (
                Pose.WALKING,
                Pose.RUNNING,
                Pose.POINTING,
                Pose.WAVING,
            ):
                pose = _SIGNS.get(moment.does, Pose.STANDING)
            if moment.verb in ("run", "flee", "escape") and pose is Pose.WALKING:
                pose = Pose.RUNNING
            if pose in (Pose.WALKING, Pose.RUNNING) and person.move_to is None:
                self.travels.setdefault(person_id, moment.does)
        gesture = moment.does if free and moment.does not in _BODIES and moment.does not in _SIGNS else ""
        if gesture in ("putting-down", "picking-up") and moment.table:
            gesture = SETTING_DOWN
        toward = whom if moment.does in _TURN or pose in (Pose.WALKING, Pose.RUNNING) else ""
        doing = Doing(start, pose, gesture, last.held, toward)
        if moment.does in NEAR and whom and free:
            self.near[person_id, whom] = NEAR[moment.does]
        if moment.does in _BOTH and whom and whom not in moment.who and self.people[whom].pose in _ARMS_FREE:
            other = self.doings[whom][-1]
            self._add(whom, Doing(start, other.pose, moment.does, other.held, person_id))
            self._add(whom, Doing(end, other.pose, "", other.held, person_id))
        if free:
            doing = self._with_thing(moment, doing, (person_id, whom), start, end)
        self._add(person_id, doing)

    def _with_thing(
        self, moment: Moment, doing: Doing, pair: tuple[str, str], start: float, end: float
    ) -> Doing:
        """The doing with what is in the hands; what changes hands goes its way."""
        person_id, whom = pair
        thing = moment.thing or doing.held
        done = start + (end - start) * 0.45
        there = done + (end - start) * _ARRIVES
        does = moment.does
        if thing is None:
            return doing
        had = replace(doing, held=thing)
        if does == told.GIVING and whom:
            self._pass(thing, person_id, whom, (start, done, there))
            return had
        if does == told.TAKING and whom:
            self._pass(thing, whom, person_id, (start, done, there))
            return replace(doing, held=None)
        if does in (told.THROWING, told.PUTTING_DOWN):
            thrown = does == told.THROWING
            to = whom if thrown else ""
            self._loose(Flight(thing, done, there, person_id, to, thrown, moment.table), doing)
            return had
        if does in _GETS_IT:
            taken_from = self._where_is(thing)
            if taken_from and taken_from != person_id and does == told.TAKING:
                self._pass(thing, taken_from, person_id, (start, done, there))
                self.near[person_id, taken_from] = NEAR[told.GIVING]
                return replace(doing, held=None, toward=taken_from)
            if doing.held == thing:
                return doing
            doing = replace(doing, toward=doing.toward or self._come_to(thing, person_id))
            if does == told.PICKING_UP or moment.table or self._lies(thing):
                self._lift(thing, person_id, done, table=moment.table)
            if does == told.CATCHING:
                self.flights.append(Flight(thing, start, done, whom, person_id, thrown=True))
            self._add(person_id, replace(doing, start=done, held=thing))
            self._add(person_id, replace(doing, start=there, gesture="", held=thing))
            return replace(doing, held=None)
        if moment.thing is not None:
            return had
        return doing

    def _add(self, person_id: str, doing: Doing) -> None:
        self.doings[person_id].append(doing)
        self.doings[person_id].sort(key=lambda one: one.start)

    def _lies(self, thing: Held) -> bool:
        return any(one.held == thing and one.end > 1 for one in self.lying)

    def _come_to(self, thing: Held, person_id: str) -> str:
        """The id of who has laid a thing down that somebody else takes; they stand near enough for it."""
        for one in self.lying:
            if one.held == thing and one.end > 1 and one.beside not in ("", person_id):
                self.near[person_id, one.beside] = _ACROSS_A_TABLE
                return one.beside
        return ""

    def _where_is(self, thing: Held) -> str:
        """Who has a thing at last, or empty."""
        return next((one for one, did in self.doings.items() if did[-1].held == thing), "")

    def _pass(self, thing: Held, giver: str, taker: str, times: tuple[float, float, float]) -> None:
        start, done, there = times
        for one, other, gesture, left in (
            (giver, taker, told.GIVING, None),
            (taker, giver, told.TAKING, thing),
        ):
            last = self.doings[one][-1]
            pose = last.pose if self.people[one].pose in _ARMS_FREE else self.people[one].pose
            before = thing if one == giver else last.held
            self._add(one, Doing(start, pose, gesture, before, other))
            self._add(one, Doing(done, pose, gesture, None, other))
            self._add(one, Doing(there, pose, "", left, other))
        self.flights.append(Flight(thing, done, there, giver, taker))

    def _loose(self, flight: Flight, doing: Doing) -> None:
        giver = flight.giver
        self._add(giver, replace(doing, start=flight.start, held=None))
        self._add(giver, replace(doing, start=flight.end, gesture="", held=None))
        self.flights.append(flight)
        if flight.taker:
            last = self.doings[flight.taker][-1]
            self._add(
                flight.taker,
                Doing(max(0.0, flight.start - 0.1), last.pose, told.CATCHING, None, giver),
            )
            self._add(flight.taker, Doing(flight.end, last.pose, "", flight.held, giver))
            return
        self.lying.append(Lying(flight.held, flight.end, 1.01, giver, flight.table))

    def _lift(self, thing: Held, person_id: str, done: float, *, table: bool) -> None:
        """A thing that lies until it is taken."""
        for index, one in enumerate(self.lying):
            if one.held == thing and one.end > 1:
                self.lying[index] = replace(one, end=done)
                return
        self.lying.append(Lying(thing, 0.0, done, person_id, table))
