"""What single programs read otherwise than the formats say: each a pure change of a timeline."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from opentimelineio import schema
from opentimelineio.opentime import RationalTime, TimeRange

from storyboard.errors import UsageError
from storyboard.interchange.not_held import NotHeld, of_all
from storyboard.interchange.rates import exact_rate
from storyboard.wording import did_you_mean, shown

_READS = {
    "resolve": (".otio", ".otioz", ".edl", ".xml", ".fcpxml", ".aaf", ".ale", ".csv"),
    "premiere": (".otio", ".otioz", ".edl", ".xml", ".aaf", ".ale", ".csv"),
    "kdenlive": (".otio", ".csv"),
    "avid": (".aaf", ".edl", ".ale", ".csv"),
}
PROGRAMS = (*_READS,)
"""whose ways are known"""
_FILM_NTSC = Fraction(24000, 1001)
_AVID_COLOURS = {"PINK": "MAGENTA", "PURPLE": "MAGENTA", "ORANGE": "YELLOW"}
"""markers of Avid have eight colours"""
_AVID_TRACKS = 24
"""of picture, and of sound, that Avid has"""


def for_program(
    timeline: schema.Timeline, program: str | None, suffix: str
) -> tuple[schema.Timeline, list[NotHeld]]:
    """A copy of a cut as a program reads it, and what it loses there.

    Args:
        timeline: the cut; it stays as it is.
        program: one of `PROGRAMS`; None for none in particular.
        suffix: of the file that it is for, such as `.edl`.

    Raises:
        UsageError: no such program, or it does not read such files.
    """
    made = timeline.deepcopy()
    if program is None:
        return made, []
    if program not in _READS:
        raise UsageError(
            f"no program is named {shown(program)}{did_you_mean(program, PROGRAMS)}",
            f"there are: {', '.join(PROGRAMS)}",
        )
    if suffix not in _READS[program]:
        raise UsageError(f"{program} does not read {suffix}", f"it reads: {', '.join(_READS[program])}")
    change = {"resolve": _resolve, "premiere": _premiere, "avid": _avid}.get(program)
    return made, change(made, suffix) if change else []


def _clips(timeline: schema.Timeline) -> Iterator[schema.Clip]:
    for track in timeline.tracks:
        for one in track:
            if isinstance(one, schema.Clip):
                yield one


def _markers(timeline: schema.Timeline) -> Iterator[schema.Marker]:
    yield from timeline.tracks.markers
    for track in timeline.tracks:
        yield from track.markers
        for one in track:
            if not isinstance(one, schema.Transition):
                yield from one.markers


def _resolve(timeline: schema.Timeline, suffix: str) -> list[NotHeld]:
    """DaVinci Resolve: notes of markers under its own key, no clip without media, in-points that survive.

    At 24000/1001 it takes the floor of a time in floats, which loses a frame at some of them; a quarter of a
    frame more is still in the same frame. A clip without media fails to come in: a gap stands there.
    """
    for marker in _markers(timeline):
        if marker.comment or marker.name:
            own = dict(marker.metadata.get("Resolve_OTIO", {}))
            marker.metadata["Resolve_OTIO"] = {**own, "Note": str(marker.comment or marker.name)}
    if suffix not in {".otio", ".otioz"}:
        return []
    missing: list[str] = []
    for track in timeline.tracks:
        for index, one in enumerate([*track]):
            if isinstance(one, schema.Clip) and _has_no_media(one):
                missing.append(str(one.name))
                track[index] = schema.Gap(source_range=TimeRange(duration=one.duration()))
    for clip in _clips(timeline):
        whole = clip.source_range
        if whole is not None and exact_rate(whole.start_time.rate) == _FILM_NTSC:
            quarter = RationalTime(whole.start_time.value + 0.25, whole.start_time.rate)
            clip.source_range = TimeRange(quarter, whole.duration)
    kept = [str(track.name) or str(track.kind) for track in timeline.tracks if len(track.metadata)]
    return [
        *of_all("clips without media", missing, "are gaps there"),
        *of_all("metadata of tracks", kept, "is left out"),
    ]


def _has_no_media(clip: schema.Clip) -> bool:
    return not isinstance(clip.media_reference, schema.ExternalReference | schema.ImageSequenceReference)


def _premiere(timeline: schema.Timeline, suffix: str) -> list[NotHeld]:
    """Premiere Pro: no speed that changes nothing, for which it drops effects; reels of EDLs are AX."""
    for clip in _clips(timeline):
        for index in reversed(range(len(clip.effects))):
            effect = clip.effects[index]
            if isinstance(effect, schema.LinearTimeWarp) and effect.time_scalar == 1:
                del clip.effects[index]
        if suffix == ".edl":
            own = dict(clip.metadata.get("cmx_3600", {}))
            clip.metadata["cmx_3600"] = {**own, "reel": "AX"}
    return []


def _avid(timeline: schema.Timeline, suffix: str) -> list[NotHeld]:
    """Avid Media Composer: eight colours of markers, twenty-four tracks of a kind."""
    changed: list[str] = []
    for marker in _markers(timeline):
        colour = _AVID_COLOURS.get(str(marker.color or "").upper())
        if colour:
            changed.append(str(marker.name))
            marker.color = colour
    found = of_all("colours of markers", changed, "are the nearest of Avid's eight")
    if suffix == ".aaf":
        for kind in ("Video", "Audio"):
            more = [track.name or kind for track in timeline.tracks if track.kind == kind][_AVID_TRACKS:]
            found += of_all("tracks", more, f"are more than the {_AVID_TRACKS} that Avid has")
    return found
