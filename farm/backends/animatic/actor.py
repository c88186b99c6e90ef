"""Actors: a figure with its clothes, light and props, drawn anew each frame."""

from __future__ import annotations

import math

from farm.backends.animatic import armour
from farm.backends.animatic.casting import Design
from farm.backends.animatic.creatures import CREATURES
from farm.backends.animatic.face import Head, Look
from farm.backends.animatic.labels import label
from farm.backends.animatic.light import Light, mix, scale
from farm.backends.animatic.props import LANTERN, hold
from farm.backends.animatic.seats import seat
from farm.backends.animatic.skeleton import Skeleton
from farm.backends.animatic.understanding.deeds import Held
from farm.backends.animatic.understanding.people import UNKNOWN
from farm.backends.animatic.vector import (
    Group,
    Linear,
    Path,
    Point,
    Rgb,
    ellipse,
    glow,
    open_line,
    poly,
    smooth,
)
from storyboard.schema.vocabulary import Facing, Pose

_SMALL = frozenset({"coin", "cup", "glass", "gun", "key", "knife", "bottle", "ball", "telephone", "radio"})
"""things that a hand would hide"""
Tones = tuple[Rgb, Rgb, Rgb]
"""lit, plain, in the shade"""


class Costume:
    """One character, ready to be drawn in any pose: colours in this light."""

    def __init__(self, design: Design, light: Light, prop: Held, epoch: str = "") -> None:
        self.design = design
        self.light = light
        self.prop = prop
        self.epoch = epoch
        self.seat = seat
        """what is drawn below them when they sit: a crate, unless a throne is set"""
        self.head = Head(design, light)
        self.coat = self._tones(design.coat)
        steel = design.armour
        self.trousers = self._tones(steel or design.trousers)
        self.boots = self._tones(
            scale(steel, 0.85) if steel else scale(mix(design.trousers, (52, 40, 38), 0.7), 0.8)
        )
        self.sleeves = self._tones(steel) if steel else self.coat
        self.accent = self._tones(design.accent)
        self.skin = self._tones(design.skin)
        self.rim = mix(self.coat[0], light.grade(light.key), 0.8)

    def _tones(self, colour: Rgb) -> Tones:
        return (self.light.lit(colour), self.light.shade(colour), self.light.shadow(colour))

    def draw(
        self,
        into: Group,
        body: Skeleton,
        look: Look,
        facing: Facing,
        pose: Pose,
        seconds: float,
        *,
        rides: bool = False,
    ) -> None:
        """Draw the figure, looking right; mirror the group for one that looks left."""
        if self.design.kind in CREATURES:
            CREATURES[self.design.kind](into, self.design, self.light, body, look, facing, pose, seconds)
            if body.holds and facing is not Facing.AWAY:
                self._hold(into, body, facing, seconds)
            return
        if self.design.kind == UNKNOWN:
            standee(into, self.design, self.light, facing)
            return
        key = -self.light.side if facing is Facing.LEFT else self.light.side
        tall = self.design.tall
        side = facing in (Facing.LEFT, Facing.RIGHT)
        lies = pose is Pose.LYING
        shadow = self.light.shadow(scale(self.light.haze, 0.25))
        reach = (0.5 if lies else 0.2) * tall
        if not rides:
            into.fill(
                ellipse(0, 1, reach, 0.028 * tall),
                glow(0, 1, reach, scale(shadow, 0.35), 0.75) if not lies else scale(shadow, 0.4),
                0.8 if not lies else 0.35,
            )
        if pose is Pose.SITTING and not rides:
            self.seat(into, self.light, tall)
        figure = into.group()
        if lies:
            figure.place(-0.48 * tall, -0.075 * tall, turn=math.pi / 2)
        if side:
            self._arm(figure, body, 0, key, far=True)
        self._legs(figure, body, key, facing)
        if self.prop.thing == LANTERN and body.holds and facing is Facing.AWAY:
            self._hold(figure, body, facing, seconds)
        self._neck(figure, body)
        self._coat(figure, body, key, facing, seconds)
        if not side:
            self._arm(figure, body, 0, key, far=False)
            if not body.holds:
                self._arm(figure, body, 1, key, far=False)
        if self.design.scarf:
            self._scarf(figure, body, seconds)
        head = figure.group()
        nod = 0.06 if pose is Pose.RUNNING else 0.0
        head.place(
            *body.head,
            self.design.head,
            turn=nod + body.nod * (side or 0.25) + 0.012 * math.sin(seconds * 1.1 + tall),
        )
        if self.design.wide != 1:
            head = head.group()
            head.matrix(self.design.wide, 0, 0, 0, 1, 0)
        self.head.draw(head, look, facing, key)
        if body.holds and facing is not Facing.AWAY:
            self._hold(figure, body, facing, seconds)
        if side or body.holds:
            self._arm(figure, body, 1, key, far=False)

    def _hold(self, into: Group, body: Skeleton, facing: Facing, seconds: float) -> None:
        mirrored = facing is Facing.LEFT
        x, y = body.thing
        lift = 5.0 if self.prop.thing in _SMALL else 0.0
        hold(self.prop, into, (x, y - lift), self.light, seconds, epoch=self.epoch, mirrored=mirrored)

    def _arm(self, into: Group, body: Skeleton, index: int, key: float, *, far: bool) -> None:
        shoulder, elbow, hand = body.shoulders[index], body.elbows[index], body.hands[index]
        width = 0.068 * self.design.tall * (0.9 + 0.1 * self.design.build)
        cloth = self.sleeves
        sleeve = cloth[2] if far else mix(cloth[1], cloth[2], 0.3)
        path = smooth(shoulder, elbow, hand, closed=False, tension=0.55)
        along = math.atan2(hand[1] - elbow[1], hand[0] - elbow[0])
        palm = (hand[0] + math.cos(along) * width * 0.42, hand[1] + math.sin(along) * width * 0.42)
        into.fill(ellipse(*palm, width * 0.52), self.skin[2] if far else self.skin[1])
        if not far:
            thumb = along - 0.9
            into.stroke(
                open_line(
                    palm, (palm[0] + math.cos(thumb) * width * 0.6, palm[1] + math.sin(thumb) * width * 0.6)
                ),
                self.skin[1],
                width * 0.3,
            )
            into.stroke(path, mix(sleeve, cloth[2], 0.75), width * 1.1)
        into.stroke(path, sleeve, width)
        if self.design.wide_sleeves:
            into.fill(hanging_sleeve(elbow, hand, width), sleeve)
        if not far and self.light.rim > 0.25:
            edge = Path()
            edge.smooth(
                [(x + key * width * 0.44, y - width * 0.08) for x, y in (shoulder, elbow, hand)],
                closed=False,
                tension=0.55,
            )
            into.stroke(edge, mix(cloth[0], self.rim, 0.6), width * 0.12, self.light.rim * 0.8)
        cuff = (elbow[0] + (hand[0] - elbow[0]) * 0.93, elbow[1] + (hand[1] - elbow[1]) * 0.93)
        into.stroke(open_line(cuff, hand), cloth[2] if not far else scale(cloth[2], 0.85), width * 1.1)
        if self.design.armour:
            armour.joint(into, elbow, width * 0.6, self.sleeves, far=far)
            armour.shoulder(into, shoulder, self.design.tall, self.sleeves, far=far)

    def _legs(self, into: Group, body: Skeleton, key: float, facing: Facing) -> None:
        tall = self.design.tall
        width = 0.078 * tall * (0.85 + 0.15 * self.design.build)
        side = facing in (Facing.LEFT, Facing.RIGHT)
        for index in (0, 1):
            thigh, knee, foot = body.thighs[index], body.knees[index], body.feet[index]
            ankle = (foot[0], foot[1] - 0.035 * tall)
            tone = (
                self.trousers[2]
                if index == 0 and side
                else mix(self.trousers[1], self.trousers[2], 0.4 - 0.3 * index)
            )
            long_coat = self.design.coat_length > 0.3 and body.sits and not self.design.armour
            into.stroke(open_line(knee, ankle), tone, width * 0.86)
            into.stroke(
                open_line(thigh, knee),
                self.coat[1 + (index == 0)] if long_coat else tone,
                width * (1.2 if long_coat else 1.05),
            )
            self._boot(into, foot, width, index, side=side, away=facing is Facing.AWAY)
            if self.design.armour:
                armour.joint(into, knee, width * 0.58, self.trousers, far=index == 0 and side)
            if self.light.rim > 0.4:
                into.stroke(
                    open_line(
                        (knee[0] + key * width * 0.36, knee[1]), (ankle[0] + key * width * 0.36, ankle[1])
                    ),
                    mix(self.trousers[0], self.rim, 0.5),
                    width * 0.09,
                    self.light.rim * 0.45,
                )

    def _boot(self, into: Group, foot: Point, width: float, index: int, *, side: bool, away: bool) -> None:
        x, y = foot
        tone = self.boots[2] if index == 0 and side else self.boots[1]
        into.stroke(open_line((x, y - width * 1.5), (x, y - width * 0.45)), tone, width * 0.98)
        toe = width * (1.15 if side else 0.12)
        wide = width * (0.5 if side else 0.56)
        into.fill(
            smooth(
                (x - wide, y - width * 0.62),
                (x + wide * 0.6, y - width * 0.72),
                (x + toe + 2, y - width * 0.34),
                (x + toe, y),
                (x - wide, y),
            ),
            tone,
        )
        if not away:
            into.stroke(open_line((x - wide, y - 0.4), (x + toe, y - 0.4)), scale(tone, 0.6), 1.1)

    def _neck(self, into: Group, body: Skeleton) -> None:
        x, y = body.neck
        head_x, head_y = body.head
        width = self.design.head * 0.78
        into.stroke(
            open_line((x, y + 3), (head_x * 0.6 + x * 0.4, head_y + self.design.head * 0.8)),
            self.skin[2],
            width,
        )

    def _outline(self, body: Skeleton, seconds: float) -> tuple[Path, float]:
        """The coat's outline and where its hem is."""
        design, tall = self.design, self.design.tall
        x, y = body.neck
        hip_x, hip_y = body.hip
        wide, hips = body.half_shoulders, body.half_hips
        hem_y = hip_y + (0.05 + design.coat_length * 0.46 * (0.25 if body.sits else 1.0)) * tall
        flare = hips * (1.12 + design.coat_length * (2.3 if design.gown else 0.75))
        if body.sits:
            flare = hips * (2.2 if design.gown else 1.25)
        drift = body.swing * design.coat_length * 5 + math.sin(seconds * 1.3) * design.coat_length * 0.7
        waist_y, waist = hip_y - 0.09 * tall, 0.86 if design.gown else 1.1
        points = [
            (x - wide * 0.36, y - 0.022 * tall),
            (x - wide * 0.9, y + 0.008 * tall),
            (x - wide * 1.13, y + 0.06 * tall),
            ((x + hip_x) / 2 - hips * waist, waist_y),
            (hip_x - flare * 0.98 + drift * 0.4, (hip_y + hem_y) / 2),
            (hip_x - flare + drift, hem_y - 1),
            (hip_x + drift, hem_y + 1.6),
            (hip_x + flare + drift, hem_y - 1),
            (hip_x + flare * 0.98 + drift * 0.4, (hip_y + hem_y) / 2),
            ((x + hip_x) / 2 + hips * waist, waist_y),
            (x + wide * 1.13, y + 0.06 * tall),
            (x + wide * 0.9, y + 0.008 * tall),
            (x + wide * 0.36, y - 0.022 * tall),
        ]
        return smooth(*points, tension=0.9), hem_y

    def _coat(self, into: Group, body: Skeleton, key: float, facing: Facing, seconds: float) -> None:
        design, tall = self.design, self.design.tall
        if design.armour:
            armour.breastplate(into, body, tall, self.sleeves, key)
            if design.tabard:
                armour.tabard(into, body, tall, self.coat, self.accent, key)
            return
        outline, hem_y = self._outline(body, seconds)
        x, y = body.neck
        wide = body.half_shoulders
        if self.light.rim > 0.2:
            into.fill(outline, self.rim, self.light.rim).place(key * 0.0075 * tall, -0.004 * tall)
        lit, plain, dark = self.coat
        into.fill(
            outline,
            Linear(
                x + key * wide * 1.1,
                y,
                x - key * wide * 1.1,
                y + 14,
                ((0, lit, 1), (0.4, plain, 1), (1, dark, 1)),
            ),
        )
        front = {Facing.CAMERA: 0.0, Facing.AWAY: 0.0}.get(facing, 0.42) * wide
        fold = mix(plain, dark, 0.75)
        if facing is not Facing.AWAY:
            if design.buttons:
                into.stroke(
                    smooth(
                        (x + front, y + 4),
                        (x + front * 1.25, (y + hem_y) / 2),
                        (body.hip[0] + front, hem_y - 2),
                        closed=False,
                    ),
                    fold,
                    0.9,
                )
                for step in range(4):
                    share = 0.14 + 0.17 * step
                    into.fill(
                        ellipse(x + front + 2.6 + (body.hip[0] - x) * share, y + (hem_y - y) * share, 1.25),
                        self.accent[0],
                    )
            collar = self.accent[1] if not design.scarf else fold
            for sign in (-1, 1):
                into.fill(
                    poly(
                        (x + front * 0.6 + sign * 1.0, y + 6.5),
                        (x + front * 0.3 + sign * wide * 0.46, y + 3.4),
                        (x + front * 0.3 + sign * wide * 0.36, y - 5.0),
                        (x + front * 0.3, y - 1),
                    ),
                    mix(collar, dark, 0.25 if sign * key > 0 else 0.5),
                )
        else:
            into.stroke(open_line((x, body.hip[1] - 6), (body.hip[0], hem_y - 2)), fold, 0.9)
        if design.tails and facing is not Facing.AWAY:
            self._shirt_front(into, body, front)
        if design.gown:
            self._folds(into, body, hem_y, fold)
            return
        if design.sash:
            self._sash(into, body)
            return
        for sign in (-1, 1):
            pocket = body.hip[0] + sign * body.half_hips * 0.62
            into.stroke(
                open_line((pocket - 4, body.hip[1] - 2), (pocket + 4, body.hip[1] - 1)), fold, 1.0, 0.8
            )

    def _shirt_front(self, into: Group, body: Skeleton, front: float) -> None:
        """A white shirt in the opening of a coat, with a bow tie."""
        x, y = body.neck
        low = body.hip[1] - 0.1 * self.design.tall
        wide = body.half_shoulders * 0.34
        into.fill(
            poly(
                (x + front - wide, y),
                (x + front + wide, y),
                (x + front + wide * 0.2, low),
                (x + front - wide * 0.2, low),
            ),
            self.light.lit((240, 238, 232)),
        )
        for sign in (-1, 1):
            into.fill(
                poly((x + front, y + 3), (x + front + sign * 6.5, y - 1), (x + front + sign * 6.5, y + 7)),
                self.light.shade((36, 34, 42)),
            )

    def _folds(self, into: Group, body: Skeleton, hem_y: float, fold: Rgb) -> None:
        """Folds that fall from the waist of a gown, and a band around it."""
        x, y = body.hip[0], body.hip[1] - 0.08 * self.design.tall
        lines = Path()
        for share in (-0.85, -0.4, 0.05, 0.5, 0.9):
            lines.move(x + share * body.half_hips * 0.7, y + 6)
            lines.line(x + share * body.half_hips * (1.0 + 1.8 * self.design.coat_length), hem_y - 3)
        into.stroke(lines, fold, 1.1, 0.8)
        into.stroke(
            open_line((x - body.half_hips * 0.86, y), (x + body.half_hips * 0.86, y)),
            self.accent[1],
            0.026 * self.design.tall,
        )

    def _sash(self, into: Group, body: Skeleton) -> None:
        """A broad belt around the waist."""
        tall, wide = self.design.tall, body.half_hips * 1.3
        x, y = (body.neck[0] + body.hip[0]) / 2, body.hip[1] - 0.1 * tall
        lit, plain, dark = self.accent
        into.fill(
            smooth(
                (x - wide, y),
                (x, y + 2),
                (x + wide, y),
                (x + wide, y + 0.07 * tall),
                (x, y + 0.08 * tall),
                (x - wide, y + 0.07 * tall),
                tension=0.4,
            ),
            Linear(x - wide, y, x + wide, y, ((0, dark, 1), (0.5, plain, 1), (1, lit, 1))),
        )
        into.stroke(open_line((x - wide, y + 0.036 * tall), (x + wide, y + 0.036 * tall)), dark, 1.1, 0.8)

    def _scarf(self, into: Group, body: Skeleton, seconds: float) -> None:
        x, y = body.neck
        wide = self.design.head * 0.95
        lit, plain, dark = self.accent
        flutter = math.sin(seconds * 2.2) * 1.5
        into.fill(
            smooth(
                (x - 3, y),
                (x + 4, y),
                (x + 6 + flutter * 0.4, y + 17),
                (x + 3 + flutter, y + 30),
                (x - 4 + flutter, y + 29),
                (x - 3, y + 14),
            ),
            mix(plain, dark, 0.4),
        )
        into.fill(
            smooth(
                (x - wide, y - 5),
                (x, y - 8),
                (x + wide, y - 5),
                (x + wide * 0.9, y + 3),
                (x, y + 6.5),
                (x - wide * 0.9, y + 3),
            ),
            Linear(x - wide, y, x + wide, y, ((0, dark, 1), (1, lit, 1))),
        )
        into.stroke(
            smooth((x - wide * 0.8, y), (x, y + 2), (x + wide * 0.8, y - 1), closed=False), dark, 0.9, 0.7
        )


