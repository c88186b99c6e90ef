"""What a route's path names, looked up: nothing that came from outside becomes part of a path."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated

from fastapi import Depends, Query, Request
from fastapi import Path as InPath

from pipeline.review.films import ReviewedFilm
from pipeline.review.roles import Person, Right
from storyboard.errors import NotAllowed, UsageError
from storyboard.wording import listed

Digest = Annotated[str, InPath(pattern=r"^[0-9a-f]{64}$")]

ShotName = Annotated[str, InPath(max_length=64)]
Cut = Annotated[str | None, Query(max_length=64, alias="renderer")]
"""the renderer whose cut is asked for; the one that the application was opened with when it is left out"""


def every_film(request: Request) -> Mapping[str, ReviewedFilm]:
    """The films of the application, by their names in addresses."""
    films: Mapping[str, ReviewedFilm] = request.app.state.films
    return films


Films = Annotated[Mapping[str, ReviewedFilm], Depends(every_film)]


def film_found(film: str, films: Films) -> ReviewedFilm:
    """The film that a path names.

    Raises:
        UsageError: there is none of that name.
    """
    if film not in films:
        raise UsageError("there is no film of that name", f"there are: {listed([*films])}")
    return films[film]


FilmFound = Annotated[ReviewedFilm, Depends(film_found)]


def clip_found(clip: Digest, film: FilmFound) -> Path:
    """The file of the clip that a path names.

    Raises:
        UsageError: the film has no such clip.
        AssemblyError: it cannot be made.
    """
    return film.clip(clip)


ClipFound = Annotated[Path, Depends(clip_found)]


def who_asks(request: Request) -> Person:
    """Whoever stands behind a request that was let through."""
    person: Person = request.state.person
    return person


Who = Annotated[Person, Depends(who_asks)]


def whoever_may(right: Right) -> Callable[[Request], Person]:
    """A dependency that gives whoever asks, and refuses those whose role does not have a right."""

    def allowed(request: Request) -> Person:
        person = who_asks(request)
        if not person.may(right):
            raise NotAllowed(
                f"a {person.role} cannot do this: it needs the right to {right}", "ask a producer"
            )
        return person

    return allowed


Commenter = Annotated[Person, Depends(whoever_may(Right.COMMENT))]
Decider = Annotated[Person, Depends(whoever_may(Right.DECIDE))]
Manager = Annotated[Person, Depends(whoever_may(Right.MANAGE))]
