"""A viewer is forgotten: what they gave goes, and what was made for that and nothing else."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from farm.store.contents import NOTES, Thing
from farm.store.store import Store
from pipeline.audience.cuts import KeptCuts
from pipeline.audience.deciding.decisions import Decision, values_of
from pipeline.audience.keeping import cuts_folder
from pipeline.catalog.session_log import SessionLog
from pipeline.catalog.sessions import Session
from pipeline.housekeeping.needs import as_viewers_see, needed_by, way_gain
from pipeline.housekeeping.rules import Key, Known
from pipeline.housekeeping.store import look_at_store
from pipeline.production.holding import given_again
from pipeline.production.open import open_production
from pipeline.production.production import OF_SESSION
from pipeline.settings import Settings
from storyboard.errors import DocumentError, StoreError, UsageError
from storyboard.schema.film import Film

PATIENCE_S = 60.0
"""how long is waited for a run that makes something for them to let go of it"""
_LOOK_S = 0.2


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What became of it.

    Attributes:
        session: the id of the session.
        removed: what went from the store.
    """

    session: str
    removed: tuple[Thing, ...]

    @property
    def size(self) -> int:
        """Of what went, in bytes."""
        return sum(one.size for one in self.removed)


def forget_viewer(
    path: Path, settings: Settings, name: str, by: str, *, patience_s: float = PATIENCE_S
) -> list[Forgotten]:
    """Forget the viewer of a session, and of those that they began before and after it.

    Whoever opens one of their links is told so from the first moment. What they caused goes when nothing
    makes it any more; where that is interrupted, the same command goes on.

    Args:
        path: the film document, or its folder.
        settings: where its store is, and what renders it.
        name: the id of the session.
        by: who wants it.
        patience_s: how long runs may take to let go of what they make.

    Raises:
        UsageError: there is no such session.
        ShotfarmError: a film cannot be opened here, or the store cannot be written.
    """
    log = SessionLog(_folder(path))
    log.viewer(name)
    names = [*_of_the_same(log, name)]
    for one in names:
        log.forget(one, by)
        _forget_cuts(path, settings, log, one)
    return [_forget(path, settings, log, one, patience_s) for one in names]


def _forget_cuts(path: Path, settings: Settings, log: SessionLog, name: str) -> None:
    """Delete what they have shared; its links say so."""
    session = log.remains(name)
    if session and session.began:
        KeptCuts(cuts_folder(settings.home, _folder(path) / session.began.document)).forget(name)


def _folder(path: Path) -> Path:
    return path if path.is_dir() else path.parent


def _of_the_same(log: SessionLog, name: str) -> Iterator[str]:
    """A session, and those that its viewer began before and after it."""
    sessions = log.every()
    there = {one.id for one in sessions}
    before = [{one.id, one.began.after} for one in sessions if one.began and one.began.after in there]
    found = {name}
    while more := {other for pair in before if found & pair for other in pair} - found:
        found |= more
    yield from sorted(found)


def _forget(path: Path, settings: Settings, log: SessionLog, name: str, patience_s: float) -> Forgotten:
    session = log.remains(name)
    removed: tuple[Thing, ...] = ()
    if session is not None:
        document = path / session.began.document if path.is_dir() and session.began else path
        removed = _removed(document, settings, session, patience_s)
    log.clear(name)
    return Forgotten(name, removed)


def _removed(path: Path, settings: Settings, session: Session, patience_s: float) -> tuple[Thing, ...]:
    """Remove what only a session has caused from the store of its film."""
    store = open_production(path, settings, given_again(session.versions[0])).store
    takes = {take for one in session.caused for take in one.takes}
    theirs = {("takes", take) for take in takes} | {*_caused(path, settings, session)}
    _until_nobody_makes(store, {digest for kind, digest in theirs if kind == "takes"}, patience_s)
    with store.leases.pruning():
        store.sweep()
        known = look_at_store([path], settings).known
        gone = [thing for thing in store.contents() if _goes(thing, theirs, known)]
        for thing in gone:
            store.remove(thing)
    return tuple(gone)


def _goes(thing: Thing, theirs: set[Key], known: Known) -> bool:
    """Whether something in the store is theirs, and nobody else's."""
    of_take = thing.kind in NOTES or thing.kind == "takes"
    key = ("takes" if of_take else thing.kind, thing.digest)
    if key not in theirs or key in known.needed:
        return False
    return not of_take or (thing.digest not in known.circled and thing.digest not in known.of_others)


def _until_nobody_makes(store: Store, takes: set[str], patience_s: float) -> None:
    """Wait for runs to let go of takes: whoever shows the film ends them when it sees that they are theirs.

    Raises:
        StoreError: one does not.
    """
    ends_at = time.monotonic() + patience_s
    while any(lease.film.startswith(OF_SESSION) and takes & lease.needs for lease in store.leases.read()):
        if time.monotonic() > ends_at:
            raise StoreError(
                "something is still being made for this viewer",
                "nobody sees it; forget them again to remove it",
            )
        time.sleep(_LOOK_S)


def _caused(path: Path, settings: Settings, session: Session) -> Iterator[Key]:
    """What the ways need that were gone, and that might have been: those were made before anybody chose."""
    first = open_production(path, settings, given_again(session.versions[0]))
    film, gain_db = first.loaded.film, way_gain(first)
    decisions = [Decision(one.scene, one.answer) for one in session.answered]
    for number in range(len(decisions) + 1):
        for way in _with_what_might_come(film, decisions[:number]):
            values = {name: one.value for name, one in values_of(film, way).items()}
            try:
                production = open_production(path, settings, given_again({**session.versions[0], **values}))
            except (DocumentError, UsageError):  # the film is another one by now
                continue
            for one in as_viewers_see(production):
                yield from needed_by(one, gain_db)


def _with_what_might_come(film: Film, decisions: Sequence[Decision]) -> Iterator[Sequence[Decision]]:
    """Decisions, and they with each answer of the next choice that any way may come to."""
    yield decisions
    for scene in film.scenes:
        for answer in scene.choices.answers if scene.choices else ():
            yield [*decisions, Decision(scene.id, answer.id)]
