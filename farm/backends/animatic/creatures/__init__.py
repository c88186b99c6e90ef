"""Those who are no people: a file for each kind of body, drawn anew each frame like an actor."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from farm.backends.animatic.casting import Design
from farm.backends.animatic.creatures import (
    bird,
    camel,
    dragon,
    elephant,
    four_legs,
    ghost,
    horse,
    insects,
    robot,
)
from farm.backends.animatic.face import Look
from farm.backends.animatic.light import Light
from farm.backends.animatic.skeleton import Skeleton
from farm.backends.animatic.vector import Group
from storyboard.schema.vocabulary import Facing, Pose

Draw = Callable[[Group, Design, Light, Skeleton, Look, Facing, Pose, float], None]
"""into, who, in which light, a person's joints in the pose, the face, its direction, the pose, seconds"""

CREATURES: dict[str, Draw] = {
    "robot": robot.draw,
    "dog": partial(four_legs.draw, four_legs.DOG),
    "cat": partial(four_legs.draw, four_legs.CAT),
    "horse": horse.draw,
    "dragon": dragon.draw,
    "elephant": elephant.draw,
    "camel": camel.draw,
    "bear": partial(four_legs.draw, four_legs.BEAR),
    "cow": partial(four_legs.draw, four_legs.COW),
    "deer": partial(four_legs.draw, four_legs.DEER),
    "sheep": partial(four_legs.draw, four_legs.SHEEP),
    "pig": partial(four_legs.draw, four_legs.PIG),
    "ant": partial(insects.draw, insects.ANT),
    "spider": partial(insects.draw, insects.SPIDER),
    "rabbit": partial(four_legs.draw, four_legs.RABBIT),
    "lion": partial(four_legs.draw, four_legs.LION),
    "bird": bird.draw,
    "ghost": ghost.draw,
}
"""by the kinds of `lexicon/people.toml`"""
