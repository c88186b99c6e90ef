"""Timeline → AAF, for Avid and others, by OpenTimelineIO's adapter.

What the adapter wants is given to it: a range and an id for all media, the definition of a dissolve, a gap
where a film fades in or out. What it writes is mended: rates are exact ratios, sequences have a length,
timecode counts as many frames as the rate has and drops numbers where the cut does. The timecode track is the
primary one, which Resolve asks for.
"""

from __future__ import annotations

import uuid
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import opentimelineio as otio
from opentimelineio import schema

from storyboard.interchange.adapters import AAF
from storyboard.interchange.holds import Holds, laid, not_held
from storyboard.interchange.not_held import NAMESPACE, NotHeld, of_all
from storyboard.interchange.placed import Placed, crossings, media_url, placed
from storyboard.interchange.rates import drops, exact_rate, frames, range_of, rate_of, start_of, time_of
from storyboard.media.timing import nominal_rate
from storyboard.planning.transitions import DIPS

if TYPE_CHECKING:
    import aaf2

HOLDS = Holds(transitions=frozenset({"dissolve"}), crossed=True, uncentred=True)
_DISSOLVE = uuid.UUID("0c3bea40-fc05-11d2-8a29-0050040ef7d2")
"""of pictures, in the standard of AAF operations"""
_SOUND_DISSOLVE = uuid.UUID("0c3bea41-fc05-11d2-8a29-0050040ef7d2")
_OURS = uuid.UUID("5f9c1f0a-6c0e-5b7e-9d0a-2f1d3c4b5a69")
"""what ids of media are made below, from their names"""
_TOLD = ("scene", "shot", "take", "digest", "action")
"""of a clip's metadata, as columns of a bin"""


def write_aaf(timeline: schema.Timeline, path: Path) -> list[NotHeld]:
    """Write the AAF of a cut; returns what it does not hold.

    Raises:
        ValueError: the cut has no rate, or the adapter cannot write it.
        OSError: the file cannot be written.
    """
    rate = rate_of(timeline)
    found = not_held(timeline, laid(timeline, rate), HOLDS, rate)
    made = timeline.deepcopy()
    cuts: list[str] = []
    for index in reversed(range(len(made.tracks))):
        track = made.tracks[index]
        if not track.enabled or not isinstance(track, schema.Track) or not len(track):
            del made.tracks[index]
        else:
            cuts += _prepare(track, rate)
    if not len(made.tracks):
        raise ValueError("nothing in the cut is switched on")
    found = [one for one in found if one.what not in DIPS] + of_all("transition", cuts, "is a cut there")
    try:
        otio.adapters.write_to_file(made, str(path), AAF)
    except (otio.exceptions.OTIOError, TypeError, KeyError, AttributeError, IndexError) as error:
        raise ValueError(f"the adapter of AAF fails: {' '.join(str(error).split())[:300]}") from None
    _mend(path, rate, start_of(timeline, rate), drop=drops(timeline, rate))
    return found


def _prepare(track: schema.Track, rate: Fraction) -> list[str]:
    """A track as the adapter writes it; the names of clips that begin or end otherwise than they did."""
    cuts: list[str] = []
    things = placed(track, rate)
    for before, crossing, after in crossings(things):
        inside = before is not None and after is not None
        if crossing.kind in DIPS and inside:
            cuts.append(f"{before.name if before else ''} → {after.name if after else ''}")
            track.remove(crossing.transition)
        else:
            _define(crossing.transition, crossing.before, track.kind)
    for thing in things:
        _prepare_item(track, thing, rate)
    if isinstance(track[0], schema.Transition):
        track.insert(0, schema.Gap(source_range=range_of(0, 0, rate)))
    if isinstance(track[-1], schema.Transition):
        track.append(schema.Gap(source_range=range_of(0, 0, rate)))
    for one in track:
        if isinstance(one, schema.Transition):
            one.in_offset = time_of(frames(one.in_offset, rate), rate)
            one.out_offset = time_of(frames(one.out_offset, rate), rate)
    return cuts


