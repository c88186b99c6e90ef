"""Birds: small ones hop and flutter, cranes and herons stride on long legs; all of them fly when they run."""

from __future__ import annotations

import math

from farm.backends.animatic.casting import Design
from farm.backends.animatic.face import Look
from farm.backends.animatic.light import Light, scale
from farm.backends.animatic.skeleton import Skeleton
from farm.backends.animatic.vector import Group, Linear, Rgb, ellipse, open_line, poly, smooth
from storyboard.schema.vocabulary import Facing, Pose

DARK: Rgb = (52, 48, 58)
LONG_LEGS = 90.0  # a bird taller than this strides


def draw(
    into: Group,
    design: Design,
    light: Light,
    _: Skeleton,
    look: Look,
    facing: Facing,
    pose: Pose,
    seconds: float,
) -> None:
    """A bird that looks right."""
    tall = design.tall
    strides = tall > LONG_LEGS
    flies = pose in (Pose.RUNNING, Pose.WAVING)
    leg = (0.42 if strides else 0.22) * tall
    rise = -0.5 * tall - math.sin(seconds * 2) * 0.06 * tall if flies else 0.0
    hop = -abs(math.sin(seconds * 6)) * 0.1 * tall if pose is Pose.WALKING and not strides else 0.0
    key = -light.side if facing is Facing.LEFT else light.side
    plume = design.coat
    lit, plain, dark = light.lit(plume), light.shade(plume), light.shadow(plume)
    into.fill(
        ellipse(0, 1, 0.26 * tall, 0.03 * tall),
        light.shadow(scale(light.haze, 0.25)),
        0.5 if not flies else 0.25,
    )
    figure = into.group()
    figure.place(0, rise + hop)
    body_y = -leg - 0.13 * tall
    step = math.tau * seconds * 0.9
    beak = light.shade((222, 168, 70) if not strides else (96, 92, 84))
    if not flies:
        for side, phase in ((-1, math.pi), (1, 0.0)):
            swing = (
                math.sin(step + phase) * 0.12 * tall
                if pose is Pose.WALKING and strides
                else side * 0.05 * tall
            )
            knee = (swing * 0.3 - 0.02 * tall, -leg * 0.5)
            figure.stroke(open_line((0, -leg), knee, (swing, 0)), beak, 0.022 * tall)
            figure.stroke(open_line((swing, 0), (swing + 0.09 * tall, 0)), beak, 0.02 * tall)
    _trunk(
        figure,
        design,
        light,
        look,
        beak,
        body_y,
        dark,
        hop,
        key,
        lit,
        plain,
        seconds,
        tall,
        flies=flies,
        strides=strides,
    )


def _trunk(
    figure: Group,
    design: Design,
    light: Light,
    look: Look,
    beak: Rgb,
    body_y: float,
    dark: Rgb,
    hop: float,
    key: float,
    lit: Rgb,
    plain: Rgb,
    seconds: float,
    tall: float,
    *,
    flies: bool,
    strides: bool,
) -> None:
    """The tail, the body, the head and the wing."""
    tail = light.shade(DARK) if strides else dark
    figure.fill(
        smooth(
            (-0.16 * tall, body_y - 0.04 * tall),
            (-0.42 * tall, body_y + 0.06 * tall),
            (-0.4 * tall, body_y + 0.12 * tall),
            (-0.12 * tall, body_y + 0.08 * tall),
            tension=0.6,
        ),
        tail,
    )
    figure.fill(
        smooth(
            (-0.24 * tall, body_y),
            (-0.05 * tall, body_y - 0.15 * tall),
            (0.17 * tall, body_y - 0.1 * tall),
            (0.22 * tall, body_y + 0.02 * tall),
            (0.04 * tall, body_y + 0.14 * tall),
        ),
        Linear(
            key * 0.3 * tall,
            body_y - 0.2 * tall,
            -key * 0.3 * tall,
            body_y + 0.1 * tall,
            ((0, lit, 1), (0.5, plain, 1), (1, dark, 1)),
        ),
    )
    _head(figure, design, light, look, beak, body_y, hop, plain, seconds, tall, flies=flies, strides=strides)


