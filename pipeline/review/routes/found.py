"""What a route's path names, looked up: nothing that came from outside becomes part of a path."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from fastapi import Depends, Query, Request
from fastapi import Path as InPath

from pipeline.review.answers import ShownFilm
from pipeline.review.films import ReviewedFilm
from pipeline.review.in_part import clips_of, in_part
from pipeline.review.shown import shown_film
from pipeline.web.roles import Person, Right, Visitor
from storyboard.errors import NotAllowed, UsageError
from storyboard.wording import composed, listed

Digest = Annotated[str, InPath(pattern=r"^[0-9a-f]{64}$")]

ShotName = Annotated[str, InPath(max_length=64)]
Cut = Annotated[str | None, Query(max_length=64, alias="renderer")]
"""the renderer whose cut is asked for; the one that the application was opened with when it is left out"""


def visitor_asks(request: Request) -> Visitor:
    """Whoever stands behind a request that was let through, and how they were."""
    visitor: Visitor = request.state.visitor
    return visitor


Visits = Annotated[Visitor, Depends(visitor_asks)]


def who_asks(request: Request) -> Person:
    """Whoever stands behind a request that was let through."""
    return visitor_asks(request).person


Who = Annotated[Person, Depends(who_asks)]


def every_film(request: Request, person: Who) -> Mapping[str, ReviewedFilm]:
    """The films of the application that whoever asks sees, by their names in addresses."""
    films: Mapping[str, ReviewedFilm] = request.app.state.films
    return {name: film for name, film in films.items() if person.sees(name)}


Films = Annotated[Mapping[str, ReviewedFilm], Depends(every_film)]


@dataclass(frozen=True, slots=True)
class Part:
    """A film, as far as whoever asks sees it.

    Attributes:
        name: of the film in addresses.
        shots: these alone; the whole film when it is None.
    """

    name: str
    film: ReviewedFilm
    shots: frozenset[str] | None

    def shown(self, renderer: str | None = None) -> ShownFilm:
        """What they see of it, as it stands now, in the cut of a renderer.

        Raises:
            UsageError: it has no such renderer.
        """
        shown = shown_film(self.name, self.film.now(renderer))
        return shown if self.shots is None else in_part(shown, self.shots)

    def has_clip(self, digest: str) -> bool:
        """Whether a clip is of what they see."""
        return self.shots is None or any(digest in clips_of(self.shown(cut)) for cut in self.film.looked_at)


def part_found(film: str, films: Films, person: Who) -> Part:
    """The film that a path names, or the shots of it that whoever asks sees.

    Raises:
        UsageError: there is none of that name.
    """
    if film not in films:
        raise UsageError("there is no film of that name", f"there are: {listed([*films])}")
    return Part(film, films[film], person.shots)


PartFound = Annotated[Part, Depends(part_found)]


def film_found(request: Request, part: PartFound) -> ReviewedFilm:
    """The film that a path names, for who sees all of it, or the shot that the path names.

    Raises:
        UsageError: there is none of that name.
        NotAllowed: whoever asks sees some of its shots alone.
    """
    if part.shots is not None and composed(request.path_params.get("shot", "")) not in part.shots:
        raise NotAllowed("this link shows some shots alone", "ask whoever sent it")
    return part.film


FilmFound = Annotated[ReviewedFilm, Depends(film_found)]


def clip_found(clip: Digest, part: PartFound) -> Path:
    """The file of the clip that a path names.

    Raises:
        UsageError: the film has no such clip, or whoever asks does not see it.
        AssemblyError: it cannot be made.
    """
    if not part.has_clip(clip):
        raise UsageError("the film has no such clip", "load the page again")
    return part.film.clip(clip)


ClipFound = Annotated[Path, Depends(clip_found)]


def whoever_may(right: Right) -> Callable[[Request], Person]:
    """A dependency that gives whoever asks, and refuses those whose role does not have a right."""

    def allowed(request: Request) -> Person:
        person = who_asks(request)
        person.must_be_allowed(right)
        return person

    return allowed


Decider = Annotated[Person, Depends(whoever_may(Right.DECIDE))]
