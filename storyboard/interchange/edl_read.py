"""A CMX 3600 edit decision list → timeline.

The record side says what is cut: a clip is as long there as the record has it. A transition begins where its
event does; it is laid around a cut in its middle, as `transitions.overlap` does, and the clips on both sides
reach to that cut. What a transition comes from is the clip before, where it goes on; else a clip of its own.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import PurePosixPath

from opentimelineio import schema

from storyboard.interchange.edl_lines import BLACK, Clock, Decision, Event, clock_of, read_lines
from storyboard.interchange.kinds import call, kind_called
from storyboard.interchange.not_held import NAMESPACE, NotHeld
from storyboard.interchange.placed import placed
from storyboard.interchange.rates import range_of, time_of, whole_day
from storyboard.interchange.reading import keep_notes
from storyboard.media.timing import is_drop_frame, nominal_rate
from storyboard.planning.transitions import overlap
from storyboard.schema.vocabulary import TransitionKind

_SAID = re.compile(
    r"\*?\s*(FROM CLIP NAME|TO CLIP NAME|SOURCE FILE|FROM CLIP|TO CLIP|FROM FILE|TO FILE|EFFECT NAME|LOC"
    r"|ASC_SOP|ASC_SAT)\s*:\s*(.*)",
    re.IGNORECASE,
)
_EFFECT = re.compile(r"\*?\s*EFFECTS? NAME(?: IS|:)\s*(.*)", re.IGNORECASE)
_MOTION = re.compile(r"M2\s+(.*?)\s*([-+]?\d{1,4}(?:\.(\d{1,4}))?)\s+(\d\d[:;.]\d\d[:;.]\d\d[:;.]\d{2,3})")
_MARKER = re.compile(r"(\d\d[:;.]\d\d[:;.]\d\d[:;.]\d{2,3})\s+(\w+)(?:\s+(.*))?")
_BARS = "BARS"
_WIPES = {
    "W002": TransitionKind.WIPE_DOWN,
    "W021": TransitionKind.WIPE_BARN_DOOR,
    "W119": TransitionKind.WIPE_IRIS,
    "W201": TransitionKind.WIPE_CLOCK,
}
"""SMPTE's numbers; any other wipe is an edge from left to right"""


@dataclass(slots=True)
class _Said:
    """What the lines about an event say."""

    names: dict[str, str] = field(default_factory=dict)
    speeds: list[tuple[Fraction, Fraction, int]] = field(default_factory=list)
    """as told in frames a second, to within, and the frame of the source that it is told of"""
    markers: list[tuple[int, str, str]] = field(default_factory=list)
    freezes: bool = False
    still: bool = False
    rest: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Part:
    """What lies on a track: a clip, or nothing."""

    start: int
    length: int
    source: Fraction = Fraction(0)
    speed: Fraction = Fraction(1)
    is_black: bool = True
    name: str = ""
    reel: str = ""
    said: _Said = field(default_factory=_Said)
    into: _Into | None = None

    @property
    def end(self) -> int:
        return self.start + self.length


@dataclass(frozen=True, slots=True)
class _Into:
    """The transition at the beginning of a part: frames around the cut, `D` or `W001`, its name."""

    before: int
    after: int
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class _Times:
    source_in: int
    source_out: int
    record_in: int
    record_out: int


@dataclass(slots=True)
class _Reading:
    name: str
    clock: Clock
    notes: list[NotHeld] = field(default_factory=list)

    def note(self, line: int, what: str, words: str) -> None:
        self.notes.append(NotHeld(what, f"line {line}", words))

    def times(self, decision: Decision) -> _Times:
        """The four times of a line; one that passes midnight goes on counting."""
        found = [self.clock.frames(text, self.name, decision.line) for text in decision.times]
        day = whole_day(self.clock.rate, drop=is_drop_frame(self.clock.rate) and self.clock.drop)
        for out in (1, 3):
            if found[out] < found[out - 1]:
                found[out] += day
        return _Times(*found)


