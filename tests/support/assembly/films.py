"""Small films for tests: a document from a few words a shot, the takes it would have, and films by chance."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from assembly.cut.cut import TakeInfo
from storyboard.media.take_shape import TakeShape
from storyboard.planning.transitions import CROSSINGS, handles
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


@st.composite
def films(draw: st.DrawFn, rates: Sequence[str] = ("24",), longest_shot: int = 70) -> Film:
    """Films whose transitions fit into their shots."""
    shots: list[dict[str, Any]] = []
    room = 0  # frames of the shot before that its own dissolve in left over
    for index in range(draw(st.integers(1, 7))):
        frames = draw(st.integers(1, longest_shot))
        kind = draw(st.sampled_from(["cut", "dissolve", "fade", "dip-to-white", "wipe-clock"]))
        longest = min(2 * room, 2 * frames, 40) if kind in CROSSINGS else 2 * frames
        if index == 0 and kind in CROSSINGS:
            kind = "cut"
        length = draw(st.integers(0, max(0, longest - 1)))
        shot = {"duration": frames, "transition": {"kind": kind, "duration": length}}
        if draw(st.booleans()):
            shot["fade_out"] = draw(st.integers(0, frames))
        shot["titles"] = draw(
            st.lists(
                st.fixed_dictionaries(
                    {"text": st.sampled_from(["A", "B"]), "at": st.integers(0, frames - 1)},
                    optional={"duration": st.integers(1, 30)},
                ),
                max_size=2,
            )
        )
        shots.append(shot)
        room = frames - (length // 2 if kind in CROSSINGS else 0)
    return film_of(shots, rate=draw(st.sampled_from(rates)))
