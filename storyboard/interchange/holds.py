"""What each format holds of a cut, and so what it does not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from opentimelineio import schema

from storyboard.interchange.not_held import NotHeld, of_all
from storyboard.interchange.placed import Crossing, Placed, crossings, placed
from storyboard.interchange.rates import exact_frames
from storyboard.planning.transitions import overlap
from storyboard.schema.vocabulary import TransitionKind


@dataclass(frozen=True, slots=True)
class Holds:
    """What a format holds.

    Attributes:
        pictures: tracks of picture; None for any number.
        sounds: tracks of sound; None for any number.
        transitions: kinds that are there what they are; another one is a dissolve, without any a cut.
        crossed: a transition may lie on any track; otherwise on the first of picture alone.
        uncentred: a transition may lie around its cut in any way; otherwise it is centred.
        speeds: clips run slower and faster.
        markers: of clips and of the cut are there.
        colours: markers keep their colours.
        takes: clips keep the takes beside the one that is seen.
        metadata: what no field of the format is for is kept.
        nested: cuts in a cut are there.
        switched_off: clips and tracks that are switched off are there, and are off.
    """

    pictures: int | None = None
    sounds: int | None = None
    transitions: frozenset[str] = frozenset()
    crossed: bool = False
    uncentred: bool = False
    speeds: bool = False
    markers: bool = False
    colours: bool = False
    takes: bool = False
    metadata: bool = False
    nested: bool = False
    switched_off: bool = False


@dataclass(frozen=True, slots=True)
class LaidTrack:
    """A track that a format holds, and what lies in it."""

    track: schema.Track
    things: list[Placed]

    @property
    def is_sound(self) -> bool:
        """It is heard."""
        return bool(self.track.kind == "Audio")


def laid(timeline: schema.Timeline, rate: Fraction, *, off: bool = False) -> list[LaidTrack]:
    """The tracks of a timeline, picture first.

    Args:
        timeline: whose tracks they are.
        rate: frames a second of it.
        off: those that are switched off too.

    Raises:
        ValueError: a time in it is none.
    """
    tracks = [
        LaidTrack(track, placed(track, rate))
        for track in timeline.tracks
        if isinstance(track, schema.Track) and (track.enabled or off)
    ]
    return sorted(tracks, key=lambda one: one.is_sound)


def chosen(tracks: list[LaidTrack], holds: Holds) -> list[LaidTrack]:
    """The tracks that a format has room for."""
    pictures = [one for one in tracks if not one.is_sound]
    sounds = [one for one in tracks if one.is_sound]
    return pictures[: holds.pictures] + sounds[: holds.sounds]


def not_held(
    timeline: schema.Timeline, tracks: list[LaidTrack], holds: Holds, rate: Fraction
) -> list[NotHeld]:
    """What of a timeline a format does not hold."""
    kept = chosen(tracks, holds)
    dropped = [one for one in tracks if one not in kept]
    clips = [thing for one in kept for thing in one.things if not thing.is_gap]
    found: list[NotHeld] = []
    if dropped:
        found += of_all("tracks", _names_of(dropped), "are left out")
    for one in kept:
        found += _of_transitions(one, holds, is_first=one is kept[0] and not one.is_sound)
    if not holds.speeds:
        found += of_all(
            "speed",
            (clip.name for clip in clips if clip.speed != 1),
            "is seen at its own speed, from its first frame",
        )
    if not holds.takes:
        names = [clip.name for clip in clips if _alternatives(clip)]
        found += of_all("takes", names, "the takes beside the one that is seen are left out")
    found += _of_markers(timeline, clips, holds)
    if not holds.nested:
        nested = [clip.name or "?" for clip in clips if not isinstance(clip.item, schema.Clip)]
        found += of_all("nested cut", nested, "is left out: nothing is seen in its place")
    if not holds.switched_off:
        found += of_all("switched off", _switched_off(timeline, kept), "is left out")
    parts = [clip.name for clip in clips if _has_part_frames(clip, rate)]
    found += of_all("parts of frames", parts, "begins and ends at the nearest frame")
    if not holds.metadata:
        found.append(NotHeld("metadata", "", "is left out; names of clips tell which take each is"))
    return found


def _switched_off(timeline: schema.Timeline, kept: list[LaidTrack]) -> Iterator[str]:
    yield from (str(track.name) or "?" for track in timeline.tracks if not track.enabled)
    for one in kept:
        for thing in one.things:
            if not thing.item.enabled and not isinstance(thing.item, schema.Gap):
                yield thing.name


def _names_of(tracks: list[LaidTrack]) -> list[str]:
    return [str(one.track.name) or ("sound" if one.is_sound else "picture") for one in tracks]


def _of_transitions(one: LaidTrack, holds: Holds, *, is_first: bool) -> Iterator[NotHeld]:
    met = [*crossings(one.things)]
    names = [_name(before, after) for before, _, after in met]
    if not is_first and not holds.crossed:
        yield from of_all("transition", names, "is a cut")
        return
    kinds = {name: crossing.kind for name, (_, crossing, _) in zip(names, met, strict=True)}
    for kind in sorted(set(kinds.values()) - holds.transitions):
        words = "is a cut" if not holds.transitions else "is a dissolve there"
        yield from of_all(kind, (name for name, its in kinds.items() if its == kind), words)
    if holds.transitions and not holds.uncentred:
        uncentred = [
            name
            for name, (before, crossing, after) in zip(names, met, strict=True)
            if not _is_centred(before, crossing, after)
        ]
        yield from of_all("transition", uncentred, "comes back with its cut in its middle")


def _is_centred(before: Placed | None, crossing: Crossing, after: Placed | None) -> bool:
    if before is None:
        return crossing.before == 0
    if after is None or (crossing.kind == TransitionKind.FADE and crossing.after == 0):
        return crossing.after == 0
    split = overlap(crossing.length)
    return (crossing.before, crossing.after) == (split.before, split.after)


def _name(before: Placed | None, after: Placed | None) -> str:
    names = [one.name or "black" if one else "black" for one in (before, after)]
    return " → ".join(names)


def _alternatives(clip: Placed) -> bool:
    return isinstance(clip.item, schema.Clip) and len(clip.item.media_references()) > 1


def _of_markers(timeline: schema.Timeline, clips: list[Placed], holds: Holds) -> Iterator[NotHeld]:
    of_clips = [clip.name for clip in clips if len(clip.item.markers)]
    of_cut = [str(marker.name) for marker in timeline.tracks.markers]
    if not holds.markers:
        yield from of_all("markers", [*of_clips, *of_cut], "are left out")
    elif not holds.colours and (of_clips or of_cut):
        yield from of_all("colours of markers", [*of_clips, *of_cut], "are left out")


def _has_part_frames(clip: Placed, rate: Fraction) -> bool:
    if not isinstance(clip.item, schema.Clip) or clip.item.source_range is None:
        return False
    return exact_frames(clip.item.source_range.duration, rate).denominator != 1 or (
        clip.source.denominator != 1
    )
