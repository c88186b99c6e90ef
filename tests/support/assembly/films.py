"""Small films for tests: a document from a few words a shot, and the takes it would have."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from assembly.cut.cut import TakeInfo
from storyboard.media.take_shape import TakeShape
from storyboard.planning.transitions import handles
from storyboard.schema.film import Film


def film_of(shots: list[dict[str, Any]], *, rate: object = 24, width: int = 64, height: int = 48) -> Film:
    """A film of one scene with these shots; ids are s0, s1 and so on unless given."""
    return Film.model_validate(
        {
            "schema": 1,
            "title": "Test",
            "format": {"width": width, "height": height, "rate": rate},
            "locations": {"here": {"name": "Here"}},
            "scenes": [
                {
                    "id": "1",
                    "slug": "INT. HERE - DAY",
                    "location": "here",
                    "shots": [{"id": f"s{index}", **shot} for index, shot in enumerate(shots)],
                }
            ],
        }
    )


def take_info(digest: str, head: int, frames: int, tail: int, rate: Fraction = Fraction(24)) -> TakeInfo:
    """A take for a cut, which looks at its frames alone."""
    return TakeInfo(digest, TakeShape(64, 36, rate, head, frames, tail))


def takes_of(film: Film) -> dict[str, TakeInfo]:
    """Takes as long as the film wants them, named after their shots."""
    shots = [shot for _, shot in film.shots()]
    rate = film.format.rate
    sides = handles([shots], rate)
    return {
        shot.id: take_info(
            f"take-{shot.id}", sides[shot.id].head, shot.duration.frames(rate), sides[shot.id].tail
        )
        for shot in shots
    }