def read_edl(data: bytes, name: str, rate: Fraction | None) -> schema.Timeline:
    """The cut that an EDL says.

    Args:
        data: the file.
        name: of the file, for messages.
        rate: frames a second that it probably has; others are taken where it cannot be.

    Raises:
        DocumentError: it is no EDL, or a line of it is wrong; says which.
    """
    listed = read_lines(data, name)
    reading = _Reading(name, clock_of(listed.events, rate, name))
    rate = reading.clock.rate
    tracks: dict[str, list[Event]] = {}
    for event in listed.events:
        for track in event.of.tracks:
            tracks.setdefault(track, []).append(event)
    start = min(reading.times(event.of).record_in for event in listed.events)
    timeline = schema.Timeline(name=listed.title, global_start_time=time_of(start, rate))
    markers: list[tuple[int, str, str]] = []
    for track in sorted(tracks, key=lambda one: (one[0] != "V", int(one[1:]))):
        parts = _Laying(start, reading).lay(tracks[track])
        if track[0] == "V":
            markers += [marker for part in parts for marker in part.said.markers]
        kind = "Video" if track[0] == "V" else "Audio"
        timeline.tracks.append(_track(track, kind, parts, rate))
    _put_markers(timeline, markers, start, rate)
    if is_drop_frame(rate):
        timeline.metadata[NAMESPACE] = {"drop_frame": _drops(listed.events, reading.clock)}
    keep_notes(timeline, reading.notes)
    return timeline


def _drops(events: Iterable[Event], clock: Clock) -> bool:
    return clock.drop or any(";" in text for event in events for text in event.of.times)


def _said(event: Event, reading: _Reading) -> _Said:
    found = _Said()
    for line, text in event.said:
        if match := _MOTION.match(text):
            told, within = Fraction(match[2]), Fraction(1, 2 * 10 ** len(match[3] or ""))
            found.speeds.append((told, within, reading.clock.frames(match[4], reading.name, line)))
        elif match := _EFFECT.match(text):
            found.names["EFFECT"] = match[1].strip()
        elif match := _SAID.match(text):
            key, value = match[1].upper(), match[2].strip()
            marker = _MARKER.match(value) if key == "LOC" else None
            if marker:
                at = reading.clock.frames(marker[1], reading.name, line)
                found.markers.append((at, marker[2].upper(), (marker[3] or "").strip()))
            else:
                found.names[key] = value
        elif "FREEZE FRAME" in text.upper():
            found.freezes = True
        elif "IS A STILL" in text.upper():
            found.still = True
        else:
            found.rest.append(text.lstrip("* "))
    return found


