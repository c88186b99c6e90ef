# ruff: noqa: S311  (seeded randomness that must repeat, not secrets)

"""A crowd behind the people of a shot: figures of the film's time, who stand, pass by, dance or cheer."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from random import Random

from farm.backends.animatic.actor import Costume
from farm.backends.animatic.casting import cast
from farm.backends.animatic.cutouts import Cutout, Scissors
from farm.backends.animatic.extras import extra
from farm.backends.animatic.face import Look
from farm.backends.animatic.lexicon import lexicon
from farm.backends.animatic.light import Light
from farm.backends.animatic.scenery import HORIZON, Scenery
from farm.backends.animatic.skeleton import skeleton
from farm.backends.animatic.understanding.background import CHEERING, DANCING, HERDS, STANDING, WALKING, Crowd
from farm.backends.animatic.understanding.deeds import PARCEL, Held
from farm.backends.animatic.understanding.epochs import FUTURE, MEDIEVAL
from farm.backends.animatic.understanding.people import CHILD
from farm.backends.animatic.vector import Group
from storyboard.planning.spec import ResolvedCharacter
from storyboard.schema.vocabulary import Expression, Facing, Pose

_REACH = 460.0
"""how far to the sides the crowd goes, in centimetres of the reference view"""
_CYCLES = {
    STANDING: (1.0, 1),
    WALKING: (1 / 0.92, 9),
    DANCING: (math.tau / 5, 8),
    CHEERING: (math.tau / 7, 7),
}
"""how long, in seconds, it takes until limbs move as before, and how many drawings show it"""
_MOST_BYTES = 128 * 2**20
"""of the drawings of a crowd; those of a larger one are not kept"""
_BREADTH = 0.5
"""how wide a drawing is at most on average, in shares of its height"""
_OUTSIDE, _INSIDE = (-31.0, -23.0), (-15.0, -9.0)
"""where the feet of the farther and of the nearer row are"""
_GAPS = {STANDING: 66.0, CHEERING: 62.0, WALKING: 170.0, DANCING: 200.0}
"""how far its people are from each other, in centimetres"""
_FROM, _COUNTED_GAP, _HALF = 84.0, 74.0, 190.0
"""where the middle of counted people is, how far they are from each other, and how far they go to a side"""
_HERD_GAP, _HERD_HALF = 240.0, 250.0
"""how far animals are from each other, and how far counted ones go to a side"""
_PASSES_AT_S = 22.0
"""two seconds into the shot: animations of sets are called with 20 more than it has had"""
_GOWNS = ("a ball gown", "a red ball gown", "a blue gown", "a green ball gown", "a white gown")
_TAILS = ("a tailcoat", "a tailcoat and a top hat", "a tuxedo")
_MASKS = ("a half mask", "a white mask", "a golden half mask", "a fox mask", "a red half mask")


@dataclass(slots=True)
class _One:
    """One of a crowd: where, how large, and what is drawn of them."""

    costume: Costume
    group: Group
    x: float
    y: float
    size: float
    phase: float
    pace: float
    """centimetres a second, to the left where negative; 0 stays"""
    facing: Facing
    passes_at: float | None = None
    """when somebody who walks is at their place; None for who comes and goes all the time"""
    drawn: tuple[int, Facing] | None = None
    kept: dict[tuple[int, Facing], Cutout] = field(default_factory=dict)


def people_the_background(
    scenery: Scenery, crowd: Crowd, light: Light, fashion: str, seed: str, eyes: float, scale: float
) -> None:
    """Put a crowd behind the actors, and have it move.

    Args:
        scenery: the place, already built.
        crowd: who they are and what they do.
        light: what falls on people; the crowd is a little duller.
        fashion: the epoch of the place, for their clothes.
        seed: of what they look like; the same place has the same crowd.
        eyes: how far their eyes are open at most, 0 to 1.
        scale: pixels a centimetre of the stage, where the shot is nearest.
    """
    random = Random(f"crowd/{seed}/{crowd.kind}")
    dull = replace(light, rim=light.rim * 0.3, contrast=light.contrast * 0.6)
    masked = "mask" in scenery.words or "mask" in crowd.named
    layer = scenery.layer(1.0)
    people: list[_One] = []
    herd = crowd.noun != "" and lexicon().kinds[crowd.noun] in HERDS
    gap = _GAPS[crowd.manner] if not herd else _HERD_GAP
    if crowd.count:
        y = (_INSIDE if light.indoors else _OUTSIDE)[1]
        size = (y - HORIZON) / -HORIZON
        for one in range(crowd.count):
            widest, half = (_HERD_GAP, _HERD_HALF) if herd else (_COUNTED_GAP, _HALF)
            between = min(widest, 2 * half / crowd.count)
            at = _FROM + (one - (crowd.count - 1) / 2) * between
            if crowd.flanking:
                at = (_FROM + one // 2 * between) * (1 if one % 2 else -1)
            people += _group(layer, crowd, dull, fashion, random, (at, y, size), masked=masked)
        way = random.choice((-1, 1))
        for walker in people if crowd.manner == WALKING else ():
            walker.pace, walker.passes_at = way * abs(walker.pace), _PASSES_AT_S
            walker.facing = Facing.RIGHT if way > 0 else Facing.LEFT
    for y in () if crowd.count else _INSIDE if light.indoors else _OUTSIDE:
        size = (y - HORIZON) / -HORIZON
        at = -_REACH + random.uniform(0, gap)
        while at < _REACH:
            people += _group(layer, crowd, dull, fashion, random, (at, y, size), masked=masked)
            at += gap * random.uniform(0.8, 1.3) * size
    keeps = _bytes_of(people, crowd.manner, scale) <= _MOST_BYTES
    scenery.animate(lambda seconds: _move(people, crowd.manner, seconds, eyes, scale if keeps else 0.0))


def _group(
    layer: Group,
    crowd: Crowd,
    light: Light,
    fashion: str,
    random: Random,
    place: tuple[float, float, float],
    *,
    masked: bool,
) -> list[_One]:
    """One of a crowd, or two who dance."""
    x, y, size = place
    found = []
    pair = crowd.manner == DANCING
    phase = random.random()
    for index in range(2 if pair else 1):
        woman = index == 0 if pair else random.random() < 0.5
        wardrobe = _wardrobe(crowd, random, fashion, woman=woman, masked=masked)
        person = _person(f"{random.random():.9f}", random, wardrobe, crowd, woman=woman)
        costume = Costume(cast(person, epoch=fashion), light, Held(PARCEL, ""))
        pace = random.choice((-1, 1)) * random.uniform(48, 78) * size if crowd.manner == WALKING else 0.0
        if pair:
            facing = Facing.RIGHT if index == 0 else Facing.LEFT
        elif pace:
            facing = Facing.RIGHT if pace > 0 else Facing.LEFT
        elif costume.design.kind in HERDS:
            facing = random.choice((Facing.LEFT, Facing.RIGHT))
        else:
            facing = random.choice((Facing.CAMERA, Facing.CAMERA, Facing.LEFT, Facing.RIGHT))
        found.append(
            _One(costume, layer.group(), x, y, size, phase if pair else random.random(), pace, facing)
        )
    return found


def _wardrobe(crowd: Crowd, random: Random, fashion: str, *, woman: bool, masked: bool) -> str:
    """What one of a crowd wears; empty for plain clothes of the film's time."""
    if crowd.kind == "soldiers":
        if fashion == MEDIEVAL or "knight" in crowd.named:
            return "armour, a tabard and a helmet"
        return "a white uniform and a helmet" if fashion == FUTURE else "a green uniform and a helmet"
    if crowd.kind == "dancers" or masked:
        clothes = random.choice(_GOWNS if woman else _TAILS)
        return f"{clothes} and {random.choice(_MASKS)}" if masked else clothes
    return ""


