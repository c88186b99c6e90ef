"""A film that is opened again and again by whoever stays with it; its document is read if it changed."""

from __future__ import annotations

from pathlib import Path

from pipeline.production.open import as_decided_now, open_production
from pipeline.production.production import Production
from pipeline.settings import Settings
from storyboard.document.load import NO_VALUES, read_text
from storyboard.document.values import GivenValues


class ReopenedFilm:
    """A film document, opened whenever it is asked for.

    Args:
        path: the document, or its folder.
        given: the version of the film: values of its parameters.
        session: of the viewer whose own it is; empty for nobody's.
    """

    def __init__(self, path: Path, given: GivenValues = NO_VALUES, session: str = "") -> None:
        self._given = given
        self._session = session
        self._document = path / "film.yaml" if path.is_dir() else path
        self._known: dict[tuple[str | None, str | None], tuple[str, Production]] = {}

    def open(self, settings: Settings) -> Production:
        """The film as its document says, its files are and people have decided by now.

        Raises:
            ShotfarmError: as `open_production` does.
        """
        text = read_text(self._document)
        which = settings.renderer, settings.backend
        before, production = self._known.get(which, ("", None))
        if production is not None and before == text:
            production = as_decided_now(production)
        else:
            production = open_production(self._document, settings, self._given)
        production.session = self._session
        self._known[which] = text, production
        return production
