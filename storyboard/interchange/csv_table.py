"""Timeline → a table of its clips, one a row, for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from fractions import Fraction

from opentimelineio import schema

from storyboard.cells import harmless
from storyboard.interchange.holds import Holds, LaidTrack, laid, not_held
from storyboard.interchange.kinds import ALL_KINDS
from storyboard.interchange.names import named_take
from storyboard.interchange.naming import marker_words, one_line
from storyboard.interchange.not_held import NotHeld
from storyboard.interchange.placed import Crossing, media_url
from storyboard.interchange.rates import drops, rate_of, start_of, whole_day
from storyboard.media.timing import timecode_from_frames

HOLDS = Holds(
    transitions=ALL_KINDS,
    crossed=True,
    uncentred=True,
    speeds=True,
    markers=True,
)
COLUMNS = (
    "number",
    "track",
    "clip",
    "shot",
    "take",
    "record in",
    "record out",
    "frames",
    "source in",
    "source out",
    "speed",
    "transition",
    "transition frames",
    "before the cut",
    "media",
    "markers",
    "rate",
)


def write_csv(timeline: schema.Timeline) -> tuple[str, list[NotHeld]]:
    """The table, and what it does not hold.

    Raises:
        ValueError: the cut has no rate.
    """
    rate = rate_of(timeline)
    tracks = laid(timeline, rate)
    drop = drops(timeline, rate)
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\r\n")
    table.writerow(COLUMNS)
    number = 0
    for track in tracks:
        for row in _rows(track, rate, start_of(timeline, rate), drop=drop):
            number += 1
            table.writerow([_cell(one) for one in (number, *row)])
    found = not_held(timeline, tracks, HOLDS, rate)
    if len(timeline.tracks.markers):
        names = [str(marker.name) for marker in timeline.tracks.markers]
        found.append(NotHeld("markers", ", ".join(names[:12]), "are of the whole cut and left out"))
    return text.getvalue(), found


def _cell(value: object) -> str:
    """Text of others is never a formula."""
    return harmless(value) if isinstance(value, str) else str(value)


def _rows(track: LaidTrack, rate: Fraction, start: int, *, drop: bool) -> Iterator[tuple[object, ...]]:
    def timecode(frame: int) -> str:
        return timecode_from_frames(frame % whole_day(rate, drop=drop), rate, drop=drop)

    for thing in track.things:
        if thing.is_gap and not thing.into and not thing.out_of:
            continue
        identity = named_take(thing.name)
        into = thing.into
        first = thing.source_at(thing.start)
        clip = "" if thing.is_gap else one_line(thing.name)
        yield (
            str(track.track.name) or track.track.kind,
            clip,
            identity.shot if identity else "",
            identity.take or "" if identity else "",
            timecode(start + thing.start),
            timecode(start + thing.end),
            thing.length,
            timecode(first),
            timecode(first + (thing.source_length(thing.length) if thing.speed != 1 else thing.length)),
            str(thing.speed) if thing.speed != 1 else "",
            *_transition(into),
            "" if thing.is_gap else media_url(thing.item),
            " | ".join(marker_words(one) for one in thing.item.markers),
            str(rate),
        )


def _transition(into: Crossing | None) -> tuple[object, ...]:
    return (into.kind, into.length, into.before) if into else ("", "", "")
