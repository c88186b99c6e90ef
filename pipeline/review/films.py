"""Films as they stand for review: opened, planned and laid on their frames; again when that has changed."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from assembly.cut.pieces import Joint
from farm.takes.clip import CLIP
from farm.takes.facts import TakeFacts
from pipeline.catalog.catalog import Catalog
from pipeline.catalog.log import DecisionLog
from pipeline.catalog.status import ShotStanding, standings
from pipeline.film.lay import LaidFilm, keep_inputs, lay_film
from pipeline.film.parts import TAKES, clip_of, joint_of
from pipeline.production.material import Material
from pipeline.production.open import open_production
from pipeline.production.production import Production
from pipeline.production.takes import LAST_TAKES
from pipeline.review.sound import FilmSound, film_sound
from pipeline.settings import STATE_FOLDER, Settings
from storyboard.document.load import NO_VALUES
from storyboard.document.values import GivenValues
from storyboard.errors import AssemblyError, ShotfarmError, UsageError
from storyboard.foreign_names import file_stem
from storyboard.planning.plan import Plan
from storyboard.planning.spec import ShotSpec

_REST = 3.0
"""times that opening took before a film is looked at again"""


@dataclass(frozen=True)
class Standing:
    """A film as it stood at a moment.

    Attributes:
        number: counts the moments, from 1.
        production: the film, opened.
        plan: its shots.
        material: what it is made of, as far as that is there.
        laid: its frames.
        shots: the takes of its shots, and what people decided of them.
        specs: what the takes were made from that the catalog has, by digest; without those that are gone.
        trouble: why this is not how the film document stands now, in words; empty when it is.
    """

    number: int
    production: Production
    plan: Plan
    material: Material
    laid: LaidFilm
    shots: Mapping[str, ShotStanding]
    specs: Mapping[str, ShotSpec]
    trouble: str = ""

    @cached_property
    def joints(self) -> dict[str, Joint]:
        """The joints of its cut, by digest."""
        return {joint.digest: joint for joint in self.laid.cut.joints}


class ReviewedFilm:
    """A film that is shown; any number of threads may ask.

    Args:
        path: the film document, or its folder.
        settings: where its store is, and what renders it.
        given: the version of it that is shown: values of its parameters.

    Raises:
        ShotfarmError: it cannot be opened; the message says why.
    """

    def __init__(self, path: Path, settings: Settings, given: GivenValues = NO_VALUES) -> None:
        self._path = path
        self._settings = settings
        self._given = given
        self._opening = threading.Lock()
        self._rests_until = 0.0
        self._making: dict[str, threading.Lock] = {}
        self._paths: dict[str, Path] = {}
        self._sounds: dict[int, FilmSound | None] = {}
        self._seen = self._mark()
        self._now = self._opened(1)

    @property
    def folder(self) -> Path:
        """The project folder."""
        return self._now.production.folder

    @property
    def title(self) -> str:
        """Of the film."""
        return self._now.production.film.title

    @property
    def document(self) -> Path:
        """The film document, or its folder, as it was named."""
        return self._path

    @property
    def settings(self) -> Settings:
        """Where its store is, and what renders it."""
        return self._settings

    def now(self) -> Standing:
        """How it stands; what was known before, with the reason, while its document is wrong.

        Nobody waits while it is opened again, and a long film is not opened all the time while it renders.
        """
        if self._opening.acquire(blocking=False):
            try:
                if time.monotonic() > self._rests_until:
                    self._look()
            finally:
                self._opening.release()
        return self._now

    def _look(self) -> None:
        mark = self._mark()
        if mark == self._seen:
            return
        began = time.monotonic()
        number = self._now.number + 1
        try:
            self._now = self._opened(number)
        except ShotfarmError as error:
            self._now = replace(self._now, number=number, trouble=error.in_words)
        self._seen = mark
        ended = time.monotonic()
        self._rests_until = ended + _REST * (ended - began)

    def clip(self, digest: str) -> Path:
        """The file of a clip of the film: of a shot, of a joint, or of a take; made when it is missing.

        Raises:
            UsageError: the film has no such clip.
            AssemblyError: it cannot be made.
        """
        known = self._paths.get(digest)
        if known is None or not known.exists():
            making = self._making.setdefault(digest, threading.Lock())
            with making:
                known = self._paths[digest] = self._clip(digest)
        return known

    def sound(self) -> FilmSound | None:
        """The film's mix, where it is there."""
        now = self.now()
        if self._sounds.get(now.number) is None:
            try:
                self._sounds = {now.number: film_sound(now.material, now.production.store)}
            except AssemblyError:
                self._sounds = {now.number: None}
        return self._sounds[now.number]

    def _clip(self, digest: str) -> Path:
        now = self.now()
        store = now.production.store
        source = now.laid.sources.get(digest)
        if source:
            keep_inputs(store, now.material, now.laid)
            return clip_of(store, source)
        joint = now.joints.get(digest)
        if joint:
            keep_inputs(store, now.material, now.laid)
            return joint_of(store, joint, now.laid.sources)
        if digest in now.specs:
            manifest = store.find(TAKES, digest)
            if manifest:
                return store.file(manifest, CLIP)
            raise UsageError(f"the take {digest[:12]} has gone from the store")
        raise UsageError("the film has no such clip", "load the page again")

    def _opened(self, number: int) -> Standing:
        production = open_production(self._path, self._settings, self._given)
        plan = production.plan()
        material = production.material(plan)
        catalog = Catalog.if_there(production.folder, self._settings)
        shots: Mapping[str, ShotStanding] = {}
        if catalog:
            with catalog:
                shots = standings(catalog.takes(), catalog.decisions(), production.holds)
        registered = production.takes.of(one.take.digest for shot in shots.values() for one in shot.takes)
        specs = {digest: TakeFacts.of(take).spec for digest, take in registered.items()}
        return Standing(number, production, plan, material, lay_film(material), shots, specs)

    def _mark(self) -> tuple[object, ...]:
        """What tells one state of the film from another without opening it."""
        document = self._path / "film.yaml" if self._path.is_dir() else self._path
        state = document.absolute().parent / STATE_FOLDER
        return _changed(document), _changed(state / LAST_TAKES), DecisionLog(state).size


def reviewed(
    paths: Sequence[Path], settings: Settings, given: GivenValues = NO_VALUES
) -> dict[str, ReviewedFilm]:
    """Films by the names that they have in addresses.

    Raises:
        ShotfarmError: one cannot be opened.
    """
    films: dict[str, ReviewedFilm] = {}
    for path in paths:
        film = ReviewedFilm(path, settings, given)
        name = file_stem(film.title).lower()
        if name in films:
            name += "-" + hashlib.sha256(str(film.folder).encode()).hexdigest()[:6]
        films[name] = film
    return films


def _changed(path: Path) -> tuple[int, int] | None:
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_size
