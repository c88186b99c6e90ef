"""What differs between what two takes were made from, for people to read: value beside value. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel

from storyboard.planning.spec import Predecessor, ResolvedCharacter, ResolvedFile, ResolvedLora, ShotSpec

Part = tuple[Literal["same", "gone", "new"], str]
_WORDS = re.compile(r"\w+|\s+|[^\w\s]")
_BLOCKING = ("position", "move_to", "facing", "pose", "expression")


class Group(StrEnum):
    """What kind of input it is, in the order in which people read them."""

    PROMPT = "prompt"
    SEED = "seed"
    OPTIONS = "options"
    REFERENCES = "references"
    RENDERER = "renderer"
    CAMERA = "camera"
    CHARACTERS = "characters"
    PLACE = "place"
    LOOK = "look"
    START = "start"
    SOUND = "sound"
    PICTURE = "picture"


@dataclass(frozen=True, slots=True)
class Difference:
    """An input that differs.

    Attributes:
        group: its kind.
        what: which.
        a: of the first take; empty for none.
        b: of the second one.
        parts: of prose, word by word: what stayed, what is gone and what is new.
    """

    group: Group
    what: str
    a: str
    b: str
    parts: tuple[Part, ...] = ()

    @property
    def words(self) -> str:
        """In a line."""
        return f"{self.what}: {self.a or 'none'} → {self.b or 'none'}"


Name = Callable[[str], str]
"""the SHA-256 of a file's bytes → what people call it"""


def differences(a: ShotSpec, b: ShotSpec, name: Name) -> list[Difference]:
    """What two takes were made from otherwise; nothing when they come out the same.

    Args:
        a: what the first was made from.
        b: the second.
        name: what files are called.
    """
    found = [
        *_prompt(a, b),
        *_renderer(a, b),
        *_people(a, b, name),
        *_around(a, b, name),
        *_start(a, b, name),
    ]
    found += _rows(Group.SEED, [("seed", a.seed, b.seed)])
    found += _rows(Group.CAMERA, [("size", a.size, b.size), ("camera", a.camera, b.camera)])
    found += _rows(
        Group.SOUND,
        [
            ("lines", _spoken(a), _spoken(b)),
            ("fonts of captions", ", ".join(a.letters), ", ".join(b.letters)),
            ("language of captions", a.language, b.language),
        ],
    )
    found += _rows(
        Group.PICTURE,
        [
            ("picture", f"{a.width} by {a.height}", f"{b.width} by {b.height}"),
            ("frame rate", a.rate, b.rate),
            ("frames", a.frames, b.frames),
            ("frames before", a.head, b.head),
            ("frames after", a.tail, b.tail),
            ("frames made alone", _alone(a), _alone(b)),
        ],
    )
    order = [*Group]
    return sorted(found, key=lambda one: order.index(one.group))


def word_by_word(before: str, now: str) -> tuple[Part, ...]:
    """What stayed of a text, what is gone, and what is new.

    >>> word_by_word("a dark room", "a bright room")
    (('same', 'a '), ('gone', 'dark'), ('new', 'bright'), ('same', ' room'))
    """
    old, new = _WORDS.findall(before), _WORDS.findall(now)
    parts: list[Part] = []
    for kind, first, last, new_first, new_last in SequenceMatcher(
        None, old, new, autojunk=False
    ).get_opcodes():
        if kind == "equal":
            parts.append(("same", "".join(old[first:last])))
            continue
        if last > first:
            parts.append(("gone", "".join(old[first:last])))
        if new_last > new_first:
            parts.append(("new", "".join(new[new_first:new_last])))
    return tuple(parts)


def _prompt(a: ShotSpec, b: ShotSpec) -> Iterator[Difference]:
    yield from _prose("action", a.action, b.action)
    yield from _prose("look", a.look.description, b.look.description)
    yield from _prose("not wanted", a.look.negative, b.look.negative)
    yield from _prose("place", a.location.description, b.location.description)
    for who, old, new in _both(a.characters, b.characters):
        for key, word in (("description", ""), ("wardrobe", " wears"), ("action", " does")):
            yield from _prose(f"{who}{word}", getattr(old, key), getattr(new, key))


def _renderer(a: ShotSpec, b: ShotSpec) -> Iterator[Difference]:
    yield from _rows(Group.RENDERER, [("backend", a.backend, b.backend)])
    if a.backend == b.backend:
        yield from _rows(Group.RENDERER, [("backend's version", a.backend_version, b.backend_version)])
    old, new = a.options, b.options
    idle = {*a.idle_options, *b.idle_options}
    names = sorted({*old, *new} - idle) if a.backend == b.backend else []
    yield from _rows(Group.OPTIONS, [(name, old.get(name), new.get(name)) for name in names])


