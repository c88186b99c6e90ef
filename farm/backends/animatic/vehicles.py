# ruff: noqa: S311  (seeded randomness that must repeat, not secrets)

"""Vehicles behind the people of a shot: they stand, pass, stop or leave; each as its epoch built it.

A vehicle looks right, its wheels on the ground at 0, its middle at 0, in centimetres.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random

from farm.backends.animatic.actor import Costume
from farm.backends.animatic.casting import cast
from farm.backends.animatic.colours import NAMED
from farm.backends.animatic.creatures import CREATURES
from farm.backends.animatic.extras import extra
from farm.backends.animatic.face import Look
from farm.backends.animatic.light import Light, mix, scale
from farm.backends.animatic.scenery import HORIZON, Scenery
from farm.backends.animatic.skeleton import Saddle, Skeleton, skeleton
from farm.backends.animatic.understanding.background import LEAVING, PARKED, PASSING, STOPPING, Vehicle
from farm.backends.animatic.understanding.deeds import PARCEL, Held
from farm.backends.animatic.understanding.epochs import FUTURE, MEDIEVAL, TWENTIES
from farm.backends.animatic.understanding.mounts import DRAWN
from farm.backends.animatic.vector import (
    Group,
    Linear,
    Path,
    Rgb,
    ellipse,
    glow,
    open_line,
    poly,
    rect,
    smooth,
)
from storyboard.schema.vocabulary import Expression, Facing, Pose

_ROAD = -17.0
"""where wheels touch the ground, behind those who stand at 0"""
_FAR = 330.0
"""half of what the reference view shows, in centimetres"""
_PAINTS: tuple[Rgb, ...] = ((128, 48, 46), (52, 78, 104), (70, 92, 78), (86, 84, 92), (150, 130, 92))
OWN_PAINT: dict[str, Rgb] = {
    "taxi": (226, 178, 52),
    "police car": (44, 58, 92),
    "bus": (164, 52, 46),
    "tram": (70, 104, 84),
}
_HORSE_AT = 205.0
"""where the middle of the horse is that draws a carriage"""
_DARK: Rgb = (40, 40, 46)
_LONGEST = 860.0
_PASSES_IN_S = 4.5


@dataclass(slots=True)
class _Made:
    """A vehicle on paper: how long it is, and where its wheels are, each with its radius, spokes and rim."""

    long: float
    wheels: tuple[tuple[float, float, int, Rgb], ...] = ()
    roof: float = 0.0


def put_on_the_road(scenery: Scenery, vehicle: Vehicle, seconds: float, seed: str, order: int) -> None:
    """Put a vehicle behind the actors and have it move in a shot of so many seconds.

    Animations of sets are called with 20 seconds more than the shot has had.
    """
    random = Random(f"vehicle/{seed}/{vehicle.kind}/{order}")
    first = Random(f"way/{seed}").choice((-1, 1)) if vehicle.motion != PARKED else -1
    way = first * (-1) ** order
    paint = NAMED.get(vehicle.colour) or OWN_PAINT.get(vehicle.kind) or random.choice(_PAINTS)
    y = _ROAD + 7.0 * order
    size = (y - HORIZON) / -HORIZON
    group = scenery.layer(1.0).group()
    drawn_by_a_horse = vehicle.kind in DRAWN
    rest = {
        PARKED: (-60.0 if drawn_by_a_horse else -150.0) * way,
        STOPPING: -way * 120.0,
        LEAVING: -way * 120.0,
    }.get(vehicle.motion, 0.0)
    edge = way * (_FAR + _LONGEST * 0.6 * size)
    still = vehicle.motion == PARKED and not drawn_by_a_horse and vehicle.kind != "police car"
    drawn, coachman = False, None
    if drawn_by_a_horse and vehicle.attended:
        coachman = _coachman(seed, scenery.light, scenery.epoch)

    def move(now: float) -> None:
        nonlocal drawn
        at = max(0.0, now - 20.0)
        x, before = (_where(vehicle.motion, max(0.0, at - back), seconds, edge, rest) for back in (0.0, 0.04))
        goes = abs(x - before) > 0.2
        shake = 0.5 * math.sin(now * 31) if goes else 0.0
        group.place(x, y + shake, size, flip=way < 0)
        if still and drawn:
            return
        # What was out of the picture when it was drawn would be seen without its gradients: it is drawn anew.
        group.clear()
        went = way * x / size
        draw_vehicle(
            group,
            scenery.light,
            scenery.epoch,
            vehicle.kind,
            paint,
            went,
            now,
            goes=goes,
            attended=vehicle.attended,
        )
        if coachman is not None:
            _drive(group, coachman, scenery.light, now)
        drawn = True

    scenery.animate(move)


def draw_vehicle(
    group: Group,
    light: Light,
    epoch: str,
    kind: str,
    paint: Rgb,
    went: float,
    seconds: float,
    *,
    goes: bool,
    attended: bool = True,
) -> None:
    """Draw a vehicle with its wheels as they are after so many centimetres, and the horse before it."""
    made = _draw(group, light, epoch, kind, paint)
    for place, radius, spokes, rim in made.wheels:
        _wheel(group, light, place, radius, went / radius, spokes=spokes, rim=rim)
    if kind in DRAWN and attended:
        _horse(group.group(), light, seconds, goes=goes)
    if kind == "police car":
        _beacon(group, light, made.roof, seconds)


def seat_on(kind: str, epoch: str, tall: float, *, beside: bool = False) -> Saddle:
    """How somebody sits on the box of what a horse draws, or at the wheel of a car; or `beside` who does."""
    if kind in DRAWN:
        x, y = (-46.0, -144.0) if beside else (-12.0, -140.0)
        foot = (x + 0.22 * tall, y + 0.25 * tall)
        return Saddle((x, y), 0.02, (foot, (foot[0] + 4, foot[1] + 1)), (x + 0.22 * tall, y - 0.09 * tall))
    x, crown = {TWENTIES: (0.0, -152.0), FUTURE: (26.0, -122.0)}.get(epoch, (22.0, -130.0))
    x -= 76.0 if beside else 0.0
    hip = (x, crown + 0.46 * tall)
    foot = (x + 0.3 * tall, hip[1] + 0.1 * tall)
    return Saddle(hip, -0.02, (foot, foot), (x + 0.2 * tall, hip[1] - 0.2 * tall))


def panes_of(epoch: str) -> Path:
    """The windows of a car, through which those are seen who sit in it."""
    if epoch == TWENTIES:
        glass = Path().rect(-84, -164, 52, 50)
        return glass.poly([(-20, -164), (22, -164), (30, -116), (-20, -116)])
    if epoch == FUTURE:
        return smooth((-96, -98), (-50, -124), (34, -123), (112, -90), (0, -86), tension=0.5)
    glass = Path()
    glass.smooth([(-126, -96), (-86, -130), (-30, -133), (-30, -96)], tension=0.25)
    return glass.smooth([(-20, -96), (-20, -133), (26, -133), (74, -97)], tension=0.25)


def reins(into: Group, light: Light, driver: Skeleton) -> None:
    """The reins, from a driver's hands to the horse's mouth."""
    (x, y), mouth = driver.hands[1], (_HORSE_AT + 136.0, -178.0)
    leather = light.shade((70, 46, 36))
    for low in (8.0, 15.0):
        into.stroke(
            smooth((x, y), ((x + mouth[0]) / 2, (y + mouth[1]) / 2 + low), mouth, closed=False), leather, 1.8
        )


def _coachman(seed: str, light: Light, epoch: str) -> Costume:
    """Who sits on the box of what no character drives."""
    wardrobe = "a brown tunic and a hood" if epoch == MEDIEVAL else "a long dark coat and a brimmed hat"
    person = extra(f"coachman-{seed}", "coachman", "a man", wardrobe=wardrobe)
    return Costume(cast(person, epoch=epoch), light, Held(PARCEL, ""))


def _drive(group: Group, coachman: Costume, light: Light, seconds: float) -> None:
    saddle = seat_on("cart", "", coachman.design.tall)
    body = skeleton(coachman.design, Pose.STANDING, seconds, side=True, holds=False, saddle=saddle)
    look = Look(Expression.NEUTRAL, 0.0, 0.0, 0.0)
    coachman.draw(group, body, look, Facing.RIGHT, Pose.STANDING, seconds, rides=True)
    reins(group, light, body)


def _where(motion: str, at: float, seconds: float, edge: float, rest: float) -> float:
    """Where a vehicle is; it comes from the edge that it does not go to."""
    if motion == PARKED:
        return rest
    if motion == PASSING:
        share = min(1.0, max(0.0, (at - 0.06 * seconds) / min(_PASSES_IN_S, 0.88 * seconds)))
        return -edge + 2 * edge * share
    if motion == STOPPING:
        share = min(1.0, at / min(_PASSES_IN_S, 0.7 * seconds))
        return -edge + (rest + edge) * (1 - (1 - share) ** 2)
    share = min(1.0, max(0.0, (at - 0.2 * seconds) / min(_PASSES_IN_S, 0.75 * seconds)))
    return rest + (edge - rest) * share * share


def _draw(group: Group, light: Light, epoch: str, kind: str, paint: Rgb) -> _Made:
    if kind in DRAWN:
        return _cart(group, light, paint, covered=kind == "carriage")
    if kind in ("bus", "tram"):
        return _coach(group, light, epoch, paint, tram=kind == "tram")
    if kind in ("lorry", "ambulance"):
        return _lorry(group, light, epoch, paint, ambulance=kind == "ambulance")
    car = {TWENTIES: _old_car, FUTURE: _hover_car}.get(epoch, _car)(group, light, paint)
    if kind == "taxi":
        shine = mix(light.lit((244, 236, 200)), light.flame(), light.dark)
        group.fill(rect(-22, -car.roof - 13, 44, 14), shine)
    return car


def _body(light: Light, paint: Rgb, high: float) -> Linear:
    """Paint that is lit from above."""
    return Linear(
        0, -high, 0, 0, ((0, light.lit(paint), 1), (0.5, light.shade(paint), 1), (1, light.shadow(paint), 1))
    )


def _shadow(group: Group, light: Light, long: float) -> None:
    group.fill(ellipse(0, 2, long * 0.52, 9), light.shadow(scale(light.haze, 0.22)), 0.6)


def _lamps(group: Group, light: Light, front: float, back: float, y: float) -> None:
    """A lamp before and one behind; they shine after dark."""
    warm = light.flame(0.8)
    if light.dark > 0.25:
        group.fill(
            poly((front, y - 5), (front + 260, y - 34), (front + 260, y + 62), (front, y + 6)),
            Linear(front, 0, front + 260, 0, ((0, warm, 0.4 * light.dark), (1, warm, 0.0))),
        )
        group.fill(ellipse(front, y, 46), glow(front, y, 46, warm, 0.9 * light.dark))
    group.fill(ellipse(front - 4, y, 8, 8), mix(light.lit((226, 226, 214)), warm, light.dark))
    group.fill(ellipse(back + 4, y, 5, 7), mix(light.shade((150, 40, 40)), (255, 60, 50), 0.7 * light.dark))


def _wheel(
    group: Group, light: Light, x: float, radius: float, turn: float, *, spokes: int, rim: Rgb
) -> None:
    """A wheel whose spokes or bolts show that it turns."""
    wheel = group.group()
    wheel.fill(ellipse(0, 0, radius), light.shade(_DARK))
    wheel.fill(ellipse(0, 0, radius * 0.66), light.lit(rim))
    lines = Path()
    for spoke in range(spokes):
        angle = math.tau * spoke / spokes
        lines.move(0, 0).line(math.cos(angle) * radius * 0.66, math.sin(angle) * radius * 0.66)
    wheel.stroke(lines, light.shadow(scale(rim, 0.6)), 2.4)
    wheel.fill(ellipse(0, 0, radius * 0.18), light.shade(_DARK))
    wheel.place(x, -radius, turn=turn)


def _car(group: Group, light: Light, paint: Rgb) -> _Made:
    """A saloon of today."""
    long = 430.0
    _shadow(group, light, long)
    group.fill(
        smooth(
            (-212, -36),
            (-208, -78),
            (-150, -92),
            (-92, -138),
            (30, -142),
            (92, -98),
            (188, -86),
            (213, -62),
            (212, -34),
            (0, -26),
            tension=0.5,
        ),
        _body(light, paint, 142),
    )
    group.fill(panes_of(""), light.glass())
    trim = Path().move(-25, -94).line(-25, -40).move(-190, -64).line(196, -64)
    group.stroke(trim, light.shadow(paint), 2.2)
    group.fill(rect(-54, -80, 18, 5), light.lit((200, 200, 204)))
    _lamps(group, light, 206, -208, -68)
    return _Made(long, tuple((x, 34.0, 5, (176, 180, 188)) for x in (-130.0, 134.0)), 142)


def _old_car(group: Group, light: Light, paint: Rgb) -> _Made:
    """A car of the 1920s: an upright cabin, a long bonnet, wings over its wheels, a running board."""
    long = 410.0
    _shadow(group, light, long)
    body, brass = _body(light, paint, 178), light.lit((196, 164, 96))
    group.fill(
        poly((-164, -52), (-164, -168), (-150, -176), (34, -176), (44, -118), (166, -112), (172, -52)), body
    )
    group.fill(poly((-172, -170), (-166, -182), (40, -182), (52, -172)), light.shade(_DARK))
    glass = (
        Path()
        .rect(-148, -164, 52, 50)
        .rect(-84, -164, 52, 50)
        .poly([(-20, -164), (22, -164), (30, -116), (-20, -116)])
    )
    group.fill(glass, light.glass())
    louvres = Path()
    for line in range(6):
        louvres.move(70 + line * 13, -98).line(70 + line * 13, -68)
    louvres.move(-90, -168).line(-90, -56).move(-26, -168).line(-26, -56).move(-164, -104).line(46, -104)
    group.stroke(louvres, light.shadow(paint), 2.2)
    group.fill(rect(164, -118, 11, 66), brass)
    group.fill(ellipse(-176, -92, 14, 36), light.shade(_DARK))
    group.fill(rect(-96, -50, 176, 9), light.shadow(_DARK))
    _lamps(group, light, 196, -186, -98)
    for x in (-124.0, 134.0):
        group.stroke(
            smooth((x - 60, -46), (x - 38, -90), (x, -98), (x + 38, -88), (x + 62, -48), closed=False),
            light.shade(scale(paint, 0.55)),
            12,
        )
    return _Made(long, tuple((x, 42.0, 12, (206, 190, 150)) for x in (-124.0, 134.0)), 180)


def _hover_car(group: Group, light: Light, paint: Rgb) -> _Made:
    """A car of the future: a shell that floats on light."""
    long = 420.0
    cold = light.grade((96, 226, 240))
    _shadow(group, light, long)
    for x in (-110, 110):
        group.fill(ellipse(x, -12, 92, 26), glow(x, -12, 92, cold, 0.8))
    group.fill(
        smooth(
            (-206, -66),
            (-170, -96),
            (-60, -134),
            (40, -132),
            (150, -92),
            (212, -62),
            (150, -40),
            (-150, -38),
            tension=0.7,
        ),
        _body(light, mix(paint, (214, 220, 228), 0.5), 134),
    )
    group.fill(
        smooth((-96, -98), (-50, -124), (34, -123), (112, -90), (0, -86), tension=0.5),
        mix(light.glass(), cold, 0.2),
    )
    group.stroke(smooth((-196, -60), (0, -54), (204, -58), closed=False), cold, 5)
    _lamps(group, light, 204, -204, -64)
    return _Made(long, (), 132)


def _beacon(group: Group, light: Light, roof: float, seconds: float) -> None:
    """A blue light on the roof that turns."""
    blue, strength = light.grade((70, 120, 255)), max(0.0, math.sin(seconds * 9.0))
    group.fill(ellipse(-20, -roof, 90), glow(-20, -roof, 90, blue, 0.9 * strength))
    group.fill(rect(-40, -roof - 8, 40, 11), mix(blue, (255, 255, 255), 0.3))


def _lorry(group: Group, light: Light, epoch: str, paint: Rgb, *, ambulance: bool) -> _Made:
    """A lorry or a van with a box on it; an ambulance is white with a red cross."""
    long = 560.0
    _shadow(group, light, long)
    old, load = epoch == TWENTIES, (236, 234, 228) if ambulance else mix(paint, (206, 196, 172), 0.6)
    cab = (236, 234, 228) if ambulance else paint
    group.fill(rect(-276, -246, 366, 200), _body(light, load, 246))
    seams = Path()
    for x in range(-216, 90, 61):
        seams.move(x, -240).line(x, -52)
    group.stroke(seams, light.shadow(load), 1.8, 0.6)
    nose = (
        poly((96, -46), (96, -206), (186, -206), (196, -128), (270, -124), (274, -46))
        if old
        else smooth((96, -46), (96, -216), (196, -212), (256, -136), (274, -110), (276, -46), tension=0.25)
    )
    group.fill(nose, _body(light, cab, 216))
    group.fill(poly((120, -190), (184, -190), (206 if old else 236, -134), (120, -134)), light.glass())
    group.fill(rect(-278, -52, 556, 14), light.shade(_DARK))
    if ambulance:
        group.fill(rect(-110, -188, 22, 84), light.shade((190, 44, 44)))
        group.fill(rect(-141, -157, 84, 22), light.shade((190, 44, 44)))
    _lamps(group, light, 274, -276, -78)
    rim: Rgb = (170, 166, 150)
    return _Made(long, tuple((x, 46.0, 10 if old else 6, rim) for x in (-190.0, 190.0)), 246)


def _coach(group: Group, light: Light, epoch: str, paint: Rgb, *, tram: bool) -> _Made:
    """A bus or a tram: a row of windows with people behind them."""
    long = 860.0
    _shadow(group, light, long)
    half, high = long / 2, 268.0
    group.fill(
        smooth(
            (-half, -40),
            (-half + 6, -high),
            (half - 24, -high),
            (half, -high * 0.6),
            (half, -40),
            tension=0.18,
        ),
        _body(light, paint, high),
    )
    cream = light.lit((232, 220, 188))
    group.fill(rect(-half + 4, -high * 0.5, long - 8, 12), cream)
    windows, heads = Path(), Path()
    for index in range(9):
        x = -half + 34 + index * 88
        windows.rect(x, -high + 40, 72, 84)
        if index % 3 != 1:
            heads.ellipse(x + 34, -high + 92, 15, 18).ellipse(x + 34, -high + 132, 28, 24)
    pane = group.group()
    pane.clip(windows)
    pane.fill(rect(-half, -high, long, high), light.glass())
    pane.fill(heads, light.shadow((70, 62, 66)))
    group.fill(rect(half - 150, -high + 40, 60, high - 86), light.shadow(scale(paint, 0.8)), 0.6)
    if tram:
        arm = Path().move(-40, -high).line(10, -high - 60).line(-30, -high - 110)
        group.stroke(arm, light.shade(_DARK), 5)
        group.stroke(open_line((-3000, -high - 112), (3000, -high - 112)), light.shade(_DARK), 1.6)
    if epoch == FUTURE:
        group.stroke(open_line((-half, -44), (half, -44)), light.grade((96, 226, 240)), 6)
    _lamps(group, light, half - 2, -half + 2, -76)
    radius, rim = 30.0 if tram else 40.0, (150.0, 150.0, 150.0)
    return _Made(long, tuple((x, radius, 8, rim) for x in (-half + 150, half - 190)), high)


def _cart(group: Group, light: Light, paint: Rgb, *, covered: bool) -> _Made:
    """A carriage with windows and a coachman's seat, or a cart with hay; a horse before it."""
    long = 640.0
    _shadow(group, light, long)
    wood: Rgb = (124, 90, 60)
    shafts = Path().move(20, -84).line(_HORSE_AT + 20, -104)
    group.stroke(shafts, light.shadow(wood), 6)
    if covered:
        group.fill(
            smooth(
                (-288, -80),
                (-284, -214),
                (-240, -236),
                (-80, -236),
                (-52, -210),
                (-60, -96),
                (-160, -66),
                tension=0.35,
            ),
            _body(light, paint, 236),
        )
        panes = Path().rect(-252, -206, 62, 58).rect(-146, -206, 62, 58)
        group.fill(panes, light.glass())
        _passenger(group, light, panes)
        group.stroke(Path().move(-168, -230).line(-168, -84), light.shadow(paint), 2.4)
        group.fill(poly((-60, -140), (20, -140), (34, -92), (-60, -92)), light.shade(_DARK))
        _lamps(group, light, -44, -286, -166)
    else:
        straw: Rgb = (206, 174, 96)
        group.fill(
            smooth((-296, -112), (-260, -190), (-140, -216), (-20, -186), (8, -112), tension=0.8),
            _body(light, straw, 216),
        )
        group.fill(poly((-304, -126), (18, -126), (8, -84), (-290, -84)), _body(light, wood, 126))
        group.stroke(open_line((-300, -106), (14, -106)), light.shadow(wood), 2.4)
    rim: Rgb = (150, 112, 70)
    return _Made(long, tuple((x, radius, 12, rim) for x, radius in ((-226.0, 58.0), (-26.0, 48.0))), 236)


def _passenger(group: Group, light: Light, panes: Path) -> None:
    """Somebody with a hat behind a window of a carriage."""
    seen = group.group()
    seen.clip(panes)
    dark, skin = (
        light.shadow((70, 52, 60)),
        mix(light.shade((214, 168, 136)), light.shadow((90, 74, 80)), 0.3),
    )
    seen.fill(ellipse(-112, -138, 30, 24), dark)
    seen.fill(ellipse(-112, -172, 14, 17), skin)
    seen.fill(Path().ellipse(-112, -184, 24, 5).ellipse(-113, -191, 15, 11), dark)


def _horse(into: Group, light: Light, seconds: float, *, goes: bool) -> None:
    """The horse of a carriage."""
    design, pose = cast(_NAG), Pose.WALKING if goes else Pose.STANDING
    body = skeleton(design, Pose.STANDING, 0.0, side=True)
    into.place(_HORSE_AT, 0)
    look = Look(Expression.NEUTRAL, 0.0, 0.0, 0.0)
    CREATURES["horse"](into, design, light, body, look, Facing.RIGHT, pose, seconds)


_NAG = extra("nag", "horse", "a horse")
