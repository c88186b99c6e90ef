"""Timeline → Avid Log Exchange by OpenTimelineIO's adapter: a list of the media that a cut uses, for a bin.

An ALE is no cut. It has a row for each clip of media, with what is known of it as columns.
"""

from __future__ import annotations

from fractions import Fraction

import opentimelineio as otio
from opentimelineio import schema

from storyboard.interchange.adapters import ALE
from storyboard.interchange.holds import LaidTrack, laid
from storyboard.interchange.naming import file_name, marker_words, one_line, reel_names
from storyboard.interchange.not_held import NAMESPACE, NotHeld
from storyboard.interchange.placed import Placed
from storyboard.interchange.rates import frames, range_of, rate_of
from storyboard.media.timing import nominal_rate

_FPS = {
    Fraction(24000, 1001): "23.976",
    Fraction(30000, 1001): "29.97",
    Fraction(48000, 1001): "47.95",
    Fraction(60000, 1001): "59.94",
}
COLUMNS = (
    "Name",
    "Tracks",
    "Start",
    "End",
    "Duration",
    "Tape",
    "Source File",
    "FPS",
    "Scene",
    "Shot",
    "Take",
    "Comments",
)
_FORMATS = {1080: "1080", 720: "720", 576: "PAL", 486: "NTSC"}
"""what Avid calls the heights of pictures"""


def write_ale(timeline: schema.Timeline) -> tuple[str, list[NotHeld]]:
    """An ALE of the media in a cut, and what it does not hold.

    Raises:
        ValueError: the cut has no rate.
    """
    rate = rate_of(timeline)
    tracks = laid(timeline, rate)
    seen: dict[str, tuple[Placed, LaidTrack]] = {}
    for track in tracks:
        for thing in track.things:
            if isinstance(thing.item, schema.Clip) and thing.item.enabled:
                seen.setdefault(thing.name, (thing, track))
    reels = reel_names([thing for thing, _ in seen.values()])
    clips = schema.SerializableCollection()
    for thing, track in seen.values():
        clips.append(_clip(thing, reels[thing.name], rate, is_sound=track.is_sound))
    own = timeline.metadata.get(NAMESPACE, {})
    size = int(own.get("height", 0))
    video = "CUSTOM" if own.get("width", 0) > 1920 or size not in _FORMATS else _FORMATS[size]
    clips.metadata["ALE"] = {
        "header": {"AUDIO_FORMAT": "48kHz", "VIDEO_FORMAT": video},
        "columns": [*COLUMNS],
    }
    nominal = nominal_rate(rate)
    try:
        text = otio.adapters.write_to_string(clips, ALE, columns=[*COLUMNS], fps=nominal, video_format=video)
    except ValueError as error:
        raise ValueError(f"an ALE has no such rate: {error}") from None
    text = text.replace(f"\nFPS\t{nominal}\n", f"\nFPS\t{_fps(rate)}\n", 1)
    words = "is left out: an ALE lists media, each once, and says nothing of order, lengths or transitions"
    return text, [NotHeld("cut", "", words)]


def _clip(thing: Placed, reel: str, rate: Fraction, *, is_sound: bool) -> schema.Clip:
    """A clip of media as a row. Its times are told at a whole rate: media count no dropped frames."""
    own = thing.item.metadata.get(NAMESPACE, {})
    reference = thing.item.media_reference
    available = reference.available_range if reference is not None else None
    first = frames(available.start_time, rate) if available is not None else thing.source_at(thing.start)
    length = frames(available.duration, rate) if available is not None else thing.length
    notes = [marker_words(marker) for marker in thing.item.markers]
    made = schema.Clip(one_line(thing.name), schema.ExternalReference(file_name(thing.item)))
    made.source_range = range_of(first, length, Fraction(nominal_rate(rate)))
    made.metadata["ALE"] = {
        "Tracks": "A1A2" if is_sound else "V",
        "Tape": reel,
        "FPS": _fps(rate),
        "Scene": one_line(str(own.get("scene", ""))),
        "Shot": one_line(str(own.get("shot", ""))),
        "Take": str(own.get("take", "")),
        "Comments": " | ".join(notes),
    }
    return made


def _fps(rate: Fraction) -> str:
    return _FPS.get(rate, f"{float(rate):.6g}")
