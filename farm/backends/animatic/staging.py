# ruff: noqa: S311  (seeded randomness that must repeat, not secrets)

"""Staging: where a shot's people stand and what the camera sees, before anything is drawn. Pure.

Lengths are centimetres on the stage: x to the right, y downwards, the ground at 0, an adult 170 tall. The
reference view is 360 cm high around `EYE`; sets are designed for it and other shot sizes are a lens and a
place of the camera.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from random import Random

from farm.backends.animatic.extras import extra
from farm.backends.animatic.lexicon import lexicon
from farm.backends.animatic.performance import Performance, perform
from farm.backends.animatic.understanding.deeds import Held
from farm.backends.animatic.understanding.mounts import DRIVEN, Mount, mounts_of
from farm.backends.animatic.understanding.people import CHILD, who
from farm.backends.animatic.understanding.sizes import CLOSE
from storyboard.planning.speaking_time import guessed_s
from storyboard.planning.spec import ResolvedCharacter, ResolvedLine, ShotSpec
from storyboard.schema.vocabulary import CameraMove, Facing, LineDelivery, Pose, Position, ShotSize
from storyboard.sex_and_age import age_in, is_child

REFERENCE_HEIGHT = 360.0
EYE = -122.0
WORDS_A_SECOND = 2.6
_SYLLABLES = 0x0900
"""the first letter of the scripts that have letters for syllables, or no spaces"""
SHOULDERS = 56.0  # the least distance between two people

_PLACE = {
    Position.FAR_LEFT: -0.36,
    Position.LEFT: -0.19,
    Position.CENTRE: 0.0,
    Position.RIGHT: 0.19,
    Position.FAR_RIGHT: 0.36,
}
_VIEW_HEIGHT = {
    ShotSize.ECU: 30.0,
    ShotSize.CU: 56.0,
    ShotSize.MCU: 84.0,
    ShotSize.MS: 124.0,
    ShotSize.MWS: 196.0,
    ShotSize.WS: 300.0,
    ShotSize.EWS: 620.0,
    ShotSize.OTS: 100.0,
}
_HEADROOM = {  # where the eyes lie in the frame's height
    ShotSize.ECU: 0.46,
    ShotSize.CU: 0.42,
    ShotSize.MCU: 0.37,
    ShotSize.MS: 0.32,
    ShotSize.MWS: 0.28,
    ShotSize.OTS: 0.40,
}
_WHOLE_HEADS = frozenset({ShotSize.MS, ShotSize.MWS, ShotSize.WS, ShotSize.MCU})
_ROOM_FOR_A_THING = {ShotSize.ECU: 1.7, ShotSize.CU: 1.25}
"""how much more a close shot shows of somebody who holds a thing"""
_ANIMALS = frozenset(
    {
        "dog",
        "cat",
        "horse",
        "elephant",
        "camel",
        "bird",
        "dragon",
        "lion",
        "bear",
        "cow",
        "deer",
        "sheep",
        "pig",
        "rabbit",
        "ant",
        "spider",
    }
)
_BY_BODY = {
    "dragon": (2.3, 1.4),
    "elephant": (2.2, 1.25),
    "camel": (1.5, 1.05),
    "rabbit": (0.5, 0.6),
} | dict.fromkeys(("ant", "spider"), (0.42, 0.4))
"""how much more a close shot, and a wide one, shows of a body that is large or small"""
_THING = 15.0  # from the middle of a held thing to the lower edge of the frame
_HANGING = {"lantern": 30.0, "bag": 30.0, "case": 38.0}
"""the same for things that hang from the hand"""
SADDLES = {
    "horse": 0.685,
    "dragon": 0.53,
    "elephant": 0.93,
    "camel": 0.87,
    "lion": 0.82,
    "bear": 0.89,
    "cow": 0.91,
    "deer": 0.74,
    "pig": 0.96,
    "sheep": 0.91,
    "bicycle": 0.535,
    "motorcycle": 0.494,
    "scooter": 0.459,
    "carriage": 1.4,
    "cart": 1.4,
    "car": 0.6,
    "taxi": 0.6,
    "police car": 0.6,
}
"""how high a rider's hip is: in shares of an animal's height, of a machine in shares of the rider's, of a
vehicle in metres"""
_MACHINES = frozenset({"bicycle", "motorcycle", "scooter"})
_FLIGHT = 0.34
"""how high a dragon flies, as a share of its height"""
_HIP = 0.485
"""the height of a hip of somebody who stands, as a share of theirs"""
_LENGTH = {
    "horse": 190.0,
    "elephant": 300.0,
    "camel": 220.0,
    "dragon": 360.0,
    "bicycle": 150.0,
    "motorcycle": 190.0,
    "scooter": 140.0,
} | dict.fromkeys(DRIVEN, 560.0)
"""how much room a mount needs beside others, in centimetres"""
_FULL_GROWN, _GROWTH = 17, 6.2
"""from which age, in years, somebody is as tall as they get, and how much they grow in each before, in cm"""
_LOWER = {Pose.SITTING: 0.21, Pose.KNEELING: 0.205}  # of the body's height


@dataclass(frozen=True, slots=True)
class Speech:
    """A line on the frame grid of the take."""

    line: ResolvedLine
    start: int
    end: int

    @property
    def seen(self) -> bool:
        """The speaker's mouth moves."""
        return self.line.delivery not in (LineDelivery.OFF_SCREEN, LineDelivery.VOICE_OVER)


