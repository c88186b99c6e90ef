"""FCPXML of Final Cut Pro and Resolve → timeline, in exact times.

What lies in the spine is the first track; what is connected to it lies in a track for each lane. A compound
clip is a nested cut, a title a generator, a multicam clip one without media. OpenTimelineIO's adapter knows
whole rates alone, no transitions and no speeds, and fails at compound clips.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from xml.etree.ElementTree import Element

from opentimelineio import schema
from opentimelineio.core import Item

from storyboard.interchange.kinds import call_by_name
from storyboard.interchange.not_held import NAMESPACE, NotHeld
from storyboard.interchange.rates import MOST_FRAMES, range_of, time_of
from storyboard.interchange.reading import keep_notes
from storyboard.interchange.text_file import refusal
from storyboard.interchange.xml_tree import parsed_xml
from storyboard.media.timing import MAX_RATE, is_drop_frame, round_half_up
from storyboard.wording import shown

_TIME = re.compile(r"(-?\d{1,18})(?:\.(\d{1,9}))?(?:/(\d{1,12}))?s?")
_ITEMS = frozenset(
    {"asset-clip", "clip", "video", "audio", "ref-clip", "sync-clip", "mc-clip", "title", "gap", "audition"}
)
_MARKERS = frozenset({"marker", "chapter-marker"})
_MOST_CLIPS = 100_000
_DEEPEST = 12
"""cuts in cuts"""
_WHAT = "FCPXML"
_ZERO = Fraction(0)


@dataclass(slots=True)
class _Laid:
    """A clip at its place."""

    start: int
    end: int
    item: Item
    is_sound: bool


@dataclass(slots=True)
class _Sequence:
    """What lies in a sequence, by lanes, and its transitions."""

    rate: Fraction
    lanes: dict[int, list[_Laid]] = field(default_factory=dict)
    crossings: list[tuple[Fraction, Fraction, str]] = field(default_factory=list)
    notes: list[NotHeld] = field(default_factory=list)

    def frame(self, time: Fraction) -> int:
        """The nearest frame."""
        return round_half_up(time * self.rate)


def read_fcpxml(data: bytes, name: str, rate: Fraction | None) -> object:
    """The projects that FCPXML holds.

    Args:
        data: the file.
        name: of the file, for messages.
        rate: what is taken where a sequence has no rate.

    Raises:
        DocumentError: it is none, has no project, or something in it makes no sense; says what.
    """
    root = parsed_xml(data, name, "fcpxml", _WHAT)
    reading = _Reading(root, name, rate)
    projects = [one for one in root.iter("project") if one.find("sequence") is not None]
    _check_size(root, name)
    if not projects:
        raise refusal(
            name, "there is no project in it", hint="export the project, not a library or an event of clips"
        )
    made = [reading.project(one) for one in projects]
    return made[0] if len(made) == 1 else schema.SerializableCollection(name, made)


def _check_size(root: Element, name: str) -> None:
    """Compound clips, written once and meant often, are not too many, and none is a part of itself."""
    media = {one.get("id", ""): one for one in root.iterfind("./resources/media")}
    sizes: dict[str, int] = {}

    def size(of: Element, within: int) -> int:
        total = 0
        for one in of.iter():
            total += one.tag in _ITEMS
            ref = one.get("ref", "")
            if one.tag != "ref-clip" or ref not in media:
                continue
            if ref not in sizes:
                if within >= _DEEPEST:
                    raise refusal(
                        name, f"{_title(one)} is a part of itself, or cuts lie too deep in each other"
                    )
                sizes[ref] = size(media[ref], within + 1)
            total += sizes[ref]
        if total > _MOST_CLIPS:
            raise refusal(name, f"there are more than {_MOST_CLIPS:,} clips in it")
        return total

    for sequence in root.iterfind(".//project/sequence"):
        size(sequence, 0)


class _Reading:
    """Reads sequences; knows the resources."""

    def __init__(self, root: Element, name: str, rate: Fraction | None) -> None:
        self.name, self.rate = name, rate
        self.resources = {one.get("id", ""): one for one in root.iterfind("./resources/*")}
        self.count, self.depth = 0, 0
        self.notes: list[NotHeld] = []

    def project(self, project: Element) -> schema.Timeline:
        """A project as a timeline."""
        sequence = project.find("sequence")
        assert sequence is not None  # noqa: S101  (asked before)
        self.notes = []
        title = project.get("name", "")
        read = self._sequence(sequence)
        start = self._time(sequence, "tcStart") or _ZERO
        timeline = schema.Timeline(title, global_start_time=time_of(read.frame(start), read.rate))
        if is_drop_frame(read.rate):
            timeline.metadata[NAMESPACE] = {"drop_frame": sequence.get("tcFormat") == "DF"}
        timeline.tracks.extend(_tracks(read))
        keep_notes(timeline, [*self.notes, *read.notes])
        return timeline

    def _time(self, element: Element, key: str) -> Fraction | None:
        """A time in seconds; None where the element has none of that name."""
        text = element.get(key)
        if text is None:
            return None
        match = _TIME.fullmatch(text.strip())
        if match is None or int(match[3] or 1) == 0:
            raise refusal(
                self.name, f"<{element.tag}> has {key}={shown(text)}, which is no time (1001/24000s)"
            )
        time = Fraction(f"{match[1]}.{match[2] or 0}") / int(match[3] or 1)
        if abs(time) * MAX_RATE > MOST_FRAMES:
            raise refusal(self.name, f"<{element.tag}> has {key}={shown(text)}, which is too long")
        return time

    def _sequence(self, sequence: Element) -> _Sequence:
        form = self.resources.get(sequence.get("format", ""))
        duration = self._time(form, "frameDuration") if form is not None else None
        rate = 1 / duration if duration else self.rate or Fraction(24)
        if not 1 <= rate <= MAX_RATE:
            raise refusal(self.name, f"its frames last {duration} s; a rate lies between 1 and {MAX_RATE}")
        found = _Sequence(rate)
        spine = sequence.find("spine")
        if spine is not None:
            self._story(spine, _ZERO, 0, found, self._time(sequence, "tcStart") or _ZERO)
        return found

    def _story(
        self, spine: Element, begins: Fraction, lane: int, found: _Sequence, origin: Fraction | None
    ) -> None:
        """What lies in a spine, one after another.

        Args:
            spine: the element.
            begins: the time of the sequence at which it does.
            lane: that it lies in.
            found: is added to.
            origin: what offsets in it are counted from; None for those of its first child.
        """
        cursor: Fraction | None = None
        for child in spine:
            offset = self._time(child, "offset")
            if child.tag == "transition":
                length = self._time(child, "duration") or _ZERO
                if origin is not None and offset is not None and lane == 0:
                    found.crossings.append((begins + offset - origin, length, child.get("name", "")))
                elif lane:
                    self._note("transition", child, "lies on connected clips and is read as a cut")
                continue
            if child.tag not in _ITEMS:
                continue
            if origin is None or (cursor is None and offset is not None and offset < origin):
                origin = offset or _ZERO
            at = begins + offset - origin if offset is not None else cursor or begins
            cursor = at + self._place(child, at, lane, found)

    def _place(self, element: Element, at: Fraction, lane: int, found: _Sequence) -> Fraction:
        """Lay a thing and what is connected to it; its length."""
        self.count += 1
        if self.count > _MOST_CLIPS:
            raise refusal(self.name, f"there are more than {_MOST_CLIPS:,} clips in it")
        if element.tag == "audition":
            inner = next((one for one in element if one.tag in _ITEMS), None)
            return self._place(inner, at, lane, found) if inner is not None else _ZERO
        length = self._time(element, "duration")
        if length is None:
            length = self._media_length(element)
        if length < 0:
            raise refusal(self.name, f"{_title(element)} has a duration of {length} s")
        local = self._local_start(element)
        start, end = found.frame(at), found.frame(at + length)
        if element.tag != "gap" and end > start:
            item = self._item(element, local, start, end, found.rate)
            self._mark(element, item, local, found.rate)
            found.lanes.setdefault(lane, []).append(_Laid(start, end, item, self._is_sound(element)))
        for child in element:
            inside = child.get("lane") is not None and not (element.tag == "clip" and child.tag == "audio")
            if not inside:
                continue
            offset = self._time(child, "offset") or local
            there = at + offset - local
            number = self._lane(child)
            if child.tag == "spine":
                self._story(child, there, number, found, None)
            elif child.tag in _ITEMS:
                self._place(child, there, number, found)
        return length

    def _lane(self, element: Element) -> int:
        text = element.get("lane", "0")
        try:
            return max(-1000, min(1000, int(text)))
        except ValueError:
            raise refusal(
                self.name, f"{_title(element)} has lane={shown(text)}; it is a whole number"
            ) from None

    def _asset(self, element: Element) -> Element | None:
        """The media of a clip: its own, or that of the first thing in it."""
        if element.get("ref") in self.resources:
            return self.resources[str(element.get("ref"))]
        inner = self._inner(element)
        return self.resources.get(inner.get("ref", "")) if inner is not None else None

    @staticmethod
    def _inner(element: Element) -> Element | None:
        """What a clip that has no media of its own shows."""
        return next((one for one in element.iter() if one is not element and one.get("ref")), None)

    def _media_length(self, element: Element) -> Fraction:
        asset = self._asset(element)
        length = self._time(asset, "duration") if asset is not None else None
        if length is None and asset is not None and asset.find("sequence") is not None:
            length = self._time(asset.find("sequence"), "duration")  # type: ignore[arg-type]
        if length is None:
            raise refusal(self.name, f"{_title(element)} has no duration")
        return length

    def _local_start(self, element: Element) -> Fraction:
        """A thing's own time at its beginning; where it says none, that of its media."""
        start = self._time(element, "start")
        if start is not None:
            return start
        asset = self.resources.get(element.get("ref", ""))
        return (self._time(asset, "start") if asset is not None else None) or _ZERO

    def _source(self, element: Element, local: Fraction) -> Fraction:
        """The time of the media at a clip's own time."""
        if element.get("ref") or element.tag not in {"clip", "sync-clip"}:
            return local
        inner, asset = self._inner(element), self._asset(element)
        if inner is None:
            return local
        first = (self._time(asset, "start") if asset is not None else None) or _ZERO
        since = local - (self._time(inner, "offset") or _ZERO)
        begins = self._time(inner, "start")
        return since + (begins if begins is not None else _ZERO if since >= first else first)

    def _item(self, element: Element, local: Fraction, start: int, end: int, rate: Fraction) -> Item:
        speed, at = self._speed(element, local)
        media = self.resources.get(element.get("ref", ""))
        if element.tag == "ref-clip" and media is not None and media.find("sequence") is not None:
            item = self._compound(element, media.find("sequence"), at, end - start, rate)  # type: ignore[arg-type]
        else:
            source = round_half_up(self._source(element, at) * rate)
            item = schema.Clip(element.get("name", ""), self._reference(element, rate))
            item.source_range = range_of(source, end - start, rate)
        item.enabled = element.get("enabled", "1") != "0"
        if speed == 0:
            item.effects.append(schema.FreezeFrame())
        elif speed != 1:
            item.effects.append(schema.LinearTimeWarp(time_scalar=float(speed)))
        return item

    def _compound(
        self, element: Element, sequence: Element, at: Fraction, length: int, rate: Fraction
    ) -> schema.Stack:
        if self.depth >= _DEEPEST:
            raise refusal(
                self.name, f"{_title(element)} is a part of itself, or cuts lie too deep in each other"
            )
        self.depth += 1
        inner = self._sequence(sequence)
        self.depth -= 1
        stack = schema.Stack(element.get("name", ""))
        stack.extend(_tracks(inner))
        begins = self._time(sequence, "tcStart") or _ZERO
        stack.source_range = range_of(round_half_up(max(_ZERO, at - begins) * rate), length, rate)
        return stack

    def _speed(self, element: Element, local: Fraction) -> tuple[Fraction, Fraction]:
        """How fast a clip runs, and the time of its media at its beginning, by its map of time."""
        mapped = element.find("timeMap")
        points = [] if mapped is None else [*mapped.iterfind("timept")]
        times = [(self._time(one, "time") or _ZERO, self._time(one, "value") or _ZERO) for one in points]
        times = sorted(dict(times).items())
        if len(times) < 2:
            return Fraction(1), local
        after = next((at for at in range(1, len(times)) if times[at][0] > local), len(times) - 1)
        (first, first_value), (second, second_value) = times[after - 1], times[after]
        speed = (second_value - first_value) / (second - first)
        if len(times) > 2:
            self._note("speed", element, "changes while it runs; the speed at its beginning is read")
        return speed.limit_denominator(10_000), first_value + (local - first) * speed

    def _reference(self, element: Element, rate: Fraction) -> schema.MediaReference:
        if element.tag == "title":
            words = " ".join("".join(one.itertext()) for one in element.iterfind("text")).strip()
            return schema.GeneratorReference(
                element.get("name", ""), "title", parameters={"text": words[:2000]}
            )
        asset = self._asset(element)
        if element.tag == "mc-clip":
            self._note("multicam", element, "is read as a clip without media")
        url = _url(asset) if asset is not None else ""
        if asset is None or not url:
            return schema.MissingReference(element.get("name", ""))
        first, length = self._time(asset, "start") or _ZERO, self._time(asset, "duration")
        available = None
        if length:
            available = range_of(round_half_up(first * rate), round_half_up(length * rate), rate)
        reference = schema.ExternalReference(url, available)
        reference.name = asset.get("name", "")
        return reference

    def _is_sound(self, element: Element) -> bool:
        if element.tag == "audio" or element.get("srcEnable") == "audio":
            return True
        if element.tag == "clip" and not element.get("ref"):
            inner = self._inner(element)
            return inner is not None and inner.tag == "audio"
        asset = self._asset(element)
        return (
            asset is not None
            and asset.tag == "asset"
            and asset.get("hasVideo", "0") == "0"
            and asset.get("hasAudio", "0") == "1"
        )

    def _mark(self, element: Element, item: Item, local: Fraction, rate: Fraction) -> None:
        speed, at = self._speed_alone(element, local)
        for one in element:
            if one.tag not in _MARKERS:
                continue
            since = (self._time(one, "start") or local) - local
            source = self._source(element, at + since * speed)
            words, comment = one.get("value", ""), one.get("note", "")
            marker = schema.Marker(
                words[:60], range_of(round_half_up(source * rate), 0, rate), comment=comment
            )
            marker.color = "GREEN" if one.get("completed") == "1" else "RED"
            item.markers.append(marker)

    def _speed_alone(self, element: Element, local: Fraction) -> tuple[Fraction, Fraction]:
        said = len(self.notes)
        found = self._speed(element, local)
        del self.notes[said:]
        return found

    def _note(self, what: str, element: Element, words: str) -> None:
        self.notes.append(NotHeld(what, _title(element), words))


