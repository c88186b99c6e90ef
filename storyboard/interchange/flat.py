"""A cut in a cut → the clips in it, where that shows the same."""

from __future__ import annotations

from fractions import Fraction

import opentimelineio as otio
from opentimelineio import schema
from opentimelineio.core import Composable
from opentimelineio.opentime import TimeRange

from storyboard.interchange.not_held import of_all
from storyboard.interchange.rates import frames, range_of, rate_of
from storyboard.interchange.reading import keep_notes


def flatten(timeline: schema.Timeline) -> None:
    """Put the clips of nested cuts in their places, in place.

    One stays nested that has more than one track of its kind, runs at another speed, is switched off, or
    begins or ends within a transition of its own or of the cut around it.

    Raises:
        ValueError: the cut has no rate.
    """
    if not any(isinstance(one, schema.Stack) for track in timeline.tracks for one in track):
        return
    rate = rate_of(timeline)
    flat: list[str] = []
    heard: list[str] = []
    for track in timeline.tracks:
        children = [*track]
        made: list[Composable] = []
        at = 0
        for index, one in enumerate(children):
            beside = children[max(0, index - 1) : index] + children[index + 1 : index + 2]
            meets = any(isinstance(two, schema.Transition) for two in beside)
            inner = _inner(one, str(track.kind)) if isinstance(one, schema.Stack) and not meets else None
            if inner is None:
                made.append(one)
            else:
                made += inner
                flat.append(str(one.name) or "?")
                if any(two.kind != track.kind and len(two) for two in one):
                    heard.append(str(one.name) or "?")
                timeline.tracks.markers.extend(_markers(one, at, rate))
            at += 0 if isinstance(one, schema.Transition) else frames(one.duration(), rate)
        track.clear()
        track.extend(made)
    keep_notes(timeline, of_all("nested cut", flat, "is read as the clips in it"))
    words = "what it has beside them is left out, where no other track has it"
    keep_notes(timeline, of_all("nested cut", heard, words))


def _inner(stack: schema.Stack, kind: str) -> list[Composable] | None:
    """The clips that a nested cut shows; None where they alone do not show the same."""
    tracks = [one for one in stack if isinstance(one, schema.Track) and one.kind == kind and len(one)]
    if len(tracks) != 1 or len(stack.effects) or not stack.enabled:
        return None
    track = tracks[0]
    if any(isinstance(one, schema.Stack) for one in track):
        return None
    wanted = stack.source_range or stack.trimmed_range()
    try:
        if wanted.end_time_exclusive() > track.duration():
            return None
        trimmed = otio.algorithms.track_trimmed_to_range(track, wanted)
    except otio.exceptions.OTIOError:
        return None
    children = [one.deepcopy() for one in trimmed]
    if (
        not children
        or isinstance(children[0], schema.Transition)
        or isinstance(children[-1], schema.Transition)
    ):
        return None
    return children


def _markers(stack: schema.Stack, at: int, rate: Fraction) -> list[schema.Marker]:
    """The markers of a nested cut, at the frames of the one around it."""
    first = frames(stack.source_range.start_time, rate) if stack.source_range is not None else 0
    found: list[schema.Marker] = []
    for marker in stack.markers:
        made = marker.deepcopy()
        since = frames(marker.marked_range.start_time, rate) - first
        made.marked_range = TimeRange(range_of(at + since, 0, rate).start_time, marker.marked_range.duration)
        found.append(made)
    return found