@dataclass(slots=True)
class _Laying:
    """The events of a track, laid one after another."""

    start: int
    reading: _Reading
    parts: list[_Part] = field(default_factory=list)
    last: tuple[_Times, Event] | None = None
    fading: int = 0
    """frames in which the part before has gone to black"""

    def lay(self, events: list[Event]) -> list[_Part]:
        """The parts that they make."""
        timed = sorted(
            ((self.reading.times(event.of), event) for event in events), key=lambda one: one[0].record_in
        )
        for index, (times, event) in enumerate(timed):
            later = timed[index + 1] if index + 1 < len(timed) else None
            if later and self._is_half_of_a_fade(times, event, *later):
                self.parts[-1].length += event.of.length
                self.fading = event.of.length
                self.last = times, event
                continue
            self._make_room(times.record_in, event.of)
            part = self._part(event, times)
            if self.fading and not event.of.length:
                part.into, self.fading = _Into(self.fading, 0, "D", "FADE"), 0
            elif event.of.length:
                self._cross(part, event, times, is_last=index == len(timed) - 1)
            self.parts.append(part)
            self.last = times, event
        return self.parts

    def _make_room(self, record_in: int, of: Decision) -> None:
        """Nothing up to the beginning of an event; what lies there already is seen until then."""
        end = self.parts[-1].end if self.parts else self.start
        if record_in > end:
            self.parts.append(_Part(end, record_in - end))
        while self.parts and self.parts[-1].end > record_in:
            part = self.parts[-1]
            self.reading.note(of.line, "overlap", f"event {of.number} begins before the one before it ends")
            part.length = record_in - part.start
            if part.length > 0:
                break
            self.parts.pop()

    def _part(self, event: Event, times: _Times) -> _Part:
        of, said = event.of, _said(event, self.reading)
        part = _Part(times.record_in, times.record_out - times.record_in, reel=of.reel, said=said)
        if of.reel.upper() in BLACK:
            return part
        part.is_black, part.source = False, Fraction(times.source_in)
        part.speed = _speed(said, times, event, self.reading)
        came_from, goes_to = said.names.get("FROM CLIP NAME", ""), said.names.get("TO CLIP NAME", "")
        if of.length and not self._goes_on(event, times):
            part.name = goes_to or came_from
        else:
            part.name = goes_to if of.length else came_from or goes_to
        if said.freezes:
            part.name = part.name.removesuffix(" FF")
        return part

    def _goes_on(self, event: Event, times: _Times) -> bool:
        """A transition comes from the clip before it, which goes on where it ended."""
        if self.last is None:
            return False
        last, earlier = self.last
        if last.record_out != times.record_in or earlier.of.reel.upper() in BLACK:
            return False
        if event.come_from is None:
            return True
        if event.come_from.reel.upper() in BLACK:
            return False
        return self.reading.times(event.come_from).source_in == last.source_out

    def _cross(self, part: _Part, event: Event, times: _Times, *, is_last: bool) -> None:
        """Lay a transition around a cut: what it comes from is longer, what it goes to begins later."""
        of = event.of
        length = of.length
        if self.fading:
            part.into = _Into(self.fading, length, of.kind, part.said.names.get("EFFECT", "FADE"))
            self.fading = 0
            return
        if length > part.length:
            self.reading.note(
                of.line,
                "transition",
                f"the transition of event {of.number} has {length} frames, what it goes to {part.length}; "
                "it is as long as that",
            )
            length = part.length
        split = overlap(length)
        before, after = split.before, split.after
        if self._goes_on(event, times):
            if part.is_black and is_last and part.length == length:
                before, after = length, 0
            self.parts[-1].length += before
        elif event.come_from is not None and event.come_from.reel.upper() not in BLACK:
            self._begin_elsewhere(event.come_from, part, before)
        elif not self.parts:
            before, after = 0, length
        elif self.parts[-1].is_black:
            self.parts[-1].length += before
        else:
            self.parts.append(_Part(part.start, before))
        part.start += before
        part.source = Fraction(math.ceil(part.source + before * part.speed))
        part.length -= before
        if before or after:
            part.into = _Into(before, after, of.kind, part.said.names.get("EFFECT", ""))

    def _is_half_of_a_fade(self, times: _Times, event: Event, later: _Times, then: Event) -> bool:
        """To black, and from black at once and as long, or to a clip: a fade around a cut, or up to one."""
        length = event.of.length
        return (
            length > 0
            and event.of.reel.upper() in BLACK
            and times.record_out - times.record_in == length
            and then.of.length in {length, length - 1, 0}
            and then.of.reel.upper() not in BLACK
            and later.record_in == times.record_out
            and later.record_out - later.record_in >= max(1, then.of.length)
            and (then.of.length == 0 or (then.come_from is not None and then.come_from.reel.upper() in BLACK))
            and bool(self.parts)
            and not self.parts[-1].is_black
            and self._goes_on(event, times)
        )

    def _begin_elsewhere(self, come_from: Decision, part: _Part, before: int) -> None:
        """A clip of its own that a transition comes from: three clips meet there."""
        times = self.reading.times(come_from)
        name = part.said.names.get("FROM CLIP NAME", "") if "TO CLIP NAME" in part.said.names else ""
        source = Fraction(times.source_in)
        self.parts.append(_Part(part.start, before, source, is_black=False, name=name, reel=come_from.reel))


def _speed(said: _Said, times: _Times, event: Event, reading: _Reading) -> Fraction:
    """How fast the media runs: as an M2 line says, in the simplest ratio that it can mean."""
    length, source_length = times.record_out - times.record_in, times.source_out - times.source_in
    told = next((one for one in said.speeds if one[2] == times.source_in), None)
    if told is None and not event.of.length:
        told = next(iter(said.speeds), None)
    if said.freezes or (told is not None and told[0] == 0):
        return Fraction(0)
    if told is not None:
        return _ratio(told[0], told[1], nominal_rate(reading.clock.rate))
    if source_length != length and not said.still:
        reading.note(
            event.of.line,
            "lengths",
            f"event {event.of.number} has {source_length} frames in its source and {length} in the record; "
            "those of the record are taken",
        )
    return Fraction(1)


