"""Elephants: a barrel on four columns, ears that fan, a trunk that sways and rises when they call."""

from __future__ import annotations

import math

from farm.backends.animatic.casting import Design
from farm.backends.animatic.face import Look
from farm.backends.animatic.light import Light, mix, scale
from farm.backends.animatic.skeleton import Skeleton
from farm.backends.animatic.vector import Group, Linear, Path, Point, Rgb, ellipse, smooth
from storyboard.schema.vocabulary import Facing, Pose

_IVORY: Rgb = (238, 228, 204)
_STEPS = {"far hind": 0.5, "far fore": 0.75, "near hind": 0.0, "near fore": 0.25}
"""when each leg steps, in shares of a stride"""
_FORE, _HIND = 0.2, -0.32
"""where the legs are, in shares of the height"""
_BODY: tuple[Point, ...] = (
    (-0.47, -0.62),
    (-0.44, -0.8),
    (-0.3, -0.92),
    (-0.04, -0.97),
    (0.18, -0.93),
    (0.34, -0.88),
    (0.42, -0.7),
    (0.34, -0.5),
    (0.22, -0.36),
    (-0.06, -0.31),
    (-0.34, -0.36),
    (-0.46, -0.46),
)
_FOLDED = frozenset((Pose.LYING, Pose.SITTING, Pose.KNEELING))


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
    """An elephant; it lies on its legs where it would sit."""
    tall, hide = design.tall, design.coat
    runs, goes, lies = pose is Pose.RUNNING, pose in (Pose.WALKING, Pose.RUNNING), pose in _FOLDED
    stride = seconds * (1.3 if runs else 0.6)
    into.fill(ellipse(0, 1, tall * 0.5, tall * 0.045), light.shadow(scale(light.haze, 0.25)), 0.5)
    beast = into.group()
    beast.place(0, 0, tall)
    key = -light.side if facing is Facing.LEFT else light.side
    coat = Linear(
        key * 0.45,
        -1.0,
        -key * 0.45,
        -0.3,
        ((0, light.lit(hide), 1), (0.5, light.shade(hide), 1), (1, light.shadow(hide), 1)),
    )
    trunk = Group()
    trunk.place(0, (0.29 if lies else 0.0) + 0.005 * math.sin(seconds * 1.8))
    dark = light.shadow(scale(hide, 0.8))
    for name in ("far hind", "far fore"):
        _leg(beast, name, stride, dark, light, goes=goes, folded=lies)
    _tail(trunk, light, hide, seconds)
    trunk.fill(smooth(*_BODY, tension=0.9), coat)
    trunk.fill(smooth((-0.36, -0.37), (-0.06, -0.31), (0.22, -0.36), (-0.06, -0.36)), dark, 0.5)
    trunk.stroke(smooth((-0.26, -0.72), (-0.16, -0.56), (-0.2, -0.42), closed=False), dark, 0.008, 0.5)
    beast.adopt(trunk)
    plain = mix(light.shade(hide), light.shadow(hide), 0.2)
    for name in ("near hind", "near fore"):
        _leg(beast, name, stride, plain, light, goes=goes, folded=lies)
    head = (beast if not lies else trunk).group()
    nod = 0.05 * math.sin(stride * math.tau) if goes else 0.03 * math.sin(seconds * 0.9)
    head.place(0.43, -0.8, turn=nod)
    _head(head, design, light, look, seconds)


def _leg(into: Group, name: str, stride: float, tone: Rgb, light: Light, *, goes: bool, folded: bool) -> None:
    """A column with toenails; folded, a foot before the body."""
    x = (_HIND if name.endswith("hind") else _FORE) + (0.1 if name.startswith("far") else 0.0)
    if folded:
        into.fill(ellipse(x + 0.04, -0.07, 0.15, 0.07), tone)
        return
    angle = (stride + _STEPS[name]) % 1.0 * math.tau
    foot = (x + (math.sin(angle) * 0.1 if goes else 0.0), -max(0.0, math.cos(angle)) * 0.05 * goes)
    knee = ((x + foot[0]) / 2 + (0.02 if goes else 0.0), -0.25)
    into.fill(
        smooth(
            (x - 0.1, -0.56),
            (knee[0] - 0.075, knee[1]),
            (foot[0] - 0.078, foot[1] - 0.02),
            (foot[0] + 0.07, foot[1]),
            (foot[0] + 0.085, foot[1] - 0.03),
            (knee[0] + 0.07, knee[1]),
            (x + 0.1, -0.56),
            tension=0.5,
        ),
        tone,
    )
    if name.startswith("near"):
        nails = Path()
        for nail in range(3):
            nails.ellipse(foot[0] + 0.005 + nail * 0.033, foot[1] - 0.012, 0.014, 0.013)
        into.fill(nails, light.shade(_IVORY), 0.8)


