"""What is left of a document that its schema refuses, so that it is checked in the same round. Pure."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from storyboard.document.problems import is_echo, without_tags
from storyboard.document.text import DocumentPath
from storyboard.schema.film import Film

_ROUNDS = 8
"""a value goes, then what cannot be without it, then what cannot be without that"""
_STAND_INS = {"duration": "1s", "text": "-", "slug": "-", "name": "-", "title": "-"}
"""for what must be there, so that what is around it stays"""


@dataclass(frozen=True, slots=True)
class RestOfFilm:
    """A film without what its schema refuses.

    Attributes:
        film: what is left; None when too little is.
        gone: the ids of what was taken out as a whole: nothing is to be said of who names them.
        timed: whether all its shots still have their own lengths.
    """

    film: Film | None
    gone: frozenset[str] = frozenset()
    timed: bool = True


def rest_of(value: dict[str, Any], error: ValidationError) -> RestOfFilm:
    """Take out what a validation refuses until the rest passes."""
    value = copy.deepcopy(value)
    gone: set[str] = set()
    timed = True
    for _ in range(_ROUNDS):
        targets: set[DocumentPath] = set()
        for details in error.errors(include_url=False):
            if is_echo(details):
                continue
            path = without_tags(Film, details["loc"])
            if details["type"] == "missing" and path[-1] in _STAND_INS:
                _at(value, path[:-1])[path[-1]] = _STAND_INS[str(path[-1])]
                timed = timed and path[-1] != "duration"
            elif details["type"] == "missing" or path[-1:] == ("[key]",):
                targets.add(path[:-1])
            else:
                targets.add(path)
        # A key at the top, or an id, may be what everything else names.
        if any(path[1:] == () or path[-1] == "id" for path in targets):
            return RestOfFilm(None)
        for path in sorted(targets, key=lambda path: [str(step).zfill(9) for step in path], reverse=True):
            gone |= _take_out(value, path)
        try:
            return RestOfFilm(Film.model_validate(value), frozenset(gone), timed)
        except ValidationError as further:
            error = further
    return RestOfFilm(None)


def _at(value: Any, path: DocumentPath) -> Any:
    for step in path:
        value = value[step]
    return value


def _take_out(value: Any, path: DocumentPath) -> set[str]:
    """Take out a value, unless it has gone with what was around it; returns the ids that go with it."""
    try:
        around = _at(value, path[:-1])
        taken = around.pop(path[-1])
    except (KeyError, IndexError, TypeError, AttributeError):
        return set()
    is_named = isinstance(taken, dict) or len(path) == len(("characters", "ana"))
    names = {str(path[-1])} if is_named and isinstance(path[-1], str) else set()
    return names | ({str(taken["id"])} if isinstance(taken, dict) and "id" in taken else set())
