"""The lines of a CMX 3600 edit decision list → events.

An event is one line of a cut, or two of a transition: what is left, which has no length of its own, and what
is gone to. Lines after it that begin with no number are said of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction

from storyboard.interchange.text_file import lines_of, refusal
from storyboard.media.timing import frames_from_timecode, is_drop_frame, nominal_rate
from storyboard.wording import shown

_TIMECODE = re.compile(r"(\d{1,2})[:;.,](\d{1,2})[:;.,](\d{1,2})([:;.,])(\d{2,3})")
_TRACKS = re.compile(r"V\d{0,2}|A\d{0,2}")
_MOST_EVENTS = 100_000
_LONGEST = 2_000
"""letters of a line; what is longer is no line of an EDL"""
BLACK_REEL = "BL"
BLACK = frozenset({BLACK_REEL, "BLACK"})
"""reels that are no media"""


@dataclass(frozen=True, slots=True)
class Decision:
    """A line that says what is seen when.

    Attributes:
        line: of the file, 1-based.
        number: of the event, as it is written.
        reel: the media's.
        tracks: `V1`, `A1`...
        kind: `C` a cut, `D` a dissolve, `W001` a wipe.
        length: of the transition, in frames.
        times: source in and out, record in and out, as they are written.
        drop: frame numbers are dropped, as the last FCM line says; None without one.
    """

    line: int
    number: str
    reel: str
    tracks: tuple[str, ...]
    kind: str
    length: int
    times: tuple[str, str, str, str]
    drop: bool | None

    @property
    def is_nothing(self) -> bool:
        """It has no length: it says only what a transition comes from."""
        return self.times[2] == self.times[3]


@dataclass(slots=True)
class Event:
    """What is seen next, and what it comes from.

    Attributes:
        of: the line that has a length.
        come_from: the line before a transition; None of a cut.
        said: lines about it, with their numbers.
    """

    of: Decision
    come_from: Decision | None
    said: list[tuple[int, str]] = field(default_factory=list)


@dataclass(slots=True)
class EventList:
    """An EDL as its lines say it."""

    title: str
    events: list[Event]
    heading: list[str]


def read_lines(data: bytes, name: str) -> EventList:
    """The events of an EDL.

    Raises:
        DocumentError: it is no EDL, or a line of an event is none; says which.
    """
    found = EventList("", [], [])
    waiting: Decision | None = None
    drop: bool | None = None
    aside: list[tuple[int, str]] = []
    for number, raw in enumerate(lines_of(data, name, "an EDL is a text of events"), 1):
        text = raw.strip()
        if not text or text.startswith("SPLIT:"):
            continue
        if len(text) > _LONGEST:
            raise refusal(name, f"this is no EDL: a line of {len(text)} letters", number)
        if text.upper().startswith("TITLE:"):
            found.title = text[6:].strip()
        elif text.upper().startswith("FCM"):
            drop = "NON" not in text.upper() and "DROP" in text.upper()
        elif decision := _decision(text, number, name, drop=drop):
            if waiting is not None and not _leads_to(waiting, decision):
                aside = []
                waiting = None
            if decision.kind == "C" and decision.is_nothing:
                waiting = decision
                continue
            if decision.tracks:
                found.events.append(Event(decision, waiting if decision.length else None, aside))
            waiting, aside = None, []
            if len(found.events) > _MOST_EVENTS:
                raise refusal(name, f"there are more than {_MOST_EVENTS:,} events in it", number)
        elif waiting is not None:
            aside.append((number, text))
        elif found.events:
            found.events[-1].said.append((number, text))
        else:
            found.heading.append(text)
    if not found.events:
        raise refusal(
            name,
            "there is no event in it: an EDL has lines such as "
            "`001  AX V C 00:00:00:00 00:00:02:00 01:00:00:00 01:00:02:00`",
        )
    return found


def _leads_to(nothing: Decision, decision: Decision) -> bool:
    return decision.length > 0 and nothing.times[2] == decision.times[2]


def _decision(text: str, line: int, name: str, *, drop: bool | None) -> Decision | None:
    """What a line decides; None where it decides nothing."""
    fields = text.split()
    if not fields[0][0].isdigit():
        return None
    times = [one for one in fields if _TIMECODE.fullmatch(one)]
    last = fields[-4:]
    if len(fields) < 8 or not all(_TIMECODE.fullmatch(one) or one.isdecimal() for one in last):
        if len(times) >= 2:
            raise refusal(
                name,
                f"{shown(text)} is no event: it has a number, a reel, tracks, a kind, four timecodes",
                line,
            )
        return None
    rest = fields[1:-4]
    length = 0
    if rest[-1] == "F":
        rest = rest[:-1]
    if len(rest) > 3 and rest[-1].isdecimal() and len(rest[-1]) <= 6:
        length, rest = int(rest[-1]), rest[:-1]
    kind = rest[-1].upper()
    if kind in {"B", "O"} and rest[-2].upper() == "K":
        kind, rest = "K", rest[:-1]
    if kind.startswith("K"):
        raise refusal(
            name,
            f"event {fields[0]} is a key, which is not read",
            line,
            "render keyed shots in the editing program, or export another format (.otio, .xml)",
        )
    if kind not in {"C", "D"} and not re.fullmatch(r"W\d{0,3}", kind):
        raise refusal(
            name, f"{shown(kind)} is no kind of edit: it is C (cut), D (dissolve) or W (wipe)", line
        )
    if len(rest) < 3:
        raise refusal(name, f"{shown(text)} is no event: it lacks a reel or tracks", line)
    reel = " ".join(rest[:-2])
    return Decision(
        line,
        fields[0],
        reel,
        _tracks(rest[-2], name, line),
        kind,
        length if kind != "C" else 0,
        (last[0], last[1], last[2], last[3]),
        drop,
    )


def _tracks(channels: str, name: str, line: int) -> tuple[str, ...]:
    """`V1` and `A1` for `B`; `A1` and `A2` for `AA`."""
    text = channels.upper()
    if text == "NONE":
        return ()
    if text == "B":
        return ("V1", "A1")
    parts = _TRACKS.findall(text)
    if not parts or "".join(parts) != text.replace("/", ""):
        raise refusal(
            name,
            f"{shown(channels)} names no tracks: V, A, A2, AA, B (picture and sound), AA/V or NONE",
            line,
        )
    found: dict[str, None] = {}
    for part in parts:
        number = int(part[1:] or 1)
        if not part[1:] and part + "1" in found:
            number = 2
        found[f"{part[0]}{number}"] = None
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Clock:
    """How timecodes of an EDL are read.

    Attributes:
        rate: frames a second.
        drop: timecodes with a colon drop frame numbers too.
    """

    rate: Fraction
    drop: bool

    def frames(self, text: str, name: str, line: int) -> int:
        """Frames since midnight.

        Raises:
            DocumentError: there is no such timecode at this rate.
        """
        match = _TIMECODE.fullmatch(text)
        if match is None:
            return int(text[:12])
        dropped = is_drop_frame(self.rate) and (match[4] in ";," or self.drop)
        hours, minutes, seconds = (int(match[at]) for at in (1, 2, 3))
        written = f"{hours:02}:{minutes:02}:{seconds:02}{';' if dropped else ':'}{match[5]}"
        try:
            return frames_from_timecode(written, self.rate)
        except ValueError as error:
            raise refusal(name, str(error), line) from None


def clock_of(events: list[Event], wanted: Fraction | None, name: str) -> Clock:
    """The rate of an EDL, which none of its lines says.

    Of those that have all its frame numbers it is the one at which most events are as long in the source as
    in the record; of several the one that is wanted, then the common ones in order.
    """
    decisions = [one for event in events for one in (event.of, event.come_from) if one]
    highest, semicolons = 0, False
    for decision in decisions:
        for text in decision.times:
            if match := _TIMECODE.fullmatch(text):
                highest = max(highest, int(match[5]))
                semicolons = semicolons or match[4] in ";,"
    if semicolons or any(decision.drop for decision in decisions):
        dropping = [Fraction(30000, 1001), Fraction(60000, 1001)]
        if wanted is not None and is_drop_frame(wanted) and highest < nominal_rate(wanted):
            dropping.insert(0, wanted)
        rates = [rate for rate in dropping if highest < nominal_rate(rate)]
        drop = any(decision.drop for decision in decisions)
    else:
        common = [Fraction(rate) for rate in (24, 25, 30, 48, 50, 60, 100, 120)]
        rates = [rate for rate in ([wanted] if wanted else []) + common if highest < nominal_rate(rate)]
        drop = False
    if not rates:
        raise refusal(name, f"a timecode has the frame number {highest}, which no rate has")
    clocks = [Clock(rate, drop) for rate in rates]
    if len(clocks) == 1:
        return clocks[0]
    plain = [event.of for event in events if not _is_retimed(event)]
    return min(clocks, key=lambda clock: sum(not _as_long(clock, one, name) for one in plain))


def _is_retimed(event: Event) -> bool:
    return any(
        text.upper().startswith("M2") or "FREEZE FRAME" in text.upper() or "IS A STILL" in text.upper()
        for _, text in event.said
    )


def _as_long(clock: Clock, decision: Decision, name: str) -> bool:
    source_in, source_out, record_in, record_out = (
        clock.frames(text, name, decision.line) for text in decision.times
    )
    return source_out - source_in == record_out - record_in