@dataclass(frozen=True, slots=True)
class Actor:
    """A person on the stage."""

    character: ResolvedCharacter
    x: float
    """where they stand at the beginning"""
    end_x: float
    """and at the end"""
    depth: float
    """0 is on the line of the stage; more is farther back"""
    seed: int
    foreground: bool = False
    """stands before the camera with the back to it, for a shot over the shoulder"""
    goes: tuple[float, float] = (0.0, 1.0)
    """from when to when they go, as shares of the shot"""
    aside: Facing = Facing.RIGHT
    """where they turn for what is done from the side, to nobody"""

    def position(self, share: float) -> float:
        """Where they are, `share` 0 to 1 of their way."""
        return self.x + (self.end_x - self.x) * share

    @property
    def walks(self) -> bool:
        """They go somewhere."""
        return abs(self.end_x - self.x) > 1


@dataclass(frozen=True, slots=True)
class Laid:
    """A thing that nobody holds, from and to a share of the shot; `x` is where it lies on the stage."""

    held: Held
    start: float
    end: float
    x: float
    table: bool


@dataclass(frozen=True, slots=True)
class View:
    """What the camera sees: a centre and a height in centimetres."""

    x: float
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Staging:
    """A shot as it stands before the camera."""

    actors: tuple[Actor, ...]
    speeches: tuple[Speech, ...]
    start: View
    end: View
    sway: float
    """how much the hand that holds the camera moves, in shares of the frame's height"""
    seed: int
    close: bool
    performance: Performance
    mounts: dict[str, Mount]
    """who rides what, by the id of the rider"""
    laid: tuple[Laid, ...] = ()
    hold_above: float | None = None
    """the height below which no held thing is in the frame of a close shot"""

    def view(self, share: float, seconds: float) -> View:
        """The camera at a moment: `share` of the shot and its seconds."""
        eased = share * share * (3 - 2 * share) * 0.6 + share * 0.4
        height = self.start.height * (self.end.height / self.start.height) ** eased
        x = self.start.x + (self.end.x - self.start.x) * eased
        y = self.start.y + (self.end.y - self.start.y) * eased
        if self.sway:
            x += jitter(self.seed, seconds) * self.sway * height
            y += jitter(self.seed + 1, seconds) * self.sway * height
        return View(x, y, height)


def jitter(seed: int, seconds: float) -> float:
    """A smooth restless motion between -1 and 1."""
    random = Random(seed)
    total = 0.0
    for rate, size in ((0.31, 0.5), (0.83, 0.3), (1.9, 0.14), (3.7, 0.06)):
        total += size * math.sin(math.tau * (rate * seconds * random.uniform(0.85, 1.15) + random.random()))
    return total


