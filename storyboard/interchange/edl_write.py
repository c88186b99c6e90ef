"""Timeline → a CMX 3600 edit decision list.

A transition is an event of two lines that begins where the transition does. Reels have eight letters and tell
their media apart; the names of clips and files are in the lines below an event.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from opentimelineio import schema

from storyboard.interchange.edl_lines import BLACK_REEL
from storyboard.interchange.edl_read import speed_told
from storyboard.interchange.holds import Holds, LaidTrack, chosen, laid, not_held
from storyboard.interchange.kinds import ALL_KINDS
from storyboard.interchange.naming import file_name, marker_words, one_line, reel_names
from storyboard.interchange.not_held import NotHeld, of_all
from storyboard.interchange.placed import Crossing, Placed
from storyboard.interchange.rates import drops, frames, rate_of, start_of, whole_day
from storyboard.media.timing import nominal_rate, timecode_from_frames
from storyboard.planning.transitions import DIPS
from storyboard.schema.vocabulary import TransitionKind

HOLDS = Holds(
    pictures=1,
    sounds=4,
    transitions=ALL_KINDS,
    speeds=True,
    markers=True,
    colours=True,
)
MOST_EVENTS = 999
"""that the number of an event has room for"""
_WIPES = {
    "wipe-up": "W002",
    "wipe-down": "W002",
    "wipe-barn-door": "W021",
    "wipe-clock": "W201",
    "wipe-iris": "W119",
}
"""SMPTE's numbers; any other wipe is W001, an edge from left to right"""
_RUNS_BACK = frozenset({"wipe-left", "wipe-up"})
_NUMBER = "\0"
"""stands in a line for the number of its event"""


def write_edl(timeline: schema.Timeline) -> tuple[str, list[NotHeld]]:
    """An EDL, and what it does not hold.

    Raises:
        ValueError: the cut has no rate.
    """
    rate = rate_of(timeline)
    tracks = laid(timeline, rate)
    kept = chosen(tracks, HOLDS)
    reels = reel_names([one for track in kept for one in track.things if _is_seen(one)])
    writing = _Writing(rate, drops(timeline, rate), start_of(timeline, rate), reels)
    writing.cut_markers = [*timeline.tracks.markers]
    events: list[tuple[int, int, list[str]]] = []
    sounds = 0
    for order, track in enumerate(kept):
        sounds += track.is_sound
        channel = ("A" if sounds == 1 else f"A{sounds}") if track.is_sound else "V"
        events += [(begins, order, lines) for begins, lines in writing.track(track, channel)]
    events.sort(key=lambda event: event[:2])
    rows = [
        line.replace(_NUMBER, f"{number:03}") for number, event in enumerate(events, 1) for line in event[2]
    ]
    found = not_held(timeline, tracks, HOLDS, rate) + writing.not_told()
    if len(events) > MOST_EVENTS:
        words = f"there are {len(events)}; some programs read no more than {MOST_EVENTS}"
        found.append(NotHeld("events", "", words))
    title = one_line(str(timeline.name or "Untitled"))[:70]
    mode = "DROP FRAME" if writing.drop else "NON-DROP FRAME"
    return "\r\n".join([f"TITLE: {title}", f"FCM: {mode}", "", *rows, ""]), found


def _is_seen(thing: Placed | None) -> bool:
    return thing is not None and not thing.is_gap and isinstance(thing.item, schema.Clip)


@dataclass(frozen=True, slots=True)
class _Into:
    """How an event begins.

    Attributes:
        begins: the first frame of the cut that it is seen in.
        length: of the transition; 0 for none.
        kind: of it.
        from_black: it comes from black, whatever lies before.
        of_black: what lies before goes to black first, in an event of its own.
    """

    begins: int
    length: int
    kind: str
    from_black: bool = False
    of_black: Crossing | None = None


