"""Mounts: animals and machines that carry somebody, and how a rider sits on them.

All of them look right; lengths are centimetres from the ground below their middle.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

from farm.backends.animatic.casting import Design, cast
from farm.backends.animatic.colours import NAMED
from farm.backends.animatic.creatures import CREATURES
from farm.backends.animatic.extras import extra
from farm.backends.animatic.face import Look
from farm.backends.animatic.light import Light, scale
from farm.backends.animatic.skeleton import Saddle, Skeleton
from farm.backends.animatic.staging import SADDLES
from farm.backends.animatic.understanding.mounts import ANIMALS, DRAWN, DRIVEN, Mount
from farm.backends.animatic.vector import Group, Linear, Path, Point, Rgb, ellipse, open_line, smooth
from farm.backends.animatic.vehicles import OWN_PAINT, draw_vehicle, panes_of, reins, seat_on
from storyboard.schema.vocabulary import Expression, Facing, Pose

_RIDER = 170.0
"""how tall somebody is for whom the machines are drawn; those of others are as much larger or smaller"""
_DARK: Rgb = (44, 44, 50)
_STEEL: Rgb = (176, 180, 188)
_MOUTHS = {"horse": (0.6, 0.79), "camel": (0.66, 0.9)}
"""where the mouths of those are that have reins, in shares of their height"""
_CRANK: Point = (-2.0, -30.0)
_WHEELS: dict[str, tuple[float, float, float]] = {
    "bicycle": (-48.0, 50.0, 33.0),
    "motorcycle": (-64.0, 66.0, 31.0),
    "scooter": (-46.0, 50.0, 21.0),
}
"""where the wheels are, and how large"""


def design_of(mount: Mount, rider: str) -> Design:
    """What a mount looks like; `rider` is the id of who sits on it, whose mount is always the same one."""
    if mount.animal is not None:
        return cast(mount.animal)
    words = f"a {mount.named}" if mount.kind in ANIMALS and mount.named else f"a {mount.kind}"
    design = cast(extra(f"mount-of-{rider}", mount.kind, words))
    colour = next(filter(None, map(NAMED.get, mount.named.split())), None)
    colour = colour or OWN_PAINT.get(mount.kind)
    return design if colour is None else replace(design, coat=colour)


def saddle(
    mount: Mount, design: Design, tall: float, pose: Pose, seconds: float, turn: float, epoch: str
) -> Saddle:
    """How a rider sits.

    Args:
        mount: on what.
        design: what it looks like, if it is an animal.
        tall: how tall the rider is.
        pose: of an animal: whether it walks or runs.
        seconds: the moment.
        turn: how far the wheels of a machine have turned, in radians.
        epoch: of the place, for vehicles.
    """
    if mount.kind in DRIVEN:
        return seat_on(mount.kind, epoch, tall, beside=bool(mount.beside))
    if mount.kind in ANIMALS:
        return _on_an_animal(mount.kind, design, tall, pose, seconds)
    size, hip = tall / _RIDER, -SADDLES[mount.kind] * tall
    if mount.kind == "bicycle":
        feet = (_pedal(turn / 2.2 + math.pi, size), _pedal(turn / 2.2, size))
        return Saddle((-20 * size, hip), 0.11, feet, (36 * size, -108 * size))
    if mount.kind == "motorcycle":
        feet = ((10 * size, -30 * size), (6 * size, -28 * size))
        return Saddle((-18 * size, hip), 0.09, feet, (38 * size, -106 * size))
    feet = ((22 * size, -24 * size), (17 * size, -22 * size))
    return Saddle((-18 * size, hip), 0.03, feet, (34 * size, -104 * size))


def _on_an_animal(kind: str, design: Design, tall: float, pose: Pose, seconds: float) -> Saddle:
    high, runs, goes = design.tall, pose is Pose.RUNNING, pose in (Pose.WALKING, Pose.RUNNING)
    if kind == "horse":
        rise = 0.035 * math.sin(seconds * 2.0 * math.tau) - 0.03 if runs else 0.006 * math.sin(seconds * 1.6)
        x, y = -0.02 * high, (-SADDLES[kind] + rise + (0.37 if pose is Pose.LYING else 0.0)) * high
    elif kind == "dragon":
        rise = -0.34 - 0.05 * math.sin(seconds * 4.2 + 0.6) if runs else 0.006 * math.sin(seconds * 1.3)
        x, y = 0.13 * high, (-SADDLES[kind] + rise + (0.22 if pose is Pose.LYING else 0.0)) * high
    else:
        bounce = abs(math.sin(math.tau * seconds * 2.2)) * 0.04 if runs else math.sin(seconds * 1.8) * 0.004
        x, y = -0.05 * high, (-SADDLES[kind] + bounce) * high
    jog = 1.5 * math.sin(seconds * math.tau * (2.0 if runs else 1.7)) if goes else 0.0
    hip = (x, y + jog)
    drop = min(0.4 * tall, -y - 2)
    foot = (hip[0] + 0.1 * tall, y + drop)
    hands = (hip[0] + 0.24 * tall, y - 0.13 * tall)
    return Saddle(hip, 0.06 if runs else 0.015, ((foot[0] + 2, foot[1] - 1), foot), hands)


def draw_mount(
    into: Group,
    mount: Mount,
    design: Design,
    light: Light,
    rider: Skeleton,
    tall: float,
    facing: Facing,
    pose: Pose,
    seconds: float,
    turn: float,
    epoch: str,
) -> None:
    """Draw what somebody sits on; the rider is drawn over it."""
    if mount.kind in DRIVEN:
        if mount.beside:
            return
        goes = pose in (Pose.WALKING, Pose.RUNNING)
        draw_vehicle(into, light, epoch, mount.kind, design.coat, turn, seconds, goes=goes)
        if mount.kind in DRAWN:
            reins(into, light, rider)
        return
    if mount.kind in ANIMALS:
        look = Look(Expression.NEUTRAL, 0.0, 0.0, 0.0)
        CREATURES[mount.kind](into, design, light, rider, look, facing, pose, seconds)
        _harness(into, mount.kind, design, light, rider)
        return
    size = tall / _RIDER
    group = into.group()
    group.place(0, 0, size)
    group.fill(ellipse(0, 1, 92, 6), light.shadow(scale(light.haze, 0.25)), 0.6)
    _MACHINES[mount.kind](group, light, design.coat, turn)


def _harness(into: Group, kind: str, design: Design, light: Light, rider: Skeleton) -> None:
    """A cloth and a saddle below the rider, and reins to the mouth of a horse."""
    (x, y), high = rider.hip, design.tall
    if kind == "elephant":
        into.fill(
            smooth((x - 74, y + 6), (x + 66, y + 4), (x + 60, y + 92), (x - 66, y + 96), tension=0.4),
            light.shade(design.accent),
        )
        hem = smooth((x - 65, y + 88), (x, y + 97), (x + 60, y + 84), closed=False)
        into.stroke(hem, light.lit((222, 178, 84)), 7)
        return
    leather = light.shade((96, 60, 42))
    into.fill(
        smooth((x - 30, y + 2), (x + 30, y + 2), (x + 27, y + 44), (x - 25, y + 46), tension=0.4),
        light.shade(design.accent),
    )
    into.fill(
        smooth(
            (x - 30, y - 6),
            (x - 10, y + 7),
            (x + 18, y + 6),
            (x + 30, y - 5),
            (x + 22, y + 16),
            (x - 22, y + 16),
            tension=0.6,
        ),
        leather,
    )
    if kind in _MOUTHS:
        across, up = _MOUTHS[kind]
        mouth = (across * high, -up * high + (y + SADDLES[kind] * high))
        hand = rider.hands[1]
        into.stroke(
            smooth(hand, ((hand[0] + mouth[0]) / 2, (hand[1] + mouth[1]) / 2 + 8), mouth, closed=False),
            leather,
            2.2,
        )


def place_of_rider(into: Group, mount: Mount, epoch: str) -> Group:
    """Where the rider is drawn: behind the windows of a car, else as the group is."""
    if mount.kind not in DRIVEN or mount.kind in DRAWN:
        return into
    inside = into.group()
    inside.clip(panes_of(epoch))
    return inside


def _pedal(turn: float, size: float) -> Point:
    """Where a pedal is; the sole of a foot stands on it."""
    return (_CRANK[0] + math.cos(turn) * 15) * size, (_CRANK[1] + math.sin(turn) * 15) * size


def _wheel(into: Group, light: Light, x: float, radius: float, turn: float, tyre: float, spokes: int) -> None:
    wheel = into.group()
    wheel.stroke(ellipse(0, 0, radius - tyre / 2), light.shade(_DARK), tyre)
    lines = Path()
    for spoke in range(spokes):
        angle = math.tau * spoke / spokes
        lines.move(0, 0).line(math.cos(angle) * (radius - tyre), math.sin(angle) * (radius - tyre))
    wheel.stroke(lines, light.shade(_STEEL), 1.4 if spokes > 6 else 4)
    wheel.fill(ellipse(0, 0, radius * 0.12), light.shade(_DARK))
    wheel.place(x, -radius, turn=turn)


def _bicycle(group: Group, light: Light, paint: Rgb, turn: float) -> None:
    """A frame of tubes, a chain wheel with its pedals, handlebars, a saddle."""
    back, front, radius = _WHEELS["bicycle"]
    for x in (back, front):
        _wheel(group, light, x, radius, turn, 4.0, 12)
    seat, head, fork = (-18.0, -84.0), (36.0, -84.0), (front, -radius)
    tubes = (
        Path()
        .move(*_CRANK)
        .line(*seat)
        .move(*_CRANK)
        .line(head[0] + 2, head[1] + 8)
        .move(-15, -76)
        .line(*head)
    )
    tubes.move(back, -radius).line(*_CRANK).move(back, -radius).line(-15, -74)
    group.stroke(tubes, light.shade(paint), 4.6)
    group.stroke(
        smooth((34, -104), head, (42, -60), fork, closed=False, tension=0.3), light.shade(paint), 4.6
    )
    group.stroke(smooth((24, -106), (34, -106), (44, -110), closed=False), light.shade(_DARK), 4.4)
    group.fill(smooth((-34, -88), (-16, -92), (-4, -88), (-16, -83), tension=0.7), light.shade((88, 58, 44)))
    group.stroke(ellipse(*_CRANK, 9), light.shade(_STEEL), 2.6)
    for half in (math.pi, 0.0):
        pedal = _pedal(turn / 2.2 + half, 1.0)
        group.stroke(open_line(_CRANK, pedal), light.shade(_STEEL), 3.2)
        group.stroke(open_line((pedal[0] - 7, pedal[1]), (pedal[0] + 7, pedal[1])), light.shade(_DARK), 3.4)


def _motorcycle(group: Group, light: Light, paint: Rgb, turn: float) -> None:
    """A tank and a long seat over an engine with its pipe, a lamp before it."""
    back, front, radius = _WHEELS["motorcycle"]
    for x in (back, front):
        _wheel(group, light, x, radius, turn, 11.0, 5)
    body = Linear(0, -90, 0, -40, ((0, light.lit(paint), 1), (1, light.shadow(paint), 1)))
    group.stroke(
        smooth((34, -104), (44, -84), (front, -radius), closed=False, tension=0.3), light.shade(_STEEL), 6
    )
    group.fill(
        smooth((-24, -30), (-22, -62), (24, -62), (30, -30), (4, -20), tension=0.5), light.shade(_DARK)
    )
    fins = Path()
    for row in range(4):
        fins.move(-10, -56 + row * 8).line(18, -56 + row * 8)
    group.stroke(fins, light.lit(_STEEL), 3)
    group.stroke(smooth((6, -26), (-30, -22), (-84, -28), closed=False), light.lit(_STEEL), 7)
    group.fill(smooth((-92, -66), (-60, -72), (-30, -68), (-34, -56), (-86, -56), tension=0.5), body)
    group.fill(
        smooth((-66, -72), (-34, -80), (-8, -76), (-6, -66), (-62, -64), tension=0.5),
        light.shade((62, 44, 40)),
    )
    group.fill(smooth((-10, -68), (0, -88), (34, -92), (46, -76), (24, -62), tension=0.6), body)
    group.stroke(smooth((22, -104), (34, -106), (42, -108), closed=False), light.shade(_DARK), 5)
    group.fill(ellipse(52, -88, 9, 11), light.lit((238, 232, 204)))


def _scooter(group: Group, light: Light, paint: Rgb, turn: float) -> None:
    """A scooter with small wheels, a shield before the knees and a floor for the feet."""
    back, front, radius = _WHEELS["scooter"]
    for x in (back, front):
        _wheel(group, light, x, radius, turn, 8.0, 5)
    body = Linear(0, -80, 0, -10, ((0, light.lit(paint), 1), (1, light.shadow(paint), 1)))
    group.fill(
        smooth(
            (-78, -30),
            (-70, -62),
            (-40, -68),
            (-4, -62),
            (-8, -24),
            (36, -22),
            (36, -14),
            (-30, -14),
            tension=0.4,
        ),
        body,
    )
    group.fill(
        smooth((34, -14), (30, -60), (36, -96), (44, -96), (46, -40), (58, -22), (48, -12), tension=0.5), body
    )
    group.fill(
        smooth((front - 26, -28), (front - 14, -46), (front + 16, -44), (front + 26, -28), tension=0.6), body
    )
    group.fill(
        smooth((-56, -70), (-28, -76), (0, -70), (-6, -63), (-52, -63), tension=0.5),
        light.shade((62, 44, 40)),
    )
    group.stroke(smooth((28, -104), (38, -106), (44, -110), closed=False), light.shade(_DARK), 5)
    group.fill(ellipse(47, -100, 7, 8), light.lit((238, 232, 204)))


_MACHINES: dict[str, Callable[[Group, Light, Rgb, float], None]] = {
    "bicycle": _bicycle,
    "motorcycle": _motorcycle,
    "scooter": _scooter,
}


def turned(mount: Mount, tall: float, x: float, start: float, seconds: float, *, goes: bool) -> float:
    """How far the wheels have turned: by the way from `start` to `x`, and on where the picture goes along.

    In radians, for a vehicle with several wheels in centimetres.
    """
    if mount.kind in DRIVEN:
        return abs(x - start) + (seconds * 140.0 if goes else 0.0)
    if mount.kind not in _WHEELS:
        return 0.0
    radius = _WHEELS[mount.kind][2] * tall / _RIDER
    return (abs(x - start) + (seconds * 90.0 if goes else 0.0)) / radius
