"""Frames of shots without a take, drawn by the animatic in this process."""

from __future__ import annotations

import contextlib
import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.production.open import open_production
from pipeline.production.production import Production
from pipeline.review.thumbnails import LARGE
from pipeline.settings import Settings
from storyboard.document.given_files import using_given
from storyboard.document.named_files import confine
from storyboard.document.values import GivenValues
from storyboard.errors import UsageError

if TYPE_CHECKING:
    from storyboard.planning.spec import ShotSpec

_ANIMATIC = "animatic"


def as_animatic(settings: Settings) -> Settings:
    """The settings with which a film is opened for the animatic, whatever renderers it has."""
    return settings.model_copy(update={"renderer": None, "backend": _ANIMATIC})


def own_words_of(folder: Path) -> Path | None:
    """The file of a project's own words; None for a folder without one.

    Raises:
        UsageError: it is no file of the folder.
    """
    from farm.backends.animatic.backend import OWN_WORDS

    if not os.path.lexists(folder / OWN_WORDS):
        return None
    try:
        return confine(folder, OWN_WORDS)
    except ValueError as error:
        raise UsageError(str(error)) from None


class FilmDrawer:
    """Draws frames of a film's shots.

    Args:
        production: the film, in whose folder the project's own words and the reference pictures are.

    Raises:
        UsageError: the own words are no file of the folder.
    """

    def __init__(self, production: Production) -> None:
        self._folder = production.folder
        self._words = own_words_of(production.folder)
        self._names = {sha256: name for name, sha256 in production.digests.items()}

    @contextlib.contextmanager
    def own_words(self) -> Iterator[None]:
        """Read the project's own words once for all frames that are drawn inside.

        Raises:
            DocumentError: they cannot be used.
        """
        from farm.backends.animatic.lexicon.own_words import in_the_words_of

        with in_the_words_of(self._words):
            yield

    def frame(self, spec: ShotSpec, most: tuple[int, int]) -> io.BytesIO:
        """The middle frame of a shot as JPEG, in the words that are spoken.

        Args:
            spec: the shot.
            most: the width and height in pixels that the frame fits into.

        Raises:
            FileChangedError: a reference picture was changed after the film was opened.
        """
        from PIL import Image

        from farm.backends.animatic.stills import still

        written = io.BytesIO()
        shown = [one.references[:1] for one in spec.characters] + [spec.location.references[:1]]
        wanted = {one.sha256 for references in shown for one in references} & self._names.keys()
        pictures = {sha256: confine(self._folder, self._names[sha256]) for sha256 in sorted(wanted)}
        with contextlib.ExitStack() as used:
            for sha256, path in pictures.items():
                used.enter_context(using_given(path, sha256))
            drawn = still(spec, spec.total_frames // 2, most, pictures=pictures)
        Image.fromarray(drawn).save(written, "JPEG", quality=88)
        written.seek(0)
        return written


class Drawing:
    """Draws what is asked for; the film is opened for it when the first frame is.

    Args:
        path: the film document, or its folder.
        settings: where its store is.
        given: the version of it: values of its parameters.
    """

    def __init__(self, path: Path, settings: Settings, given: GivenValues) -> None:
        self._path, self._settings, self._given = path, as_animatic(settings), given
        self._drawer: FilmDrawer | None = None
        self._specs: dict[str, ShotSpec] = {}
        self.drawn = 0
        """how many were"""

    def picture(self, shot: str) -> io.BytesIO | None:
        """The middle frame of a shot, as JPEG; None for a shot that is not in the film."""
        if self._drawer is None:
            film = open_production(self._path, self._settings, self._given)
            self._specs = {one.shot: one.spec for one in film.plan().shots}
            self._drawer = FilmDrawer(film)
        spec = self._specs.get(shot)
        if spec is None:
            return None
        self.drawn += 1
        with self._drawer.own_words():
            return self._drawer.frame(spec, LARGE)