def speed_told(text: str, nominal: int) -> Fraction:
    """The speed that an M2 line means.

    Args:
        text: frames a second as it has them, such as `047.6`.
        nominal: whole frames that timecode counts in a second.
    """
    return _ratio(Fraction(text), Fraction(1, 2 * 10 ** len(text.partition(".")[2])), nominal)


def _ratio(told: Fraction, within: Fraction, nominal: int) -> Fraction:
    return _simplest(abs(told) / nominal, within / nominal) * (-1 if told < 0 else 1)


def _simplest(value: Fraction, within: Fraction) -> Fraction:
    """The ratio with the smallest denominator near a value."""
    for denominator in range(1, 1000):
        numerator = -(-(value - within) * denominator // 1)
        if numerator > 0 and Fraction(numerator, denominator) <= value + within:
            return Fraction(numerator, denominator)
    return value


def _track(name: str, kind: str, parts: list[_Part], rate: Fraction) -> schema.Track:
    track = schema.Track(name=name, kind=kind)
    while parts and parts[-1].is_black and not parts[-1].into:
        parts.pop()
    for part in parts:
        if part.into:
            track.append(_transition(part.into, rate))
        if part.length <= 0:
            continue
        if part.is_black:
            track.append(schema.Gap(source_range=range_of(0, part.length, rate)))
        else:
            track.append(_clip(part, rate))
    return track


def _transition(into: _Into, rate: Fraction) -> schema.Transition:
    made = schema.Transition(
        name=into.name,
        in_offset=time_of(into.before, rate),
        out_offset=time_of(into.after, rate),
        metadata={"cmx_3600": {"transition": into.code}},
    )
    code = (
        TransitionKind.DISSOLVE.value
        if into.code == "D"
        else _WIPES.get(into.code, TransitionKind.WIPE_RIGHT)
    )
    call(made, kind_called(into.name) or code)
    return made


def _clip(part: _Part, rate: Fraction) -> schema.Clip:
    names = part.said.names
    file = names.get("SOURCE FILE") or names.get("FROM FILE") or names.get("TO FILE") or ""
    file = file or names.get("TO CLIP" if part.into else "FROM CLIP", "")
    reference: schema.MediaReference = schema.MissingReference()
    if part.reel.upper() == _BARS:
        reference = schema.GeneratorReference(generator_kind="SMPTEBars")
    elif file:
        reference = schema.ExternalReference(target_url=file)
    stem = PurePosixPath(file.replace("\\", "/")).stem
    clip = schema.Clip(
        name=part.name or stem or part.reel,
        media_reference=reference,
        source_range=range_of(part.source, part.length, rate),
        metadata={
            "cmx_3600": {"reel": part.reel, **({"comments": part.said.rest} if part.said.rest else {})}
        },
    )
    if part.speed == 0:
        clip.effects.append(schema.FreezeFrame())
    elif part.speed != 1:
        clip.effects.append(schema.LinearTimeWarp(time_scalar=float(part.speed)))
    return clip


def _put_markers(
    timeline: schema.Timeline, markers: list[tuple[int, str, str]], start: int, rate: Fraction
) -> None:
    """Markers, which are told at frames of the record, onto the clips that are there."""
    tracks = [[*placed(track, rate)] for track in timeline.tracks if track.kind == "Video"]
    begins = [[one.start for one in things] for things in tracks]
    for at, colour, words in dict.fromkeys(markers):
        marker = schema.Marker(name=words[:60], color=colour, comment=words)
        found = [
            things[bisect_right(starts, at - start) - 1]
            for things, starts in zip(tracks, begins, strict=True)
            if starts
        ]
        under = next((one for one in found if not one.is_gap and one.start <= at - start < one.end), None)
        if under is None:
            marker.marked_range = range_of(at - start, 0, rate)
            timeline.tracks.markers.append(marker)
        else:
            marker.marked_range = range_of(under.source_at(at - start), 0, rate)
            under.item.markers.append(marker)
