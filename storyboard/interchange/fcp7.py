"""FCP 7 XML, which Premiere, Resolve and others read and write, by OpenTimelineIO's adapter.

What the adapter does otherwise than the format is mended: speeds are told as the effect `timeremap`, in which
a clip's in and out are counted as it is shown; the same clip twice is written twice; markers are counted from
the beginning of the media; timecode drops frames where the cut's does.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from xml.etree import ElementTree as ET
from xml.etree.ElementTree import Element, SubElement

import opentimelineio as otio
from opentimelineio import schema
from opentimelineio.opentime import RationalTime, TimeRange

from storyboard.interchange.adapters import check_adapter
from storyboard.interchange.holds import Holds, laid, not_held
from storyboard.interchange.kinds import ALL_KINDS, call_by_name, title_of
from storyboard.interchange.not_held import NAMESPACE, NotHeld, of_all
from storyboard.interchange.placed import Placed, crossings, placed, speed_of
from storyboard.interchange.rates import (
    drops,
    frames,
    range_of,
    rate_of,
    start_of,
    time_of,
    whole_day,
)
from storyboard.interchange.reading import keep_notes
from storyboard.interchange.text_file import refusal
from storyboard.interchange.xml_tree import parsed_xml
from storyboard.media.timing import is_drop_frame, nominal_rate, round_half_up, timecode_from_frames
from storyboard.planning.transitions import DIPS, WIPES, overlap
from storyboard.schema.vocabulary import TransitionKind
from storyboard.wording import shown

HOLDS = Holds(
    transitions=ALL_KINDS,
    crossed=True,
    speeds=True,
    markers=True,
    nested=True,
    switched_off=True,
)
_ADAPTER = "fcp_xml"
_WHAT = "FCP 7 XML"
_WHOLE = frozenset({"start", "end", "in", "out", "duration", "frame", "timebase"})
"""elements that hold whole numbers, which some programs write as floats"""
_MOST_CLIPS = 100_000
"""of a cut with all cuts in it"""
_REMAP = "timeremap"
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
        UsageError: the adapter is not installed.
        ValueError: the cut has no rate, or one that the format has no word for.
    """
    check_adapter(_ADAPTER, _WHAT)
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
        text = otio.adapters.write_to_string(made, _ADAPTER)
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
        _set(timecode, "string", words)
        _set(timecode, "displayformat", "DF" if drop else "NDF")
    form = sequence.find("./media/video/format")
    if form is not None and form.find("samplecharacteristics") is None:
        characteristics = SubElement(form, "samplecharacteristics")
        characteristics.append(_rate_element(rate))
        own = timeline.metadata.get(NAMESPACE, {})
        for side in ("width", "height"):
            if side in own:
                _set(characteristics, side, str(int(own[side])))
        _set(characteristics, "pixelaspectratio", "square")
    for marker, made in zip(sequence.findall("marker"), timeline.tracks.markers, strict=False):
        _mend_marker(marker, made)


def _rate_element(rate: Fraction) -> Element:
    element = Element("rate")
    _set(element, "timebase", str(nominal_rate(rate)))
    _set(element, "ntsc", "TRUE" if rate.denominator != 1 else "FALSE")
    return element


def _set(parent: Element, tag: str, text: str) -> None:
    element = parent.find(tag)
    if element is None:
        element = SubElement(parent, tag)
    element.text = text


def _mend_marker(element: Element, marker: schema.Marker) -> None:
    if marker.comment:
        _set(element, "comment", str(marker.comment))
    if marker.marked_range.duration.value == 0:
        _set(element, "out", "-1")