def _people(a: ShotSpec, b: ShotSpec, name: Name) -> Iterator[Difference]:
    old, new = ({one.id for one in spec.characters} for spec in (a, b))
    for who in sorted(old ^ new):
        there = "in the picture"
        yield Difference(Group.CHARACTERS, who, there if who in old else "", there if who in new else "")
    for who, before, now in _both(a.characters, b.characters):
        rows = [(f"{who}, {key}", getattr(before, key), getattr(now, key)) for key in _BLOCKING]
        rows += [(f"{who}, colours", ", ".join(before.colours), ", ".join(now.colours))]
        yield from _rows(Group.CHARACTERS, rows)
        yield from _rows(
            Group.REFERENCES,
            [
                (f"pictures of {who}", _files(before.references, name), _files(now.references, name)),
                (f"LoRAs of {who}", _loras(before.loras, name), _loras(now.loras, name)),
            ],
        )


def _around(a: ShotSpec, b: ShotSpec, name: Name) -> Iterator[Difference]:
    yield from _rows(
        Group.PLACE,
        [
            ("place", a.location.name or a.location.id, b.location.name or b.location.id),
            ("time of day", a.location.time_of_day, b.location.time_of_day),
            ("weather", a.location.weather, b.location.weather),
        ],
    )
    yield from _rows(Group.LOOK, [("palette", ", ".join(a.look.palette), ", ".join(b.look.palette))])
    yield from _rows(
        Group.REFERENCES,
        [
            (
                "pictures of the place",
                _files(a.location.references, name),
                _files(b.location.references, name),
            ),
            ("pictures of the look", _files(a.look.references, name), _files(b.look.references, name)),
            ("LoRAs of the look", _loras(a.look.loras, name), _loras(b.look.loras, name)),
        ],
    )


def _start(a: ShotSpec, b: ShotSpec, name: Name) -> Iterator[Difference]:
    rows: list[tuple[str, object, object]] = [
        ("starts from", _shot(a.predecessor), _shot(b.predecessor)),
        ("matches", _shot(a.match_cut), _shot(b.match_cut)),
        ("first frame", _file(a.first_frame, name), _file(b.first_frame, name)),
        ("last frame", _file(a.last_frame, name), _file(b.last_frame, name)),
    ]
    keys = ("file", "pose", "face", "background", "mask")
    for key in keys:
        old, new = (getattr(spec.performance, key, None) for spec in (a, b))
        rows.append((f"performance, {'video' if key == 'file' else key}", _file(old, name), _file(new, name)))
    rows += [
        (f"file {given}", _bytes(a.given.get(given)), _bytes(b.given.get(given)))
        for given in sorted(a.given.keys() | b.given.keys())
    ]
    yield from _rows(Group.START, rows)


def _bytes(file: ResolvedFile | None) -> str:
    """A file whose name is told already, by what is in it."""
    return "" if file is None else file.sha256[:12]


def _rows(group: Group, rows: Iterable[tuple[str, object, object]]) -> Iterator[Difference]:
    for what, a, b in rows:
        if a != b:
            yield Difference(group, what, _text(a), _text(b))


def _prose(what: str, a: str, b: str) -> Iterator[Difference]:
    if a != b:
        yield Difference(Group.PROMPT, what, a, b, word_by_word(a, b))


def _text(value: object) -> str:
    if isinstance(value, BaseModel):
        return value.model_dump_json()
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _both(
    a: Sequence[ResolvedCharacter], b: Sequence[ResolvedCharacter]
) -> Iterator[tuple[str, ResolvedCharacter, ResolvedCharacter]]:
    new = {one.id: one for one in b}
    for one in a:
        if one.id in new:
            yield one.id, one, new[one.id]


def _spoken(spec: ShotSpec) -> str:
    return "; ".join(
        f"{line.name or line.character} at {line.start}: {line.text} ({line.delivery})" for line in spec.lines
    )


def _shot(start: Predecessor | None) -> str:
    return f"shot {start.shot}, take {start.digest[:8]}" if start else ""


def _file(file: ResolvedFile | None, name: Name) -> str:
    return name(file.sha256) if file else ""


def _files(files: Sequence[ResolvedFile], name: Name) -> str:
    return ", ".join(name(file.sha256) for file in files)


def _loras(loras: Sequence[ResolvedLora], name: Name) -> str:
    return ", ".join(f"{name(lora.file.sha256)} at {lora.weight:g}" for lora in loras)


def _alone(spec: ShotSpec) -> str:
    return f"{spec.rendered[0]} to {spec.rendered[-1]}" if spec.part else ""
