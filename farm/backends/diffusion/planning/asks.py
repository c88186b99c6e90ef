"""What a storyboard asks of a renderer beside its words, read from a shot's spec."""

from __future__ import annotations

from dataclasses import dataclass

from farm.backends.diffusion.options import Ask
from storyboard.planning.spec import ShotSpec

HARMLESS = frozenset({Ask.NEGATIVE, Ask.PLACES})
"""what may be left out with a warning"""
NEEDED_VIDEOS = ("pose", "face")
"""videos of a performance that a family which follows them cannot do without"""
IN_WORDS = {
    Ask.NEGATIVE: "a negative prompt",
    Ask.CONTINUITY: "a shot that continues another",
    Ask.MATCH: "a match cut",
    Ask.FIRST_FRAME: "a picture of the first frame",
    Ask.LAST_FRAME: "a picture of the last frame",
    Ask.PERFORMANCE: "a performance",
    Ask.REFERENCES: "reference pictures of characters",
    Ask.PLACES: "reference pictures of places",
    Ask.STYLE: "reference pictures of the look",
    Ask.LORAS: "LoRAs",
}


@dataclass(frozen=True, slots=True)
class Asks:
    """What a shot asks of a renderer beside its words.

    Attributes:
        what: it asks.
        seconds: it lasts, handles included.
        references: pictures of its characters.
        videos: of its performance, by their names in the film document.
    """

    what: frozenset[Ask] = frozenset()
    seconds: float = 0.0
    references: int = 0
    videos: frozenset[str] = frozenset()


def asks_of(spec: ShotSpec) -> Asks:
    """What a shot asks of a renderer."""
    found = {
        Ask.NEGATIVE: bool(spec.look.negative),
        Ask.CONTINUITY: spec.predecessor is not None,
        Ask.MATCH: spec.match_cut is not None,
        Ask.FIRST_FRAME: spec.first_frame is not None,
        Ask.LAST_FRAME: spec.last_frame is not None,
        Ask.PERFORMANCE: spec.performance is not None,
        Ask.REFERENCES: any(one.references for one in spec.characters),
        Ask.PLACES: bool(spec.location.references),
        Ask.STYLE: bool(spec.look.references),
        Ask.LORAS: bool(spec.look.loras) or any(one.loras for one in spec.characters),
    }
    pictures = {file for one in spec.characters for file in one.references}
    acted = spec.performance
    videos = {name for name in type(acted).model_fields if getattr(acted, name)} if acted else set()
    return Asks(
        frozenset(ask for ask, there in found.items() if there),
        float(spec.seconds),
        len(pictures),
        frozenset(videos),
    )
