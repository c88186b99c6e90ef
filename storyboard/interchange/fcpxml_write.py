"""Timeline → FCPXML 1.8, which Final Cut Pro and Resolve read.

The first track of picture is the spine; everything else is connected to what lies under its beginning there,
in lanes. Times are exact ratios of seconds. A clip that runs at another speed has a map of time from what is
shown to its media, over all of the media.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from urllib.parse import quote
from xml.etree import ElementTree as ET
from xml.etree.ElementTree import Element, SubElement

from opentimelineio import schema

from storyboard.interchange.holds import Holds, LaidTrack, laid, not_held
from storyboard.interchange.kinds import ALL_KINDS, title_of
from storyboard.interchange.naming import one_line
from storyboard.interchange.not_held import NAMESPACE, NotHeld, of_all
from storyboard.interchange.placed import Crossing, Placed, media_url
from storyboard.interchange.rates import drops, frames, rate_of, start_of

HOLDS = Holds(transitions=ALL_KINDS, uncentred=True, speeds=True, markers=True, switched_off=True)
VERSION = "1.8"


def write_fcpxml(timeline: schema.Timeline) -> tuple[str, list[NotHeld]]:
    """FCPXML of a cut, and what it does not hold.

    Raises:
        ValueError: the cut has no rate.
    """
    rate = rate_of(timeline)
    tracks = laid(timeline, rate, off=True)
    writing = _Writing(rate, start_of(timeline, rate), Element("resources"))
    own = timeline.metadata.get(NAMESPACE, {})
    form = SubElement(writing.resources, "format", id="r1", frameDuration=seconds(1 / rate))
    for side in ("width", "height"):
        if side in own:
            form.set(side, str(int(own[side])))
    spine = writing.spine(tracks)
    top = Element("fcpxml", version=VERSION)
    top.append(writing.resources)
    title = one_line(str(timeline.name or "Untitled"))
    event = SubElement(SubElement(top, "library"), "event", name=title)
    sequence = SubElement(
        SubElement(event, "project", name=title),
        "sequence",
        format="r1",
        duration=writing.time(max((_end(one) for one in tracks), default=0)),
        tcStart=writing.time(writing.start),
        tcFormat="DF" if drops(timeline, rate) else "NDF",
    )
    sequence.append(spine)
    outside = writing.mark_cut(timeline.tracks.markers)
    ET.indent(top)
    found = not_held(timeline, tracks, HOLDS, rate)
    found += of_all("markers", [*outside, *writing.outside], "lie on no frame that is seen and are left out")
    body = ET.tostring(top, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE fcpxml>\n\n{body}\n', found


def seconds(time: Fraction) -> str:
    """A time as FCPXML tells it: `1001/24000s`, `5s`."""
    return f"{time}s"


def _end(track: LaidTrack) -> int:
    return track.things[-1].end if track.things else 0


@dataclass(slots=True)
class _Lying:
    """A part of the spine, and what is hung on it."""

    start: int
    end: int
    element: Element
    local: Fraction
    """its own time, in frames, at its start"""
    thing: Placed | None = None
    connected: list[Element] = field(default_factory=list)
    markers: list[Element] = field(default_factory=list)

    def local_at(self, frame: int) -> Fraction:
        return self.local + frame - self.start


@dataclass(slots=True)
class _Writing:
    rate: Fraction
    start: int
    resources: Element
    assets: dict[tuple[str, str], str] = field(default_factory=dict)
    lying: list[_Lying] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)

    def time(self, count: Fraction | int) -> str:
        """Frames as a time."""
        return seconds(Fraction(count) / self.rate)

    def spine(self, tracks: list[LaidTrack]) -> Element:
        """All that is seen and heard, and what is switched off."""
        spine = Element("spine")
        pictures = [one for one in tracks if not one.is_sound]
        length = max((_end(one) for one in tracks), default=0)
        main = pictures[0].things if pictures else []
        for thing in main:
            if thing.into:
                spine.append(self._transition(thing.into, thing.start))
            spine.append(self._lay(thing).element)
        if main and main[-1].out_of:
            spine.append(self._transition(main[-1].out_of, main[-1].end))
        end = main[-1].end if main else 0
        if length > end:
            gap = self._gap(end, length - end)
            self.lying.append(_Lying(end, length, gap, Fraction(0)))
            spine.append(gap)
        lanes = [*enumerate(pictures[1:], 1)]
        lanes += [(-number, one) for number, one in enumerate((one for one in tracks if one.is_sound), 1)]
        for lane, track in lanes:
            for thing in track.things:
                self._connect(thing, lane, track)
        for one in self.lying:
            one.element.extend(one.connected)
            one.element.extend(one.markers)
        return spine

    def _lay(self, thing: Placed) -> _Lying:
        if _is_seen(thing):
            element, local = self._clip(thing, is_sound=False)
        else:
            element, local = self._gap(thing.start, thing.length), Fraction(0)
        element.set("offset", self.time(self.start + thing.start))
        lying = _Lying(thing.start, thing.end, element, local, thing if _is_seen(thing) else None)
        lying.markers = self._markers(thing, local) if _is_seen(thing) else []
        self.lying.append(lying)
        return lying

    def _gap(self, start: int, length: int) -> Element:
        return Element(
            "gap", name="Gap", offset=self.time(self.start + start), start="0s", duration=self.time(length)
        )

    def _transition(self, crossing: Crossing, cut: int) -> Element:
        return Element(
            "transition",
            name=title_of(crossing.kind),
            offset=self.time(self.start + cut - crossing.before),
            duration=self.time(crossing.length),
        )

    def _connect(self, thing: Placed, lane: int, track: LaidTrack) -> None:
        """Hang a clip of another track on what lies under its beginning."""
        if not _is_seen(thing):
            return
        under = self.lying[bisect_right([one.start for one in self.lying], thing.start) - 1]
        element, local = self._clip(thing, is_sound=track.is_sound)
        if not track.track.enabled:
            element.set("enabled", "0")
        element.set("lane", str(lane))
        element.set("offset", self.time(under.local_at(thing.start)))
        element.extend(self._markers(thing, local))
        under.connected.append(element)

    def _clip(self, thing: Placed, *, is_sound: bool) -> tuple[Element, Fraction]:
        """A clip, and its own time at its start."""
        local = thing.source
        element = Element(
            "asset-clip",
            name=one_line(thing.name),
            ref=self._asset(thing, is_sound=is_sound),
            start=self.time(local),
            duration=self.time(thing.length),
        )
        if not thing.item.enabled:
            element.set("enabled", "0")
        if is_sound:
            element.set("audioRole", "dialogue")
        else:
            element.set("format", "r1")
        if thing.speed != 1:
            element.append(self._map(thing, local))
        return element, local

    def _map(self, thing: Placed, local: Fraction) -> Element:
        """From a clip's own time to that of its media, over all of the media."""
        first, length = self._available(thing)
        points = [(local, thing.source), (local + thing.length, thing.source)]
        if thing.speed:
            ends = sorted([first, first + length], reverse=thing.speed < 0)
            points = [(local + (value - thing.source) / thing.speed, Fraction(value)) for value in ends]
        made = Element("timeMap")
        for time, value in points:
            SubElement(made, "timept", time=self.time(time), value=self.time(value), interp="linear")
        return made

    def _available(self, thing: Placed) -> tuple[int, int]:
        reference = thing.item.media_reference
        available = reference.available_range if reference is not None else None
        if available is None:
            first = thing.source_at(thing.seen_from)
            return first, max(1, thing.source_at(thing.seen_to) - first)
        return frames(available.start_time, self.rate), frames(available.duration, self.rate)

    def _asset(self, thing: Placed, *, is_sound: bool) -> str:
        """The id of a clip's media, which is told once."""
        url = media_url(thing.item) or f"./{thing.name}"
        url = url if "://" in url else quote(url.replace("\\", "/"))
        key = (url, "sound" if is_sound else "picture")
        if key not in self.assets:
            self.assets[key] = f"r{len(self.assets) + 2}"
            first, length = self._available(thing)
            asset = SubElement(
                self.resources,
                "asset",
                id=self.assets[key],
                name=one_line(str(getattr(thing.item.media_reference, "name", "") or thing.name)),
                src=url,
                start=self.time(first),
                duration=self.time(length),
            )
            if is_sound:
                about = {"hasAudio": "1", "audioSources": "1", "audioChannels": "2", "audioRate": "48000"}
            else:
                about = {"hasVideo": "1", "format": "r1"}
            asset.attrib.update(about)
        return self.assets[key]

    def _markers(self, thing: Placed, local: Fraction) -> list[Element]:
        found: list[Element] = []
        for marker in thing.item.markers:
            offset = Fraction(frames(marker.marked_range.start_time, self.rate)) - thing.source
            at = offset / thing.speed if thing.speed else Fraction(0)
            if 0 <= at < thing.length:
                found.append(self._marker(marker, local + at))
            else:
                self.outside.append(str(marker.name))
        return found

    def _marker(self, marker: schema.Marker, at: Fraction) -> Element:
        length = max(1, frames(marker.marked_range.duration, self.rate))
        made = Element(
            "marker", start=self.time(at), duration=self.time(length), value=one_line(str(marker.name or ""))
        )
        if marker.comment:
            made.set("note", str(marker.comment))
        return made

    def mark_cut(self, markers: Iterable[schema.Marker]) -> list[str]:
        """Markers of the whole cut, on what lies there; the names of those that lie on nothing."""
        outside: list[str] = []
        for marker in markers:
            at = frames(marker.marked_range.start_time, self.rate)
            under = next((one for one in self.lying if one.start <= at < one.end), None)
            if under is None:
                outside.append(str(marker.name))
            else:
                under.element.append(self._marker(marker, under.local_at(at)))
        return outside


def _is_seen(thing: Placed) -> bool:
    return isinstance(thing.item, schema.Clip)
