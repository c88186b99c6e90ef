"""Figures: the joints of a body in a pose at a moment. Pure geometry.

Centimetres from the point between the feet; y downwards; x grows towards where the figure looks (for a
figure that faces the camera or away from it, to the right). `0` in a pair is the far limb, `1` the near one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from farm.backends.animatic.casting import Design
from farm.backends.animatic.vector import Point
from storyboard.schema.vocabulary import Pose


@dataclass(frozen=True, slots=True)
class Skeleton:
    """Where everything is."""

    hip: Point
    neck: Point
    head: Point
    half_shoulders: float
    half_hips: float
    shoulders: tuple[Point, Point]
    elbows: tuple[Point, Point]
    hands: tuple[Point, Point]
    thighs: tuple[Point, Point]
    knees: tuple[Point, Point]
    feet: tuple[Point, Point]
    sits: bool
    swing: float
    """-1 to 1, how far a loose hem has swung"""


def gait(pose: Pose, *, walks: bool) -> Pose:
    """The pose of somebody who goes somewhere."""
    return Pose.WALKING if walks and pose is not Pose.RUNNING else pose


def skeleton(design: Design, pose: Pose, seconds: float, *, side: bool, phase: float = 0.0) -> Skeleton:
    """The joints of a pose; `side` for a figure that looks left or right, `phase` of its own rhythm."""
    tall = design.tall
    breath = math.sin(seconds * 1.7 + phase * math.tau)
    sway = math.sin(seconds * 0.6 + phase * 5) * 0.006 * tall
    half_shoulders = (
        0.118 * tall * design.build * (0.72 if side else 1.0) * (1.05 if not design.child else 0.95)
    )
    half_hips = 0.082 * tall * design.build * (0.8 if side else 1.0)
    hip: Point = (sway * 0.5, -0.485 * tall)
    lean = 0.012 * tall if side else 0.0
    rise = 0.335 * tall
    gap = 0.045 * tall
    feet: list[Point] = [
        (-gap if not side else -0.035 * tall, -0.5),
        (gap if not side else 0.045 * tall, 0.0),
    ]
    swing = 0.0
    reach = 0.33 * tall
    hang = 0.335 * tall
    out = half_shoulders + 0.028 * tall
    hands: list[Point] | None = None
    step = 0.0
    if pose in (Pose.WALKING, Pose.RUNNING):
        runs = pose is Pose.RUNNING
        step = math.tau * (seconds * (1.45 if runs else 0.92) + phase)
        stride = (0.24 if runs else 0.155) * tall
        lift = (0.12 if runs else 0.045) * tall
        bounce = abs(math.cos(step)) * (0.03 if runs else 0.014) * tall
        hip = (0.0, hip[1] - bounce + (0.05 if runs else 0.026) * tall)
        lean = (0.075 if runs else 0.025) * tall if side else 0.0
        swing = math.sin(step)
        feet = []
        for turn in (step + math.pi, step):
            forward = math.sin(turn) * stride
            up = max(0.0, math.cos(turn)) * lift
            feet.append(
                (forward, -up) if side else (math.copysign(gap, -1 if turn != step else 1), -up * 1.3)
            )
        hands = []
        for index, turn in enumerate((step, step + math.pi)):
            forward = math.sin(turn) * (0.15 if runs else 0.11) * tall
            height = -0.6 * tall if runs else -0.47 * tall
            if side:
                hands.append((forward + (0.08 * tall if runs else 0.02 * tall), height - abs(forward) * 0.25))
            else:
                hands.append(((out - 2) * (1 if index else -1), height - forward * 0.4))
    elif pose is Pose.SITTING:
        hip = (-0.06 * tall if side else 0.0, -0.275 * tall)
        lean = 0.03 * tall if side else 0.0
        feet = (
            [(0.17 * tall, 0.0), (0.22 * tall, 0.0)] if side else [(-0.075 * tall, 0.0), (0.075 * tall, 0.0)]
        )
    elif pose is Pose.KNEELING:
        hip = (-0.02 * tall, -0.28 * tall)
        lean = 0.05 * tall if side else 0.0
        feet = (
            [(-0.23 * tall, -0.02 * tall), (0.15 * tall, 0.0)]
            if side
            else [(-0.07 * tall, -0.01 * tall), (0.09 * tall, 0.0)]
        )
    neck: Point = (hip[0] + lean + sway, hip[1] - rise - breath * 0.0035 * tall)
    shoulder_y = neck[1] + 0.022 * tall - breath * 0.002 * tall
    shoulders = ((neck[0] - half_shoulders * 0.9, shoulder_y), (neck[0] + half_shoulders * 0.9, shoulder_y))
    if side:
        shoulders = (
            (neck[0] + half_shoulders * 0.45, shoulder_y),
            (neck[0] - half_shoulders * 0.25, shoulder_y + 0.006 * tall),
        )
    if hands is None:
        hands = (
            [(neck[0] + 0.03 * tall, shoulder_y + hang), (neck[0] - 0.03 * tall, shoulder_y + hang)]
            if side
            else [(neck[0] - out, shoulder_y + hang), (neck[0] + out, shoulder_y + hang)]
        )
    if pose in (Pose.SITTING, Pose.KNEELING):
        knee_y = -0.3 * tall
        hands = (
            [(0.16 * tall, knee_y), (0.12 * tall, knee_y + 0.01 * tall)]
            if side
            else [(-0.085 * tall, knee_y), (0.085 * tall, knee_y)]
        )
    elif pose is Pose.POINTING:
        tremble = math.sin(seconds * 2.1) * 0.006 * tall
        hands[1] = (
            (neck[0] + reach * 0.98, shoulder_y - 0.02 * tall + tremble)
            if side
            else (neck[0] + reach * 1.05, shoulder_y - 0.03 * tall + tremble)
        )
    elif pose is Pose.WAVING:
        wave = math.sin(seconds * 7.5) * 0.055 * tall
        hands[1] = (
            shoulders[1][0] + (0.19 if side else 0.12) * tall + wave,
            shoulder_y - 0.235 * tall + abs(wave) * 0.3,
        )
    elif pose is Pose.HOLDING:
        lift = 0.115 * tall + breath * 0.002 * tall
        hands = (
            [
                (neck[0] + 0.2 * tall, shoulder_y + lift),
                (neck[0] + 0.18 * tall, shoulder_y + lift + 0.015 * tall),
            ]
            if side
            else [
                (neck[0] - 0.05 * tall, shoulder_y + lift + 0.06 * tall),
                (neck[0] + 0.05 * tall, shoulder_y + lift + 0.06 * tall),
            ]
        )
    upper, lower = 0.172 * tall, 0.165 * tall
    elbows = tuple(
        _between(shoulders[index], hands[index], upper, lower, bend=(-1 if side else (1 if index else -1)))
        for index in (0, 1)
    )
    hands = [_within(shoulders[i], hands[i], upper + lower - 0.5) for i in (0, 1)]
    thigh = 0.5 * half_hips
    thighs = ((hip[0] - thigh, hip[1]), (hip[0] + thigh, hip[1]))
    if side:
        thighs = ((hip[0] + thigh * 0.3, hip[1]), (hip[0] - thigh * 0.3, hip[1]))
    leg = 0.2285 * tall
    if side:
        knees = tuple(
            _between(thighs[i], (feet[i][0], feet[i][1] - 0.035 * tall), leg, leg, bend=1) for i in (0, 1)
        )
    elif pose not in (Pose.SITTING, Pose.KNEELING):
        # Seen from the front a knee bends towards the eye: it only comes forward, not outwards.
        knees = tuple(
            ((thighs[i][0] + feet[i][0]) / 2, (thighs[i][1] + feet[i][1] - 0.035 * tall) / 2) for i in (0, 1)
        )
    elif pose is Pose.SITTING:
        knees = ((-0.088 * tall, -0.262 * tall), (0.088 * tall, -0.262 * tall))
    else:
        knees = ((-0.085 * tall, -0.04 * tall), (0.1 * tall, -0.25 * tall))
    head_y = neck[1] - 0.018 * tall - design.head * 1.32
    nod = math.sin(seconds * 0.9 + phase * 9) * 0.25
    return Skeleton(
        hip=hip,
        neck=neck,
        head=(neck[0] + (0.018 * tall if side else 0.0) + lean * 0.25, head_y + nod),
        half_shoulders=half_shoulders,
        half_hips=half_hips,
        shoulders=shoulders,
        elbows=(elbows[0], elbows[1]),
        hands=(hands[0], hands[1]),
        thighs=thighs,
        knees=(knees[0], knees[1]),
        feet=(feet[0], feet[1]),
        sits=pose in (Pose.SITTING, Pose.KNEELING),
        swing=swing,
    )


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