def _title(element: Element) -> str:
    return shown(element.get("name", "") or f"<{element.tag}>")


def _url(asset: Element) -> str:
    """Of version 1.9 on it stands in an element of its own."""
    copy = asset.find("media-rep")
    return asset.get("src", "") or (copy.get("src", "") if copy is not None else "")


def _tracks(read: _Sequence) -> Iterator[schema.Track]:
    """Tracks of picture from the lowest lane up, then those of sound."""
    pictures: list[schema.Track] = []
    sounds: list[schema.Track] = []
    for lane in sorted(read.lanes, key=lambda one: (one < 0, abs(one))):
        for layer in [*_layers(read.lanes[lane], is_sound=False), *_layers(read.lanes[lane], is_sound=True)]:
            is_sound = layer[0].is_sound
            into = sounds if is_sound else pictures
            name = f"{'A' if is_sound else 'V'}{len(into) + 1}"
            track = schema.Track(name, kind="Audio" if is_sound else "Video")
            _fill(track, layer, read, crossings=read.crossings if lane == 0 and not into else [])
            _switch(track, layer, is_main=lane == 0)
            into.append(track)
    yield from pictures
    yield from sounds


def _switch(track: schema.Track, things: list[_Laid], *, is_main: bool) -> None:
    """A track is off when all in it is, for the format has no tracks to switch."""
    if not is_main and not any(one.item.enabled for one in things):
        track.enabled = False
        for one in things:
            one.item.enabled = True