def hanging_sleeve(elbow: Point, hand: Point, width: float) -> Path:
    """The opening of a wide sleeve, which hangs below the wrist."""
    drop = width * 2.1
    return smooth(
        (elbow[0], elbow[1] - width * 0.4),
        (hand[0], hand[1] - width * 0.6),
        (hand[0] + width * 0.1, hand[1] + drop),
        ((elbow[0] + hand[0]) / 2, (elbow[1] + hand[1]) / 2 + drop * 0.7),
        tension=0.4,
    )


def standee(into: Group, design: Design, light: Light, facing: Facing) -> None:
    """A figure cut out of card with its name on it: for a creature that cannot be drawn."""
    tall, paper = design.tall, mix(design.coat, (238, 228, 206), 0.72)
    wide = 0.2 * tall
    into.fill(ellipse(0, 1, wide * 1.3, 0.03 * tall), light.shadow(scale(light.haze, 0.25)), 0.5)
    outline = smooth(
        (-wide, 0),
        (-wide * 0.98, -0.6 * tall),
        (-wide * 0.8, -0.73 * tall),
        (0, -0.77 * tall),
        (wide * 0.8, -0.73 * tall),
        (wide * 0.98, -0.6 * tall),
        (wide, 0),
        tension=0.55,
    ).ellipse(0, -0.87 * tall, 0.1 * tall, 0.125 * tall)
    into.fill(outline, light.shadow(paper)).place(0.02 * tall * light.side, 0)
    into.fill(outline, Linear(-wide, 0, wide, 0, ((0, light.lit(paper), 1), (1, light.shade(paper), 1))))
    words = into.group()
    words.place(0, 0, flip=facing is Facing.LEFT)
    label(words, design.named, 0, -0.5 * tall, wide * 1.7, 0.3 * tall, light.shade((62, 54, 60)))
