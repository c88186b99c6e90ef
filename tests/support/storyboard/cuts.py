"""Cuts as other programs get them: made from rules, and told so that two of them can be compared."""

from fractions import Fraction

from hypothesis import strategies as st
from opentimelineio import schema

from storyboard.interchange.holds import laid
from storyboard.interchange.not_held import NAMESPACE
from storyboard.interchange.rates import drops, frames, range_of, rate_of, start_of, time_of
from storyboard.media.timing import is_drop_frame, nominal_rate
from storyboard.planning.transitions import overlap

RATES = [
    (Fraction(24), False),
    (Fraction(25), False),
    (Fraction(24000, 1001), False),
    (Fraction(30), False),
    (Fraction(30000, 1001), True),
    (Fraction(30000, 1001), False),
    (Fraction(60), False),
]
"""and whether timecode drops frames"""
SPEEDS = [Fraction(1)] * 6 + [Fraction(1, 2), Fraction(2), Fraction(3, 2), Fraction(2, 3)]
KINDS = ("dissolve", "fade", "wipe-left", "wipe-clock", "dip-to-white")
HEAD = 42
"""frames of media before what is seen"""


def clip(name, source, length, rate, speed=Fraction(1), colour="YELLOW", note=None):
    """A clip of a take whose media begins at 0."""
    made = schema.Clip(name, source_range=range_of(source, length, rate))
    made.media_reference = schema.ExternalReference(f"media/{name}.mp4", range_of(0, 4000, rate))
    made.media_reference.name = name
    if speed != 1:
        made.effects.append(schema.LinearTimeWarp(time_scalar=float(speed)))
    if note:
        made.markers.append(schema.Marker(note[:60], range_of(source + 2, 0, rate), colour, comment=note))
    return made


def transition(kind, before, after, rate):
    """A transition as the cut of a film has it."""
    otio_kind = "SMPTE_Dissolve" if kind == "dissolve" else "Custom_Transition"
    return schema.Transition(
        kind, otio_kind, time_of(before, rate), time_of(after, rate), metadata={NAMESPACE: {"kind": kind}}
    )


def gap(length, rate):
    return schema.Gap(source_range=range_of(0, length, rate))


def timeline_of(tracks, rate, *, drop=False, hour=1, name="A film"):
    start = hour * 3600 * nominal_rate(rate)
    start -= 108 * (nominal_rate(rate) // 30) * hour if drop and is_drop_frame(rate) else 0
    made = schema.Timeline(name, global_start_time=time_of(start, rate))
    made.metadata[NAMESPACE] = {"drop_frame": drop, "width": 1920, "height": 1080}
    for kind, called, children in tracks:
        made.tracks.append(schema.Track(called, children, kind=kind))
    return made


@st.composite
def cuts(draw, rate, drop, kinds=KINDS, speeds=SPEEDS, sounds=2):
    """A film's cut: shots that may come again, each begins as a film's shots do."""
    picture = []
    for number in range(draw(st.integers(1, 7))):
        length = draw(st.integers(24, 80))
        kind = draw(st.sampled_from(["cut", "cut", *kinds]))
        around = draw(st.integers(2, 11))
        if kind != "cut" and number:
            split = overlap(around)
            picture.append(transition(kind, split.before, split.after, rate))
        elif kind == "fade":
            picture.append(transition(kind, 0, around, rate))
        shot = draw(st.integers(1, 4))
        # Of a speed that ends on whole frames of media wherever a transition may begin.
        source, speed = HEAD + 6 * draw(st.integers(0, 30)), draw(st.sampled_from(speeds))
        words = draw(st.sampled_from([None, None, "too dark", "hold longer, then go"]))
        colour = draw(st.sampled_from(["RED", "YELLOW", "GREEN"]))
        picture.append(clip(f"{shot}A_take2_00aa11b{shot}", source, length, rate, speed, colour, words))
    tracks = [("Video", "shots", picture)]
    for number in range(draw(st.integers(0, sounds))):
        sound = [gap(draw(st.integers(1, 40)), rate)] if draw(st.booleans()) else []
        sound.append(clip(f"line{number}_0000aa1{number}", 0, draw(st.integers(1, 90)), rate))
        tracks.append(("Audio", f"A{number + 1}", sound))
    return timeline_of(tracks, rate, drop=drop)


def told(timeline, *, names=True, sounds=True):
    """What is seen and heard of a cut, frame by frame; nothing of how it is kept."""
    rate = rate_of(timeline)
    tracks = []
    for one in laid(timeline, rate):
        if one.is_sound and not sounds:
            continue
        things = [
            (
                thing.start,
                thing.end,
                thing.name if names else "",
                thing.source,
                thing.speed,
                _crossing(thing.into),
            )
            for thing in one.things
            if not thing.is_gap
        ]
        tracks.append((one.track.kind, things, _crossing(one.things[-1].out_of) if one.things else None))
    return rate, start_of(timeline, rate), drops(timeline, rate), tracks


def _crossing(crossing):
    return (crossing.kind, crossing.before, crossing.after) if crossing else None


def notes(timeline, *, colours=True):
    """The markers of a cut, at its frames."""
    rate = rate_of(timeline)
    found = []
    for one in laid(timeline, rate):
        for thing in one.things:
            for marker in thing.item.markers:
                at = thing.start + (frames(marker.marked_range.start_time, rate) - thing.source) / (
                    thing.speed or 1
                )
                colour = marker.color if colours else ""
                found.append((round(at), str(marker.comment or marker.name), colour))
    return sorted(found)
