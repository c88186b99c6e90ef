"""Why a shot must be rendered again: the spec of its last take against the new one, in words."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from fractions import Fraction
from types import NoneType

from pydantic import BaseModel

from storyboard.planning.spec import ResolvedCharacter, ShotSpec

LONGEST_VALUE = 24
"""characters of a value that is shown in a reason; a longer one is said to have changed"""

MISSING = "its take is missing from the store"


def explain(before: ShotSpec, now: ShotSpec) -> tuple[str, ...]:
    """The reasons, the widest first; `MISSING` when nothing changed."""
    return tuple(_reasons(before, now)) or (MISSING,)


def _reasons(before: ShotSpec, now: ShotSpec) -> Iterator[str]:
    if before.version != now.version:
        yield f"shot form: version {before.version} → {now.version}"
    if before.backend != now.backend:
        yield f"backend: {before.backend} → {now.backend}"
    else:
        if before.backend_version != now.backend_version:
            yield f"backend {now.backend}: version {before.backend_version} → {now.backend_version}"
        for name in sorted({*before.options, *now.options} - {*now.idle_options}):
            yield from _change(
                f"option {name}:", before.options.get(name), now.options.get(name), show_text=True
            )
    if (before.width, before.height) != (now.width, now.height):
        yield f"picture {before.width}×{before.height} → {now.width}×{now.height}"  # noqa: RUF001
    yield from _change("frame rate", before.rate, now.rate)
    yield from _fields("look:", before.look, now.look)
    if before.location.id != now.location.id:
        yield f"location {before.location.id} → {now.location.id}"
    else:
        yield from _fields(f"location {now.location.id}:", before.location, now.location)
    yield from _characters(before.characters, now.characters)
    yield from _change("shot id", before.shot, now.shot, show_text=True)
    same_rate = before.rate == now.rate  # else the frames differ because the rate does
    if same_rate and before.frames != now.frames:
        yield f"duration {before.frames} → {now.frames} frames"
    for side in ("head", "tail"):
        old, new = getattr(before, side), getattr(now, side)
        if same_rate and old != new:
            yield f"{side} handle {old} → {new} frames (transition changed)"
    for name in ("size", "camera", "action", "seed"):
        yield from _change(name, getattr(before, name), getattr(now, name))
    if before.lines != now.lines:
        yield "dialogue changed"
    elif (before.letters, before.language) != (now.letters, now.language):
        yield "the fonts of its captions changed"
    for name in ("first_frame", "last_frame"):
        yield from _given(name.replace("_", " "), getattr(before, name), getattr(now, name))
    yield from _performance(before, now)
    for name in sorted(before.given.keys() | now.given.keys()):
        yield from _given(f"file {name}", before.given.get(name), now.given.get(name))
    yield from _predecessor(before, now)
    yield from _match_cut(before, now)


def _predecessor(before: ShotSpec, now: ShotSpec) -> Iterator[str]:
    old, new = before.predecessor, now.predecessor
    if old == new:
        return
    if new is None:
        yield "starts from no other shot"
    elif old is None or old.shot != new.shot:
        yield f"starts from shot {new.shot}"
    else:
        yield f"starts from shot {new.shot}, which changes"


def _match_cut(before: ShotSpec, now: ShotSpec) -> Iterator[str]:
    old, new = before.match_cut, now.match_cut
    if old == new:
        return
    if new is None:
        yield "matches no other shot"
    elif old is None or old.shot != new.shot:
        yield f"matches shot {new.shot}"
    else:
        yield f"matches shot {new.shot}, which changes"


def _given(what: str, before: object, now: object) -> Iterator[str]:
    """`performance: added` for what a shot may have or not."""
    if before != now:
        yield f"{what}: {'added' if before is None else 'removed' if now is None else 'changed'}"


def _performance(before: ShotSpec, now: ShotSpec) -> Iterator[str]:
    old, new = before.performance, now.performance
    if old is None or new is None:
        yield from _given("performance", old, new)
        return
    for name in type(new).model_fields:
        if getattr(old, name) != getattr(new, name):
            yield f"performance: {'video' if name == 'file' else name} changed"


def _characters(before: tuple[ResolvedCharacter, ...], now: tuple[ResolvedCharacter, ...]) -> Iterator[str]:
    old = {character.id: character for character in before}
    new = {character.id: character for character in now}
    for name, character in new.items():
        if name in old:
            yield from _fields(f"character {name}:", old[name], character)
        else:
            yield f"character {name}: added"
    for name in old:
        if name not in new:
            yield f"character {name}: removed"
    if before != now and old == new:
        yield "characters: order changed"


def _fields(what: str, before: BaseModel, now: BaseModel) -> Iterator[str]:
    for name in type(now).model_fields:
        yield from _change(f"{what} {name.replace('_', ' ')}", getattr(before, name), getattr(now, name))


def _change(what: str, before: object, now: object, *, show_text: bool = False) -> Iterator[str]:
    """`weather clear → rain` for choices and numbers, `description changed` for prose and lists."""
    if before == now:
        return
    kinds = (StrEnum, int, float, Fraction, NoneType, *((str,) if show_text else ()))
    old, new = ("none" if value is None else str(value) for value in (before, now))
    showable = isinstance(before, kinds) and isinstance(now, kinds)
    if showable and 0 < len(old) <= LONGEST_VALUE and 0 < len(new) <= LONGEST_VALUE:
        yield f"{what} {old} → {new}"
    else:
        yield f"{what.removesuffix(':')} changed"
