"""Dogs and cats: a trunk on four legs that walk, a tail, a head that looks and opens its mouth."""

from __future__ import annotations

import math
from dataclasses import dataclass

from farm.backends.animatic.casting import Design
from farm.backends.animatic.face import Look
from farm.backends.animatic.light import Light, mix, scale
from farm.backends.animatic.skeleton import Skeleton
from farm.backends.animatic.vector import Group, Linear, Path, Point, Rgb, ellipse, open_line, poly, smooth
from storyboard.schema.vocabulary import Facing, Pose


@dataclass(frozen=True, slots=True)
class Form:
    """The measures of an animal, in shares of its height up to the crown."""

    back: float
    long: float
    deep: float
    leg: float
    neck: float
    head: float
    snout: float
    ear: str
    """hanging, pointed, round, long or aside"""
    tail: str
    """wagging, curled, short or tufted"""
    wool: bool = False
    """a fleece of curls, and a dark face"""
    muzzle: str = ""
    """a broad nose: cow or pig"""


DOG = Form(0.68, 0.42, 0.17, 0.075, 0.2, 0.19, 0.2, "hanging", "wagging")
"""also a wolf or a fox, by its colours"""
CAT = Form(0.66, 0.5, 0.17, 0.07, 0.12, 0.24, 0.05, "pointed", "curled")

BEAR = Form(0.8, 0.54, 0.27, 0.13, 0.05, 0.17, 0.16, "round", "short")
COW = Form(0.82, 0.46, 0.27, 0.07, 0.1, 0.15, 0.2, "aside", "tufted", muzzle="cow")
DEER = Form(0.68, 0.34, 0.16, 0.045, 0.24, 0.1, 0.15, "aside", "short")
"""also a stag or a goat"""
SHEEP = Form(0.82, 0.46, 0.25, 0.06, 0.05, 0.14, 0.13, "aside", "short", wool=True)
PIG = Form(0.86, 0.6, 0.29, 0.09, -0.06, 0.2, 0.16, "hanging", "short", muzzle="pig")
RABBIT = Form(0.62, 0.32, 0.3, 0.1, 0.04, 0.2, 0.05, "long", "short")
"""also a hare, a mouse or a rat"""
LION = Form(0.76, 0.56, 0.18, 0.09, 0.1, 0.18, 0.14, "round", "tufted")
"""a lion has a mane, by its word"""
_HORNED = frozenset({"bull", "ox", "goat", "ram", "stag", "deer", "cow"})


def draw(
    form: Form,
    into: Group,
    design: Design,
    light: Light,
    _: Skeleton,
    look: Look,
    facing: Facing,
    pose: Pose,
    seconds: float,
) -> None:
    """An animal of this form."""
    tall, fur = design.tall, design.coat
    goes, runs = pose in (Pose.WALKING, Pose.RUNNING), pose is Pose.RUNNING
    sits = pose in (Pose.SITTING, Pose.KNEELING)
    lies = pose is Pose.LYING
    step = math.tau * seconds * (2.2 if runs else 1.25)
    swing = (0.24 if runs else 0.12) * tall if goes else 0.0
    bounce = abs(math.sin(step)) * 0.04 * tall if runs else math.sin(seconds * 1.8) * 0.004 * tall
    drop = (form.back - form.deep * 1.05) * tall if lies else 0.0
    back = -form.back * tall + bounce + drop
    half = form.long * tall
    fore, hind = (half * 0.8, back + form.deep * 0.5 * tall), (-half * 0.8, back + form.deep * 0.5 * tall)
    if sits:
        hind = (-half * 0.55, -form.deep * 1.1 * tall)
        fore = (half * 0.35, back + form.deep * 0.4 * tall)
    into.fill(ellipse(0, 1, half * 1.25, 0.05 * tall), light.shadow(scale(light.haze, 0.25)), 0.5)
    key = -light.side if facing is Facing.LEFT else light.side
    coat = Linear(
        key * half,
        back,
        -key * half,
        0,
        ((0, light.lit(fur), 1), (0.5, light.shade(fur), 1), (1, light.shadow(fur), 1)),
    )
    if form.tail == "short":
        tip = (hind[0] - 0.13 * tall, hind[1] - 0.1 * tall)
        into.fill(
            ellipse(*tip, 0.07 * tall, 0.07 * tall),
            light.lit(fur) if form.ear == "long" else light.shade(fur),
        )
    elif form.tail == "tufted":
        _tufted(into, design, light, hind, seconds)
    else:
        _tail(into, form, light, fur, hind, tall, seconds)
    if not lies:
        for far in (True, False):
            tone = light.shadow(scale(fur, 0.8)) if far else mix(light.shade(fur), light.shadow(fur), 0.3)
            for root, phase in ((fore, 0.0), (hind, math.pi * (0.25 if runs else 1.0))):
                turn = step + phase + (math.pi if far else 0.0)
                stands = (root[0] + 0.06 * tall, root[1]) if far and not (goes or sits) else root
                _leg(into, stands, turn, swing, form, tall, tone, bent=sits and root is hind)
    _front(into, form, design, light, look, coat, fore, hind, seconds)


