"""Dragons: a long neck and tail, wings that fold or beat, claws that walk; fire from a mouth wide open."""

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
    glow,
    open_line,
    poly,
    smooth,
)
from storyboard.schema.vocabulary import Facing, Pose

_HORN: Rgb = (220, 206, 176)
_STEPS = {"far hind": 0.5, "far fore": 0.75, "near hind": 0.0, "near fore": 0.25}
"""when each leg steps, in shares of a stride: one after the other"""
_FORE, _HIND = (0.2, -0.34), (-0.24, -0.36)
"""shoulder and hip, in shares of the height up to the crown"""


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
    """A dragon that looks right; it flies when it runs, and breathes fire when it shouts."""
    tall, hide = design.tall, design.coat
    flies, goes, lies = pose is Pose.RUNNING, pose is Pose.WALKING, pose is Pose.LYING
    sits = pose in (Pose.SITTING, Pose.KNEELING)
    stride = seconds * 0.62
    rise = -0.34 - 0.05 * math.sin(seconds * 4.2 + 0.6) if flies else 0.0
    drop = 0.22 if lies or sits else rise + 0.006 * math.sin(seconds * 1.3)
    key = -light.side if facing is Facing.LEFT else light.side
    into.fill(
        ellipse(0, 1, tall * 0.62, tall * 0.045),
        light.shadow(scale(light.haze, 0.25)),
        0.22 if flies else 0.5,
    )
    beast = into.group()
    beast.place(0, 0, tall)
    skin = Linear(
        key * 0.5,
        -0.8,
        -key * 0.5,
        -0.1,
        ((0, light.lit(hide), 1), (0.5, light.shade(hide), 1), (1, light.shadow(hide), 1)),
    )
    dark = light.shadow(scale(hide, 0.72))
    _wing(beast, light, hide, drop, seconds, flies=flies, far=True)
    for name in ("far hind", "far fore"):
        _leg(beast, name, stride, dark, light, drop=drop, goes=goes, tucked=flies or lies or sits)
    _tail(beast, light, hide, skin, drop, seconds, lies=lies)
    _trunk(beast, light, hide, skin, drop)
    for name in ("near hind", "near fore"):
        _leg(beast, name, stride, skin, light, drop=drop, goes=goes, tucked=flies or lies or sits)
    crown = _neck(beast, light, hide, skin, drop, seconds, low=lies)
    head = beast.group()
    head.place(*crown, turn=0.1 * math.sin(seconds * 0.8) + (0.25 if lies else 0.08))
    _head(head, design, light, look, skin, seconds)
    _wing(beast, light, hide, drop, seconds, flies=flies, far=False)


def _leg(
    into: Group,
    name: str,
    stride: float,
    tone: Fill,
    light: Light,
    *,
    drop: float,
    goes: bool,
    tucked: bool,
) -> None:
    """A leg with a heavy thigh, and a foot of three claws."""
    hind = name.endswith("hind")
    x, y = _HIND if hind else _FORE
    x, y = x + (0.05 if name.startswith("far") else 0.0), y + drop
    angle = (stride + _STEPS[name]) % 1.0 * math.tau
    foot = (x + (math.sin(angle) * 0.1 if goes else 0.0) + 0.02, -0.018)
    foot = (foot[0], foot[1] - (max(0.0, math.cos(angle)) * 0.06 if goes else 0.0))
    if tucked:
        foot = (x - 0.1, min(-0.018, y + 0.2))
    knee = ((x + foot[0]) / 2 + (-0.06 if hind else 0.035), (y + foot[1]) / 2 + 0.02)
    into.fill(ellipse(x, y + 0.02, 0.105 if hind else 0.075, 0.13 if hind else 0.1), tone)
    into.fill(
        smooth(
            (x - 0.075, y + 0.02),
            (x + 0.07, y + 0.03),
            (knee[0] + 0.04, knee[1]),
            (foot[0] + 0.034, foot[1]),
            (foot[0] - 0.034, foot[1]),
            (knee[0] - 0.04, knee[1]),
            tension=0.6,
        ),
        tone,
    )
    into.fill(ellipse(foot[0] + 0.02, foot[1], 0.062, 0.022), tone)
    for claw in (0.0, 0.03, 0.058):
        into.fill(
            poly(
                (foot[0] + claw, foot[1] + 0.002),
                (foot[0] + claw + 0.042, foot[1] + 0.018),
                (foot[0] + claw, foot[1] + 0.018),
            ),
            light.lit(_HORN),
        )


