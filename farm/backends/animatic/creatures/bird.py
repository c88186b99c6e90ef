"""Birds: small ones hop and flutter, cranes and herons stride on long legs; all of them fly when they run."""

from __future__ import annotations

import math
from dataclasses import dataclass

from farm.backends.animatic.casting import Design
from farm.backends.animatic.face import Look
from farm.backends.animatic.light import Light, scale
from farm.backends.animatic.skeleton import Skeleton
from farm.backends.animatic.vector import Group, Linear, Point, Rgb, ellipse, open_line, poly, smooth
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
    strides, flies = tall > LONG_LEGS, pose in (Pose.RUNNING, Pose.WAVING)
    into.fill(
        ellipse(0, 1, 0.26 * tall, 0.03 * tall),
        light.shadow(scale(light.haze, 0.25)),
        0.5 if not flies else 0.25,
    )
    bird = _Bird(into.group(), design, light, pose, seconds, strides=strides, flies=flies)
    rise = -0.5 * tall - math.sin(seconds * 2) * 0.06 * tall if flies else 0.0
    bird.figure.place(0, rise + bird.hop)
    if not flies:
        bird.legs()
    bird.trunk(-light.side if facing is Facing.LEFT else light.side)
    bird.head(look)
    bird.wings()


@dataclass(frozen=True, slots=True)
class _Bird:
    """A bird at a moment, and the group that it is drawn into."""

    figure: Group
    design: Design
    light: Light
    pose: Pose
    seconds: float
    strides: bool
    flies: bool

    @property
    def leg(self) -> float:
        return (0.42 if self.strides else 0.22) * self.design.tall

    @property
    def body_y(self) -> float:
        """Where the middle of the body is."""
        return -self.leg - 0.13 * self.design.tall

    @property
    def hop(self) -> float:
        hops = self.pose is Pose.WALKING and not self.strides
        return -abs(math.sin(self.seconds * 6)) * 0.1 * self.design.tall if hops else 0.0

    @property
    def beak(self) -> Rgb:
        return self.light.shade((222, 168, 70) if not self.strides else (96, 92, 84))

    def legs(self) -> None:
        tall, leg, step = self.design.tall, self.leg, math.tau * self.seconds * 0.9
        walks = self.pose is Pose.WALKING and self.strides
        for side, phase in ((-1, math.pi), (1, 0.0)):
            swing = math.sin(step + phase) * 0.12 * tall if walks else side * 0.05 * tall
            knee = (swing * 0.3 - 0.02 * tall, -leg * 0.5)
            self.figure.stroke(open_line((0, -leg), knee, (swing, 0)), self.beak, 0.022 * tall)
            self.figure.stroke(open_line((swing, 0), (swing + 0.09 * tall, 0)), self.beak, 0.02 * tall)

    def trunk(self, key: float) -> None:
        """The tail and the body, lit from the side `key`."""
        tall, y, light, plume = self.design.tall, self.body_y, self.light, self.design.coat
        lit, plain, dark = light.lit(plume), light.shade(plume), light.shadow(plume)
        self.figure.fill(
            smooth(
                (-0.16 * tall, y - 0.04 * tall),
                (-0.42 * tall, y + 0.06 * tall),
                (-0.4 * tall, y + 0.12 * tall),
                (-0.12 * tall, y + 0.08 * tall),
                tension=0.6,
            ),
            light.shade(DARK) if self.strides else dark,
        )
        self.figure.fill(
            smooth(
                (-0.24 * tall, y),
                (-0.05 * tall, y - 0.15 * tall),
                (0.17 * tall, y - 0.1 * tall),
                (0.22 * tall, y + 0.02 * tall),
                (0.04 * tall, y + 0.14 * tall),
            ),
            Linear(
                key * 0.3 * tall,
                y - 0.2 * tall,
                -key * 0.3 * tall,
                y + 0.1 * tall,
                ((0, lit, 1), (0.5, plain, 1), (1, dark, 1)),
            ),
        )

    def head(self, look: Look) -> None:
        """The neck, the head, the beak and the eye."""
        tall, y, plain = self.design.tall, self.body_y, self.light.shade(self.design.coat)
        head = (0.24 * tall, -0.9 * tall + self.hop * 0.2) if self.strides else (0.2 * tall, y - 0.2 * tall)
        nod = math.sin(self.seconds * 2.3) * 0.015 * tall
        self.figure.stroke(
            smooth(
                (0.14 * tall, y - 0.03 * tall),
                (0.27 * tall, (y + head[1]) / 2),
                (head[0] - 0.01 * tall, head[1] + nod),
                closed=False,
            ),
            plain,
            (0.06 if self.strides else 0.17) * tall,
        )
        size = (0.05 if self.strides else 0.13) * tall
        at = (head[0], head[1] + nod)
        self.figure.fill(ellipse(*at, size), plain)
        if self.strides:
            self.figure.fill(
                ellipse(at[0] - 0.004 * tall, at[1] - size * 0.72, size * 0.6, size * 0.36),
                self.light.shade((196, 52, 48)),
            )
        self._bill(at, size, look.mouth * size * 0.5)
        self.figure.fill(
            ellipse(
                at[0] + size * 0.3,
                at[1] - size * 0.15,
                size * 0.2,
                max(0.3, size * 0.2 * (1 - look.blink)),
            ),
            (20, 18, 22),
        )

    def _bill(self, head: Point, size: float, gape: float) -> None:
        """The beak, which opens to speak."""
        (x, y), long = head, (0.17 if self.strides else 0.11) * self.design.tall
        self.figure.fill(
            poly(
                (x + size * 0.7, y - size * 0.35),
                (x + size * 0.7 + long, y + size * 0.1 - gape * 0.4),
                (x + size * 0.7, y + size * 0.2),
            ),
            self.beak,
        )
        if gape > 0:
            self.figure.fill(
                poly(
                    (x + size * 0.7, y + size * 0.1),
                    (x + size * 0.6 + long * 0.8, y + size * 0.2 + gape),
                    (x + size * 0.5, y + size * 0.5),
                ),
                scale(self.beak, 0.8),
            )

    def wings(self) -> None:
        """The wing: folded, or both beating."""
        tall, y = self.design.tall, self.body_y
        tone, tip = self.light.lit(scale(self.design.coat, 0.94)), self.light.shadow(DARK)
        if not self.flies:
            self.figure.fill(
                smooth(
                    (0.1 * tall, y - 0.08 * tall),
                    (-0.1 * tall, y - 0.09 * tall),
                    (-0.36 * tall, y + 0.07 * tall),
                    (-0.06 * tall, y + 0.07 * tall),
                ),
                tone,
            )
            self.figure.fill(
                smooth((-0.2 * tall, y), (-0.37 * tall, y + 0.075 * tall), (-0.16 * tall, y + 0.06 * tall)),
                tip,
            )
            return
        beat = math.sin(self.seconds * 8)
        for far in (True, False):
            high = y - (0.46 * beat + 0.06) * tall
            x = 0.04 * tall if far else -0.02 * tall
            self.figure.fill(
                smooth(
                    (x + 0.13 * tall, y - 0.06 * tall),
                    (x + 0.06 * tall, high),
                    (x - 0.2 * tall, high + 0.04 * tall),
                    (x - 0.13 * tall, y),
                    tension=0.7,
                ),
                tip if far else tone,
            )