def _mend_track(element: Element, track: schema.Track, things: list[Placed], rate: Fraction) -> Iterator[str]:
    """What the adapter left out of a track; the names of clips that begin between frames."""
    _set(element, "enabled", "TRUE" if track.enabled else "FALSE")
    items = [one for one in element if one.tag in {"clipitem", "generatoritem"}]
    seen = [thing for thing in things if not isinstance(thing.item, schema.Gap)]
    for item, thing in zip(items, seen, strict=True):
        _set(item, "enabled", "TRUE" if thing.item.enabled else "FALSE")
        if track.kind == "Audio":
            source = item.find("sourcetrack")
            source = SubElement(item, "sourcetrack") if source is None else source
            _set(source, "mediatype", "audio")
            _set(source, "trackindex", "1")
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
    _set(element, "in", str(begins - before))
    _set(element, "out", str(begins + thing.length + after))
    _set(element, "duration", str(math.ceil(frames(available.duration, rate) / abs(thing.speed))))
    element.append(_remap(thing.speed))
    return begins == shown_from


def _remap(speed: Fraction) -> Element:
    """The filter that tells a speed, in per cent."""
    made = Element("filter")
    effect = SubElement(made, "effect")
    for tag, text in (
        ("name", "Time Remap"),
        ("effectid", _REMAP),
        ("effectcategory", "motion"),
        ("effecttype", "motion"),
        ("mediatype", "video"),
    ):
        _set(effect, tag, text)
    for name, value in (
        ("variablespeed", "0"),
        ("speed", f"{float(abs(speed) * 100):.10g}"),
        ("reverse", "TRUE" if speed < 0 else "FALSE"),
        ("frameblending", "FALSE"),
    ):
        parameter = SubElement(effect, "parameter")
        _set(parameter, "parameterid", name)
        _set(parameter, "name", name)
        _set(parameter, "value", value)
    return made


def read_fcp7(data: bytes, name: str, rate: Fraction | None) -> object:
    """The cuts that FCP 7 XML holds.

    Args:
        data: the file.
        name: of the file, for messages.
        rate: what is taken where the file says none.

    Raises:
        UsageError: the adapter is not installed.
        DocumentError: it is none, or something in it makes no sense; says what.
    """
    check_adapter(_ADAPTER, _WHAT)
    root = parsed_xml(data, name, "xmeml", _WHAT)
    _check_size(root, name)
    for element in root.iter():
        if element.tag in _WHOLE:
            _whole_number(element, name)
    for sequence in root.iter("sequence"):
        if len(sequence) and sequence.find("rate") is None:
            sequence.insert(0, _rate_element(rate or Fraction(24)))
    seen: set[str] = set()
    for track in root.iter("track"):
        _mend_read_track(track, seen, name)
    _hoist(root)
    try:
        made = otio.adapters.read_from_string(ET.tostring(root, encoding="unicode"), _ADAPTER)
    except Exception as error:  # noqa: BLE001  (the adapter fails in many ways at what it does not know)
        words = " ".join(str(error).split())[:200]
        raise refusal(
            name, f"the adapter of FCP 7 XML cannot read it: {type(error).__name__}: {words}"
        ) from None
    for timeline in [made] if isinstance(made, schema.Timeline) else [*made]:
        if isinstance(timeline, schema.Timeline):
            _mend_read(timeline)
    return made


def _hoist(root: Element) -> None:
    """The adapter looks for the tracks of a cut in a cut one level above where they are."""
    defined = {one.get("id", ""): one for one in root.iter("sequence") if len(one) and one.get("id")}
    inner = [one for item in root.iter("clipitem") for one in item.iterfind("sequence")]
    found = {
        id(one): one
        for one in (one if len(one) else defined.get(one.get("id", "")) for one in inner)
        if one is not None
    }
    for sequence in found.values():
        media = sequence.find("media")
        if media is not None:
            sequence.extend([one for one in media if one.tag in {"video", "audio"}])


