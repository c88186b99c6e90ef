"""Fades to black at the end of a shot: metadata of a clip in the cut of a film, transitions in other formats.

Such a transition ends at the cut. What comes after it begins there, with no transition of its own.
"""

from __future__ import annotations

from fractions import Fraction

from opentimelineio import schema

from storyboard.interchange.not_held import NAMESPACE, NotHeld, of_all
from storyboard.interchange.rates import frames, rate_of, time_of
from storyboard.schema.vocabulary import TransitionKind

_KEY = "fade_out"


def as_transitions(timeline: schema.Timeline) -> list[NotHeld]:
    """Put a transition where a clip fades out, in place; returns where there is another one already."""
    rate = rate_of(timeline)
    met: list[str] = []
    for track in timeline.tracks:
        for index in reversed(range(len(track))):
            one = track[index]
            length = _fade_out(one)
            if not length:
                continue
            if index + 1 < len(track) and isinstance(track[index + 1], schema.Transition):
                met.append(str(one.name))
            else:
                track.insert(index + 1, _fade(length, rate))
    return of_all("fade-out", met, "is left out: the next shot's transition begins there")


def _fade_out(one: object) -> int:
    own = one.metadata.get(NAMESPACE, {}) if isinstance(one, schema.Clip) else {}
    length = own.get(_KEY, 0) if hasattr(own, "get") else 0
    return int(length) if isinstance(length, int | float) and length > 0 else 0


def _fade(length: int, rate: Fraction) -> schema.Transition:
    kind = TransitionKind.FADE.value
    return schema.Transition(
        kind,
        schema.TransitionTypes.Custom,
        time_of(length, rate),
        time_of(0, rate),
        metadata={NAMESPACE: {"kind": kind, "through_black": True}},
    )


def as_fade_outs(timeline: schema.Timeline) -> None:
    """Say of clips that they fade out, in place of transitions that end at a cut to another clip."""
    rate = rate_of(timeline)
    for track in timeline.tracks:
        for index in reversed(range(1, len(track) - 1)):
            one, before = track[index], track[index - 1]
            if not isinstance(one, schema.Transition) or not isinstance(before, schema.Clip):
                continue
            kind = one.metadata.get(NAMESPACE, {}).get("kind")
            if kind == TransitionKind.FADE and not frames(one.out_offset, rate):
                own = dict(before.metadata.get(NAMESPACE, {}))
                before.metadata[NAMESPACE] = {**own, _KEY: frames(one.in_offset, rate)}
                del track[index]
