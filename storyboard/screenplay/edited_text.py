"""The text of a film document after some of its values were changed; all else of it stays, comments too.

ruamel.yaml keeps comments, and takes three seconds of a processor for a thousand shots. So it gets only those
that change: a change is first tried on plain values, and shots that it leaves alone are copied row by row.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import StringIO
from itertools import pairwise
from typing import Any, TypeVar

import yaml

from storyboard.document.kept_comments import keeping_comments
from storyboard.screenplay.document import WIDE, plain_document

_SHOT, _SCENE = "      - ", "  - "
"""what a row begins with, of a shot and of a scene, in the form in which documents are written"""
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_Told = TypeVar("_Told")


class EditedText:
    """A film document that is to be changed."""

    def __init__(self, text: str) -> None:
        """It is read.

        Args:
            text: YAML with a film in it.
        """
        self._text = text
        self._parts = _parts_of(text)

    def shot_ids(self) -> list[str]:
        """The ids of its shots, in order."""
        shots = self._parts.shots if self._parts else _shots_of(plain_document(self._text))
        return [str(shot["id"]) for shot in shots]

    def changed(self, change: Callable[[Any], _Told]) -> tuple[str, _Told]:
        """Its text with values changed; to be asked for once.

        Args:
            change: changes the values that it is given, in place, and always in the same way: it may be
                called several times, each time with other copies of them.

        Returns:
            The text, and what the change has returned.
        """
        parts = self._parts
        if parts is not None:
            was = [_form(shot) for shot in parts.shots]
            change(parts.value)
            there = {id(shot) for shot in _shots_of(parts.value)}
            alone = [
                at
                for at, shot in enumerate(parts.shots)
                if at in parts.rows and id(shot) in there and _form(shot) == was[at]
            ]
            made, told = _changed(
                *_without(self._text, parts, alone), change, [parts.shots[at] for at in alone]
            )
            if plain_document(made) == parts.value:
                return made, told
        return _changed(self._text, {}, change, [])


def _shots_of(value: Any) -> list[Any]:
    return [shot for scene in value["scenes"] for shot in scene["shots"]]


@dataclass(frozen=True, slots=True)
class _Parts:
    """A document with the places of its shots.

    Attributes:
        value: what it says.
        shots: of `value`, in order.
        rows: by a shot's number, from where to where its rows are in the text.
    """

    value: Any
    shots: list[Any]
    rows: dict[int, tuple[int, int]]


def _parts_of(text: str) -> _Parts | None:
    """Where the shots of a document are; None for rows of Windows, and where there are aliases."""
    if "\r" in text or text.startswith("\ufeff"):
        return None
    loader = _LOADER(text)
    try:
        root = loader.get_single_node()
        if _is_shared(root):
            return None
        rows = dict(_rows(text, root))
    finally:
        loader.dispose()
    value = plain_document(text)
    return _Parts(value, _shots_of(value), rows)


def _is_shared(root: Any) -> bool:
    seen: set[int] = set()
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            return True
        seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            waiting += [part for pair in node.value for part in pair]
        elif isinstance(node, yaml.SequenceNode):
            waiting += node.value
    return False


def _rows(text: str, root: Any) -> Iterator[tuple[int, tuple[int, int]]]:
    """By a shot's number, where its rows are: up to those of whatever comes next."""
    scenes = _of(root, "scenes")
    shots = [(scene, shot) for scene in scenes.value for shot in _of(scene, "shots").value]
    starts = [node.start_mark.index for _, node in shots]
    starts += [node.start_mark.index for node in scenes.value]
    starts += [key.start_mark.index for node in (root, *scenes.value) for key, _ in node.value]
    edges = sorted({text.rfind("\n", 0, start) + 1 for start in starts} | {len(text)})
    following = dict(pairwise(edges))
    for number, (scene, shot) in enumerate(shots):
        begin = _row_of(text, shot, _SHOT)
        if begin is None or _row_of(text, scene, _SCENE) is None or not text.endswith("\n"):
            continue
        end = following[begin]
        if "\n" not in text[end - 1 : end] or re.search(r"^(?:---|\.\.\.)", text[begin:end], re.MULTILINE):
            continue
        yield number, (begin, end)


def _of(node: Any, key: str) -> Any:
    return next(value for name, value in node.value if name.value == key)


def _row_of(text: str, node: Any, form: str) -> int | None:
    """Where the row begins that a node begins, if it does in this form."""
    begin = text.rfind("\n", 0, node.start_mark.index) + 1
    return begin if text[begin : node.start_mark.index] == form and not node.flow_style else None


def _without(text: str, parts: _Parts, alone: list[int]) -> tuple[str, dict[str, str]]:
    """The text with a mark in the place of some shots, and by their marks the rows that stood there."""
    word = "shot"
    while word in text:
        word += "x"
    made, rows, last = [], dict[str, str](), 0
    for number, at in enumerate(alone):
        begin, end = parts.rows[at]
        rows[f"{word}{number}"] = text[begin:end]
        made += [text[last:begin], f"{_SHOT}{word}{number}\n"]
        last = end
    return "".join([*made, text[last:]]), rows


def _changed(
    text: str, rows: dict[str, str], change: Callable[[Any], _Told], shots: list[Any]
) -> tuple[str, _Told]:
    """A text after a change.

    Args:
        text: YAML, which may have marks in the place of shots.
        rows: by mark, what stands there.
        change: changes it.
        shots: by the order of the marks, what is said there.
    """
    reader = keeping_comments(WIDE)
    value = reader.load(text)
    by_mark = dict(zip(rows, shots, strict=True))
    mark_of = {id(shot): mark for mark, shot in by_mark.items()}
    _replace(value, lambda shot: by_mark.get(shot) if isinstance(shot, str) else None)
    told = change(value)
    _replace(value, lambda shot: mark_of.get(id(shot)))
    written = StringIO()
    reader.dump(value, written)
    made = written.getvalue()
    if rows:
        made = re.sub(
            rf"^{_SHOT}(\w+)\n", lambda found: rows.get(found[1], found[0]), made, flags=re.MULTILINE
        )
    return made, told


def _replace(value: Any, other: Callable[[Any], Any]) -> None:
    """Put others into the places of shots for which there is one."""
    for scene in value["scenes"]:
        for at, shot in enumerate(scene["shots"]):
            found = other(shot)
            if found is not None:
                scene["shots"][at] = found


def _form(value: Any) -> str:
    """Plain values, to compare."""
    return json.dumps(value, default=str)