def _check_size(root: Element, name: str) -> None:
    """Cuts in cuts, which may be written once and meant often, are not too many, and none is in itself."""
    defined = {one.get("id", ""): one for one in root.iter("sequence") if len(one) and one.get("id")}
    sizes: dict[int, int] = {}
    opened: set[int] = set()

    def size(sequence: Element) -> int:
        whole = defined.get(sequence.get("id", ""), sequence) if not len(sequence) else sequence
        if id(whole) in sizes:
            return sizes[id(whole)]
        if id(whole) in opened or len(opened) > 50:
            raise refusal(name, f"the sequence {shown(whole.get('id', ''))} is a part of itself")
        opened.add(id(whole))
        total = 0
        for item in whole.iterfind("./media/*/track/*"):
            total += 1
            inner = item.find("sequence")
            if inner is not None:
                total += size(inner)
        opened.discard(id(whole))
        if total > _MOST_CLIPS:
            raise refusal(name, f"there are more than {_MOST_CLIPS:,} clips in it")
        sizes[id(whole)] = total
        return total

    sequences = [*root.iter("sequence")]
    if not sequences:
        raise refusal(name, "there is no sequence in it")
    for sequence in sequences:
        size(sequence)


def _whole_number(element: Element, name: str) -> None:
    text = (element.text or "").strip()
    if len(element) or (not text and element.tag in {"in", "out", "duration", "frame"}):
        return
    try:
        number = float(text)
        element.text = str(math.floor(number + 0.5))
    except (ValueError, OverflowError):
        raise refusal(name, f"<{element.tag}> is {shown(text)}; it is a whole number of frames") from None
    if element.tag == "timebase" and not 1 <= number <= 240:
        raise refusal(name, f"<timebase> is {shown(text)}; it is from 1 to 240")


def _mend_read_track(track: Element, seen: set[str], name: str) -> None:
    """What the adapter needs of each thing in a track."""
    items = [one for one in track if one.tag in {"clipitem", "generatoritem", "transitionitem"}]
    for index, item in enumerate(items):
        if len(item) and item.get("id") is not None:
            if item.get("id") in seen:
                del item.attrib["id"]
            else:
                seen.add(str(item.get("id")))
        if not len(item):
            continue
        title = shown(str(item.findtext("name") or item.get("id") or item.tag))
        for tag, other in (("start", -1), ("end", 1)):
            value = item.findtext(tag)
            if value is None:
                raise refusal(name, f"{title} has no <{tag}>")
            beside = items[index + other] if 0 <= index + other < len(items) else None
            if value == "-1" and (beside is None or beside.tag != "transitionitem"):
                raise refusal(name, f"{title} has -1 as its <{tag}>, and no transition there")
        if item.tag == "transitionitem":
            _mend_read_transition(item)
        else:
            _mend_read_clip(item)


def _mend_read_transition(item: Element) -> None:
    if not item.findtext("alignment"):
        _set(item, "alignment", "center")
    if item.find("effect") is None:
        SubElement(item, "effect")


def _mend_read_clip(item: Element) -> None:
    if not item.findtext("in"):
        _set(item, "in", "0")
    has_media = any(item.find(tag) is not None for tag in ("file", "sequence"))
    if not has_media and not (item.tag == "generatoritem" and item.find("effect") is not None):
        SubElement(item, "file")
    for enabled in item.findall("enabled"):
        enabled.text = enabled.text or "TRUE"
    for unknown in [one for one in item.findall("filter") if one.find("effect") is None]:
        item.remove(unknown)
    for marker in item.findall("marker"):
        for tag in ("in", "out"):
            if not marker.findtext(tag):
                _set(marker, tag, "0" if tag == "in" else "-1")


def _mend_read(timeline: schema.Timeline) -> None:
    """Speeds, markers and timecode of a cut that the adapter has read."""
    own = timeline.metadata.get("fcp_xml", {})
    form = own.get("timecode", {})
    for hoisted in ("video", "audio"):
        own.pop(hoisted, None)
    rate = rate_of(timeline)
    if timeline.global_start_time is None:
        timeline.global_start_time = time_of(0, rate)
    if is_drop_frame(rate):
        timeline.metadata[NAMESPACE] = {"drop_frame": str(form.get("displayformat", "NDF")) == "DF"}
    notes: list[NotHeld] = []
    for marker in timeline.tracks.markers:
        _mend_read_marker(marker, RationalTime(0, marker.marked_range.start_time.rate))
    for track in timeline.tracks:
        track.enabled = _is_on(track)
        for item in track:
            if isinstance(item, schema.Transition):
                notes += call_by_name(item, str(item.name or ""))
                continue
            item.enabled = _is_on(item)
            start = _media_start(item)
            for marker in item.markers:
                _mend_read_marker(marker, start)
            _mend_read_speed(item, start)
        _recentre(track, rate)
    keep_notes(timeline, notes)