def stage(spec: ShotSpec) -> Staging:
    """Place everybody and lay out the camera's way."""
    mounts = mounts_of(spec)
    performance = perform(spec, mounts)
    carriers = {one.animal.id for one in mounts.values() if one.animal}
    spec = _as_performed(spec, performance)
    spec = spec.model_copy(
        update={"characters": tuple(one for one in spec.characters if one.id not in carriers)}
    )
    aspect = spec.width / spec.height
    height = _VIEW_HEIGHT[spec.size]
    people = list(spec.characters)
    subject = _subject(spec)
    if subject is not None and performance.holds(subject.id):
        height *= _ROOM_FOR_A_THING.get(spec.size, 1.0)
    if subject is not None:
        height *= _BY_BODY.get(who(subject).kind, (1.0, 1.0))[spec.size not in CLOSE]
    if subject is not None and subject.id in mounts and spec.size not in CLOSE:
        height *= max(1.0, (_raised(subject, mounts) + height_of(subject)) / 185.0)
    over_shoulder = None
    if spec.size is ShotSize.OTS and len(people) > 1 and subject is not None:
        over_shoulder = next(person for person in people if person.id != subject.id)
    width = height * aspect
    spread = max(width, _needed_width(people) if spec.size not in CLOSE else width)
    if spread > width and spec.size in (ShotSize.MS, ShotSize.MWS, ShotSize.WS):
        height, width = height * min(1.5, spread / width), spread
    # The same place of a set lies behind the same position in every size.
    home = 640 * _PLACE[subject.position] * 0.5 if subject else 0.0
    centre_x = home - (_PLACE[subject.position] * width if subject else 0.0)
    if subject and spec.size in CLOSE:
        looking = {Facing.LEFT: 0.07, Facing.RIGHT: -0.07}.get(subject.facing, 0.0)
        offset = _PLACE[subject.position] * (0.35 if spec.size in (ShotSize.ECU, ShotSize.CU) else 0.6)
        centre_x = home - width * (offset + looking) + _head_ahead(subject)
    starts = [_stand(one, subject, one.position, home, width, centre_x) for one in people]
    ends = [_stand(one, subject, one.move_to or one.position, home, width, centre_x) for one in people]
    fixed = people.index(subject) if subject and spec.size in CLOSE else None
    passengers = {rider for rider, one in mounts.items() if one.beside}
    beside = [one is not over_shoulder and one.id not in passengers for one in people]
    starts, ends = (_apart(places, people, beside, fixed, mounts) for places in (starts, ends))
    if spec.size not in CLOSE:
        starts, ends = (_together(places, people, subject, performance) for places in (starts, ends))
    actors = [
        Actor(
            person, x, end, _depth(index, len(people)), _seed(spec.seed, person.id), person is over_shoulder
        )
        for index, (person, x, end) in enumerate(zip(people, starts, ends, strict=True))
    ]
    actors = [_turned_aside(actor, actors) for actor in actors]
    if spec.size not in CLOSE:
        actors = [
            _on_the_way(actor, index, performance, centre_x, width) for index, actor in enumerate(actors)
        ]
    actors = [_beside_the_driver(actor, actors, mounts) for actor in actors]
    raised = _raised(subject, mounts) if subject else 0.0
    framed = View(centre_x, _centre_y(spec, subject, height, raised), height)
    if spec.size in _WHOLE_HEADS and subject is not None:
        framed = _with_all_heads(framed, actors, subject, width, mounts)
    start, end_view = _camera(spec, framed)
    return Staging(
        actors=tuple(actors),
        speeches=_speeches(spec),
        start=start,
        end=end_view,
        sway=0.012 if spec.camera is CameraMove.HANDHELD else 0.0012,
        seed=_seed(spec.seed, "camera"),
        close=spec.size in CLOSE,
        performance=performance,
        mounts=mounts,
        laid=_laid(performance, actors, centre_x, width),
        hold_above=_hold_above(spec, subject, performance, start, end_view),
    )


def _as_performed(spec: ShotSpec, performance: Performance) -> ShotSpec:
    """The shot with the poses that its action gives people for all of its time."""
    people = [
        person.model_copy(update={"pose": performance.steady_pose(person.id) or person.pose})
        for person in spec.characters
    ]
    return spec.model_copy(update={"characters": tuple(people)})


def _together(
    places: list[float],
    people: list[ResolvedCharacter],
    subject: ResolvedCharacter | None,
    performance: Performance,
) -> list[float]:
    """Places where those who do something with each other are within reach; the subject stays."""
    moved, ids = [*places], [person.id for person in people]
    for (one, other), gap in performance.near.items():
        if one not in ids or other not in ids:
            continue
        fixed, comes = ids.index(one), ids.index(other)
        if subject is not None and other == subject.id:
            fixed, comes = comes, fixed
        side = 1.0 if moved[comes] >= moved[fixed] else -1.0
        moved[comes] = moved[fixed] + side * gap
    return moved


