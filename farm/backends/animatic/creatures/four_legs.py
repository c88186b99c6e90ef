"""Dogs and cats: a trunk on four legs that walk, a tail, a head that looks and opens its mouth."""

from __future__ import annotations

import math
from dataclasses import dataclass

from farm.backends.animatic.casting import Design
from farm.backends.animatic.face import Look
from farm.backends.animatic.light import Light, mix, scale
from farm.backends.animatic.skeleton import Skeleton
from farm.backends.animatic.vector import Group, Linear, Point, Rgb, ellipse, open_line, poly, smooth
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
    """hanging or pointed"""
    tail: str
    """wagging or curled"""


DOG = Form(0.68, 0.42, 0.17, 0.075, 0.2, 0.19, 0.2, "hanging", "wagging")
"""also a wolf or a fox, by its colours"""
CAT = Form(0.66, 0.5, 0.17, 0.07, 0.12, 0.24, 0.05, "pointed", "curled")


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
    _tail(into, form, light, fur, hind, tall, seconds)
    if not lies:
        for far in (True, False):
            tone = light.shadow(scale(fur, 0.8)) if far else mix(light.shade(fur), light.shadow(fur), 0.3)
            for root, phase in ((fore, 0.0), (hind, math.pi * (0.25 if runs else 1.0))):
                turn = step + phase + (math.pi if far else 0.0)
                _leg(into, root, turn, swing, form, tall, tone, bent=sits and root is hind)
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
