"""A track as what lies in it, each at its frames: what is written to formats is read from this."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from opentimelineio import schema
from opentimelineio.core import Composable, Item

from storyboard.interchange.not_held import NAMESPACE
from storyboard.interchange.rates import exact_frames, frames
from storyboard.media.timing import round_half_up


@dataclass(frozen=True, slots=True)
class Crossing:
    """A transition around a cut.

    Attributes:
        transition: as the timeline has it.
        before: frames ahead of the cut.
        after: frames behind it.
    """

    transition: schema.Transition
    before: int
    after: int

    @property
    def length(self) -> int:
        """Frames from its first to its last."""
        return self.before + self.after

    @property
    def kind(self) -> str:
        """`dissolve`, `wipe`, or the word that the timeline has for another."""
        kind = str(self.transition.metadata.get(NAMESPACE, {}).get("kind", ""))
        if not kind:
            kind = {"SMPTE_Dissolve": "dissolve", "SMPTE_Wipe": "wipe"}.get(
                self.transition.transition_type, ""
            )
        return kind or str(self.transition.transition_type) or "dissolve"


@dataclass(frozen=True, slots=True)
class Placed:
    """A clip, a nested stack or a gap on the frames of a timeline.

    Attributes:
        item: as the timeline has it.
        start: its first frame, counted from the timeline's.
        length: frames.
        source: the first frame of its media that is seen, in the media's own timecode.
        speed: frames of media for one of the timeline's; 0 is one frame that stands.
        into: the transition at its beginning.
        out_of: the transition at its end.
    """

    item: Item
    start: int
    length: int
    source: Fraction
    speed: Fraction
    into: Crossing | None
    out_of: Crossing | None

    @property
    def end(self) -> int:
        """The first frame after it."""
        return self.start + self.length

    @property
    def seen_from(self) -> int:
        """The first frame of the timeline that it is seen in, transitions included."""
        return self.start - (self.into.before if self.into else 0)

    @property
    def seen_to(self) -> int:
        """The first frame after those that it is seen in, transitions included."""
        return self.end + (self.out_of.after if self.out_of else 0)

    @property
    def is_gap(self) -> bool:
        """Nothing is seen: a gap, or a clip that is switched off."""
        return isinstance(self.item, schema.Gap) or not self.item.enabled

    @property
    def name(self) -> str:
        """Of the clip."""
        return str(self.item.name or "")

    def source_at(self, frame: int) -> int:
        """The frame of the media that lies at a frame of the timeline."""
        return round_half_up(self.source + (frame - self.start) * self.speed)

    def source_length(self, length: int) -> int:
        """Frames of media behind so many of the timeline."""
        return max(1, round_half_up(abs(self.speed) * length))


def placed(track: schema.Track, rate: Fraction) -> list[Placed]:
    """What lies in a track, in order.

    Args:
        track: whose own source range is the whole of it.
        rate: frames a second of the timeline.

    Raises:
        ValueError: a time in it is none.
    """
    found: list[Placed] = []
    children = [*track]
    at = 0
    for index, child in enumerate(children):
        if isinstance(child, schema.Transition):
            continue
        start_time, duration = _range(child)
        length = frames(duration, rate)
        into, out_of = _beside(children, index, -1, rate), _beside(children, index, 1, rate)
        source = exact_frames(start_time, rate)
        found.append(Placed(child, at, length, source, speed_of(child), into, out_of))
        at += length
    return found


def _range(item: Item) -> tuple[schema.RationalTime, schema.RationalTime]:
    whole = item.source_range if item.source_range is not None else item.trimmed_range()
    return whole.start_time, whole.duration


def _beside(children: list[Composable], index: int, step: int, rate: Fraction) -> Crossing | None:
    at = index + step
    if not 0 <= at < len(children) or not isinstance(children[at], schema.Transition):
        return None
    transition = children[at]
    return Crossing(transition, frames(transition.in_offset, rate), frames(transition.out_offset, rate))


def speed_of(item: Item) -> Fraction:
    """How fast a clip runs: 1 without an effect of time, 0 where one frame stands."""
    speed = Fraction(1)
    for effect in item.effects:
        if isinstance(effect, schema.FreezeFrame):
            return Fraction(0)
        if isinstance(effect, schema.LinearTimeWarp):
            speed *= Fraction(effect.time_scalar).limit_denominator(10_000)
    return speed


def crossings(things: list[Placed]) -> Iterator[tuple[Placed | None, Crossing, Placed | None]]:
    """Every transition of a track, with what is on its two sides; nothing at its ends."""
    if things and things[0].into:
        yield None, things[0].into, things[0]
    for before, after in pairwise(things):
        if before.out_of:
            yield before, before.out_of, after
    if things and things[-1].out_of:
        yield things[-1], things[-1].out_of, None


def media_url(item: Item) -> str:
    """Where the media of a clip lies; nothing where it has none."""
    reference = item.media_reference if isinstance(item, schema.Clip) else None
    return str(getattr(reference, "target_url", "") or "")
