"""Camels: a hump on long thin legs, a neck that dips and rises, a head with heavy lids."""

from __future__ import annotations

import math

from farm.backends.animatic.casting import Design
from farm.backends.animatic.face import Look
from farm.backends.animatic.light import Light, scale
from farm.backends.animatic.skeleton import Skeleton
from farm.backends.animatic.vector import Fill, Group, Linear, Point, Rgb, ellipse, smooth
from storyboard.schema.vocabulary import Facing, Pose

_STEPS = {"far hind": 0.5, "far fore": 0.6, "near hind": 0.0, "near fore": 0.1}
"""when each leg steps, in shares of a stride: both of a side one after the other, an amble"""
_FORE, _HIND = 0.2, -0.27
_FOLDED = frozenset((Pose.LYING, Pose.SITTING, Pose.KNEELING))
_BODY: tuple[Point, ...] = (
    (-0.36, -0.6),
    (-0.3, -0.69),
    (-0.17, -0.75),
    (-0.06, -0.9),
    (0.04, -0.9),
    (0.13, -0.75),
    (0.24, -0.69),
    (0.3, -0.58),
    (0.26, -0.46),
    (0.12, -0.42),
    (-0.12, -0.45),
    (-0.3, -0.47),
)
_NECK: tuple[Point, ...] = (
    (0.2, -0.68),
    (0.34, -0.62),
    (0.42, -0.72),
    (0.46, -0.92),
    (0.53, -0.97),
    (0.55, -0.88),
    (0.51, -0.68),
    (0.42, -0.52),
    (0.28, -0.48),
)


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
    """A camel with one hump; it kneels on its legs where it would sit."""
    tall, fur = design.tall, design.coat
    runs, goes, lies = pose is Pose.RUNNING, pose in (Pose.WALKING, Pose.RUNNING), pose in _FOLDED
    stride = seconds * (1.7 if runs else 0.75)
    into.fill(ellipse(0, 1, tall * 0.46, tall * 0.04), light.shadow(scale(light.haze, 0.25)), 0.5)
    beast = into.group()
    beast.place(0, 0, tall)
    key = -light.side if facing is Facing.LEFT else light.side
    coat = Linear(
        key * 0.4,
        -0.95,
        -key * 0.4,
        -0.35,
        ((0, light.lit(fur), 1), (0.5, light.shade(fur), 1), (1, light.shadow(fur), 1)),
    )
    drop = 0.38 if lies else 0.0
    for name in ("far hind", "far fore"):
        _leg(beast, name, stride, light.shadow(scale(fur, 0.75)), light, goes=goes, runs=runs, folded=lies)
    trunk = beast.group()
    trunk.place(0, drop + 0.004 * math.sin(seconds * 1.8))
    swing = 0.02 * math.sin(seconds * 2.2)
    trunk.stroke(
        smooth((-0.34, -0.62), (-0.39, -0.52), (-0.38 + swing, -0.4), closed=False),
        light.shadow(fur),
        0.022,
    )
    trunk.fill(ellipse(-0.38 + swing, -0.39, 0.018, 0.04), light.shadow(scale(fur, 0.6)))
    trunk.fill(smooth(*_NECK, tension=0.85), coat)
    trunk.fill(smooth(*_BODY, tension=0.85), coat)
    wool = light.shadow(scale(fur, 0.8))
    trunk.fill(smooth((-0.08, -0.86), (-0.01, -0.93), (0.06, -0.86), (-0.01, -0.82)), wool, 0.7)
    trunk.fill(smooth((0.34, -0.56), (0.46, -0.56), (0.4, -0.43), (0.32, -0.46)), wool, 0.55)
    head = trunk.group()
    nod = 0.06 * math.sin(stride * math.tau) if goes else 0.04 * math.sin(seconds * 0.8)
    head.place(0.5, -0.92, turn=nod)
    _head(head, design, light, look, seconds)
    for name in ("near hind", "near fore"):
        _leg(beast, name, stride, coat, light, goes=goes, runs=runs, folded=lies)


def _leg(
    into: Group, name: str, stride: float, tone: Fill, light: Light, *, goes: bool, runs: bool, folded: bool
) -> None:
    """A thin leg with a knob for a knee and a broad foot."""
    hind = name.endswith("hind")
    x = (_HIND if hind else _FORE) + (0.045 if name.startswith("far") else 0.0)
    if folded:
        into.fill(ellipse(x, -0.06, 0.13, 0.055), tone)
        return
    angle = (stride + _STEPS[name]) % 1.0 * math.tau
    reach = (0.19 if runs else 0.12) if goes else 0.0
    raised = max(0.0, math.cos(angle)) * (0.12 if runs else 0.06) if goes else 0.0
    foot = (x + math.sin(angle) * reach, -0.012 - raised)
    knee = ((x + foot[0]) / 2 + (-0.02 if hind else 0.015 + raised * 0.5), -0.27 - raised * 0.4)
    wide = 0.085 if hind else 0.06
    into.fill(
        smooth(
            (x - wide, -0.56),
            (knee[0] - 0.026, knee[1]),
            (foot[0] - 0.02, foot[1] - 0.03),
            (foot[0] + 0.022, foot[1] - 0.03),
            (knee[0] + 0.028, knee[1]),
            (x + wide, -0.56),
            tension=0.4,
        ),
        tone,
    )
    into.fill(ellipse(foot[0] + 0.014, foot[1], 0.045, 0.018), light.shadow((104, 84, 66)))


def _head(into: Group, design: Design, light: Light, look: Look, seconds: float) -> None:
    """A long head that is held level, in shares of the height, looking right."""
    fur: Rgb = design.coat
    lit, plain = light.lit(fur), light.shade(fur)
    ink, jaw = light.shade((40, 30, 30)), 0.012 * math.sin(seconds * 3.0) + look.mouth * 0.03
    into.fill(smooth((-0.035, -0.05), (-0.06, -0.12), (-0.015, -0.06)), light.shadow(fur))
    into.fill(smooth((0.03, 0.02), (0.16, 0.03 + jaw), (0.12, 0.055 + jaw), (0.0, 0.05)), light.shadow(fur))
    into.fill(
        smooth(
            (-0.06, -0.02),
            (-0.03, -0.075),
            (0.05, -0.075),
            (0.13, -0.045),
            (0.185, -0.025),
            (0.19, 0.015),
            (0.15, 0.035),
            (0.05, 0.045),
            (-0.04, 0.05),
        ),
        Linear(0, -0.08, 0, 0.05, ((0, lit, 1), (1, plain, 1))),
    )
    into.stroke(smooth((0.1, 0.028), (0.15, 0.024), (0.185, 0.008), closed=False), ink, 0.007)
    into.stroke(smooth((0.165, -0.015), (0.175, -0.008), closed=False), ink, 0.008)
    into.fill(ellipse(0.04, -0.032, 0.015, max(0.004, 0.015 * (1 - look.blink))), ink)
    into.stroke(smooth((0.018, -0.042), (0.042, -0.052), (0.062, -0.038), closed=False), ink, 0.01)