def _front(
    into: Group,
    form: Form,
    design: Design,
    light: Light,
    look: Look,
    coat: Linear,
    fore: Point,
    hind: Point,
    seconds: float,
) -> None:
    """The trunk, the neck and the head."""
    tall, fur = design.tall, design.coat
    into.fill(
        smooth(
            (hind[0] - 0.12 * tall, hind[1] - form.deep * 0.5 * tall),
            ((hind[0] + fore[0]) / 2, (hind[1] + fore[1]) / 2 - form.deep * 0.95 * tall),
            (fore[0] + 0.08 * tall, fore[1] - form.deep * 1.05 * tall),
            (fore[0] + 0.13 * tall, fore[1] + form.deep * 0.25 * tall),
            ((hind[0] + fore[0]) / 2, (hind[1] + fore[1]) / 2 + form.deep * 0.7 * tall),
            (hind[0] - 0.1 * tall, hind[1] + form.deep * 0.6 * tall),
        ),
        coat,
    )
    neck = (fore[0] + form.neck * 0.55 * tall, min(fore[1] - form.neck * tall, fore[1] - 0.05 * tall))
    if form.wool:
        _fleece(into, design, light, fore, hind, form)
    if design.named == "tiger":
        _stripes(into, design, light, fore, hind, form)
    into.stroke(
        smooth((fore[0] - 0.02 * tall, fore[1] - 0.02 * tall), neck, closed=False),
        light.shade(fur),
        form.deep * tall * 1.15,
    )
    head = into.group()
    head.place(
        neck[0] + 0.03 * tall,
        neck[1],
        tall,
        turn=0.05 * math.sin(seconds * 1.1) + (0.1 if look.mouth > 0.3 else 0.0),
    )
    _head(head, form, design, light, look)


def _fleece(into: Group, design: Design, light: Light, fore: Point, hind: Point, form: Form) -> None:
    """Curls of wool around the trunk."""
    tall, curls, shade = design.tall, Path(), Path()
    middle, high = (hind[1] + fore[1]) / 2, form.deep * tall
    for curl in range(15):
        angle = math.tau * curl / 15
        x = (hind[0] + fore[0]) / 2 + math.cos(angle) * (fore[0] - hind[0]) * 0.6
        y = middle - high * 0.1 + math.sin(angle) * high * 0.86
        (shade if math.sin(angle) > 0.3 else curls).ellipse(x, y, 0.105 * tall, 0.1 * tall)
    into.fill(shade, light.shadow(design.coat))
    into.fill(curls, light.lit(design.coat))
    into.fill(
        ellipse((hind[0] + fore[0]) / 2, middle - high * 0.1, (fore[0] - hind[0]) * 0.58, high * 0.8),
        light.lit(design.coat),
    )


def _stripes(into: Group, design: Design, light: Light, fore: Point, hind: Point, form: Form) -> None:
    """The stripes of a tiger."""
    stripes, high = Path(), form.deep * design.tall
    for stripe in range(7):
        x = hind[0] + (fore[0] - hind[0]) * (stripe + 0.4) / 7
        y = (hind[1] + fore[1]) / 2
        stripes.smooth([(x, y - high * 0.85), (x + 4, y - high * 0.3), (x - 1, y + high * 0.1)], closed=False)
    into.stroke(stripes, light.shade((44, 34, 32)), 0.035 * design.tall)


def _leg(
    into: Group,
    root: tuple[float, float],
    turn: float,
    swing: float,
    form: Form,
    tall: float,
    tone: tuple[float, float, float],
    *,
    bent: bool,
) -> None:
    x, y = root
    if bent:
        into.fill(ellipse(x + 0.03 * tall, y + 0.02 * tall, 0.15 * tall, form.deep * tall), tone)
        into.stroke(open_line((x, -0.03 * tall), (x + 0.22 * tall, -0.03 * tall)), tone, form.leg * tall)
        return
    foot = (x + math.sin(turn) * swing, -max(0.0, math.cos(turn)) * swing * 0.4 - form.leg * 0.3 * tall)
    knee = ((x + foot[0]) / 2 + swing * 0.2 + 0.012 * tall, (y + foot[1]) / 2)
    into.stroke(smooth((x, y), knee, foot, closed=False), tone, form.leg * tall * 1.15)
    into.stroke(open_line(foot, (foot[0] + 0.05 * tall, foot[1])), tone, form.leg * tall)


