"""Ants and spiders: a body of two or three parts, and many legs that step in two sets."""

from __future__ import annotations

import math
from dataclasses import dataclass

from farm.backends.animatic.casting import Design
from farm.backends.animatic.face import Look
from farm.backends.animatic.light import Light, scale
from farm.backends.animatic.skeleton import Skeleton
from farm.backends.animatic.vector import Group, Linear, Point, Rgb, ellipse, smooth
from storyboard.schema.vocabulary import Facing, Pose

_SHINE: Rgb = (255, 255, 255)


@dataclass(frozen=True, slots=True)
class Build:
    """The shape of a kind, in shares of its height, looking right.

    Attributes:
        parts: x, y and both radii of each part of the body, the head last.
        legs: where each leg begins, where its foot is, and how high its knee.
        feelers: whether it has them.
        eyes: x, y and radius of each eye, from the middle of the head.
    """

    parts: tuple[tuple[float, float, float, float], ...]
    legs: tuple[tuple[Point, float, float], ...]
    feelers: bool
    eyes: tuple[tuple[float, float, float], ...]


ANT = Build(
    parts=(
        (-0.72, -0.5, 0.4, 0.27),
        (-0.28, -0.44, 0.1, 0.1),
        (0.02, -0.5, 0.24, 0.17),
        (0.42, -0.6, 0.23, 0.2),
    ),
    legs=(((-0.12, -0.42), -0.62, -0.72), ((0.02, -0.4), 0.0, -0.66), ((0.14, -0.42), 0.5, -0.7)),
    feelers=True,
    eyes=((0.06, -0.04, 0.05),),
)
SPIDER = Build(
    parts=((-0.42, -0.56, 0.5, 0.4), (0.2, -0.44, 0.3, 0.24)),
    legs=(
        ((0.0, -0.4), -0.95, -1.0),
        ((0.1, -0.38), -0.35, -1.12),
        ((0.22, -0.38), 0.5, -1.12),
        ((0.34, -0.4), 1.0, -0.95),
    ),
    feelers=False,
    eyes=((0.12, -0.08, 0.055), (0.2, -0.03, 0.045), (0.04, -0.12, 0.03)),
)


def draw(
    build: Build,
    into: Group,
    design: Design,
    light: Light,
    _: Skeleton,
    look: Look,
    facing: Facing,
    pose: Pose,
    seconds: float,
) -> None:
    """An ant or a spider; it crouches where others sit."""
    tall, coat = design.tall, design.coat
    pace = {Pose.WALKING: 1.6, Pose.RUNNING: 3.2}.get(pose, 0.0)
    low = 0.16 if pose in (Pose.SITTING, Pose.KNEELING, Pose.LYING) else 0.0
    into.fill(ellipse(0, 1, tall * 0.85, tall * 0.06), light.shadow(scale(light.haze, 0.25)), 0.5)
    beast = into.group()
    beast.place(0, 0, tall)
    dark = light.shadow(scale(coat, 0.7))
    _legs(beast, build, dark, pace, seconds, low=low, far=True)
    trunk = beast.group()
    trunk.place(0, low + 0.012 * math.sin(seconds * (pace * 6 or 1.7)))
    key = -light.side if facing is Facing.LEFT else light.side
    for x, y, wide, high in build.parts[:-1]:
        _part(trunk, light, coat, (x, y, wide, high), key)
    head = trunk.group()
    x, y, wide, high = build.parts[-1]
    head.place(x, y, turn=0.05 * math.sin(seconds * 1.3))
    if build.feelers:
        swing = 0.05 * math.sin(seconds * 3.1)
        for lean in (0.0, 0.12):
            tip = (0.42 - lean, -0.34 + swing + lean)
            head.stroke(smooth((0.1, -0.12), (0.16 - lean, -0.36), tip, closed=False), dark, 0.032)
    opened = 0.03 + 0.05 * look.mouth
    jaws = smooth((0.14, 0.08), (0.3, 0.1 + opened), (0.26, 0.2 + opened), closed=False)
    head.stroke(jaws, dark, 0.05)
    _part(head, light, coat, (0.0, 0.0, wide, high), key)
    for at, up, size in build.eyes:
        head.fill(ellipse(at, up, size, max(0.012, size * (1 - look.blink))), light.shade((24, 22, 28)))
        head.fill(ellipse(at + size * 0.3, up - size * 0.35, size * 0.3), light.lit(_SHINE), 0.8)
    _legs(beast, build, light.shade(scale(coat, 0.85)), pace, seconds, low=low, far=False)


def _part(into: Group, light: Light, coat: Rgb, part: tuple[float, float, float, float], key: float) -> None:
    x, y, wide, high = part
    tones = ((0, light.lit(coat), 1), (0.5, light.shade(coat), 1), (1, light.shadow(coat), 1))
    into.fill(
        ellipse(x, y, wide, high),
        Linear(x + key * wide * 0.5, y - high, x - key * wide * 0.5, y + high, tones),
    )
    into.fill(
        ellipse(x + key * wide * 0.3, y - high * 0.5, wide * 0.28, high * 0.18), light.lit(_SHINE), 0.22
    )


def _legs(
    into: Group, build: Build, tone: Rgb, pace: float, seconds: float, *, low: float, far: bool
) -> None:
    """The legs of one side; every second one of a side steps with the others of the other side."""
    for number, ((x, y), foot, knee) in enumerate(build.legs):
        turn = math.tau * (seconds * pace + 0.5 * ((number + far) % 2))
        step = (0.14 * math.sin(turn), max(0.0, math.cos(turn)) * 0.1) if pace else (0.0, 0.0)
        reach = foot + (0.1 if far else 0.0) + step[0]
        middle = (x + (reach - x) * 0.55, knee + low + (0.06 if far else 0.0))
        leg = smooth(
            (x, y + low), middle, (reach, -step[1]), (reach + 0.06, -step[1]), closed=False, tension=0.6
        )
        into.stroke(leg, tone, 0.055 if far else 0.065)
