"""Values written into a film document, which keeps its comments, its order and its other lines."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from difflib import SequenceMatcher
from typing import Any

from pydantic import JsonValue

from storyboard.document.kept_comments import keeping_comments

_FORMS = ((2, 4, 2), (2, 2, 0), (4, 6, 4), (4, 4, 0), (4, 4, 2))
"""spaces before what is in a mapping, in a list, and before the dash of a list"""


def with_shots_changed(text: str, changes: Mapping[str, Mapping[str, JsonValue]], *, json_form: bool) -> str:
    """The text of a film document with keys of shots set to other values.

    Args:
        text: what was read.
        changes: the new values by key, by the shot's id; one that is a mapping is laid over the one there.
        json_form: whether the document is JSON.

    Raises:
        KeyError: the document has no such shot.
    """
    if json_form:
        value = json.loads(text)
        _set(value, changes)
        return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
    forms = [_Form(*form) for form in _FORMS]
    form = max(forms, key=lambda one: SequenceMatcher(None, _lines(one.plain(text)), _lines(text)).ratio())
    return _merged(text, form.plain(text), form.changed(text, changes))


class _Form:
    """YAML written with so many spaces."""

    def __init__(self, mapping: int, sequence: int, offset: int) -> None:
        self._yaml = keeping_comments(4096, mapping, sequence, offset)

    def plain(self, text: str) -> str:
        """A document as it is written without a change."""
        return self.changed(text, {})

    def changed(self, text: str, changes: Mapping[str, Mapping[str, JsonValue]]) -> str:
        """A document with values of shots changed."""
        value = self._yaml.load(text)
        _set(value, changes)
        written = io.StringIO()
        self._yaml.dump(value, written)
        return written.getvalue()


def _set(value: Any, changes: Mapping[str, Mapping[str, JsonValue]]) -> None:
    shots = {str(shot["id"]): shot for scene in value["scenes"] for shot in scene["shots"]}
    for name, keys in changes.items():
        for key, new in keys.items():
            _lay(shots[name], key, new)


def _lay(owner: Any, key: str, new: JsonValue) -> None:
    if isinstance(new, dict) and isinstance(owner.get(key), dict):
        for inner, value in new.items():
            _lay(owner[key], inner, value)
    elif owner.get(key) != new:
        owner[key] = new


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def _merged(text: str, plain: str, changed: str) -> str:
    """The text with the lines that differ between two other forms of it, where it has them as the first does.

    Where it has not, the second form is taken whole.
    """
    own, before, after = _lines(text), _lines(plain), _lines(changed)
    places: dict[int, int] = {}
    for start, place, length in SequenceMatcher(None, before, own, autojunk=False).get_matching_blocks():
        places |= {start + step: place + step for step in range(length)}
    places[len(before)] = len(own)
    merged, end = [], 0
    for kind, first, last, new_first, new_last in SequenceMatcher(
        None, before, after, autojunk=False
    ).get_opcodes():
        if kind == "equal":
            continue
        if any(line not in places for line in range(first, last + 1)):
            return changed
        merged += [*own[end : places[first]], *after[new_first:new_last]]
        end = places[first] + last - first
    return "".join([*merged, *own[end:]])