def _person(name: str, random: Random, wardrobe: str, crowd: Crowd, *, woman: bool) -> ResolvedCharacter:
    old = random.random() < 0.15
    child = not wardrobe and random.random() < 0.1
    who = ("girl" if woman else "boy") if child else ("woman" if woman else "man")
    if crowd.kind == "soldiers":
        who, old = "man", False
    if crowd.noun and lexicon().kinds[crowd.noun] != CHILD:
        who, old, child = crowd.noun, False, False
    elif crowd.noun:
        who, child = (
            ("girl" if woman else "boy") if crowd.noun in ("child", "kid", "pupil") else crowd.noun,
            True,
        )
    description = f"{'an old' if old and not child else 'a'} {who}"
    return extra(f"crowd-{name}", who, description, wardrobe=wardrobe)


def _bytes_of(people: list[_One], manner: str, scale: float) -> float:
    """How much memory all drawings of a crowd take at most."""
    sides = 2 if manner == DANCING else 1
    tall = (one.costume.design.tall * one.size * scale for one in people)
    return sum(4 * _BREADTH * high * high for high in tall) * _CYCLES[manner][1] * sides


def _move(people: list[_One], manner: str, seconds: float, eyes: float, scale: float) -> None:
    """Place everybody for a moment, and show the drawing of them as they then are.

    Drawings are kept where `scale`, in pixels a centimetre of the stage, is not 0.
    """
    cycle, drawings = _CYCLES[manner]
    for one in people:
        x, y, facing = one.x, one.y, one.facing
        if one.pace:
            since = seconds - (one.passes_at or 0.0)
            x += one.pace * since
            x = x if one.passes_at is not None else (x + _REACH) % (2 * _REACH) - _REACH
        elif manner == DANCING:
            angle = math.tau * (seconds * 0.22 + one.phase)
            apart = 19.0 * math.cos(angle) * one.size * (1 if one.facing is Facing.LEFT else -1)
            drift = 26.0 * math.sin(seconds * 0.31 + one.phase * 9)
            x, y = x + drift + apart, y + 1.5 * math.sin(angle * 2)
            facing = Facing.RIGHT if apart < 0 else Facing.LEFT
        elif manner == CHEERING:
            y -= max(0.0, math.sin(seconds * 5.0 + one.phase * 9)) * 5
        else:
            x += math.sin(seconds * 0.7 + one.phase * 9) * 1.6
        number = math.floor((seconds / cycle + one.phase) * drawings) % drawings
        now = (number, facing)
        flip = facing is Facing.LEFT
        if now != one.drawn:
            one.drawn = now
            one.group.clear()
            at = 3.0 + number / drawings * cycle
            if scale:
                if now not in one.kept:
                    one.kept[now] = _cut(one, manner, at, facing, eyes, scale)
                one.kept[now].put(one.group)
            else:
                _draw(one, one.group, manner, at, facing, eyes)
        one.group.place(x, y, one.size, flip=flip and not scale)


