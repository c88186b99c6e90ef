"""Figures: the joints of a body in a pose at a moment. Pure geometry.

Centimetres from the point between the feet; y downwards; x grows towards where the figure looks (for a
figure that faces the camera or away from it, to the right). `0` in a pair is the far limb, `1` the near one.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

from farm.backends.animatic.casting import Design
from farm.backends.animatic.gestures import BENDS, BOWS, ONE_HAND, PASSING, Gesture, gesture_at
from farm.backends.animatic.vector import Point
from storyboard.schema.vocabulary import Pose

Pair = tuple[Point, Point]
"""of the far limb and of the near one"""
_GAP = 0.045
"""from the middle to a foot, seen from the front, as a share of the height"""


@dataclass(frozen=True, slots=True)
class Skeleton:
    """Where everything is."""

    hip: Point
    neck: Point
    head: Point
    half_shoulders: float
    half_hips: float
    shoulders: Pair
    elbows: Pair
    hands: Pair
    thighs: Pair
    knees: Pair
    feet: Pair
    sits: bool
    swing: float
    """-1 to 1, how far a loose hem has swung"""
    holds: bool = False
    """something is in the hands"""
    thing: Point = (0.0, 0.0)
    """where it is"""
    nod: float = 0.0
    """how far the head is turned down, in radians"""


@dataclass(frozen=True, slots=True)
class Saddle:
    """How somebody sits who rides.

    Attributes:
        hip: where it is.
        lean: how far forward, as a share of the height.
        feet: where they are.
        hands: where both hold reins or handlebars.
    """

    hip: Point
    lean: float
    feet: Pair
    hands: Point


def gait(pose: Pose, *, walks: bool) -> Pose:
    """The pose of somebody who goes somewhere."""
    return Pose.WALKING if walks and pose is not Pose.RUNNING else pose


def skeleton(
    design: Design,
    pose: Pose,
    seconds: float,
    *,
    side: bool,
    phase: float = 0.0,
    hold_above: float | None = None,
    gesture: str = "",
    holds: bool | None = None,
    since: float = 9.0,
    saddle: Saddle | None = None,
) -> Skeleton:
    """The joints of a pose, and of a gesture that began `since` seconds ago.

    `side` is for a figure that looks left or right, `phase` is of its own rhythm; hands that hold something
    are lifted above `hold_above`. Who rides sits in a saddle. The pose `holding` holds something unless
    `holds` says otherwise.
    """
    holds = pose is Pose.HOLDING if holds is None else holds
    build = _build(design, side=side)
    tall = build.tall
    breath = math.sin(seconds * 1.7 + phase * math.tau)
    sway = math.sin(seconds * 0.6 + phase * 5) * 0.006 * tall
    stance = _bent(build, gesture, _stance(build, pose, seconds, phase, sway))
    if saddle is not None:
        far = (saddle.hands[0] + 3, saddle.hands[1] - 1)
        stance = _Stance(saddle.hip, saddle.lean * tall, saddle.feet, hands=(far, saddle.hands))
    hip = stance.hip
    neck: Point = (hip[0] + stance.lean + sway, hip[1] - stance.back * tall - breath * 0.0035 * tall)
    shoulders = _shoulders(build, neck, breath)
    done = gesture_at(gesture, seconds, side=side, holds=holds)
    arms = (
        Pose.WALKING
        if saddle and not holds
        else Pose.HOLDING
        if holds
        else Pose.STANDING
        if pose is Pose.HOLDING
        else pose
    )
    wanted = _hands(build, arms, seconds, breath, neck, shoulders, stance.hands)
    wanted = _gestured(build, done, wanted, (neck[0], shoulders[0][1]), _eased(since))
    if hold_above is not None and (holds or gesture == PASSING):
        wanted = _lifted(build, wanted, hold_above, far=gesture not in ONE_HAND)
    elbows, hands = _arms(build, shoulders, wanted)
    thighs = _thighs(build, hip)
    head_y = neck[1] - 0.018 * tall - design.head * 1.32
    nod = math.sin(seconds * 0.9 + phase * 9) * 0.25
    turned = done.head * _eased(since)
    return Skeleton(
        hip=hip,
        neck=neck,
        head=(
            neck[0] + (0.018 * tall if side else 0.0) + stance.lean * 0.25 + done.shift * tall,
            head_y + nod,
        ),
        half_shoulders=build.half_shoulders,
        half_hips=build.half_hips,
        shoulders=shoulders,
        elbows=elbows,
        hands=hands,
        thighs=thighs,
        knees=_knees(build, pose, thighs, stance.feet),
        feet=stance.feet,
        sits=pose in (Pose.SITTING, Pose.KNEELING) or saddle is not None,
        swing=stance.swing,
        holds=holds,
        thing=hands[1] if gesture in ONE_HAND else _middle(hands),
        nod=turned,
    )


@dataclass(frozen=True, slots=True)
class _Build:
    """The measures of a body, as seen from the side or from the front or back."""

    tall: float
    half_shoulders: float
    half_hips: float
    side: bool

    @property
    def out(self) -> float:
        """How far from the middle a hand hangs, seen from the front."""
        return self.half_shoulders + 0.028 * self.tall


@dataclass(frozen=True, slots=True)
class _Stance:
    """Where a pose has the lower body, and the hands where they swing with the legs."""

    hip: Point
    lean: float
    feet: Pair
    swing: float = 0.0
    hands: Pair | None = None
    back: float = 0.335
    """from the hip to the neck, upwards, as a share of the height"""


def _bent(build: _Build, gesture: str, stance: _Stance) -> _Stance:
    """A stance bent for a gesture that reaches for the ground, or that bows."""
    tall, side = build.tall, build.side
    lean = 0.19 * tall if side else 0.0
    if gesture in BENDS:
        feet = ((-0.12 * tall, 0.0), (0.08 * tall, 0.0)) if side else stance.feet
        return _Stance((-0.07 * tall if side else 0.0, -0.24 * tall), lean, feet, back=0.26)
    if gesture in BOWS:
        return replace(stance, hip=(stance.hip[0] - 0.05 * tall * side, stance.hip[1]), lean=lean, back=0.27)
    return stance


def _gestured(build: _Build, gesture: Gesture, hands: Pair, root: Point, share: float) -> Pair:
    """Hands on their way from where a pose has them to where a gesture wants them."""
    return _pair(
        hand
        if aim is None
        else (
            hand[0] + (root[0] + aim[0] * build.tall - hand[0]) * share,
            hand[1] + (root[1] + aim[1] * build.tall - hand[1]) * share,
        )
        for hand, aim in zip(hands, (gesture.far, gesture.near), strict=True)
    )


def _lifted(build: _Build, hands: Pair, hold_above: float, *, far: bool) -> Pair:
    """Hands above a height, so that a close shot shows them; `far`: both, else the near one."""
    forward = -0.03 * build.tall if build.side else 0.0
    near = (hands[1][0] + forward, min(hands[1][1], hold_above))
    return (hands[0][0] + forward, min(hands[0][1], hold_above)) if far else hands[0], near


def _arms(build: _Build, shoulders: Pair, wanted: Pair) -> tuple[Pair, Pair]:
    """Elbows, and hands as near to where they are wanted as arms reach."""
    upper, lower = 0.172 * build.tall, 0.165 * build.tall
    bends = (-1, -1) if build.side else (-1, 1)
    elbows = _pair(
        _between(shoulder, hand, upper, lower, bend=bend)
        for shoulder, hand, bend in zip(shoulders, wanted, bends, strict=True)
    )
    hands = _pair(
        _within(shoulder, hand, upper + lower - 0.5) for shoulder, hand in zip(shoulders, wanted, strict=True)
    )
    return elbows, hands


def _eased(since: float) -> float:
    """How far a gesture is done, 0 to 1; it takes a third of a second."""
    at = min(1.0, max(0.0, since / 0.34))
    return at * at * (3 - 2 * at)


def _middle(hands: Pair) -> Point:
    (far_x, far_y), (near_x, near_y) = hands
    return (far_x + near_x) / 2, (far_y + near_y) / 2


def _build(design: Design, *, side: bool) -> _Build:
    tall = design.tall
    return _Build(
        tall=tall,
        half_shoulders=(
            0.118 * tall * design.build * (0.72 if side else 1.0) * (1.05 if not design.child else 0.95)
        ),
        half_hips=0.082 * tall * design.build * (0.8 if side else 1.0),
        side=side,
    )


def _stance(build: _Build, pose: Pose, seconds: float, phase: float, sway: float) -> _Stance:
    tall, side = build.tall, build.side
    if pose in (Pose.WALKING, Pose.RUNNING):
        return _going(build, seconds, phase, runs=pose is Pose.RUNNING)
    if pose is Pose.SITTING:
        return _Stance(
            hip=(-0.06 * tall if side else 0.0, -0.275 * tall),
            lean=0.03 * tall if side else 0.0,
            feet=((0.17 * tall, 0.0), (0.22 * tall, 0.0))
            if side
            else ((-0.075 * tall, 0.0), (0.075 * tall, 0.0)),
        )
    if pose is Pose.KNEELING:
        return _Stance(
            hip=(-0.02 * tall, -0.28 * tall),
            lean=0.05 * tall if side else 0.0,
            feet=((-0.23 * tall, -0.02 * tall), (0.15 * tall, 0.0))
            if side
            else ((-0.07 * tall, -0.01 * tall), (0.09 * tall, 0.0)),
        )
    return _Stance(
        hip=(sway * 0.5, -0.485 * tall),
        lean=0.012 * tall if side else 0.0,
        feet=((-0.035 * tall if side else -_GAP * tall, -0.5), (0.045 * tall if side else _GAP * tall, 0.0)),
    )


def _going(build: _Build, seconds: float, phase: float, *, runs: bool) -> _Stance:
    """A step of somebody who walks or runs: arms swing against the legs."""
    tall, side = build.tall, build.side
    step = math.tau * (seconds * (1.45 if runs else 0.92) + phase)
    stride = (0.24 if runs else 0.155) * tall
    lift = (0.12 if runs else 0.045) * tall
    bounce = abs(math.cos(step)) * (0.03 if runs else 0.014) * tall

    def foot(turn: float, sign: int) -> Point:
        up = max(0.0, math.cos(turn)) * lift
        return (math.sin(turn) * stride, -up) if side else (math.copysign(_GAP * tall, sign), -up * 1.3)

    def hand(turn: float, sign: int) -> Point:
        forward = math.sin(turn) * (0.15 if runs else 0.11) * tall
        height = -0.6 * tall if runs else -0.47 * tall
        if side:
            return (forward + (0.08 * tall if runs else 0.02 * tall), height - abs(forward) * 0.25)
        return ((build.out - 2) * sign, height - forward * 0.4)

    return _Stance(
        hip=(0.0, -0.485 * tall - bounce + (0.05 if runs else 0.026) * tall),
        lean=(0.075 if runs else 0.025) * tall if side else 0.0,
        feet=(foot(step + math.pi, -1), foot(step, 1)),
        swing=math.sin(step),
        hands=(hand(step, -1), hand(step + math.pi, 1)),
    )


def _shoulders(build: _Build, neck: Point, breath: float) -> Pair:
    tall, half = build.tall, build.half_shoulders
    y = neck[1] + 0.022 * tall - breath * 0.002 * tall
    if build.side:
        return (neck[0] + half * 0.45, y), (neck[0] - half * 0.25, y + 0.006 * tall)
    return (neck[0] - half * 0.9, y), (neck[0] + half * 0.9, y)


def _hands(
    build: _Build, pose: Pose, seconds: float, breath: float, neck: Point, shoulders: Pair, swung: Pair | None
) -> Pair:
    """Where a pose has the hands, whether or not arms reach there; `swung` by a step."""
    tall, side = build.tall, build.side
    x, y = neck[0], shoulders[0][1]
    if pose in (Pose.SITTING, Pose.KNEELING):
        knee = -0.3 * tall
        if side:
            return (0.16 * tall, knee), (0.12 * tall, knee + 0.01 * tall)
        return (-0.085 * tall, knee), (0.085 * tall, knee)
    if pose is Pose.HOLDING:
        lift = 0.115 * tall + breath * 0.002 * tall
        if side:
            return (x + 0.2 * tall, y + lift), (x + 0.18 * tall, y + lift + 0.015 * tall)
        return (x - 0.05 * tall, y + lift + 0.06 * tall), (x + 0.05 * tall, y + lift + 0.06 * tall)
    if swung is not None:
        return swung
    hang = y + 0.335 * tall
    far, near = (x + 0.03 * tall, x - 0.03 * tall) if side else (x - build.out, x + build.out)
    if pose is Pose.POINTING:
        reach = 0.33 * tall
        tremble = math.sin(seconds * 2.1) * 0.006 * tall
        pointing = (
            (x + reach * 0.98, y - 0.02 * tall + tremble)
            if side
            else (x + reach * 1.05, y - 0.03 * tall + tremble)
        )
        return (far, hang), pointing
    if pose is Pose.WAVING:
        wave = math.sin(seconds * 7.5) * 0.055 * tall
        waving = (
            shoulders[1][0] + (0.19 if side else 0.12) * tall + wave,
            y - 0.235 * tall + abs(wave) * 0.3,
        )
        return (far, hang), waving
    return (far, hang), (near, hang)


def _thighs(build: _Build, hip: Point) -> Pair:
    half = 0.5 * build.half_hips
    if build.side:
        return (hip[0] + half * 0.3, hip[1]), (hip[0] - half * 0.3, hip[1])
    return (hip[0] - half, hip[1]), (hip[0] + half, hip[1])


def _knees(build: _Build, pose: Pose, thighs: Pair, feet: Pair) -> Pair:
    tall = build.tall
    if build.side:
        leg = 0.2285 * tall
        return _pair(
            _between(thigh, (foot[0], foot[1] - 0.035 * tall), leg, leg, bend=1)
            for thigh, foot in zip(thighs, feet, strict=True)
        )
    if pose is Pose.SITTING:
        return (-0.088 * tall, -0.262 * tall), (0.088 * tall, -0.262 * tall)
    if pose is Pose.KNEELING:
        return (-0.085 * tall, -0.04 * tall), (0.1 * tall, -0.25 * tall)
    # Seen from the front a knee bends towards the eye: it only comes forward, not outwards.
    return _pair(
        ((thigh[0] + foot[0]) / 2, (thigh[1] + foot[1] - 0.035 * tall) / 2)
        for thigh, foot in zip(thighs, feet, strict=True)
    )


def _pair(points: Iterable[Point]) -> Pair:
    far, near = points
    return far, near


def _within(root: Point, target: Point, reach: float) -> Point:
    """The target, or the nearest point that a limb can reach."""
    dx, dy = target[0] - root[0], target[1] - root[1]
    distance = math.hypot(dx, dy)
    if distance <= reach or distance == 0:
        return target
    return (root[0] + dx * reach / distance, root[1] + dy * reach / distance)


def _between(root: Point, target: Point, upper: float, lower: float, *, bend: int) -> Point:
    """The joint between two bones (law of cosines); `bend` chooses its side."""
    end = _within(root, target, upper + lower - 0.5)
    dx, dy = end[0] - root[0], end[1] - root[1]
    distance = max(1e-6, math.hypot(dx, dy))
    cosine = (upper**2 + distance**2 - lower**2) / (2 * upper * distance)
    turn = math.acos(max(-1.0, min(1.0, cosine)))
    angle = math.atan2(dy, dx) - bend * turn
    return (root[0] + upper * math.cos(angle), root[1] + upper * math.sin(angle))
