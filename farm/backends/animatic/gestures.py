"""Gestures: what hands and heads do, beside the poses of whole bodies. Pure geometry.

Hands are in shares of the body's height from the neck (x, forward for a figure that looks to the side, to the
right for one that is seen from the front) and from the shoulders (y, downwards).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from farm.backends.animatic.vector import Point
from storyboard.schema.vocabulary import Expression

Hand = Point | None
"""None: where the pose has it"""
SETTING_DOWN = "setting-down"
"""putting something down on a table"""
PASSING = "passing"
"""giving and taking in a close shot, where two stand nearer to each other"""
BENDS = frozenset(("picking-up", "putting-down"))
"""gestures that reach for the ground"""
BOWS = frozenset(("bowing",))
SIDEWAYS = frozenset(
    (
        *("embracing", "shaking-hands", "giving", "taking", "throwing", "catching", "picking-up"),
        *("putting-down", SETTING_DOWN, PASSING, "reaching", "bowing", "fighting", "aiming"),
    )
)
"""gestures that nobody could tell from the front: who does them turns"""
ONE_HAND = frozenset(
    (
        *("drinking", "eating", "phoning", "giving", "taking", "throwing", "aiming", "picking-up"),
        *(
            "putting-down",
            SETTING_DOWN,
            PASSING,
            "reaching",
            "fighting",
            "shaking-hands",
            "saluting",
            "gasping",
        ),
    )
)
"""gestures in which the near hand has what is held, alone"""
FACES = {
    "laughing": Expression.HAPPY,
    "smiling": Expression.HAPPY,
    "dancing": Expression.HAPPY,
    "cheering": Expression.HAPPY,
    "weeping": Expression.SAD,
    "frowning": Expression.ANGRY,
    "fighting": Expression.ANGRY,
    "gasping": Expression.SURPRISED,
}
"""the face of a gesture, for those whose storyboard says none"""


@dataclass(frozen=True, slots=True)
class Gesture:
    """A gesture at a moment: both hands, how far the head is turned down (radians) and moved forward."""

    far: Hand = None
    near: Hand = None
    head: float = 0.0
    shift: float = 0.0


def gesture_at(name: str, seconds: float, *, side: bool, holds: bool) -> Gesture:
    """A gesture by its name in `lexicon/deeds.toml`; an unknown one moves nothing."""
    of_the_head = _of_the_head(name, seconds)
    if of_the_head is not None:
        return of_the_head
    beat = math.sin(seconds * 7)
    if name == "throwing":
        return Gesture(near=(-0.17, -0.2) if holds else (0.3, -0.05))
    if name in ("drinking", "eating"):
        lifted = min(1.0, max(0.0, 0.75 + 0.7 * math.sin(seconds * 2.1)))
        reach = (0.085, -0.02) if side else (0.025, 0.0)
        return Gesture(
            near=(reach[0] + (0.1 if side else 0.03) * (1 - lifted), reach[1] + 0.14 * (1 - lifted)),
            head=-0.12 * lifted,
        )
    if name == "writing":
        at = 0.02 * math.sin(seconds * 9)
        return (
            Gesture((0.2, 0.17), (0.17 + at, 0.16), 0.2)
            if side
            else Gesture((-0.05, 0.17), (0.04 + at, 0.16), 0.14)
        )
    if name == "dancing":
        up = 0.12 * math.sin(seconds * 5)
        return Gesture(
            (0.2 if side else -0.26, -0.12 + up), (0.1 if side else 0.26, -0.12 - up), shift=0.02 * beat
        )
    if name == "fighting":
        return Gesture((0.15, -0.02), (0.2 + 0.12 * max(0.0, beat), -0.01))
    if name == "clapping":
        apart = 0.02 + 0.03 * abs(beat)
        return (
            Gesture((0.19, 0.1 - apart), (0.19, 0.1 + apart))
            if side
            else Gesture((-apart, 0.1), (apart, 0.1))
        )
    if name == "cheering":
        return Gesture(
            (0.1 if side else -0.17, -0.29 + 0.02 * beat), (0.03 if side else 0.17, -0.3 - 0.02 * beat)
        )
    if name == "shaking-hands":
        return Gesture(near=(0.27, 0.14 + 0.014 * beat))
    from_the_side, from_the_front = _STILL.get(name, (Gesture(), Gesture()))
    return from_the_side if side else from_the_front


def _of_the_head(name: str, seconds: float) -> Gesture | None:
    if name == "nodding":
        return Gesture(head=0.2 * max(0.0, math.sin(seconds * 5.5)))
    if name == "refusing":
        return Gesture(shift=0.016 * math.sin(seconds * 7), head=0.05)
    if name == "looking-up":
        return Gesture(head=-0.3)
    if name == "looking-down":
        return Gesture(head=0.3)
    if name == "laughing":
        return Gesture(near=(0.08, 0.2), head=-0.14 + 0.05 * math.sin(seconds * 9))
    return None


_STILL: dict[str, tuple[Gesture, Gesture]] = {
    "reading": (Gesture((0.2, 0.05), (0.18, 0.065), 0.16), Gesture((-0.05, 0.1), (0.05, 0.1), 0.1)),
    "phoning": (Gesture(near=(-0.01, 0.03)), Gesture(near=(0.1, 0.03))),
    "weeping": (
        Gesture((0.1, -0.075), (0.08, -0.065), 0.24),
        Gesture((-0.035, -0.075), (0.035, -0.075), 0.12),
    ),
    "gasping": (Gesture(near=(0.09, -0.045)), Gesture(near=(0.02, -0.03))),
    "saluting": (Gesture(near=(0.075, -0.13)), Gesture(near=(0.08, -0.13))),
    "embracing": (Gesture((0.31, 0.03), (0.3, 0.1)), Gesture((0.31, 0.03), (0.3, 0.1))),
    "giving": (Gesture(near=(0.31, 0.07)), Gesture(near=(0.2, 0.1))),
    "taking": (Gesture(near=(0.31, 0.07)), Gesture(near=(0.2, 0.1))),
    "reaching": (Gesture(near=(0.31, 0.12)), Gesture(near=(0.2, 0.12))),
    "catching": (Gesture((0.28, -0.02), (0.25, 0.06)), Gesture((-0.06, 0.0), (0.06, 0.0))),
    "aiming": (Gesture((0.3, 0.0), (0.32, -0.005)), Gesture((0.3, 0.0), (0.32, -0.005))),
    "picking-up": (Gesture(near=(0.14, 0.32)), Gesture(near=(0.1, 0.33))),
    "putting-down": (Gesture(near=(0.14, 0.32)), Gesture(near=(0.1, 0.33))),
    PASSING: (Gesture(near=(0.17, 0.12)), Gesture(near=(0.12, 0.12))),
    SETTING_DOWN: (Gesture(near=(0.26, 0.2)), Gesture(near=(0.2, 0.2))),
}
"""gestures that hold still: from the side, and from the front"""
