"""Which decisions hold in a version of a film.

A decision was made in one version, of what was seen there. It holds in every version whose shot is the same:
what the storyboard says of it today, without anything that people decided, comes to the same digest. So a
circled take stays circled, and becomes stale, in its own version and in those that share the shot; no other's
film has it. That a shot is omitted, what is noted of it, and an editor's cut hold in all versions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import cache

from pydantic import JsonValue

from pipeline.catalog.entries import Decision, Note, Omit, Recut, Restore, Take
from pipeline.production.estimates import renderer_for
from pipeline.production.renderers import UNREAD, Choice, Choices
from storyboard.digest import canonical_json
from storyboard.document.expressions import Value
from storyboard.document.load import LoadedFilm
from storyboard.document.named_files import digests_of_files
from storyboard.document.values import Given, GivenValues
from storyboard.errors import ShotfarmError
from storyboard.planning.renderer import Renderer
from storyboard.planning.resolve import resolve_film

ANOTHER_VERSION = "a version that is remembered"
"""where the values of one stand, in words of an error"""
_OF_ALL = (Omit, Restore, Note, Recut)

Read = Callable[[GivenValues], tuple[LoadedFilm, Choices]]
"""the same film with other values"""


class Holding:
    """Says what holds in one version of a film.

    Args:
        loaded: the version.
        choices: what renders its shots.
        read: reads another one.
    """

    def __init__(self, loaded: LoadedFilm, choices: Choices, read: Read) -> None:
        self._version = _name(loaded.version)
        self._own = cache(lambda: shot_digests(loaded, choices))
        self._read = read
        self._others: dict[bytes, Mapping[str, str]] = {}

    def __call__(self, one: Decision | Take) -> bool:
        """Whether a decision holds, or a take is of a shot as this version has it."""
        if isinstance(one, Decision) and isinstance(one.what, _OF_ALL):
            return True
        name = _name(one.version or {})
        if name == self._version:
            return True
        if name not in self._others:
            self._others[name] = self._shots_of(one.version or {})
        theirs = self._others[name].get(one.shot)
        return theirs is not None and theirs == self._own().get(one.shot)

    def _shots_of(self, version: Mapping[str, JsonValue]) -> Mapping[str, str]:
        """The digests of another version's shots; none of one that the film has no more."""
        try:
            return shot_digests(*self._read(given_again(version)))
        except ShotfarmError:
            return {}


def given_again(version: Mapping[str, Value] | Mapping[str, JsonValue]) -> dict[str, Given]:
    """The values of a version, as a film takes them."""
    return {name: Given(value, ANOTHER_VERSION, 0, 0, name) for name, value in version.items()}


def shot_digests(loaded: LoadedFilm, choices: Choices) -> dict[str, str]:
    """What the storyboard alone makes of each shot: the digests of takes of which nobody has decided."""

    @cache
    def renderer(choice: Choice) -> Renderer:
        return renderer_for(choice)

    digests = defaultdict(lambda: UNREAD, digests_of_files(loaded)[0])
    resolved = resolve_film(loaded.film, digests, lambda shot: renderer(choices.of(shot)))
    return {one.shot.id: one.digest for one in resolved}


def _name(version: Mapping[str, JsonValue] | Mapping[str, Value]) -> bytes:
    return canonical_json(dict(version))