def _tufted(into: Group, design: Design, light: Light, hind: Point, seconds: float) -> None:
    """A long tail with a tuft at its end, which swings."""
    tall, swing = design.tall, math.sin(seconds * 2.1) * 0.05 * design.tall
    x, y = hind[0] - 0.1 * tall, hind[1] - 0.14 * tall
    end = (x - 0.13 * tall + swing, y + 0.4 * tall)
    into.stroke(
        smooth((x, y), (x - 0.12 * tall, y + 0.1 * tall), end, closed=False),
        light.shade(design.coat),
        0.026 * tall,
    )
    into.fill(ellipse(*end, 0.032 * tall, 0.06 * tall), light.shadow(scale(design.coat, 0.6)))


def _tail(
    into: Group,
    form: Form,
    light: Light,
    fur: tuple[float, float, float],
    hind: tuple[float, float],
    tall: float,
    seconds: float,
) -> None:
    x, y = hind[0] - 0.08 * tall, hind[1] - form.deep * 0.55 * tall
    wag = math.sin(seconds * (7.5 if form.tail == "wagging" else 1.6)) * 0.06 * tall
    if form.tail == "curled":
        into.stroke(
            smooth(
                (x, y),
                (x - 0.2 * tall, y - 0.06 * tall),
                (x - 0.24 * tall + wag, y - 0.34 * tall),
                (x - 0.12 * tall + wag, y - 0.42 * tall),
                closed=False,
            ),
            light.shade(fur),
            0.06 * tall,
        )
    else:
        into.stroke(
            smooth(
                (x, y),
                (x - 0.12 * tall, y - 0.1 * tall),
                (x - 0.16 * tall + wag, y - 0.26 * tall),
                closed=False,
            ),
            light.shade(fur),
            0.055 * tall,
        )


def _head(into: Group, form: Form, design: Design, light: Light, look: Look) -> None:
    """A head in units of the animal's height, looking right."""
    fur, size, long = design.coat, form.head, form.snout
    lit, plain, dark = light.lit(fur), light.shade(fur), light.shadow(fur)
    gape = look.mouth * 0.05
    ink = light.shade((32, 26, 30))
    if form.wool:
        lit, plain, dark = light.lit((92, 80, 76)), light.shade((80, 70, 68)), light.shade((62, 54, 54))
    if form.ear == "round" and design.named == "lion":
        mane = scale(fur, 0.66)
        into.fill(ellipse(-0.05, 0.05, size * 1.3, size * 1.45), light.shadow(mane))
        into.fill(ellipse(-0.02, 0.03, size * 1.08, size * 1.2), light.shade(mane))
    _standing_ears(into, form, design, light, plain)
    if form.ear == "pointed":
        for x in (-0.09, 0.08):
            into.fill(
                poly((x - 0.06, -size * 0.55), (x + 0.005, -size * 1.25), (x + 0.07, -size * 0.55)), plain
            )
            into.fill(
                poly((x - 0.03, -size * 0.6), (x + 0.005, -size * 1.02), (x + 0.04, -size * 0.6)),
                light.shade((206, 140, 130)),
            )
    into.fill(
        ellipse(0, 0, size * 0.72, size * 0.68),
        Linear(size, -size, -size, size, ((0, lit, 1), (1, plain, 1))),
    )
    if long > 0.1:
        drop = 0.05
        into.fill(
            smooth(
                (0.02, -size * 0.35),
                (long, drop - 0.05),
                (long + 0.055, drop - 0.01),
                (long + 0.05, drop + 0.04),
                (long * 0.5, drop + 0.06),
                (-0.03, size * 0.55),
            ),
            plain,
        )
        into.stroke(
            smooth(
                (long * 0.45, drop + 0.045 + gape * 0.4),
                (long * 0.8, drop + 0.035 + gape),
                (long + 0.035, drop + 0.025),
                closed=False,
            ),
            ink,
            0.012 + gape,
        )
        if form.muzzle:
            broad = mix(fur, (226, 150, 146) if form.muzzle == "pig" else (226, 206, 190), 0.6)
            into.fill(
                ellipse(long, drop, 0.06, 0.07)
                if form.muzzle == "cow"
                else ellipse(long + 0.02, drop, 0.035, 0.06),
                light.shade(broad),
            )
            for y in (-0.028, 0.018):
                into.fill(ellipse(long + 0.03, drop + y, 0.009, 0.012), ink)
        else:
            into.fill(ellipse(long + 0.045, drop - 0.015, 0.022, 0.019), ink)
    else:
        into.fill(ellipse(size * 0.32, size * 0.22, size * 0.36, size * 0.27), lit)
        into.fill(
            poly((size * 0.3, size * 0.06), (size * 0.5, size * 0.06), (size * 0.4, size * 0.17)),
            light.shade((206, 120, 116)),
        )
        into.fill(ellipse(size * 0.4, size * 0.32, 0.022, 0.008 + gape * 0.7), ink)
        for row in (-1, 0, 1):
            into.stroke(
                open_line(
                    (size * 0.55, size * (0.24 + row * 0.08)), (size * 1.15, size * (0.2 + row * 0.16))
                ),
                dark,
                0.006,
            )
    _eyes_and_ears(into, form, light, look, dark, ink, long, size)


