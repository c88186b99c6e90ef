"""Horses and donkeys: legs with joints that walk, gallop and fold, a mane, a tail, a head that nods."""

from __future__ import annotations

import math

from farm.backends.animatic.casting import Design
from farm.backends.animatic.face import Look
from farm.backends.animatic.light import Light, mix, scale
from farm.backends.animatic.skeleton import Skeleton
from farm.backends.animatic.vector import (
    Fill,
    Group,
    Linear,
    Path,
    Point,
    Rgb,
    ellipse,
    open_line,
    poly,
    smooth,
)
from storyboard.schema.vocabulary import Facing, Pose

_HOOF: Rgb = (54, 46, 44)
_WALK = {"far hind": 0.5, "far fore": 0.75, "near hind": 0.0, "near fore": 0.25}
"""when each leg steps, in shares of a stride: one after the other"""
_GALLOP = {"far hind": 0.0, "far fore": 0.5, "near hind": 0.12, "near fore": 0.62}
_FOLDED = frozenset((Pose.LYING, Pose.SITTING, Pose.KNEELING))
"""poses in which it lies on its legs"""
_FORE, _HIND = (0.27, -0.5), (-0.31, -0.53)
"""shoulder and hip, in shares of the height up to the crown"""
_BODY: tuple[Point, ...] = (
    (-0.33, -0.7),
    (-0.2, -0.695),
    (-0.02, -0.66),
    (0.18, -0.71),
    (0.29, -0.82),
    (0.405, -0.985),
    (0.47, -0.975),
    (0.5, -0.88),
    (0.43, -0.72),
    (0.385, -0.55),
    (0.3, -0.42),
    (0.1, -0.39),
    (-0.12, -0.4),
    (-0.26, -0.44),
    (-0.4, -0.5),
    (-0.425, -0.62),
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
    """A horse; with long ears, a short mane and a tuft at its tail where its words call it a donkey."""
    tall, fur = design.tall, design.coat
    runs, goes, lies = pose is Pose.RUNNING, pose in (Pose.WALKING, Pose.RUNNING), pose in _FOLDED
    stride = seconds * (2.0 if runs else 0.85)
    into.fill(ellipse(0, 1, tall * 0.52, tall * 0.045), light.shadow(scale(light.haze, 0.25)), 0.5)
    beast = into.group()
    lift = 0.035 * math.sin(stride * math.tau) if runs else 0.006 * math.sin(seconds * 1.6)
    drop = 0.37 if lies else lift - (0.03 if runs else 0.0)
    pitch = 0.05 * math.sin(stride * math.tau + 1.2) if runs else 0.0
    beast.place(0, 0, tall)
    trunk = Group()
    trunk.place(0, drop, turn=pitch)
    key = -light.side if facing is Facing.LEFT else light.side
    coat = Linear(
        key * 0.45,
        -0.95,
        -key * 0.45,
        -0.35,
        ((0, light.lit(fur), 1), (0.5, light.shade(fur), 1), (1, light.shadow(fur), 1)),
    )
    steps = _GALLOP if runs else _WALK
    for name in ("far hind", "far fore"):
        tone = light.shadow(scale(fur, 0.72))
        _leg(beast, name, stride + steps[name], tone, light, goes=goes, runs=runs, folded=lies, drop=drop)
    _tail(trunk, design, light, seconds, streams=runs, lies=lies)
    trunk.fill(smooth(*_BODY, tension=0.85), coat)
    trunk.fill(
        smooth((-0.26, -0.44), (-0.12, -0.4), (0.1, -0.39), (0.3, -0.42), (0.1, -0.43), (-0.1, -0.44)),
        light.shadow(scale(fur, 0.8)),
        0.55,
    )
    trunk.stroke(
        smooth((0.2, -0.62), (0.24, -0.54), (0.21, -0.46), closed=False), light.shadow(fur), 0.008, 0.5
    )
    trunk.stroke(
        smooth((-0.24, -0.64), (-0.17, -0.55), (-0.21, -0.46), closed=False), light.shadow(fur), 0.008, 0.5
    )
    beast.adopt(trunk)
    for name in ("near hind", "near fore"):
        _leg(beast, name, stride + steps[name], coat, light, goes=goes, runs=runs, folded=lies, drop=drop)
    _mane(trunk, design, light, seconds, blown=runs)
    head = trunk.group()
    nod = 0.07 * math.sin(stride * math.tau) if goes else 0.05 * math.sin(seconds * 0.9)
    head.place(0.435, -0.945, turn=nod + (0.22 if lies else 0.0))
    _head(head, design, light, look, coat)


def _leg(
    into: Group,
    name: str,
    turn: float,
    tone: Fill,
    light: Light,
    *,
    goes: bool,
    runs: bool,
    folded: bool,
    drop: float,
) -> None:
    """A leg from its root to its hoof: an upper part of flesh, a knee or a hock, a thin shank."""
    hind = name.endswith("hind")
    x, y = _HIND if hind else _FORE
    y += drop
    if name.startswith("far"):
        x += 0.035
    if folded:
        side = -1 if hind else 1
        into.fill(ellipse(x + 0.02 * side, -0.09, 0.12 if hind else 0.08, 0.08), tone)
        into.stroke(
            smooth((x + side * 0.06, -0.05), (x + side * 0.17, -0.03), closed=False),
            light.shade(_HOOF),
            0.034,
        )
        return
    angle = turn % 1.0 * math.tau
    reach = (0.2 if runs else 0.12) if goes else 0.0
    foot = (x + math.sin(angle) * reach + (-0.02 if hind else 0.0), -0.012)
    raised = max(0.0, math.cos(angle)) * (0.16 if runs else 0.07) if goes else 0.0
    foot = (foot[0], foot[1] - raised)
    bend = raised * (0.9 if runs else 0.7)
    knee = (
        (x + foot[0]) / 2 + (-0.045 - bend * 0.3 if hind else 0.012 + bend * 0.7),
        y + (foot[1] - y) * 0.52 - bend * 0.25,
    )
    wide, low = (0.1, 0.03) if hind else (0.072, 0.028)
    into.fill(
        smooth(
            (x - wide, y - 0.03),
            (x + wide * 0.9, y - 0.05),
            (knee[0] + low, knee[1]),
            (knee[0], knee[1] + 0.03),
            (knee[0] - low, knee[1]),
            tension=0.6,
        ),
        tone,
    )
    pastern = (foot[0] - 0.012 - raised * 0.25, foot[1] - 0.055)
    shank = Path()
    for near, far, half, end in ((knee, pastern, 0.025, 0.017), (pastern, foot, 0.017, 0.02)):
        shank.poly(
            [
                (near[0] - half, near[1]),
                (near[0] + half, near[1]),
                (far[0] + end, far[1]),
                (far[0] - end, far[1]),
            ]
        )
    into.fill(shank, tone)
    into.fill(ellipse(*pastern, 0.021, 0.02), tone)
    into.fill(
        poly(
            (foot[0] - 0.022, foot[1] - 0.022),
            (foot[0] + 0.02, foot[1] - 0.026),
            (foot[0] + 0.04, foot[1] + 0.012),
            (foot[0] - 0.026, foot[1] + 0.012),
        ),
        light.shade(_HOOF),
    )


def _hair(design: Design) -> Rgb:
    return mix(design.hair, scale(design.coat, 0.4), 0.3)


def _is_donkey(design: Design) -> bool:
    return design.named in ("donkey", "mule", "ass")


def _tail(into: Group, design: Design, light: Light, seconds: float, *, streams: bool, lies: bool) -> None:
    """A tail that swings, or streams behind somebody who runs."""
    swing = 0.03 * math.sin(seconds * 1.7)
    dark = light.shadow(_hair(design))
    if _is_donkey(design):
        end = (-0.56, -0.46) if lies else (-0.5 + swing, -0.32)
        into.fill(
            smooth(
                (-0.39, -0.65),
                (-0.49, -0.52),
                end,
                (end[0] + 0.022, end[1]),
                (-0.45, -0.5),
                (-0.4, -0.6),
                tension=0.7,
            ),
            light.shade(scale(design.coat, 0.75)),
        )
        into.fill(ellipse(end[0], end[1] + 0.05, 0.026, 0.06), dark)
        return
    tip, middle = (-0.53 + swing * 2, -0.2), (-0.52 + swing, -0.5)
    if streams:
        tip, middle = (-0.74 + swing, -0.5 + swing), (-0.58, -0.66)
    elif lies:
        tip, middle = (-0.68, -0.42), (-0.55, -0.56)
    into.fill(
        smooth(
            (-0.39, -0.66),
            middle,
            tip,
            (tip[0] + 0.07, tip[1] + 0.02),
            (middle[0] + 0.07, middle[1] + 0.11),
            (-0.4, -0.57),
            tension=0.8,
        ),
        dark,
    )
    into.stroke(
        smooth((-0.41, -0.63), (middle[0] + 0.03, middle[1] + 0.04), (tip[0] + 0.04, tip[1]), closed=False),
        light.shade(_hair(design)),
        0.014,
        0.7,
    )


def _mane(into: Group, design: Design, light: Light, seconds: float, *, blown: bool) -> None:
    """Locks along the crest; short ones that stand of a donkey."""
    hair = light.shade(_hair(design))
    crest: tuple[Point, ...] = (
        (0.4, -0.995),
        (0.345, -0.915),
        (0.29, -0.835),
        (0.235, -0.765),
        (0.18, -0.72),
    )
    if _is_donkey(design):
        into.stroke(smooth(*((x - 0.01, y - 0.012) for x, y in crest), closed=False), hair, 0.035)
        return
    hang = []
    for number, (x, y) in enumerate(crest):
        wave = 0.012 * math.sin(seconds * (7 if blown else 1.8) + number * 1.3)
        hang.append((x - (0.02 if blown else -0.03) + wave, y + (0.13 if blown else 0.15)))
    into.fill(smooth(*((x - 0.012, y - 0.016) for x, y in crest), *reversed(hang), tension=0.7), hair)
    locks = Path()
    for (x, y), end in zip(crest[1:-1], hang[1:-1], strict=True):
        locks.move(x, y).line(*end)
    into.stroke(locks, light.shadow(_hair(design)), 0.007, 0.6)


def _head(into: Group, design: Design, light: Light, look: Look, coat: Fill) -> None:
    """A long head in units of the height, its root at the poll, looking right and a little down."""
    ink, fur = light.shade((32, 26, 30)), design.coat
    gape = look.mouth * 0.035
    for x, tone in ((0.03, light.shadow(fur)), (-0.005, light.shade(fur))):
        long = 0.2 if _is_donkey(design) else 0.105
        into.fill(
            smooth(
                (x - 0.022, -0.02),
                (x - 0.024, -0.02 - long * 0.6),
                (x + 0.008, -0.03 - long),
                (x + 0.026, -0.02 - long * 0.5),
                (x + 0.02, -0.015),
                tension=0.7,
            ),
            tone,
        )
    into.fill(
        smooth(
            (0.03, 0.1),
            (0.15, 0.19 + gape),
            (0.205, 0.235 + gape),
            (0.222, 0.215 + gape * 0.6),
            (0.18, 0.15),
            tension=0.6,
        ),
        light.shadow(fur),
    )
    into.fill(
        smooth(
            (-0.03, -0.035),
            (0.05, -0.035),
            (0.13, 0.045),
            (0.225, 0.15),
            (0.245, 0.195),
            (0.215, 0.225),
            (0.15, 0.185),
            (0.08, 0.145),
            (0.02, 0.135),
            (-0.03, 0.07),
            tension=0.8,
        ),
        coat,
    )
    muzzle = mix(fur, (226, 214, 200) if _is_donkey(design) else (48, 40, 40), 0.55)
    into.fill(
        smooth((0.185, 0.115), (0.225, 0.15), (0.245, 0.195), (0.215, 0.225), (0.175, 0.195), tension=0.8),
        light.shade(muzzle),
    )
    into.fill(ellipse(0.228, 0.182, 0.009, 0.012), ink)
    into.stroke(open_line((0.218, 0.216), (0.172, 0.186)), ink, 0.006)
    into.stroke(
        smooth((0.015, 0.105), (0.05, 0.12), (0.08, 0.095), closed=False), light.shadow(fur), 0.007, 0.6
    )
    into.fill(ellipse(0.083, 0.032, 0.021, max(0.003, 0.019 * (1 - look.blink))), light.lit((250, 246, 236)))
    into.fill(ellipse(0.087 + 0.004 * look.gaze, 0.033, 0.014, max(0.003, 0.017 * (1 - look.blink))), ink)
    if not _is_donkey(design):
        into.fill(
            smooth((-0.01, -0.05), (0.05, -0.045), (0.075, 0.03), (0.04, 0.01), (0.01, 0.03), tension=0.7),
            light.shade(_hair(design)),
        )