def _define(transition: schema.Transition, before: int, kind: str) -> None:
    """What a dissolve is, as AAF wants it told with each."""
    transition.transition_type = schema.TransitionTypes.SMPTE_Dissolve
    is_sound = kind == "Audio"
    operation = {
        "Name": "Mono Audio Dissolve" if is_sound else "Video Dissolve",
        "Description": "",
        "Identification": str(_SOUND_DISSOLVE if is_sound else _DISSOLVE),
        "DataDefinition": {"Name": "Sound" if is_sound else "Picture"},
        "IsTimeWarp": False,
        "Bypass": 0,
        "NumberInputs": 2,
        "OperationCategory": "OperationCategory_Effect",
    }
    transition.metadata["AAF"] = {
        "CutPoint": before,
        "OperationGroup": {"Operation": operation},
        "PointList": [{"Time": 0, "Value": 0}, {"Time": 1, "Value": 1 if is_sound else 100}],
    }


def _prepare_item(track: schema.Track, thing: Placed, rate: Fraction) -> None:
    item = thing.item
    if isinstance(item, schema.Gap):
        item.source_range = range_of(0, thing.length, rate)
        return
    if not isinstance(item, schema.Clip) or not item.enabled:
        track[track.index(item)] = schema.Gap(source_range=range_of(0, thing.length, rate))
        return
    item.effects.clear()
    first, last = thing.source_at(thing.seen_from), thing.source_at(thing.start) + thing.seen_to - thing.start
    item.source_range = range_of(thing.source_at(thing.start), thing.length, rate)
    reference = item.media_reference
    available = reference.available_range if reference is not None else None
    if available is not None:
        begins = frames(available.start_time, rate)
        first, last = min(first, begins), max(last, begins + frames(available.duration, rate))
    url = media_url(item)
    made = schema.ExternalReference(url) if url else schema.MissingReference()
    made.name = str(getattr(reference, "name", "") or item.name)
    made.available_range = range_of(first, last - first, rate)
    item.set_media_references({schema.Clip.DEFAULT_MEDIA_KEY: made}, schema.Clip.DEFAULT_MEDIA_KEY)
    import aaf2

    mob = aaf2.mobid.MobID.new()
    mob.material = uuid.uuid5(_OURS, f"{track.kind} {url or item.name}")
    own = item.metadata.get(NAMESPACE, {})
    told = {key.title(): str(own[key]) for key in _TOLD if own.get(key) not in {None, ""}}
    item.metadata["AAF"] = {"MobID": str(mob), "UserComments": told}


def _mend(path: Path, rate: Fraction, start: int, *, drop: bool) -> None:
    """Exact rates, and timecode as it is counted."""
    import aaf2

    exact = f"{rate.numerator}/{rate.denominator}"
    with aaf2.open(str(path), "rw") as file:
        for mob in file.content.mobs:
            of_cut = isinstance(mob, aaf2.mobs.CompositionMob)
            for slot in mob.slots:
                if isinstance(slot, aaf2.mobslots.TimelineMobSlot) and _is_near(slot.edit_rate, rate):
                    slot.edit_rate = exact
                if of_cut and isinstance(slot.segment, aaf2.components.Sequence):
                    slot.segment.length = _length(slot.segment)
                if isinstance(slot.segment, aaf2.components.Timecode):
                    slot.segment.fps = nominal_rate(rate)
                    slot.segment.drop = drop and of_cut
                    if of_cut:
                        slot.segment.start = start
            descriptor = getattr(mob, "descriptor", None)
            if descriptor is not None and "SampleRate" in descriptor:
                sampled = descriptor["SampleRate"].value
                if _is_near(sampled, rate):
                    descriptor["SampleRate"].value = exact


def _length(sequence: aaf2.components.Sequence) -> int:
    """Frames of a sequence: what is beside a transition reaches through all of it."""
    import aaf2

    return sum(
        -one.length if isinstance(one, aaf2.components.Transition) else one.length
        for one in sequence.components
    )


def _is_near(told: Fraction, rate: Fraction) -> bool:
    return bool(told) and 0 < float(told) < 1000 and exact_rate(float(told)) == rate