def _trunk(into: Group, light: Light, hide: Rgb, skin: Fill, drop: float) -> None:
    """The body with a row of plates along its belly."""
    into.fill(
        smooth(
            (-0.36, -0.44 + drop),
            (-0.2, -0.53 + drop),
            (0.04, -0.5 + drop),
            (0.22, -0.53 + drop),
            (0.31, -0.42 + drop),
            (0.24, -0.26 + drop),
            (0.02, -0.2 + drop),
            (-0.22, -0.26 + drop),
            tension=0.9,
        ),
        skin,
    )
    belly = mix(hide, (232, 206, 150), 0.6)
    for plate in range(6):
        x = -0.2 + plate * 0.085
        into.fill(ellipse(x, -0.235 + drop + abs(plate - 2.5) * -0.008, 0.052, 0.03), light.shade(belly), 0.9)
    spines = Path()
    for spine in range(7):
        x = -0.32 + spine * 0.085
        spines.poly([(x - 0.03, -0.49 + drop), (x - 0.022, -0.575 + drop), (x + 0.03, -0.49 + drop)])
    into.fill(spines, light.shadow(scale(hide, 0.75)))


def _neck(
    into: Group, light: Light, hide: Rgb, skin: Fill, drop: float, seconds: float, *, low: bool
) -> Point:
    """The neck, a curve that sways; where the head begins."""
    sway = 0.02 * math.sin(seconds * 0.9)
    crown = (0.66, -0.36 + drop) if low else (0.47 + sway, -0.86 + drop)
    lead = (
        (0.3, -0.46 + drop),
        (0.46, -0.5 + drop if low else -0.56 + drop),
        (crown[0] - 0.07, crown[1] - 0.02),
    )
    spines = Path()
    for (x, y), (ex, ey) in ((lead[0], lead[1]), (lead[1], lead[2])):
        for share in (0.2, 0.7):
            at = (x + (ex - x) * share - 0.06, y + (ey - y) * share - 0.01)
            spines.poly(
                [(at[0] + 0.03, at[1] - 0.04), (at[0] - 0.055, at[1] - 0.02), (at[0] + 0.03, at[1] + 0.05)]
            )
    into.fill(spines, light.shadow(scale(hide, 0.75)))
    into.fill(
        smooth(
            (0.12, -0.5 + drop),
            (lead[1][0] - 0.1, lead[1][1] - 0.03),
            (crown[0] - 0.1, crown[1] - 0.03),
            (crown[0], crown[1] - 0.06),
            (crown[0] + 0.03, crown[1] + 0.05),
            (lead[1][0] + 0.06, lead[1][1] + 0.04),
            (0.34, -0.34 + drop),
            tension=0.8,
        ),
        skin,
    )
    return crown


def _head(into: Group, design: Design, light: Light, look: Look, skin: Fill, seconds: float) -> None:
    """A long jaw with teeth, horns that sweep back, an eye that glows."""
    hide, gape = design.coat, look.mouth * 0.11
    if look.mouth > 0.55:
        _fire(into, light, look.mouth, seconds)
    for x, tone in ((0.03, light.shadow(_HORN)), (-0.01, light.lit(_HORN))):
        into.fill(
            smooth(
                (x - 0.02, -0.05), (x - 0.12, -0.13), (x - 0.23, -0.13), (x - 0.12, -0.09), (x - 0.03, -0.005)
            ),
            tone,
        )
    into.fill(
        smooth(
            (0.0, 0.05),
            (0.12, 0.06 + gape),
            (0.235, 0.062 + gape),
            (0.25, 0.04 + gape),
            (0.12, 0.02 + gape * 0.5),
            (0.0, 0.0),
            tension=0.6,
        ),
        light.shadow(scale(hide, 0.85)),
    )
    into.fill(
        smooth(
            (-0.06, -0.06),
            (0.04, -0.085),
            (0.12, -0.05),
            (0.22, -0.04),
            (0.275, -0.015),
            (0.27, 0.025),
            (0.12, 0.035),
            (-0.02, 0.06),
            (-0.08, 0.02),
            tension=0.8,
        ),
        skin,
    )
    teeth = Path()
    for tooth in range(5):
        x = 0.11 + tooth * 0.034
        teeth.poly([(x - 0.012, 0.022), (x + 0.012, 0.02), (x, 0.052)])
    into.fill(teeth, light.lit((246, 240, 222)))
    into.fill(ellipse(0.25, -0.012, 0.011, 0.008), light.shade((30, 26, 28)))
    into.fill(ellipse(0.06, -0.035, 0.05), glow(0.06, -0.035, 0.05, light.grade((255, 196, 70)), 0.6))
    into.fill(ellipse(0.06, -0.035, 0.021, max(0.003, 0.018 * (1 - look.blink))), light.grade((255, 206, 84)))
    into.fill(
        ellipse(0.064 + 0.004 * look.gaze, -0.035, 0.005, max(0.002, 0.017 * (1 - look.blink))), (24, 18, 20)
    )
    into.stroke(open_line((0.03, -0.07), (0.095, -0.055)), light.shadow(hide), 0.014)