@dataclass(slots=True)
class _Writing:
    """How a cut is told, and what could not be."""

    rate: Fraction
    drop: bool
    start: int
    reels: dict[str, str]
    cut_markers: list[schema.Marker] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    backwards: list[str] = field(default_factory=list)
    about: list[str] = field(default_factory=list)
    early: list[str] = field(default_factory=list)
    met: list[str] = field(default_factory=list)
    black: list[str] = field(default_factory=list)

    def not_told(self) -> list[NotHeld]:
        """What of the events is not as the timeline has it."""
        outside = [*self.outside, *(str(marker.name) for marker in self.cut_markers)]
        return [
            *of_all("markers", outside, "lie on no frame that is seen and are left out"),
            *of_all(TransitionKind.DIP_TO_WHITE, self.black, "goes through black there"),
            *of_all("wipe", self.backwards, "runs the other way where the name of its effect is not read"),
            *of_all("speed", self.about, "is told in tenths of a frame a second"),
            *of_all("handles", self.early, "begins before its media; the first frame is taken"),
            *of_all("transition", self.met, "meets the next one; an EDL has frames between them"),
        ]

    def track(self, track: LaidTrack, channel: str) -> Iterator[tuple[int, list[str]]]:
        """The events of a track: where each begins, and its lines."""
        before: Placed | None = None
        left_at = 0
        for index, thing in enumerate(track.things):
            into = self._into(thing, before)
            if into.of_black and before is not None:
                yield self._last(before, into.of_black, left_at, channel)
            begins, ends = into.begins, thing.end - (thing.out_of.before if thing.out_of else 0)
            goes_on = self._come_from(into, before, left_at, channel)
            if _is_seen(thing):
                if ends - begins < max(1, into.length):
                    self.met.append(thing.name)
                line, left_at = self._clip_line(thing, into, max(ends, begins + 1), channel)
                said = [*self._said(thing, into, before), *self._motion(thing, begins)]
                if not track.is_sound:
                    said += self._markers(thing)
                yield begins, [*goes_on, line, *said]
            elif into.length or (index == 0 and channel == "V" and ends > begins):
                line = self._line(BLACK_REEL, channel, into, (0, ends - begins, begins, ends))
                yield begins, [*goes_on, line, *self._said(None, into, before)]
            before = thing
        if before is not None and before.out_of and _is_seen(before):
            yield self._last(before, before.out_of, left_at, channel)

    def _into(self, thing: Placed, before: Placed | None) -> _Into:
        """How the event of a thing begins."""
        crossing = thing.into
        if crossing is None:
            return _Into(thing.start, 0, "")
        if crossing.kind in DIPS and before is not None and _is_seen(before) and _is_seen(thing):
            if crossing.kind != TransitionKind.FADE:
                self.black.append(crossing.kind)
            to_black = Crossing(crossing.transition, crossing.before, 0) if crossing.before else None
            return _Into(thing.start, crossing.after, crossing.kind, from_black=True, of_black=to_black)
        return _Into(thing.start - crossing.before, crossing.length, crossing.kind)

    def _last(self, thing: Placed, out_of: Crossing, left_at: int, channel: str) -> tuple[int, list[str]]:
        """A track that ends by going to nothing."""
        begins, ends = thing.end - out_of.before, thing.end + out_of.after
        came = self._line(self.reels[thing.name], channel, None, (left_at, left_at, begins, begins))
        into = _Into(begins, ends - begins, out_of.kind)
        line = self._line(BLACK_REEL, channel, into, (0, ends - begins, begins, ends))
        return begins, [came, line, *self._said(None, into, thing)]

    def _come_from(self, into: _Into, before: Placed | None, left_at: int, channel: str) -> list[str]:
        """The line of what a transition comes from."""
        if not into.length:
            return []
        if before is not None and _is_seen(before) and not into.from_black:
            times = (left_at, left_at, into.begins, into.begins)
            return [self._line(self.reels[before.name], channel, None, times)]
        return [self._line(BLACK_REEL, channel, None, (0, 0, into.begins, into.begins))]

    def _clip_line(self, thing: Placed, into: _Into, ends: int, channel: str) -> tuple[str, int]:
        """The line of a clip, and the frame of its media at which it is left."""
        begins = into.begins
        source = self._first(thing, begins)
        if source < 0:
            self.early.append(thing.name)
            source = 0
        length = ends - begins if thing.speed == 1 else thing.source_length(ends - begins)
        line = self._line(self.reels[thing.name], channel, into, (source, source + length, begins, ends))
        return line, source + length

    @staticmethod
    def _first(thing: Placed, begins: int) -> int:
        """The frame of the media that its event begins with; a part of one counts."""
        return math.floor(thing.source + (begins - thing.start) * thing.speed)

    def _line(self, reel: str, channel: str, into: _Into | None, times: tuple[int, int, int, int]) -> str:
        kind = f"{self._code(into):<5}{into.length:03}" if into and into.length else "C       "
        source_in, source_out, record_in, record_out = times
        told = " ".join(
            self._timecode(one)
            for one in (source_in, source_out, self.start + record_in, self.start + record_out)
        )
        return f"{_NUMBER}  {reel:<8} {channel:<5} {kind} {told}"

    def _code(self, into: _Into) -> str:
        return _WIPES.get(into.kind, "W001") if into.kind.startswith("wipe") else "D"

    def _timecode(self, frame: int) -> str:
        return timecode_from_frames(frame % whole_day(self.rate, drop=self.drop), self.rate, drop=self.drop)

    def _said(self, thing: Placed | None, into: _Into, before: Placed | None) -> Iterator[str]:
        """The names of clips and files, and that of the effect."""
        if before is not None and _is_seen(before) and into.length and not into.from_black:
            yield f"* FROM CLIP NAME: {one_line(before.name)}"
        if thing is not None:
            yield f"* {'TO' if into.length else 'FROM'} CLIP NAME: {one_line(thing.name)}"
            if file := file_name(thing.item):
                yield f"* SOURCE FILE: {file}"
        if into.length and into.kind != TransitionKind.DISSOLVE:
            yield f"* EFFECT NAME: {into.kind.upper()}"
        if into.kind in _RUNS_BACK:
            self.backwards.append(into.kind)

    def _motion(self, thing: Placed, begins: int) -> Iterator[str]:
        """How fast a clip runs, in frames a second."""
        if thing.speed == 1:
            return
        nominal = nominal_rate(self.rate)
        at = self._first(thing, begins)
        told = f"{float(thing.speed * nominal):05.1f}"
        if speed_told(told, nominal) != thing.speed:
            self.about.append(thing.name)
        yield f"M2   {self.reels[thing.name]:<8}       {told}                {self._timecode(max(0, at))}"
        if thing.speed == 0:
            yield "* * FREEZE FRAME"

    def _markers(self, thing: Placed) -> Iterator[str]:
        for marker in thing.item.markers:
            offset = frames(marker.marked_range.start_time, self.rate) - thing.source
            at = thing.start + (int(offset / thing.speed) if thing.speed else 0)
            if thing.start <= at < thing.end:
                yield self._marker(marker, at)
            else:
                self.outside.append(str(marker.name))
        for marker in [*self.cut_markers]:
            at = frames(marker.marked_range.start_time, self.rate)
            if thing.start <= at < thing.end:
                self.cut_markers.remove(marker)
                yield self._marker(marker, at)

    def _marker(self, marker: schema.Marker, at: int) -> str:
        colour = str(marker.color or schema.MarkerColor.RED).upper()
        return f"* LOC: {self._timecode(self.start + at)} {colour:<7} {marker_words(marker)}"
