"""Robots: a body of plates, limbs with joints, a head with a lit visor that speaks in bars."""

from __future__ import annotations

import math

from farm.backends.animatic.casting import Design
from farm.backends.animatic.face import Look
from farm.backends.animatic.light import Light, mix, scale
from farm.backends.animatic.skeleton import Skeleton
from farm.backends.animatic.vector import Group, Linear, Rgb, ellipse, glow, open_line, poly, rect, smooth
from storyboard.schema.vocabulary import Expression, Facing, Pose

_BROWS = {
    Expression.ANGRY: 0.14,
    Expression.DETERMINED: 0.08,
    Expression.SAD: -0.12,
    Expression.WORRIED: -0.14,
}


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
    """A robot in a person's pose."""
    tall = design.tall
    into.fill(ellipse(0, 1, 0.2 * tall, 0.028 * tall), light.shadow(scale(light.haze, 0.25)), 0.5)
    figure = into.group()
    if pose is Pose.LYING:
        figure.place(-0.48 * tall, -0.075 * tall, turn=math.pi / 2)
    metal = design.coat
    dark = scale(metal, 0.45)
    for index in (0, 1):
        _limb(figure, light, body.thighs[index], body.knees[index], body.feet[index], 0.062 * tall, metal)
        x, y = body.feet[index]
        figure.fill(rect(x - 0.06 * tall, y - 0.045 * tall, 0.14 * tall, 0.045 * tall), light.shade(dark))
    _limb(figure, light, body.shoulders[0], body.elbows[0], body.hands[0], 0.046 * tall, metal)
    _trunk(figure, design, light, body, facing, seconds)
    head = figure.group()
    head.place(*body.head, design.head, turn=0.02 * math.sin(seconds * 0.9))
    _head(head, design, light, look, facing)
    _limb(figure, light, body.shoulders[1], body.elbows[1], body.hands[1], 0.046 * tall, metal)


def _limb(
    into: Group,
    light: Light,
    first: tuple[float, float],
    joint: tuple[float, float],
    last: tuple[float, float],
    wide: float,
    metal: Rgb,
) -> None:
    """Two tubes with balls between them."""
    dark = light.shadow(scale(metal, 0.5))
    for start, end, share in ((first, joint, 1.0), (joint, last, 0.86)):
        into.stroke(open_line(start, end), light.shadow(metal), wide * share * 1.12)
        into.stroke(open_line(start, end), light.shade(metal), wide * share * 0.8)
    for x, y in (first, joint, last):
        into.fill(ellipse(x, y, wide * 0.66), dark)
        into.fill(ellipse(x - wide * 0.12, y - wide * 0.12, wide * 0.34), light.lit(metal))


def _trunk(into: Group, design: Design, light: Light, body: Skeleton, facing: Facing, seconds: float) -> None:
    tall, metal = design.tall, design.coat
    (x, y), (hip_x, hip_y) = body.neck, body.hip
    wide, hips = body.half_shoulders * 1.12, body.half_hips * 1.1
    key = -light.side if facing is Facing.LEFT else light.side
    across = Linear(
        x + key * wide,
        0,
        x - key * wide,
        0,
        ((0, light.lit(metal), 1), (0.5, light.shade(metal), 1), (1, light.shadow(metal), 1)),
    )
    into.fill(
        rect(x - 0.024 * tall, y - 0.06 * tall, 0.048 * tall, 0.07 * tall), light.shadow(scale(metal, 0.5))
    )
    into.fill(
        poly(
            (hip_x - hips, hip_y - 0.07 * tall),
            (hip_x + hips, hip_y - 0.07 * tall),
            (hip_x + hips * 0.8, hip_y + 0.04 * tall),
            (hip_x - hips * 0.8, hip_y + 0.04 * tall),
        ),
        light.shadow(scale(metal, 0.7)),
    )
    into.fill(
        smooth(
            (x - wide, y + 0.01 * tall),
            (x, y - 0.015 * tall),
            (x + wide, y + 0.01 * tall),
            (x + wide * 0.94, y + 0.15 * tall),
            (hip_x + hips * 0.9, hip_y - 0.09 * tall),
            (hip_x - hips * 0.9, hip_y - 0.09 * tall),
            (x - wide * 0.94, y + 0.15 * tall),
            tension=0.35,
        ),
        across,
    )
    if facing is Facing.AWAY:
        into.stroke(open_line((x, y + 0.02 * tall), (hip_x, hip_y - 0.1 * tall)), light.shadow(metal), 1.6)
        return
    front = 0.0 if facing is Facing.CAMERA else 0.3 * wide
    panel_x, panel_y = x + front, y + 0.1 * tall
    lamp = light.grade(design.accent)
    into.fill(
        rect(panel_x - 0.045 * tall, panel_y - 0.03 * tall, 0.09 * tall, 0.075 * tall),
        light.shadow(scale(metal, 0.5)),
    )
    pulse = 0.6 + 0.4 * math.sin(seconds * 2.6)
    into.fill(
        ellipse(panel_x, panel_y + 0.006 * tall, 0.1 * tall),
        glow(panel_x, panel_y + 0.006 * tall, 0.1 * tall, mix(lamp, (255, 255, 255), 0.3), 0.5 * pulse),
    )
    into.fill(ellipse(panel_x, panel_y + 0.006 * tall, 0.017 * tall), mix(lamp, (255, 255, 255), 0.5 * pulse))
    for sign in (-1, 1):
        into.fill(ellipse(x + sign * wide * 0.82, y + 0.03 * tall, 1.5), light.shadow(scale(metal, 0.6)))


