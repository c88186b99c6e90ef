"""FCP 7 XML of Premiere, Resolve and others → timeline, by OpenTimelineIO's adapter.

It is read hardened first, and what the adapter fails at is mended: numbers as floats, what is left out, ids
that come again, cuts in cuts. After it, speeds, markers, timecode and what is switched off are read.
"""

from __future__ import annotations

import math
from fractions import Fraction
from xml.etree import ElementTree as ET
from xml.etree.ElementTree import Element, SubElement

import opentimelineio as otio
from opentimelineio import schema
from opentimelineio.opentime import RationalTime, TimeRange

from storyboard.interchange.adapters import FCP7
from storyboard.interchange.fcp7_xml import REMAP, WHAT, rate_element, set_text
from storyboard.interchange.kinds import call_by_name
from storyboard.interchange.not_held import NAMESPACE, NotHeld
from storyboard.interchange.placed import speed_of
from storyboard.interchange.rates import frames, rate_of, time_of
from storyboard.interchange.reading import keep_notes
from storyboard.interchange.text_file import refusal
from storyboard.interchange.xml_tree import parsed_xml
from storyboard.media.timing import is_drop_frame
from storyboard.planning.transitions import overlap
from storyboard.wording import shown

_WHOLE = frozenset({"start", "end", "in", "out", "duration", "frame", "timebase"})
"""elements that hold whole numbers, which some programs write as floats"""
_MOST_CLIPS = 100_000
"""of a cut with all cuts in it"""


def read_fcp7(data: bytes, name: str, rate: Fraction | None) -> object:
    """The cuts that FCP 7 XML holds.

    Args:
        data: the file.
        name: of the file, for messages.
        rate: what is taken where the file says none.

    Raises:
        DocumentError: it is none, or something in it makes no sense; says what.
    """
    root = parsed_xml(data, name, "xmeml", WHAT)
    _check_size(root, name)
    for element in root.iter():
        if element.tag in _WHOLE:
            _whole_number(element, name)
    for sequence in root.iter("sequence"):
        if len(sequence) and sequence.find("rate") is None:
            sequence.insert(0, rate_element(rate or Fraction(24)))
    seen: set[str] = set()
    for track in root.iter("track"):
        _mend_read_track(track, seen, name)
    _hoist(root)
    try:
        made = otio.adapters.read_from_string(ET.tostring(root, encoding="unicode"), FCP7)
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
        set_text(item, "alignment", "center")
    if item.find("effect") is None:
        SubElement(item, "effect")


def _mend_read_clip(item: Element) -> None:
    if not item.findtext("in"):
        set_text(item, "in", "0")
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
                set_text(marker, tag, "0" if tag == "in" else "-1")


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
        if about.get("effectid") != REMAP:
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
    others = [one for one in several if one.get("effect", {}).get("effectid") != REMAP]
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