def _turned_aside(actor: Actor, actors: list[Actor]) -> Actor:
    """An actor who turns as the storyboard says, else away from whoever is next to them on the right."""
    facing = actor.character.facing
    if facing not in (Facing.LEFT, Facing.RIGHT):
        near = any(0 < other.end_x - actor.end_x < 3 * SHOULDERS for other in actors)
        facing = Facing.LEFT if near else Facing.RIGHT
    return replace(actor, aside=facing)


def _beside_the_driver(actor: Actor, actors: list[Actor], mounts: Mapping[str, Mount]) -> Actor:
    """An actor who is a passenger, where the driver is."""
    mount = mounts.get(actor.character.id)
    driver = next((one for one in actors if mount and one.character.id == mount.beside), None)
    if driver is None:
        return actor
    return replace(actor, x=driver.x, end_x=driver.end_x, depth=driver.depth, goes=driver.goes)


def _on_the_way(actor: Actor, index: int, performance: Performance, centre_x: float, width: float) -> Actor:
    """An actor whom the action line makes go: into the picture, out of it, or to where they stand."""
    how = performance.travels.get(actor.character.id)
    if how is None or actor.foreground or actor.walks:
        return actor
    side = {Facing.LEFT: -1.0, Facing.RIGHT: 1.0}.get(actor.character.facing, 0.0)
    outward = (side or -1.0) if abs(actor.x - centre_x) < 1 else math.copysign(1.0, actor.x - centre_x)
    goes = performance.going(actor.character.id)
    if how == "leaving":
        edge = centre_x + outward * (width / 2 + 70)
        return replace(actor, end_x=edge, goes=goes)
    if how == "entering":
        edge = centre_x + (-side or outward) * (width * 0.45 + index * SHOULDERS)
        return replace(actor, x=edge, goes=goes)
    way = min(0.22 * width, 200.0 if how == "running" else 120.0)
    return replace(actor, x=actor.x - (side or -outward) * way, goes=goes)


def _laid(performance: Performance, actors: list[Actor], centre_x: float, width: float) -> tuple[Laid, ...]:
    """Where things lie: before those who had them or take them, else where nobody stands."""
    taken = [actor.end_x for actor in actors]
    at = {actor.character.id: actor for actor in actors}
    found: list[Laid] = []
    for thing in performance.lying:
        if thing.beside in at:
            actor = at[thing.beside]
            ahead = -1.0 if actor.aside is Facing.LEFT else 1.0
            x = actor.end_x + ahead * (60.0 if thing.table else 34.0)
        else:
            free = (centre_x + share * width for share in (0.06, -0.1, 0.2, -0.24, 0.32, -0.36))
            x = next((one for one in free if all(abs(one - other) > 52 for other in taken)), centre_x)
            taken.append(x)
        found.append(Laid(thing.held, thing.start, thing.end, x, thing.table))
    return tuple(found)


def _hold_above(
    spec: ShotSpec, subject: ResolvedCharacter | None, performance: Performance, start: View, end: View
) -> float | None:
    """The height that hands must be above, so that a close shot shows what its subject holds."""
    if subject is None or not performance.holds(subject.id) or spec.size not in CLOSE:
        return None
    held = next(one.held.thing for one in performance.doings[subject.id] if one.held)
    room = _HANGING.get(held, _THING)
    return min(end.y + end.height / 2, start.y + start.height / 2) - room


def _apart(
    places: list[float],
    people: list[ResolvedCharacter],
    beside: list[bool],
    fixed: int | None,
    mounts: Mapping[str, Mount],
) -> list[float]:
    """Places moved until nobody stands inside somebody else; `fixed` is who stays where the camera looks."""
    moved = [*places]
    for _ in range(8):
        order = sorted(
            (index for index in range(len(moved)) if beside[index]), key=lambda one: (moved[one], one)
        )
        for first, second in pairwise(order):
            lies = Pose.LYING in (people[first].pose, people[second].pose)
            room = [
                _LENGTH.get(mounts[people[one].id].kind, 150.0)
                for one in (first, second)
                if people[one].id in mounts
            ]
            lack = max(sum(room) / 2, SHOULDERS * (1.6 if lies else 1.0)) - (moved[second] - moved[first])
            if lack > 0:
                shares = {first: 0.0, second: 1.0} if fixed == first else {first: 1.0, second: 0.0}
                if fixed not in (first, second):
                    shares = {first: 0.5, second: 0.5}
                moved[first] -= lack * shares[first]
                moved[second] += lack * shares[second]
    return moved


