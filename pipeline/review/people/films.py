"""Which film is which, for links: by its production and its document, however it is served."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from pipeline.catalog.catalog import Catalog
from pipeline.production.named_shot import shot_called
from pipeline.review.films import ReviewedFilm
from pipeline.review.people.links import FilmKey
from pipeline.settings import Settings
from storyboard.digest import canonical_json
from storyboard.document.expressions import Value
from storyboard.errors import UsageError
from storyboard.schema.film import Film

_USUAL = "film.yaml"


def film_key(
    document: Path, settings: Settings, title: str, version: Mapping[str, Value] | None = None
) -> FilmKey:
    """What tells a film from all others.

    Args:
        document: the film document, or its folder.
        settings: whose `catalog` has its production.
        title: of the film.
        version: the values that tell its version from the one with every default.

    Raises:
        CatalogError: its catalog cannot be used.
        UsageError: its folder cannot be written, so its production has no id.
    """
    folder, name = (document, _USUAL) if document.is_dir() else (document.parent, document.name)
    with Catalog.open(folder, settings, title) as catalog:
        if not catalog.kept:
            raise UsageError(
                f"{folder} cannot be written: its film cannot be told from others, nor shared by a link"
            )
        return FilmKey(catalog.production, name, canonical_json(dict(version)).decode() if version else "")


def shots_named(film: Film, names: Collection[str]) -> tuple[str, ...]:
    """Shots that a film has, each once, in its order.

    Raises:
        UsageError: it does not have one of them; says which may be meant.
    """
    wanted = {shot_called(film, name).id for name in names}
    return tuple(shot.id for _, shot in film.shots() if shot.id in wanted)


def film_keys(films: Mapping[str, ReviewedFilm]) -> dict[str, FilmKey]:
    """Those of films that are served, by their names in addresses; without those that cannot be shared.

    Raises:
        CatalogError: a catalog cannot be used.
    """
    keys = {}
    for name, film in films.items():
        try:
            keys[name] = film_key(film.document, film.settings, film.title, film.version)
        except UsageError:
            continue
    return keys
