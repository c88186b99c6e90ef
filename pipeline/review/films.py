"""Films as they stand for review: opened, planned and laid on their frames; again when that has changed."""

from __future__ import annotations

import contextlib
import hashlib
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from pipeline.catalog.catalog import Catalog
from pipeline.catalog.entries import Decision, Take
from pipeline.catalog.log import DecisionLog
from pipeline.orchestration.hand import Hand
from pipeline.orchestration.standby import StandBy
from pipeline.production.reopening import ReopenedFilm
from pipeline.production.takes import LAST_TAKES
from pipeline.review.retakes import Retakes
from pipeline.review.sound import FilmSound, film_sound
from pipeline.review.standing import Standing, clip_in, stands
from pipeline.settings import STATE_FOLDER, Settings
from storyboard.document.expressions import Value
from storyboard.document.load import NO_VALUES
from storyboard.document.values import GivenValues
from storyboard.errors import (
    AssemblyError,
    CatalogError,
    DocumentError,
    NotNow,
    ShotfarmError,
    StoreError,
    UsageError,
)
from storyboard.foreign_names import file_stem

_REST = 3.0
"""times that opening took before a film is looked at again"""
_AT_ONCE_S = 0.2
"""what takes longer to open is not opened while somebody waits"""
_AGAIN_S = 1.0
"""before a film is tried again that could not be opened for nothing in its document"""