def _fire(into: Group, light: Light, mouth: float, seconds: float) -> None:
    """A tongue of fire."""
    far = 0.34 + 0.3 * mouth + 0.04 * math.sin(seconds * 15)
    into.fill(
        ellipse(0.26 + far / 2, 0.05, far * 0.9),
        glow(0.26 + far / 2, 0.05, far * 0.9, light.grade((255, 150, 60)), 0.6),
    )
    for share, wide, tone in (
        (1.0, 0.11, (255, 128, 48)),
        (0.72, 0.07, (255, 190, 82)),
        (0.45, 0.036, (255, 240, 186)),
    ):
        end = 0.22 + far * share
        into.fill(
            smooth(
                (0.22, 0.03),
                (0.22 + far * share * 0.5, 0.04 - wide),
                (end, 0.06 + 0.02 * math.sin(seconds * 19 + share * 5)),
                (0.22 + far * share * 0.5, 0.05 + wide),
                (0.22, 0.06),
                tension=0.9,
            ),
            light.grade(tone),
            0.85,
        )


def _tail(
    into: Group, light: Light, hide: Rgb, skin: Fill, drop: float, seconds: float, *, lies: bool
) -> None:
    """A tail that swings, with a blade at its end."""
    swing = 0.05 * math.sin(seconds * 1.1)
    tip = (-0.96, -0.06 + swing * 0.3) if lies else (-0.98, -0.26 + swing + drop * 0.4)
    middle = (-0.66, -0.14 + drop * 0.5) if lies else (-0.66, -0.2 - swing + drop)
    into.fill(
        smooth(
            (-0.24, -0.5 + drop),
            (middle[0] + 0.12, middle[1] - 0.12),
            (middle[0] - 0.1, middle[1] - 0.03),
            tip,
            (middle[0] - 0.06, middle[1] + 0.04),
            (middle[0] + 0.16, middle[1] + 0.05),
            (-0.22, -0.28 + drop),
            tension=0.8,
        ),
        skin,
    )
    x, y = tip
    into.fill(
        poly((x + 0.05, y), (x, y - 0.07), (x - 0.11, y - 0.02), (x, y + 0.05)),
        light.shadow(scale(hide, 0.75)),
    )


def _wing(
    into: Group, light: Light, hide: Rgb, drop: float, seconds: float, *, flies: bool, far: bool
) -> None:
    """A wing of skin between three fingers: folded and stirring, or beating."""
    skin = mix(hide, (168, 86, 60), 0.5)
    tone = light.shadow(scale(skin, 0.8)) if far else light.shade(skin)
    x, y = (0.1, -0.5 + drop) if far else (0.04, -0.48 + drop)
    beat = math.sin(seconds * 4.2) if flies else -0.1 + 0.05 * math.sin(seconds * 0.9)
    if flies:
        wrist = (x - 0.06, y - 0.34 * beat - 0.12)
        ends = [
            (x - 0.3, y - 0.6 * beat - 0.14),
            (x - 0.52, y - 0.4 * beat - 0.02),
            (x - 0.5, y - 0.12 * beat + 0.06),
        ]
    else:
        wrist = (x - 0.02, y - 0.3 + beat * 0.1)
        ends = [(x - 0.34, y - 0.4 + beat * 0.3), (x - 0.46, y - 0.16 + beat * 0.2), (x - 0.4, y + 0.08)]
    outline = Path().move(x + 0.06, y + 0.02).line(*wrist)
    before = wrist
    for end in ends:
        dent = (
            (before[0] + end[0]) / 2 + (x - end[0]) * 0.18,
            (before[1] + end[1]) / 2 + (y - end[1]) * 0.18,
        )
        outline.curve(*dent, *dent, *end)
        before = end
    outline.curve(x - 0.2, y + 0.02, x - 0.14, y + 0.06, x - 0.06, y + 0.06).close()
    into.fill(outline, tone)
    bones = Path().move(x + 0.02, y + 0.03).line(*wrist)
    for end in ends:
        bones.move(*wrist).line(*end)
    into.stroke(bones, light.shadow(scale(hide, 0.7)), 0.018)
    into.fill(
        poly(
            (wrist[0] - 0.012, wrist[1]),
            (wrist[0] + 0.022, wrist[1] - 0.05),
            (wrist[0] + 0.02, wrist[1] + 0.01),
        ),
        light.lit(_HORN),
    )
