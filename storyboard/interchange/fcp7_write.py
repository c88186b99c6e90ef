"""Timeline → FCP 7 XML, which Premiere, Resolve and others read, by OpenTimelineIO's adapter.

What the adapter does otherwise than the format is mended: speeds are told as the effect `timeremap`, in which
a clip's in and out are counted as it is shown; the same clip twice is written twice; markers are counted from
the beginning of the media; timecode drops frames where the cut's does; what is off is off.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from xml.etree import ElementTree as ET
from xml.etree.ElementTree import Element, SubElement

import opentimelineio as otio
from opentimelineio import schema
from opentimelineio.opentime import TimeRange

from storyboard.interchange.adapters import FCP7
from storyboard.interchange.fcp7_xml import REMAP, rate_element, set_text
from storyboard.interchange.holds import Holds, laid, not_held
from storyboard.interchange.kinds import ALL_KINDS, title_of
from storyboard.interchange.not_held import NAMESPACE, NotHeld, of_all
from storyboard.interchange.placed import Placed, crossings, placed
from storyboard.interchange.rates import drops, frames, range_of, rate_of, start_of, time_of, whole_day
from storyboard.media.timing import round_half_up, timecode_from_frames
from storyboard.planning.transitions import DIPS, WIPES
from storyboard.schema.vocabulary import TransitionKind

HOLDS = Holds(
    transitions=ALL_KINDS,
    crossed=True,
    speeds=True,
    markers=True,
    nested=True,
    switched_off=True,
)
_DISSOLVE = "Cross Dissolve"
_EFFECTS: dict[str, str] = {
    **dict.fromkeys(DIPS, "Dip to Color Dissolve"),
    **dict.fromkeys(WIPES, "Edge Wipe"),
    TransitionKind.WIPE_BARN_DOOR: "Center Wipe",
    TransitionKind.WIPE_CLOCK: "Clock Wipe",
    TransitionKind.WIPE_IRIS: "Oval Iris",
}
"""what Final Cut Pro calls the effects of transitions"""


def write_fcp7(timeline: schema.Timeline) -> tuple[str, list[NotHeld]]:
    """FCP 7 XML of a cut, and what it does not hold.

    Raises:
        ValueError: the cut has no rate, or one that the format has no word for.
    """
    rate = rate_of(timeline)
    found = not_held(timeline, laid(timeline, rate), HOLDS, rate)
    made = timeline.deepcopy()
    if made.global_start_time is None:
        made.global_start_time = time_of(0, rate)
    tracks = [one for one in made.tracks if isinstance(one, schema.Track)]
    things = {id(track): placed(track, rate) for track in tracks}
    number = 0
    for track in tracks:
        if track.name:
            own = dict(track.metadata.get("fcp_xml", {}))
            track.metadata["fcp_xml"] = {**own, "@MZ.TrackName": str(track.name)}
        for thing in things[id(track)]:
            number += 1
            _prepare(thing, number, rate)
        for _, crossing, _ in crossings(things[id(track)]):
            crossing.transition.name = title_of(crossing.kind)
            own = dict(crossing.transition.metadata.get("fcp_xml", {}))
            own.pop("alignment", None)
            crossing.transition.metadata["fcp_xml"] = {
                "effectid": _EFFECTS.get(crossing.kind, _DISSOLVE),
                **own,
            }
    try:
        text = otio.adapters.write_to_string(made, FCP7)
    except otio.exceptions.OTIOError as error:
        raise ValueError(" ".join(str(error).split())[:300]) from None
    root = ET.fromstring(text)  # noqa: S314  (what the adapter has just written)
    sequence = root.find("./project/children/sequence")
    if sequence is None:
        raise ValueError("the adapter wrote no sequence")
    _mend_sequence(sequence, timeline, rate)
    inexact: list[str] = []
    for kind in ("video", "audio"):
        elements = sequence.findall(f"./media/{kind}/track")
        of_kind = [one for one in tracks if (one.kind == "Audio") == (kind == "audio")]
        for element, track in zip(elements, of_kind, strict=True):
            inexact += _mend_track(element, track, things[id(track)], rate)
    found += of_all("speed", inexact, "begins at the nearest frame of what is shown")
    body = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE xmeml>\n{body}\n', found


def _prepare(thing: Placed, number: int, rate: Fraction) -> None:
    """A clip as the adapter writes it whole: with a range of its media, and unlike any other."""
    item = thing.item
    if isinstance(item, schema.Gap):
        return
    item.metadata["fcp_xml"] = {**dict(item.metadata.get("fcp_xml", {})), "@id": f"clipitem-{number}"}
    if item.source_range is None:
        item.source_range = range_of(thing.source, thing.length, rate)
    if not isinstance(item, schema.Clip):
        return
    reference = item.media_reference
    if reference is not None and reference.available_range is None:
        first = thing.source_at(thing.seen_from)
        reference.available_range = range_of(first, thing.source_at(thing.seen_to) - first or 1, rate)
    start = reference.available_range.start_time if reference is not None else time_of(0, rate)
    for marker in item.markers:
        marker.marked_range = TimeRange(marker.marked_range.start_time - start, marker.marked_range.duration)


def _mend_sequence(sequence: Element, timeline: schema.Timeline, rate: Fraction) -> None:
    """The timecode in words, and the form of pictures, which Resolve wants."""
    start, drop = start_of(timeline, rate), drops(timeline, rate)
    timecode = sequence.find("timecode")
    if timecode is not None:
        words = timecode_from_frames(start % whole_day(rate, drop=drop), rate, drop=drop)
        set_text(timecode, "string", words)
        set_text(timecode, "displayformat", "DF" if drop else "NDF")
    form = sequence.find("./media/video/format")
    if form is not None and form.find("samplecharacteristics") is None:
        characteristics = SubElement(form, "samplecharacteristics")
        characteristics.append(rate_element(rate))
        own = timeline.metadata.get(NAMESPACE, {})
        for side in ("width", "height"):
            if side in own:
                set_text(characteristics, side, str(int(own[side])))
        set_text(characteristics, "pixelaspectratio", "square")
    for marker, made in zip(sequence.findall("marker"), timeline.tracks.markers, strict=False):
        _mend_marker(marker, made)


def _mend_marker(element: Element, marker: schema.Marker) -> None:
    if marker.comment:
        set_text(element, "comment", str(marker.comment))
    if marker.marked_range.duration.value == 0:
        set_text(element, "out", "-1")


def _mend_track(element: Element, track: schema.Track, things: list[Placed], rate: Fraction) -> Iterator[str]:
    """What the adapter left out of a track; the names of clips that begin between frames."""
    set_text(element, "enabled", "TRUE" if track.enabled else "FALSE")
    items = [one for one in element if one.tag in {"clipitem", "generatoritem"}]
    seen = [thing for thing in things if not isinstance(thing.item, schema.Gap)]
    for item, thing in zip(items, seen, strict=True):
        set_text(item, "enabled", "TRUE" if thing.item.enabled else "FALSE")
        if track.kind == "Audio":
            source = item.find("sourcetrack")
            source = SubElement(item, "sourcetrack") if source is None else source
            set_text(source, "mediatype", "audio")
            set_text(source, "trackindex", "1")
        for marker, made in zip(item.findall("marker"), thing.item.markers, strict=False):
            _mend_marker(marker, made)
        if thing.speed not in {0, 1} and not _tell_speed(item, thing, rate):
            yield thing.name
        elif thing.speed == 0:
            item.append(_remap(Fraction(0)))


def _tell_speed(element: Element, thing: Placed, rate: Fraction) -> bool:
    """In and out as the clip is shown, and the effect; whether it begins on a frame of that."""
    available = thing.item.media_reference.available_range
    first = thing.source - frames(available.start_time, rate)
    shown_from = first / abs(thing.speed)
    begins = round_half_up(shown_from)
    before = thing.into.before if thing.into and thing.into.after else 0
    after = thing.out_of.after if thing.out_of and thing.out_of.before else 0
    set_text(element, "in", str(begins - before))
    set_text(element, "out", str(begins + thing.length + after))
    set_text(element, "duration", str(math.ceil(frames(available.duration, rate) / abs(thing.speed))))
    element.append(_remap(thing.speed))
    return begins == shown_from


def _remap(speed: Fraction) -> Element:
    """The filter that tells a speed, in per cent."""
    made = Element("filter")
    effect = SubElement(made, "effect")
    for tag, text in (
        ("name", "Time Remap"),
        ("effectid", REMAP),
        ("effectcategory", "motion"),
        ("effecttype", "motion"),
        ("mediatype", "video"),
    ):
        set_text(effect, tag, text)
    for name, value in (
        ("variablespeed", "0"),
        ("speed", f"{float(abs(speed) * 100):.10g}"),
        ("reverse", "TRUE" if speed < 0 else "FALSE"),
        ("frameblending", "FALSE"),
    ):
        parameter = SubElement(effect, "parameter")
        set_text(parameter, "parameterid", name)
        set_text(parameter, "name", name)
        set_text(parameter, "value", value)
    return made