class ReviewedFilm:
    """A film that is shown; any number of threads may ask.

    Args:
        path: the film document, or its folder.
        settings: where its store is, and what renders it.
        given: the version of it that is shown: values of its parameters.
        hand: starts what renders its retakes.

    Raises:
        ShotfarmError: it cannot be opened; the message says why.
    """

    def __init__(
        self,
        path: Path,
        settings: Settings,
        given: GivenValues = NO_VALUES,
        hand: Callable[[StandBy], Hand] = Hand,
    ) -> None:
        self._path = path
        self._document = path / "film.yaml" if path.is_dir() else path
        self._settings = settings
        self._opening = threading.Lock()
        self._rests_until = self._opening_s = 0.0
        self._making: dict[str, threading.Lock] = {}
        self._paths: dict[str, Path] = {}
        self._sounds: dict[str, tuple[int, FilmSound | None]] = {}
        self._cuts: dict[str, Standing] = {}
        self._laying = threading.Lock()
        self._film = ReopenedFilm(path, given)
        self._catalog: Catalog | None = None
        self._telling = threading.Lock()
        self.folder = (path if path.is_dir() else path.parent).absolute()
        """the project folder"""
        self.log = DecisionLog.of(self.folder)
        """of what people decide"""
        self._seen = self._mark()
        self._now = self._opened(1)
        told = StandBy(film=path.absolute(), settings=settings, given=dict(given))
        self.retakes = Retakes(told, self.log, self._holds, hand)

    def close(self) -> None:
        """Let go of what is rendered for it, and of its database."""
        self.retakes.close()
        with self._telling:
            if self._catalog:
                self._catalog.close()
                self._catalog = None

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

    @property
    def version(self) -> Mapping[str, Value]:
        """The values that tell the version that is shown from the one with every default."""
        return self._now.production.loaded.version

    @property
    def looked_at(self) -> tuple[str, ...]:
        """The renderers whose cuts somebody has looked at."""
        return tuple(dict.fromkeys([self._now.renderer, *self._cuts]))

    @property
    def number(self) -> int:
        """Counts the ways in which it stood; nothing is looked at."""
        return self._now.number

    def _holds(self, one: Decision | Take) -> bool:
        """Whether a decision holds in the version that is shown, as it stands by now."""
        return self._now.production.holds(one)

    def now(self, renderer: str | None = None) -> Standing:
        """How it stands; what was known before, with the reason, while its document is wrong.

        Nobody waits while it is opened again, and a long film is not opened all the time while it renders:
        only when somebody has decided of it, or written into it.

        Args:
            renderer: in the cut of this one.

        Raises:
            UsageError: it has no such renderer.
            DocumentError: that one cannot make a shot of it.
        """
        if self._opening.acquire(blocking=False):
            try:
                if time.monotonic() > self._rests_until or self._is_behind:
                    self._look()
            finally:
                self._opening.release()
        return self._cut(self._now, renderer)

    def seen_at_once(self, renderer: str | None = None) -> Standing:
        """The same for somebody who must not wait: a long film is not opened again for it."""
        if self._opening_s < _AT_ONCE_S:
            return self.now(renderer)
        return self._cut(self._now, renderer)

    def current(self, renderer: str | None = None) -> Standing:
        """The same with all that was decided until now, which is waited for.

        Raises:
            NotNow: the film document is wrong.
            UsageError: it has no such renderer.
        """
        if self._is_behind:
            with self._opening:
                if self._is_behind:
                    self._look()
        now = self._now
        if now.trouble:
            raise NotNow(f"the film cannot be opened: {now.trouble}", "mend its document first")
        return self._cut(now, renderer)

    def other_cut(self, renderer: str | None) -> str | None:
        """A renderer, unless it is the one that the film was opened with."""
        return None if renderer == self._now.renderer else renderer

    def _cut(self, now: Standing, renderer: str | None) -> Standing:
        if renderer in {None, now.renderer}:
            return now
        with self._laying:
            known = self._cuts.get(renderer)
            if known is None or known.number != now.number:
                known = self._cuts[renderer] = now.cut_of(renderer)
            return known

    @property
    def _is_behind(self) -> bool:
        """Whether people decided something since, or wrote something else into the document."""
        if self._seen[0] != _changed(self._document):
            return True
        return not self._now.trouble and self.log.record().last_number != self._now.decided

    def _look(self) -> None:
        mark = self._mark()
        if mark == self._seen:
            return
        began = time.monotonic()
        number = self._now.number + 1
        rest_s = 0.0
        try:
            self._now = self._opened(number)
            self._seen = mark
        except DocumentError as error:
            self._now = replace(self._now, number=number, trouble=error.in_words)
            self._seen = mark
        except ShotfarmError as error:  # such as a database that is away: it may come back by itself
            if self._now.trouble != error.in_words:
                self._now = replace(self._now, number=number, trouble=error.in_words)
            rest_s = _AGAIN_S
        ended = time.monotonic()
        self._opening_s = ended - began
        self._rests_until = ended + max(rest_s, _REST * (ended - began))

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

    def sound(self, renderer: str | None = None) -> FilmSound | None:
        """The film's mix, where it is there.

        Raises:
            UsageError: it has no such renderer.
            DocumentError: that one cannot make a shot of it.
        """
        now = self.now(renderer)
        number, known = self._sounds.get(now.renderer, (0, None))
        if known is None or number != now.number:
            try:
                known = film_sound(now.material, now.production.store)
            except AssemblyError:
                known = None
            self._sounds[now.renderer] = now.number, known
        return known

    def sound_called(self, digest: str) -> FilmSound | None:
        """A mix that somebody was told of, of any cut."""
        for _, known in [*self._sounds.values()]:
            if known and known.digest == digest:
                return known
        return self.sound()

    def _clip(self, digest: str) -> Path:
        for standing in (self.now(), *self._cuts.values()):
            if found := clip_in(standing, digest):
                return found
        raise UsageError("the film has no such clip", "load the page again")

    def _opened(self, number: int) -> Standing:
        record = self.log.record()
        standing = stands(number, self._film.open(self._settings), record)
        threading.Thread(target=self._tell_catalog, daemon=True).start()
        return standing

    def _tell_catalog(self) -> None:
        """Bring the database up to date with the log, which is the truth: without it a film is shown too."""
        with contextlib.suppress(CatalogError, StoreError):
            if not self.log.size or not self._telling.acquire(blocking=False):
                return
            try:
                if self._catalog is None:
                    self._catalog = Catalog.open(self.folder, self._settings)
                self._catalog.catch_up()
            finally:
                self._telling.release()

    def _mark(self) -> tuple[object, ...]:
        """What tells one state of the film from another without opening it."""
        state = self.folder / STATE_FOLDER
        return _changed(self._document), _changed(state / LAST_TAKES), self.log.size


def reviewed(
    paths: Sequence[Path],
    settings: Settings,
    given: GivenValues = NO_VALUES,
    hand: Callable[[StandBy], Hand] = Hand,
) -> dict[str, ReviewedFilm]:
    """Films by the names that they have in addresses.

    Raises:
        ShotfarmError: one cannot be opened.
    """
    films: dict[str, ReviewedFilm] = {}
    for path in paths:
        film = ReviewedFilm(path, settings, given, hand)
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