def _is_on(item: schema.Item) -> bool:
    """The adapter keeps as metadata whether something is switched on."""
    return str(item.metadata.get("fcp_xml", {}).get("enabled", "TRUE")).upper() != "FALSE"


def _media_start(item: object) -> RationalTime:
    available = item.media_reference.available_range if isinstance(item, schema.Clip) else None
    return available.start_time if available is not None else RationalTime(0, 1)


def _mend_read_marker(marker: schema.Marker, start: RationalTime) -> None:
    marker.comment = str(marker.metadata.get("fcp_xml", {}).get("comment") or "")
    marker.marked_range = TimeRange(marker.marked_range.start_time + start, marker.marked_range.duration)


def _mend_read_speed(item: schema.Clip, start: RationalTime) -> None:
    """The effect `timeremap` as a speed; what is seen first is counted in the media again."""
    for index in reversed(range(len(item.effects))):
        effect = item.effects[index]
        about = effect.metadata.get("fcp_xml", {})
        if about.get("effectid") != _REMAP:
            continue
        told = about.get("parameter", [])
        entries = [told] if hasattr(told, "items") else [*told]
        values = {
            str(one.get("parameterid")): str(one.get("value")) for one in entries if hasattr(one, "get")
        }
        try:
            speed = Fraction(values.get("speed", "100")).limit_denominator(1_000_000) / 100
        except ValueError:
            continue
        del item.effects[index]
        _forget_remap(item)
        if values.get("reverse", "").upper() == "TRUE":
            speed = -speed
        if speed == 0:
            item.effects.append(schema.FreezeFrame())
        elif speed != 1:
            item.effects.append(schema.LinearTimeWarp(time_scalar=float(speed)))
            whole = item.source_range
            shown_from = whole.start_time - start
            first = RationalTime(shown_from.value * float(abs(speed)), shown_from.rate) + start
            item.source_range = TimeRange(first, whole.duration)


def _forget_remap(item: schema.Clip) -> None:
    """The adapter keeps the effect in metadata too, and would write it again beside the speed."""
    own = dict(item.metadata.get("fcp_xml", {}))
    kept = own.pop("filter", [])
    several = [kept] if hasattr(kept, "items") else [*kept]
    others = [one for one in several if one.get("effect", {}).get("effectid") != _REMAP]
    item.metadata["fcp_xml"] = {**own, **({"filter": others} if others else {})}


def _recentre(track: schema.Track, rate: Fraction) -> None:
    """A centred transition of an odd length has its cut where `overlap` has it: the odd frame lies before."""
    children = [*track]
    for index, one in enumerate(children):
        if not isinstance(one, schema.Transition) or not 0 < index < len(children) - 1:
            continue
        before, after = frames(one.in_offset, rate), frames(one.out_offset, rate)
        split = overlap(before + after)
        left, right = children[index - 1], children[index + 1]
        if after != before + 1 or (left.source_range is None or right.source_range is None):
            continue
        one.in_offset, one.out_offset = time_of(split.before, rate), time_of(split.after, rate)
        step = time_of(1, rate)
        left.source_range = TimeRange(left.source_range.start_time, left.source_range.duration + step)
        source = right.source_range.start_time
        step_there = RationalTime(float(speed_of(right)), float(rate))
        right.source_range = TimeRange(
            source if isinstance(right, schema.Gap) else source + step_there,
            right.source_range.duration - step,
        )