def _tail(into: Group, light: Light, hide: Rgb, seconds: float) -> None:
    end = (-0.53 + 0.03 * math.sin(seconds * 2.0), -0.4)
    into.stroke(smooth((-0.45, -0.72), (-0.52, -0.62), end, closed=False), light.shadow(hide), 0.022)
    into.fill(ellipse(end[0], end[1] + 0.02, 0.018, 0.045), light.shadow(scale(hide, 0.5)))


def _head(into: Group, design: Design, light: Light, look: Look, seconds: float) -> None:
    """The head in shares of the height, looking right; the trunk rises as the mouth opens."""
    hide = design.coat
    lit, plain, dark = light.lit(hide), light.shade(hide), light.shadow(hide)
    sway, call = 0.03 * math.sin(seconds * 1.1), min(1.0, look.mouth * 1.6)
    hangs = ((0.09, 0.04), (0.18, 0.2), (0.19, 0.42), (0.2 + sway, 0.6), (0.27 + sway, 0.66))
    calls = ((0.09, 0.04), (0.24, 0.08), (0.36, -0.06), (0.4, -0.24), (0.36, -0.36))
    line = [(a + (c - a) * call, b + (d - b) * call) for (a, b), (c, d) in zip(hangs, calls, strict=True)]
    into.fill(_hose(line, (0.115, 0.085, 0.06, 0.042, 0.034)), plain)
    into.fill(ellipse(0.02, 0.0, 0.165, 0.18), Linear(0.1, -0.18, -0.1, 0.18, ((0, lit, 1), (1, plain, 1))))
    into.fill(smooth((-0.02, 0.12), (0.09, 0.22), (0.12, 0.14)), dark)
    into.stroke(
        smooth((0.06, 0.16), (0.15, 0.27), (0.31, 0.24), closed=False, tension=0.7), light.lit(_IVORY), 0.032
    )
    rings = Path()
    for (ax, ay), (bx, by) in ((line[1], line[2]), (line[2], line[3])):
        for share in (0.2, 0.6):
            x, y = ax + (bx - ax) * share, ay + (by - ay) * share
            rings.move(x - 0.055, y).line(x + 0.05, y + 0.004)
    into.stroke(rings, dark, 0.006, 0.6)
    into.fill(ellipse(0.095, -0.035, 0.017, max(0.004, 0.017 * (1 - look.blink))), light.shade((36, 28, 30)))
    flap = 1.0 + 0.1 * math.sin(seconds * 1.9)
    ear = into.group()
    ear.place(-0.02, -0.04)
    ear.fill(
        smooth(
            (0.0, -0.15),
            (-0.16 * flap, -0.19),
            (-0.25 * flap, -0.04),
            (-0.2 * flap, 0.16),
            (-0.1 * flap, 0.27),
            (0.0, 0.12),
        ),
        mix(plain, dark, 0.35),
    )
    ear.fill(
        smooth((-0.03, -0.1), (-0.15 * flap, -0.13), (-0.2 * flap, -0.02), (-0.1 * flap, 0.18)),
        mix(plain, light.shade((196, 146, 140)), 0.35),
        0.7,
    )


def _hose(line: list[Point], half: tuple[float, ...]) -> Path:
    """A tube along a line, with half its width at each point."""
    left, right = [], []
    for index, (x, y) in enumerate(line):
        before, after = line[max(0, index - 1)], line[min(len(line) - 1, index + 1)]
        long = math.hypot(after[0] - before[0], after[1] - before[1]) or 1.0
        across = (-(after[1] - before[1]) / long * half[index], (after[0] - before[0]) / long * half[index])
        left.append((x + across[0], y + across[1]))
        right.append((x - across[0], y - across[1]))
    return smooth(*left, *right[::-1])
