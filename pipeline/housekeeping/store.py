"""The store of some films: what it holds, and room made in it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from farm.store.contents import Thing
from farm.store.leases import Lease
from farm.store.store import Store
from pipeline.housekeeping.needs import KnownFilm, films_in, known_film, known_of
from pipeline.housekeeping.rules import Judged, Keep, Known, judge
from pipeline.production.open import store_of
from pipeline.settings import STATE_FOLDER, Settings
from storyboard.errors import UsageError


@dataclass(frozen=True, slots=True)
class LookedAt:
    """A store, and what is known of the films in it."""

    store: Store
    films: tuple[KnownFilm, ...]
    known: Known

    @property
    def still_holds(self) -> bool:
        """Whether nobody has decided anything of the films since."""
        return all(film.log.size == film.log_size for film in self.films)


@dataclass(frozen=True, slots=True)
class Pruned:
    """What became of a store.

    Attributes:
        judged: everything that it held, and why it stays.
        swept: attempts that had ended without publishing, whose files were removed.
        running: titles of the films that are being rendered.
    """

    judged: tuple[Judged, ...]
    swept: int
    running: tuple[str, ...]

    @property
    def gone(self) -> list[Thing]:
        """What was removed, or would be."""
        return [one.thing for one in self.judged if one.why is None]


def look_at_store(given: Sequence[Path], settings: Settings) -> LookedAt:
    """Open the store of some films, and find out what they need of it.

    Args:
        given: film documents, or project folders.
        settings: of this person; whose store it is, if it names one.

    Raises:
        UsageError: the films have different stores.
        ShotfarmError: a film cannot be opened here: nobody can say what it needs.
    """
    paths = films_in(given)
    films = [known_film(path, settings) for path in paths]
    roots = {film.store.root for film in films}
    if len(roots) > 1:
        raise UsageError(
            f"these films have {len(roots)} stores: {', '.join(sorted(roots))}", "look at one after the other"
        )
    own = {str(path.parent / STATE_FOLDER / "store") for path in paths}
    in_folder = roots <= own and len({path.parent for path in paths}) == 1
    return LookedAt(films[0].store, tuple(films), known_of(films, own=in_folder))


def prune(
    given: Sequence[Path],
    settings: Settings,
    keep: Keep,
    told: Callable[[int, int], None],
    *,
    unknown: bool = False,
    dry: bool = False,
) -> Pruned:
    """Remove what nobody needs from the store of some films.

    Args:
        given: film documents, or project folders.
        settings: of this person.
        keep: what stays beside what is needed.
        told: hears how many of how many things are gone.
        unknown: remove also what no known production has made.
        dry: only say what would be removed.

    Raises:
        ShotfarmError: a film cannot be opened here, somebody makes room already, or the store cannot be
            written.
    """
    if dry:
        looked = look_at_store(given, settings)
        return _judged(looked, keep, looked.store.leases.read(), unknown=unknown)
    removed: list[Judged] = []
    paths = films_in(given)
    if not all(path.is_file() for path in paths):
        look_at_store(given, settings)  # says which is not there, before anything is written
    store = store_of(paths[0].parent, settings)
    with store.leases.pruning() as leases:
        looked = look_at_store(given, settings)
        swept = store.sweep()
        while True:
            pruned = _judged(looked, keep, leases, unknown=unknown)
            total = len(removed) + len(pruned.gone)
            for thing in _removed(looked, pruned.gone):
                removed.append(Judged(thing, None))
                told(len(removed), total)
            if len(removed) == total:
                stay = [one for one in pruned.judged if one.why is not None]
                return Pruned((*removed, *stay), swept, pruned.running)
            looked = look_at_store(given, settings)


def _removed(looked: LookedAt, things: Sequence[Thing]) -> Iterator[Thing]:
    """Remove things until somebody decides something of the films: a take that is circled then must stay."""
    for thing in things:
        with contextlib.ExitStack() as stack:
            for film in looked.films:
                if film.log.size:
                    stack.enter_context(film.log.locked(shared=True))
            if not looked.still_holds:
                return
            looked.store.remove(thing)
        yield thing


def _judged(looked: LookedAt, keep: Keep, leases: Sequence[Lease], *, unknown: bool) -> Pruned:
    running = frozenset().union(*(lease.needs for lease in leases)) if leases else None
    judged = judge(
        looked.store.contents(), looked.known, keep, datetime.now(UTC), running=running, unknown=unknown
    )
    return Pruned(tuple(judged), 0, tuple(dict.fromkeys(lease.film for lease in leases)))
