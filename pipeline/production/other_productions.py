"""What other productions of a store have rendered, to say of a shot that is new here what differs.

Each production leaves a note in the store of the takes that its shots have. A plan reads the latest few, and
only when a shot was never rendered for its own film.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from farm.store.manifest import Manifest
from farm.store.scratch import Notes
from farm.takes.facts import TakeFacts
from storyboard.foreign_names import file_stem
from storyboard.planning.plan import KnownShot, Plan, what_happens
from storyboard.planning.spec import ShotSpec

MOST_PRODUCTIONS = 12
"""so many are looked at, those that rendered last"""


@dataclass(frozen=True, slots=True)
class NotedShot:
    """A shot's take, and what happens in it (`storyboard.planning.plan.what_happens`)."""

    digest: str
    happens: str


@dataclass(frozen=True, slots=True)
class NotedProduction:
    """The takes of a production's shots, by shot."""

    title: str
    shots: dict[str, NotedShot]


_NOTE = TypeAdapter(NotedProduction)


def note_name(title: str, folder: Path) -> str:
    """What the note of a production is called: two films of one title have two."""
    return f"{title} {hashlib.sha256(str(folder).encode(errors='surrogateescape')).hexdigest()[:16]}"


def note_production(notes: Notes, title: str, folder: Path, plan: Plan, takes: Mapping[str, str]) -> None:
    """Note the takes, by shot, that the shots of a production have.

    Raises:
        StoreError: the store cannot be written.
    """
    shots = {
        shot.shot: NotedShot(takes[shot.shot], what_happens(shot.spec))
        for shot in plan.shots
        if shot.shot in takes
    }
    notes.keep_production(note_name(title, folder), _NOTE.dump_json(NotedProduction(title, shots)))


def takes_of_others(notes: Notes, ours: Collection[tuple[str, Path]], *, moved: bool) -> dict[str, str]:
    """The titles of the films of other productions whose shots have takes, by the takes' digests.

    Args:
        notes: of the store.
        ours: titles and folders of the productions that are not others.
        moved: a note of one of these titles from another folder is ours too: the project has moved since.

    Raises:
        StoreError: the store cannot be read.
    """
    names, titles = {file_stem(note_name(*one)) for one in ours}, {title for title, _ in ours}
    found: dict[str, str] = {}
    for name, record in notes.productions():
        noted = _read(record)
        if noted and name not in names and not (moved and noted.title in titles):
            found |= {shot.digest: noted.title for shot in noted.shots.values()}
    return found


def _read(record: bytes) -> NotedProduction | None:
    """What a note says; None for one of another version of shotfarm: it is a note and no more."""
    try:
        return _NOTE.validate_json(record)
    except ValidationError:
        return None


class OtherProductions:
    """The shots of a store's other productions; nothing is read before one is asked for.

    Args:
        notes: of the store.
        title: of the film that asks.
        find: the published take of a digest.
    """

    def __init__(self, notes: Notes, title: str, find: Callable[[str], Manifest | None]) -> None:
        self._notes = notes
        self._title = title
        self._find = find

    def like(self, spec: ShotSpec, shot: str) -> KnownShot | None:
        """The shot most like this one: where the same happens, else that of this id in a film of this title.

        Raises:
            StoreError: the store cannot be read.
        """
        for place in (self._by_happening.get(what_happens(spec)), self._by_id.get(shot)):
            take = self._find(place[2]) if place else None
            if place and take:
                return KnownShot(place[0], place[1], TakeFacts.of(take).spec)
        return None

    @cached_property
    def _noted(self) -> list[NotedProduction]:
        read = map(_read, self._notes.kept_productions(MOST_PRODUCTIONS))
        return [noted for noted in read if noted]

    @cached_property
    def _by_happening(self) -> dict[str, tuple[str, str, str]]:
        """Title, shot and digest by what happens; the latest production's counts."""
        return {
            shot.happens: (noted.title, name, shot.digest)
            for noted in reversed(self._noted)
            for name, shot in noted.shots.items()
        }

    @cached_property
    def _by_id(self) -> dict[str, tuple[str, str, str]]:
        """The same by the shot's id, of productions of the same film."""
        return {
            name: (noted.title, name, shot.digest)
            for noted in reversed(self._noted)
            if noted.title == self._title
            for name, shot in noted.shots.items()
        }
