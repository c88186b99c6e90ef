"""What films need of a store as they are now, found by laying each one as a run would, with nothing made."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import JsonValue

from assembly.sound.soundtrack import Soundtrack
from farm.schedule.chores import Chore
from farm.store.store import Store
from farm.takes.facts import TakeFacts
from pipeline.catalog.entries import Take
from pipeline.catalog.log import DecisionLog
from pipeline.catalog.record import Record
from pipeline.catalog.session_log import SessionLog
from pipeline.catalog.status import Holds, standings
from pipeline.delivery.deliver import DELIVERABLES, deliverable_digest
from pipeline.delivery.make import Making
from pipeline.film.assemble import FILMS, film_in_parts
from pipeline.film.cards import every_card
from pipeline.film.lay import LaidFilm, lay_film, reels_for
from pipeline.film.mixing import JOINED_SOUNDS
from pipeline.film.part_queue import Finishing
from pipeline.film.parts import CARDS, SEGMENTS, conformed_digest
from pipeline.film.sound import ENCODED_SOUNDS, MIXES, encoded_digest, mix_digest, soundtrack_of, way_digest
from pipeline.film.sound_pieces import ENCODED_PIECES, LEVELS
from pipeline.film.versions import version_of
from pipeline.housekeeping.rules import Key, Known
from pipeline.observer import Nobody
from pipeline.production.decisions import standings_of
from pipeline.production.holding import given_again
from pipeline.production.known_versions import known_versions, words_of_version
from pipeline.production.line_lengths import SOUNDS
from pipeline.production.material import Material
from pipeline.production.open import open_production, rendered_by
from pipeline.production.other_productions import takes_of_others
from pipeline.production.production import Production
from pipeline.production.renderers import faster_renderers
from pipeline.settings import Settings
from storyboard.branching.graph import branches
from storyboard.digest import canonical_json
from storyboard.document.load import declared_parameters, film_document, read_text
from storyboard.errors import DocumentError, ShotfarmError, UsageError
from storyboard.planning.plan import Plan

_DOCUMENTS = (".yaml", ".yml", ".json")


class _NoHands:
    """Does nothing: what a film wants is only asked for."""

    def begin(self, chore: Chore) -> None:
        """Leave it."""

    def ended(self, wait_s: float) -> list[tuple[Chore, ShotfarmError | None]]:
        """Nothing."""
        del wait_s
        return []

    def close(self) -> None:
        """Nothing to stop."""


@dataclass(frozen=True, slots=True)
class KnownFilm:
    """A film whose needs are known.

    Attributes:
        title: of the film.
        folder: of its project.
        store: that it is in.
        needed: what it needs as it is now.
        circled: digests of circled takes, and of those that they start from.
        takes: those that are registered.
        log: of what people decided of it.
        log_size: how long that was.
    """

    title: str
    folder: Path
    store: Store
    needed: frozenset[Key]
    circled: frozenset[str]
    takes: tuple[Take, ...]
    log: DecisionLog
    log_size: int


def films_in(given: Sequence[Path]) -> list[Path]:
    """The film documents that were given, and those beside them: they share a store.

    Raises:
        UsageError: a folder without a film document.
    """
    found: dict[Path, None] = {}
    for path in given:
        folder = path if path.is_dir() else path.parent
        beside = [other for other in sorted(folder.iterdir()) if _is_film(other)] if folder.is_dir() else []
        if not beside and path.is_dir():
            raise UsageError(f"{path} holds no film document", "name the film whose store it is")
        named = [] if path.is_dir() else [path]
        found |= dict.fromkeys(one.absolute() for one in (*named, *beside))
    return [*found]


def known_film(path: Path, settings: Settings) -> KnownFilm:
    """What a film needs, in each version that was made and in the cut of each renderer.

    Raises:
        ShotfarmError: the film, a version or a renderer of it cannot be opened here: nobody can say what it
            needs.
    """
    log = DecisionLog.of(path.absolute().parent)
    log_size, record = log.size, log.record()
    needed: set[Key] = set()
    circled = _circled_anywhere(record)
    productions = []
    for version in _versions(path):
        production = _opened(path, settings, version)
        productions.append(production)
        stand = standings(record.takes, record.decisions, production.holds)
        needed |= set(needed_by(production))
        renderers = {*production.film.renderers, *(take.renderer for take in record.takes)}
        for renderer in sorted(renderers - {production.choices.default_name}):
            needed |= set(needed_by(rendered_by(production, renderer, stand)))
    production = productions[0]
    needed |= _of_sessions(path, settings, way_gain(production))
    return KnownFilm(
        production.film.title,
        production.folder,
        production.store,
        frozenset(needed),
        frozenset(_with_sources(production, circled)),
        tuple(record.takes),
        log,
        log_size,
    )


def _versions(path: Path) -> list[dict[str, JsonValue]]:
    """The values of the versions of a film that were made.

    That is also the one with every default, where every parameter has one, or no other is known.
    """
    found = [one.values for one in known_versions(path.absolute().parent)]
    declared = declared_parameters(film_document(read_text(path), path))
    if not found or all(parameter.get("default") is not None for parameter in declared.values()):
        found.insert(0, {})
    return found


def _circled_anywhere(record: Record) -> set[str]:
    """The digests of the takes that are circled in any version, be it remembered or not."""
    found: set[str] = set()
    for version in {canonical_json(one.version): one.version for one in record.decisions}.values():
        stand = standings(record.takes, record.decisions, _made_in(version))
        found |= {take.digest for shot in stand.values() for take in shot.circled.values()}
    return found


def _made_in(version: dict[str, JsonValue] | None) -> Holds:
    """Whether a decision was made in a version."""
    return lambda one: one.version == version


def _opened(path: Path, settings: Settings, version: Mapping[str, JsonValue]) -> Production:
    """A version of a film.

    Raises:
        ShotfarmError: it cannot be opened here; says which it is.
    """
    try:
        return open_production(path, settings, given_again(version))
    except ShotfarmError as error:
        if not version:
            raise
        told = error.about(f"the version {words_of_version(version)}")
        told.hint = "mend the film, or forget the version: `shotfarm store versions --forget`"
        raise told from None


def known_of(films: Sequence[KnownFilm], *, own: bool) -> Known:
    """What is known of several films together.

    Args:
        films: that share a store.
        own: it lies in the project folder of all of them.
    """
    ours = [(film.title, film.folder) for film in films]
    of_others = takes_of_others(films[0].store.notes, ours, moved=own)
    owners: dict[Key, str] = {}
    for film in films:
        mine = [("takes", take.digest) for take in film.takes]
        owners |= dict.fromkeys((*film.needed, *mine), film.title)
    return Known(
        films=owners,
        needed=frozenset().union(*(film.needed for film in films)),
        circled=frozenset().union(*(film.circled for film in films)),
        takes=tuple(take for film in films for take in film.takes),
        alone=own and not of_others,
        of_others=of_others,
    )


def _with_sources(production: Production, digests: Iterable[str]) -> set[str]:
    """Takes, and those that they start from, and so on."""
    found: set[str] = set()
    rest = [*digests]
    while rest:
        digest = rest.pop()
        if digest in found:
            continue
        found.add(digest)
        take = production.takes.find(digest)
        source = TakeFacts.of(take).spec.source if take else None
        rest += [source.digest] if source else []
    return found


def _of_sessions(path: Path, settings: Settings, gain_db: float | None) -> set[Key]:
    """What the films need that viewers have of their own, in the renderer's cut of the settings.

    One that the film cannot be made into any more is nobody's to see.
    """
    versions = {
        canonical_json(version): version
        for session in SessionLog(path.absolute().parent).every()
        if session.began and session.began.document == path.name
        for version in session.versions[1:]
    }
    needed: set[Key] = set()
    for version in versions.values():
        with contextlib.suppress(DocumentError, UsageError):
            for production in as_viewers_see(open_production(path, settings, given_again(version))):
                needed |= {*needed_by(production, gain_db)}
    return needed


def as_viewers_see(production: Production) -> Iterator[Production]:
    """A version of a film as it is shown, and in the cuts of the renderers whose takes stand in."""
    yield production
    record = production.log.record()
    for name in faster_renderers(production.film, production.choices.default_name):
        yield rendered_by(production, name, standings_of(record, production.holds))


def way_gain(production: Production) -> float | None:
    """What the sounds of all ways through a film are turned up by; None where none was made.

    Args:
        production: the way of the defaults.
    """
    if not branches(production.film):
        return None
    material = production.material(production.plan())
    sound = soundtrack_of(material, production.store)
    found = production.store.find(MIXES, mix_digest(sound, material.loudness_lufs))
    gain_db = found.facts["gain_db"] if found else None
    return float(gain_db) if isinstance(gain_db, int | float) else None


def needed_by(production: Production, gain_db: float | None = None) -> Iterator[Key]:
    """What a film needs in the cut of its renderer.

    Args:
        production: its version.
        gain_db: what the sounds of all ways through it are turned up by, where they are made for viewers.
    """
    plan = production.plan()
    material = production.material(plan)
    yield from (("takes", digest) for digest in _takes_of(plan))
    files = {file.sha256 for shot in plan.shots for file in shot.spec.files()}
    yield from (("files", digest) for digest in files | {*production.digests.values()})
    asked = Finishing(production.store, _NoHands(), Nobody())
    for what in (None, *material.film.deliverables.values()):
        laid = lay_film(material, version_of(material.film, what))
        yield from asked.want_picture(laid)
        yield from _picture(laid)
        for reels in reels_for(laid, material.film, what).values() if what else ():
            yield from asked.want_reels(laid, reels)
    sound = soundtrack_of(material, production.store)
    yield from ((SOUNDS, digest) for digest in sound.sources())
    if gain_db is not None:
        yield from _in_pieces(production.store, ENCODED_SOUNDS, way_digest(sound, gain_db))
        picture = lay_film(material).cut.picture
        yield from ((CARDS, card.digest) for card in every_card(plan.film, picture))
    yield from (("stems", digest) for digest in sound.stems().values())
    if not material.absent:
        yield from _finished(production, material, asked)


def _takes_of(plan: Plan) -> set[str]:
    sources = {shot.spec.source.digest for shot in plan.shots if shot.spec.source}
    return sources | {shot.digest for shot in (*plan.shots, *plan.cut, *plan.alternatives, *plan.pickups)}


def _picture(laid: LaidFilm) -> Iterator[Key]:
    for source in laid.sources.values():
        yield SEGMENTS, conformed_digest(source)


def _finished(production: Production, material: Material, asked: Finishing) -> Iterator[Key]:
    """The film, its deliverables, and the mixes of both."""
    store, film = production.store, film_in_parts(material, production.store)
    yield FILMS, film.digest
    yield from _heard(store, film.sound, material.loudness_lufs)
    for what in material.film.deliverables.values():
        version = film_in_parts(material, store, version_of(material.film, what))
        making = Making(material, store, version, what, Nobody(), asked)
        yield DELIVERABLES, deliverable_digest(making)
        yield FILMS, version.digest
        yield from _heard(store, making.sound, making.lufs)


def _heard(store: Store, sound: Soundtrack, target_lufs: float) -> Iterator[Key]:
    yield from _in_pieces(store, MIXES, mix_digest(sound, target_lufs))
    yield from _in_pieces(store, ENCODED_SOUNDS, encoded_digest(sound, target_lufs))


def _in_pieces(store: Store, kind: str, digest: str) -> Iterator[Key]:
    """A mix or an encoded sound, and the pieces that it was made of."""
    yield kind, digest
    if kind == ENCODED_SOUNDS:
        yield JOINED_SOUNDS, digest
    found = store.find(kind, digest)
    for fact in ("pieces", "tried"):
        pieces = found.facts.get(fact) if found else None
        if isinstance(pieces, list):
            yield from ((LEVELS if kind == MIXES else ENCODED_PIECES, str(piece)) for piece in pieces)


def _is_film(path: Path) -> bool:
    """Whether a file is meant to be a film document, be it wrong."""
    if path.suffix not in _DOCUMENTS or not path.is_file():
        return False
    text = path.read_text("utf-8", errors="replace")
    return "scenes" in text and "shots" in text