def _cut(one: _One, manner: str, seconds: float, facing: Facing, eyes: float, scale: float) -> Cutout:
    """The drawing of one of a crowd as a picture."""
    tall = one.costume.design.tall
    wide = 1.2 if one.costume.design.kind in HERDS else 0.7
    scissors = Scissors(scale * one.size, wide * tall, 1.5 * tall, 0.1 * tall)
    try:
        return scissors.cut(
            lambda group: _draw(one, group, manner, seconds, facing, eyes), flip=facing is Facing.LEFT
        )
    finally:
        scissors.close()


def _draw(one: _One, into: Group, manner: str, seconds: float, facing: Facing, eyes: float) -> None:
    pose = Pose.WALKING if one.pace else Pose.STANDING
    gesture = {DANCING: "dancing", CHEERING: "cheering"}.get(manner, "")
    side = facing in (Facing.LEFT, Facing.RIGHT)
    phase = 0.0 if one.pace else one.phase
    body = skeleton(one.costume.design, pose, seconds, side=side, phase=phase, gesture=gesture, holds=False)
    glad = Expression.HAPPY if manner in (DANCING, CHEERING) else Expression.NEUTRAL
    look = Look(glad, 0.3 if manner == CHEERING else 0.0, 1 - eyes, math.sin(one.phase * 20))
    one.costume.draw(into, body, look, facing, pose, seconds)