def _with_all_heads(
    framed: View,
    actors: list[Actor],
    subject: ResolvedCharacter,
    width: float,
    mounts: Mapping[str, Mount],
) -> View:
    """A view that cuts off no head of those who are in it: higher, and wider where that loses the subject."""
    seen = [
        actor
        for actor in actors
        if not actor.foreground
        and min(abs(actor.x - framed.x), abs(actor.end_x - framed.x)) < width / 2 + SHOULDERS / 2
    ]
    if not seen:
        return framed
    top = min(_crown(actor.character, mounts) for actor in seen) - 0.04 * framed.height
    if top >= framed.y - framed.height / 2:
        return framed
    lowest = _crown(subject, mounts) + max(60.0, 0.5 * framed.height)
    height = max(framed.height, lowest - top)
    return View(framed.x, top + height / 2, height)


def _raised(person: ResolvedCharacter, mounts: Mapping[str, Mount]) -> float:
    """How much higher somebody is who rides, 0 for who does not."""
    mount = mounts.get(person.id)
    if mount is None:
        return 0.0
    tall, own = height_of(person), _carrier_height(mount)
    flies = _FLIGHT * own if mount.kind == "dragon" and person.pose is Pose.RUNNING else 0.0
    return SADDLES[mount.kind] * (own or tall) - _HIP * tall + flies


def _carrier_height(mount: Mount) -> float:
    """How tall an animal is that carries somebody; 0 for a machine."""
    if mount.kind in _MACHINES:
        return 0.0
    if mount.kind in DRIVEN:
        return 100.0
    return height_of(mount.animal or extra("", mount.kind, f"a {mount.named or mount.kind}"))


def _crown(person: ResolvedCharacter, mounts: Mapping[str, Mount]) -> float:
    """Where the top of somebody's hat is."""
    if person.id in mounts:
        raised = _raised(person, mounts)
        above = 0.52 if mounts[person.id].kind == "dragon" else 0.35
        return (
            min(
                -height_of(person) - 17.0,
                -_HIP * height_of(person) - above * _carrier_height(mounts[person.id]),
            )
            - raised
        )
    if person.pose is Pose.LYING:
        return -60.0
    return -(1.0 - _LOWER.get(person.pose, 0.0)) * height_of(person) - 17.0


def height_of(person: ResolvedCharacter) -> float:
    """How tall somebody is, standing."""
    words = person.description.lower()
    being = who(person)
    known = lexicon().heights
    natural = next(
        (known[word] for word in (being.named, *being.named.split(), being.kind) if word in known), None
    )
    if natural is not None:
        small = re.search(r"\b(?:small|little|tiny|young)\b", words)
        return natural * (0.72 if small else 1.2 if re.search(r"\b(?:big|huge|giant|tall)\b", words) else 1.0)
    tall = 170.0 + Random(_seed(0, person.id)).uniform(-6, 6)
    years = age_in(words)
    if years is not None and years < _FULL_GROWN:
        tall += _GROWTH * (years - _FULL_GROWN)
    elif being.kind == CHILD or is_child(words):
        tall = 126.0
    if re.search(r"\btall\b", words):
        tall += 12
    if re.search(r"\b(?:short|small)\b(?! (?:\w+ )?(?:hair|beard|coat|cape|skirt))", words):
        tall -= 10
    return tall


def _head_ahead(person: ResolvedCharacter) -> float:
    """How far before the middle of the body the head is: much for an animal, nothing for a person."""
    if who(person).kind not in _ANIMALS:
        return 0.0
    ahead = (0.22 if who(person).kind == "bird" else 0.42) * height_of(person)
    return -ahead if person.facing is Facing.LEFT else ahead


def _seed(base: int, text: str) -> int:
    value = base & 0xFFFFFFFF
    for letter in text.encode():
        value = (value * 1000003 ^ letter) & 0xFFFFFFFF
    return value


def _subject(spec: ShotSpec) -> ResolvedCharacter | None:
    """Who the camera looks at: whoever speaks first in the picture, else the first."""
    seen = {person.id: person for person in spec.characters}
    for line in spec.lines:
        if line.character in seen and line.delivery is not LineDelivery.VOICE_OVER:
            return seen[line.character]
    return spec.characters[0] if spec.characters else None