def _head(into: Group, design: Design, light: Light, look: Look, facing: Facing) -> None:
    """A head in units of half its width."""
    metal = design.coat
    key = -light.side if facing is Facing.LEFT else light.side
    across = Linear(
        key, 0, -key, 0, ((0, light.lit(metal), 1), (0.5, light.shade(metal), 1), (1, light.shadow(metal), 1))
    )
    into.stroke(open_line((0.3, -1.0), (0.36, -1.62)), light.shadow(metal), 0.09)
    into.fill(ellipse(0.36, -1.68, 0.13), light.grade(design.accent))
    into.fill(
        smooth(
            (-0.98, 0.9),
            (-1.04, -0.7),
            (-0.6, -1.12),
            (0.6, -1.12),
            (1.04, -0.7),
            (0.98, 0.9),
            (0.5, 1.1),
            (-0.5, 1.1),
            tension=0.4,
        ),
        across,
    )
    for sign in (-1, 1):
        into.fill(rect(sign * 1.08 - 0.12, -0.3, 0.24, 0.62), light.shadow(metal))
    if facing is Facing.AWAY:
        for row in range(3):
            into.stroke(
                open_line((-0.5, -0.3 + row * 0.3), (0.5, -0.3 + row * 0.3)), light.shadow(metal), 0.07
            )
        return
    _face(into, design, light, look, facing)


def _face(into: Group, design: Design, light: Light, look: Look, facing: Facing) -> None:
    """The visor, the eyes in it, and the bars that speak."""
    turn = 0.0 if facing is Facing.CAMERA else 0.2
    into.fill(
        smooth(
            (-0.78 + turn, -0.5),
            (0.78 + turn * 0.6, -0.5),
            (0.8 + turn * 0.6, 0.2),
            (-0.8 + turn, 0.2),
            tension=0.3,
        ),
        (24, 30, 42),
    )
    shine = mix(light.grade(design.accent), (255, 255, 255), 0.45)
    open_share = max(0.12, 1 - look.blink)
    tilt = _BROWS.get(look.expression, 0.0)
    size = 0.2 if look.expression is not Expression.SURPRISED else 0.27
    for sign in (-1, 1):
        x = sign * 0.38 + turn + look.gaze * 0.07
        into.fill(ellipse(x, -0.15, 0.42), glow(x, -0.15, 0.42, shine, 0.5))
        into.fill(ellipse(x, -0.15, size, size * open_share), shine)
        if tilt:
            into.stroke(
                open_line((x - sign * 0.22, -0.38 + tilt), (x + sign * 0.22, -0.38 - tilt)),
                (24, 30, 42),
                0.16,
            )
    smile = {Expression.HAPPY: 0.1, Expression.SAD: -0.08, Expression.ANGRY: -0.05}.get(look.expression, 0.0)
    for bar in range(-3, 4):
        high = 0.05 + look.mouth * 0.2 * (1 - abs(bar) / 5) * (
            0.6 + 0.4 * math.sin(bar * 2.1 + look.mouth * 9)
        )
        x, y = bar * 0.13 + turn, 0.62 - smile * (1 - (bar / 3) ** 2) * -1 - smile * 0.5
        into.fill(rect(x - 0.045, y - high, 0.09, high * 2), shine, 0.95)
