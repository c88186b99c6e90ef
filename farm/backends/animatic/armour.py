"""Armour of plates: a breastplate or a tabard over one, shoulders, arms and legs of steel."""

from __future__ import annotations

from farm.backends.animatic.light import mix, scale
from farm.backends.animatic.skeleton import Skeleton
from farm.backends.animatic.vector import (
    Group,
    Linear,
    Path,
    Point,
    Rgb,
    ellipse,
    open_line,
    smooth,
)

Tones = tuple[Rgb, Rgb, Rgb]
"""lit, plain, in the shade"""


def breastplate(into: Group, body: Skeleton, tall: float, tones: Tones, key: float) -> None:
    """A breastplate with a ridge, and hoops below the waist."""
    lit, plain, dark = tones
    x, y = body.neck
    hip_x, hip_y = body.hip
    wide, hips = body.half_shoulders, body.half_hips
    shine = Linear(
        x + key * wide,
        y,
        x - key * wide,
        y + 8,
        ((0, plain, 1), (0.22, mix(lit, (255, 255, 255), 0.45), 1), (0.5, plain, 1), (1, dark, 1)),
    )
    for hoop in range(3):
        top = hip_y - 0.05 * tall + hoop * 0.032 * tall
        reach = hips * (1.16 + 0.07 * hoop)
        into.fill(
            smooth(
                (hip_x - reach, top),
                (hip_x, top + 0.012 * tall),
                (hip_x + reach, top),
                (hip_x + reach * 1.04, top + 0.036 * tall),
                (hip_x, top + 0.05 * tall),
                (hip_x - reach * 1.04, top + 0.036 * tall),
                tension=0.5,
            ),
            shine,
        )
        into.stroke(
            smooth((hip_x - reach, top), (hip_x, top + 0.012 * tall), (hip_x + reach, top), closed=False),
            dark,
            0.9,
        )
    into.fill(
        smooth(
            (x - wide * 0.5, y - 0.02 * tall),
            (x - wide * 1.06, y + 0.05 * tall),
            (x - wide * 0.98, y + 0.12 * tall),
            (hip_x - hips * 1.02, hip_y - 0.07 * tall),
            (hip_x, hip_y - 0.035 * tall),
            (hip_x + hips * 1.02, hip_y - 0.07 * tall),
            (x + wide * 0.98, y + 0.12 * tall),
            (x + wide * 1.06, y + 0.05 * tall),
            (x + wide * 0.5, y - 0.02 * tall),
            (x, y + 0.012 * tall),
            tension=0.7,
        ),
        shine,
    )
    ridge = x + key * wide * 0.12
    into.stroke(open_line((ridge, y + 0.03 * tall), (hip_x, hip_y - 0.045 * tall)), dark, 1.0, 0.8)
    into.stroke(
        smooth(
            (x - wide * 0.8, y + 0.13 * tall),
            (ridge, y + 0.155 * tall),
            (x + wide * 0.8, y + 0.13 * tall),
            closed=False,
        ),
        dark,
        0.9,
        0.6,
    )


def tabard(into: Group, body: Skeleton, tall: float, cloth: Tones, sign: Tones, key: float) -> None:
    """A coat without sleeves over the plates, with a device on the breast and a belt."""
    x, y = body.neck
    hip_x, hip_y = body.hip
    wide, hips = body.half_shoulders, body.half_hips
    hem = hip_y + (0.06 if body.sits else 0.17) * tall
    lit, plain, dark = cloth
    into.fill(
        smooth(
            (x - wide * 0.5, y - 0.01 * tall),
            (x - wide * 0.82, y + 0.1 * tall),
            (hip_x - hips * 0.95, hip_y - 0.07 * tall),
            (hip_x - hips * 1.3, hem),
            (hip_x + hips * 1.3, hem),
            (hip_x + hips * 0.95, hip_y - 0.07 * tall),
            (x + wide * 0.82, y + 0.1 * tall),
            (x + wide * 0.5, y - 0.01 * tall),
            tension=0.45,
        ),
        Linear(x + key * wide, y, x - key * wide, y, ((0, lit, 1), (0.45, plain, 1), (1, dark, 1))),
    )
    middle = y + 0.1 * tall
    into.stroke(open_line((x, middle - 0.045 * tall), (x, middle + 0.07 * tall)), sign[0], 0.024 * tall)
    into.stroke(open_line((x - wide * 0.42, middle), (x + wide * 0.42, middle)), sign[0], 0.024 * tall)
    belt = hip_y - 0.075 * tall
    into.stroke(open_line((hip_x - hips, belt), (hip_x + hips, belt)), (78, 54, 40), 0.02 * tall)


def shoulder(into: Group, at: Point, tall: float, tones: Tones, *, far: bool) -> None:
    """The plates on a shoulder."""
    x, y = at
    tone = tones[2] if far else tones[1]
    into.fill(ellipse(x, y + 0.012 * tall, 0.06 * tall, 0.052 * tall), tone)
    if not far:
        into.stroke(
            smooth(
                (x - 0.05 * tall, y + 0.02 * tall),
                (x, y + 0.036 * tall),
                (x + 0.05 * tall, y + 0.02 * tall),
                closed=False,
            ),
            tones[2],
            1.0,
        )
        into.fill(ellipse(x - 0.012 * tall, y - 0.01 * tall, 0.026 * tall, 0.016 * tall), tones[0], 0.8)


def joint(into: Group, at: Point, size: float, tones: Tones, *, far: bool) -> None:
    """A round plate over an elbow or a knee."""
    x, y = at
    into.fill(ellipse(x, y, size, size), tones[2] if far else mix(tones[1], tones[0], 0.5))
    edge = Path().ellipse(x, y, size, size)
    into.stroke(edge, scale(tones[2], 0.8), 0.8)