def _layers(things: list[_Laid], *, is_sound: bool) -> list[list[_Laid]]:
    """The pictures or the sounds of a lane in as few rows as they lie in without covering each other."""
    rows: list[list[_Laid]] = []
    for thing in sorted((one for one in things if one.is_sound is is_sound), key=lambda one: one.start):
        row = next((row for row in rows if row[-1].end <= thing.start), None)
        if row is None:
            rows.append([thing])
        else:
            row.append(thing)
    return rows


def _fill(
    track: schema.Track,
    things: list[_Laid],
    read: _Sequence,
    crossings: list[tuple[Fraction, Fraction, str]],
) -> None:
    """Lay things with gaps between them, and transitions where they meet."""
    waiting = sorted(crossings)
    at = 0
    for thing in things:
        if thing.start > at:
            _cross(track, waiting, at, read)
            track.append(schema.Gap(source_range=range_of(0, thing.start - at, read.rate)))
        _cross(track, waiting, thing.start, read)
        track.append(thing.item)
        at = thing.end
    _cross(track, waiting, at, read)


def _cross(
    track: schema.Track, waiting: list[tuple[Fraction, Fraction, str]], cut: int, read: _Sequence
) -> None:
    """A transition that lies around a cut."""
    while waiting and read.frame(waiting[0][0] + waiting[0][1]) < cut:
        waiting.pop(0)
    if not waiting or read.frame(waiting[0][0]) > cut:
        return
    start, length, name = waiting.pop(0)
    before, after = cut - read.frame(start), read.frame(start + length) - cut
    if before + after <= 0 or (len(track) and isinstance(track[-1], schema.Transition)):
        return
    made = schema.Transition(name, in_offset=time_of(before, read.rate), out_offset=time_of(after, read.rate))
    read.notes += call_by_name(made, name)
    track.append(made)