def _standing_ears(into: Group, form: Form, design: Design, light: Light, plain: Rgb) -> None:
    """Round ears, long ones, ears that stand aside; and horns or antlers."""
    size, pink = form.head, light.shade((206, 150, 140))
    if form.ear == "round":
        for x in (-0.5, 0.36):
            into.fill(ellipse(x * size, -0.62 * size, 0.3 * size, 0.3 * size), plain)
            into.fill(ellipse(x * size, -0.6 * size, 0.15 * size, 0.16 * size), light.shadow(design.coat))
    elif form.ear == "long":
        mouse = design.named in ("mouse", "rat")
        for x in (-0.34, 0.1):
            high = 0.5 if mouse else 1.25
            into.fill(
                ellipse(x * size, -(0.4 + high) * size, (0.42 if mouse else 0.2) * size, high * size), plain
            )
            into.fill(ellipse(x * size, -(0.4 + high) * size, 0.1 * size, high * 0.7 * size), pink)
    elif form.ear == "aside":
        into.fill(
            smooth((-0.3 * size, -0.5 * size), (-1.5 * size, -0.9 * size), (-0.5 * size, 0.0)),
            light.shadow(design.coat),
        )
    if design.named not in _HORNED:
        return
    horn = light.lit((214, 202, 178))
    if design.named in ("stag", "deer"):
        antlers = Path()
        for x, lean in ((-0.2, -0.5), (0.15, 0.35)):
            top = (x + lean) * size
            antlers.smooth(
                [(x * size, -0.6 * size), (top * 1.2, -1.5 * size), (top, -2.3 * size)], closed=False
            )
            for share in (1.2, 1.7):
                antlers.move(top * 1.1, -share * size).line(top * 1.1 + 0.5 * size, -(share + 0.5) * size)
        into.stroke(antlers, light.shade((150, 118, 84)), 0.14 * size)
        return
    for x in (-0.35, 0.2):
        into.stroke(
            smooth(
                (x * size, -0.55 * size),
                ((x - 0.1) * size, -1.0 * size),
                ((x + 0.25) * size, -1.3 * size),
                closed=False,
            ),
            horn,
            0.16 * size,
        )


def _eyes_and_ears(
    into: Group,
    form: Form,
    light: Light,
    look: Look,
    dark: Rgb,
    ink: Rgb,
    long: float,
    size: float,
) -> None:
    """The eyes, and the ears that hang."""
    eyes = (0.22 * size, -0.2 * size) if long > 0.1 else (0.1 * size, -0.12 * size)
    spread = ((0.0,),) if long > 0.1 else ((-0.42 * size, 0.44 * size),)
    for offset in spread[0]:
        x, y = eyes[0] + offset, eyes[1]
        white = light.lit((226, 206, 120)) if long <= 0.1 else light.lit((250, 246, 236))
        into.fill(ellipse(x, y, size * 0.17, max(0.006, size * 0.17 * (1 - look.blink))), white)
        into.fill(
            ellipse(
                x + size * 0.03 * look.gaze,
                y,
                size * (0.11 if long > 0.1 else 0.05),
                max(0.004, size * 0.14 * (1 - look.blink)),
            ),
            ink,
        )
    if form.ear == "hanging":
        into.fill(
            smooth(
                (-0.06, -size * 0.62),
                (-0.14, -size * 0.1),
                (-0.11, size * 0.62),
                (-0.03, size * 0.55),
                (0.01, -size * 0.3),
            ),
            dark,
        )