def _needed_width(people: list[ResolvedCharacter]) -> float:
    places = [_PLACE[person.position] for person in people]
    if len(set(places)) < 2:
        return 0.0
    gaps = sorted(places)
    least = min(second - first for first, second in pairwise(gaps) if second > first)
    return SHOULDERS / least


def _stand(
    person: ResolvedCharacter,
    subject: ResolvedCharacter | None,
    position: Position,
    home: float,
    width: float,
    centre_x: float,
) -> float:
    if subject is None:
        return centre_x
    away = (_PLACE[position] - _PLACE[subject.position]) * width
    if person is not subject and 0 < abs(away) < SHOULDERS:
        away = math.copysign(SHOULDERS, away)
    return home + away


def _depth(index: int, count: int) -> float:
    """People stand a little behind each other, so that their feet are not in one line."""
    return 0.0 if count == 1 else (index % 2) * 0.035


def _centre_y(spec: ShotSpec, subject: ResolvedCharacter | None, height: float, raised: float) -> float:
    if spec.size is ShotSize.EWS or subject is None:
        return EYE - (40 if spec.size is ShotSize.EWS else 0) if height > 150 else EYE
    tall = height_of(subject)
    eyes = -(0.838 - _LOWER.get(subject.pose, 0.0)) * tall - 17.0
    if who(subject).kind in _ANIMALS:
        eyes = -(0.93 if who(subject).kind == "camel" else 0.78) * tall
    if raised:
        eyes = -0.838 * tall - 17.0 - raised
    if subject.pose is Pose.LYING:
        eyes = -22.0
    if spec.size is ShotSize.WS:
        return (
            max(-height * 0.5 + 44, eyes + height * (0.3 if raised else 0.12))
            if subject.pose is not Pose.LYING
            else -90.0
        )
    return eyes + (0.5 - _HEADROOM.get(spec.size, 0.3)) * height


def _camera(spec: ShotSpec, base: View) -> tuple[View, View]:
    """Where the camera begins and ends; longer shots move farther, up to six seconds."""
    pace = min(1.0, float(spec.seconds) / 5) * 0.5 + 0.4
    side = base.height * 0.30 * pace
    rise = base.height * 0.24 * pace
    near = 1 - 0.22 * pace
    x, y, height = base.x, base.y, base.height
    moves = {
        CameraMove.STATIC: (base, base),
        CameraMove.HANDHELD: (base, View(x, y, height * 0.98)),
        CameraMove.PAN_LEFT: (View(x + side, y, height), View(x - side * 0.4, y, height)),
        CameraMove.PAN_RIGHT: (View(x - side, y, height), View(x + side * 0.4, y, height)),
        CameraMove.TILT_UP: (View(x, y + rise * 0.4, height), View(x, y - rise, height)),
        CameraMove.TILT_DOWN: (View(x, y - rise, height), View(x, y, height)),
        CameraMove.PUSH_IN: (base, View(x, y, height * near)),
        CameraMove.PULL_OUT: (View(x, y, height * near), base),
        CameraMove.TRUCK_LEFT: (View(x + side * 0.8, y, height), View(x - side * 0.8, y, height)),
        CameraMove.TRUCK_RIGHT: (View(x - side * 0.8, y, height), View(x + side * 0.8, y, height)),
        CameraMove.CRANE_UP: (base, View(x, y - rise * 1.2, height * 1.18)),
        CameraMove.CRANE_DOWN: (View(x, y - rise * 1.2, height * 1.18), base),
    }
    return moves[spec.camera]


def _seconds_of(words: str) -> float:
    """How long words are spoken; those of scripts without spaces by their letters."""
    spaced = len(words.split()) / WORDS_A_SECOND
    syllables = any(ord(letter) >= _SYLLABLES for letter in words)
    return max(spaced, float(guessed_s(words, round(60 * WORDS_A_SECOND)))) if syllables else spaced


def _speeches(spec: ShotSpec) -> tuple[Speech, ...]:
    """Lines with an end: as long as the words take, cut by the next line and the take."""
    lines = sorted(spec.lines, key=lambda line: line.start)
    speeches = []
    for index, line in enumerate(lines):
        seconds = _seconds_of(line.text) + 0.35
        start = spec.head + line.start
        end = start + max(1, round(seconds * float(spec.rate)))
        if index + 1 < len(lines):
            end = min(end, max(start + 1, spec.head + lines[index + 1].start))
        speeches.append(Speech(line, start, min(end, spec.shape.total)))
    return tuple(speeches)