def _head(
    figure: Group,
    design: Design,
    light: Light,
    look: Look,
    beak: Rgb,
    body_y: float,
    hop: float,
    plain: Rgb,
    seconds: float,
    tall: float,
    *,
    flies: bool,
    strides: bool,
) -> None:
    """The neck, the head and the beak."""
    head = (0.24 * tall, -0.9 * tall + hop * 0.2) if strides else (0.2 * tall, body_y - 0.2 * tall)
    nod = math.sin(seconds * 2.3) * 0.015 * tall
    figure.stroke(
        smooth(
            (0.14 * tall, body_y - 0.03 * tall),
            (0.27 * tall, (body_y + head[1]) / 2),
            (head[0] - 0.01 * tall, head[1] + nod),
            closed=False,
        ),
        plain,
        (0.06 if strides else 0.17) * tall,
    )
    size = (0.05 if strides else 0.13) * tall
    figure.fill(ellipse(head[0], head[1] + nod, size), plain)
    if strides:
        figure.fill(
            ellipse(head[0] - 0.004 * tall, head[1] + nod - size * 0.72, size * 0.6, size * 0.36),
            light.shade((196, 52, 48)),
        )
    gape = look.mouth * size * 0.5
    long = 0.17 * tall if strides else 0.11 * tall
    figure.fill(
        poly(
            (head[0] + size * 0.7, head[1] + nod - size * 0.35),
            (head[0] + size * 0.7 + long, head[1] + nod + size * 0.1 - gape * 0.4),
            (head[0] + size * 0.7, head[1] + nod + size * 0.2),
        ),
        beak,
    )
    if gape > 0:
        figure.fill(
            poly(
                (head[0] + size * 0.7, head[1] + nod + size * 0.1),
                (head[0] + size * 0.6 + long * 0.8, head[1] + nod + size * 0.2 + gape),
                (head[0] + size * 0.5, head[1] + nod + size * 0.5),
            ),
            scale(beak, 0.8),
        )
    figure.fill(
        ellipse(
            head[0] + size * 0.3,
            head[1] + nod - size * 0.15,
            size * 0.2,
            max(0.3, size * 0.2 * (1 - look.blink)),
        ),
        (20, 18, 22),
    )
    _wing(figure, design, light, body_y, seconds, flies=flies)


def _wing(into: Group, design: Design, light: Light, body_y: float, seconds: float, *, flies: bool) -> None:
    """The wing: folded, or beating."""
    tall = design.tall
    tone, tip = light.lit(scale(design.coat, 0.94)), light.shadow(DARK)
    if not flies:
        into.fill(
            smooth(
                (0.1 * tall, body_y - 0.08 * tall),
                (-0.1 * tall, body_y - 0.09 * tall),
                (-0.36 * tall, body_y + 0.07 * tall),
                (-0.06 * tall, body_y + 0.07 * tall),
            ),
            tone,
        )
        into.fill(
            smooth(
                (-0.2 * tall, body_y + 0.0 * tall),
                (-0.37 * tall, body_y + 0.075 * tall),
                (-0.16 * tall, body_y + 0.06 * tall),
            ),
            tip,
        )
        return
    beat = math.sin(seconds * 8)
    for far in (True, False):
        high = body_y - (0.46 * beat + 0.06) * tall
        x = 0.04 * tall if far else -0.02 * tall
        into.fill(
            smooth(
                (x + 0.13 * tall, body_y - 0.06 * tall),
                (x + 0.06 * tall, high),
                (x - 0.2 * tall, high + 0.04 * tall),
                (x - 0.13 * tall, body_y),
                tension=0.7,
            ),
            tip if far else tone,
        )
