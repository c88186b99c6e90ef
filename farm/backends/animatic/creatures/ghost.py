"""Ghosts: a pale veil that floats, with a face and without feet."""

from __future__ import annotations

import math

from farm.backends.animatic.casting import Design
from farm.backends.animatic.face import Look
from farm.backends.animatic.light import Light, mix
from farm.backends.animatic.skeleton import Skeleton
from farm.backends.animatic.vector import Group, Linear, ellipse, glow, smooth
from storyboard.schema.vocabulary import Expression, Facing, Pose


def draw(
    into: Group,
    design: Design,
    light: Light,
    body: Skeleton,
    look: Look,
    facing: Facing,
    pose: Pose,
    seconds: float,
) -> None:
    """A ghost that hovers over the ground; its arms do what a person's would."""
    tall = design.tall
    pale = mix(light.lit((226, 236, 246)), (255, 255, 255), 0.25)
    cool = mix(light.shade((150, 180, 214)), pale, 0.3)
    float_y = -0.06 * tall - math.sin(seconds * 1.3) * 0.02 * tall
    into.fill(
        ellipse(0, -0.5 * tall, 0.72 * tall),
        glow(0, -0.5 * tall, 0.72 * tall, cool, 0.34 + 0.25 * light.dark),
    )
    figure = into.group()
    figure.place(0, float_y, turn=0.5 if pose is Pose.LYING else 0.0)
    figure.fade(0.82)
    for index in (0, 1):
        figure.stroke(
            smooth(body.shoulders[index], body.elbows[index], body.hands[index], closed=False),
            cool,
            0.075 * tall,
        )
    wide = 0.19 * tall
    hem = []
    for point in range(7):
        x = wide * 1.15 * (1 - point / 3)
        hem.append(
            (
                x,
                -0.04 * tall
                + (0.06 if point % 2 else -0.02) * tall * (1 + 0.3 * math.sin(seconds * 2 + point)),
            )
        )
    figure.fill(
        smooth(
            (0, -1.0 * tall),
            (wide * 0.62, -0.93 * tall),
            (wide * 0.78, -0.78 * tall),
            (wide, -0.5 * tall),
            *hem,
            (-wide, -0.5 * tall),
            (-wide * 0.78, -0.78 * tall),
            (-wide * 0.62, -0.93 * tall),
        ),
        Linear(0, -tall, 0, 0, ((0, pale, 0.98), (0.6, cool, 0.85), (1, cool, 0.2))),
    )
    _face(figure, look, facing, tall)


def _face(figure: Group, look: Look, facing: Facing, tall: float) -> None:
    """Two eyes and a mouth."""
    if facing is Facing.AWAY:
        return
    turn = 0.0 if facing is Facing.CAMERA else 0.05 * tall
    ink = (44, 52, 78)
    tilt = {Expression.ANGRY: 0.6, Expression.SAD: 1.3}.get(look.expression, 1.0)
    for sign in (-1, 1):
        figure.fill(
            ellipse(
                turn + sign * 0.045 * tall,
                -0.87 * tall,
                0.02 * tall,
                0.03 * tall * tilt * max(0.15, 1 - look.blink),
            ),
            ink,
        )
    figure.fill(
        ellipse(
            turn,
            -0.79 * tall,
            0.016 * tall + 0.008 * tall * look.mouth,
            0.01 * tall + 0.035 * tall * look.mouth,
        ),
        ink,
    )
