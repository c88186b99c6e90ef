"""A film in its cut → a timeline of OpenTimelineIO. Pure.

Each shot is a clip with all its takes as references, the one that is seen active; a reference's available
range is the whole take, so that what lies outside a clip's range are its handles. Notes are markers. Sounds
lie in tracks of their own. What OpenTimelineIO has no word for stands in metadata under `shotfarm`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from pathlib import PurePosixPath

from opentimelineio import schema
from opentimelineio.core import MediaReference
from opentimelineio.opentime import TimeRange

from storyboard.interchange.film_cut import CutFilm, CutNote, CutSound, CutTake, SeenShot
from storyboard.interchange.not_held import NAMESPACE
from storyboard.interchange.rates import range_of, time_of
from storyboard.media.timing import is_drop_frame, nominal_rate
from storyboard.planning.transitions import DIPS, overlap
from storyboard.schema.vocabulary import TransitionKind

HOUR_S = 3600
"""what the timecode of a cut begins with, as is the custom"""
PICTURE, SOUND = "mp4", "wav"
STEMS = "stems"
TRACKS = (STEMS, "lines", "effects", "music")
"""the track of what the other tracks of sound come to"""
_NOTE_COLOUR, _RETAKE_COLOUR = schema.MarkerColor.YELLOW, schema.MarkerColor.RED


def first_hour(rate: Fraction) -> int:
    """The frame of 01:00:00:00, or 01:00:00;00 where timecode drops frames."""
    nominal = nominal_rate(rate)
    return HOUR_S * nominal - (108 * (nominal // 30) if is_drop_frame(rate) else 0)


def timeline_of(cut: CutFilm, media: PurePosixPath | None = None) -> schema.Timeline:
    """A film as a timeline.

    Args:
        cut: the film.
        media: the folder of its media, beside the file; the files' names alone when left out.
    """
    rate = cut.rate
    timeline = schema.Timeline(cut.title, global_start_time=time_of(cut.start, rate))
    about: dict[str, object] = {"title": cut.title, "width": cut.size[0], "height": cut.size[1]}
    timeline.metadata[NAMESPACE] = {**about, "rate": str(rate), "drop_frame": is_drop_frame(rate)}
    timeline.tracks.append(_picture(cut, media))
    for name, sounds in _lanes(cut.sounds):
        timeline.tracks.append(_sound_track(name, sounds, rate, media))
    return timeline


def _picture(cut: CutFilm, media: PurePosixPath | None) -> schema.Track:
    track = schema.Track("shots", kind=schema.TrackKind.Video)
    for number, shot in enumerate(cut.shots):
        if shot.kind is not TransitionKind.CUT and shot.length:
            track.append(_transition(shot, cut.rate, begins_film=number == 0))
        track.append(_clip(shot, cut.rate, media))
    return track


def _transition(shot: SeenShot, rate: Fraction, *, begins_film: bool) -> schema.Transition:
    before, after = overlap(shot.length).before, overlap(shot.length).after
    if begins_film:
        before, after = 0, shot.length
    dissolves = shot.kind is TransitionKind.DISSOLVE
    kind = schema.TransitionTypes.SMPTE_Dissolve if dissolves else schema.TransitionTypes.Custom
    return schema.Transition(
        shot.kind.value,
        kind,
        time_of(before, rate),
        time_of(after, rate),
        metadata={NAMESPACE: {"kind": shot.kind.value, "through_black": shot.kind in DIPS}},
    )


def _clip(shot: SeenShot, rate: Fraction, media: PurePosixPath | None) -> schema.Clip:
    seen = shot.seen
    clip = schema.Clip(seen.name, source_range=range_of(seen.head + shot.first, shot.frames, rate))
    clip.set_media_references({take.name: _reference(take, rate, media) for take in shot.takes}, seen.name)
    about: dict[str, object] = {"shot": shot.shot, "take": seen.number, "digest": seen.digest}
    about |= {"scene": shot.scene, "action": shot.action}
    if shot.fade_out:
        about["fade_out"] = shot.fade_out
    clip.metadata[NAMESPACE] = about
    if shot.speed != 1:
        clip.effects.append(schema.LinearTimeWarp("speed", time_scalar=float(shot.speed)))
    clip.markers.extend(_marker(note, seen.head, rate) for note in shot.notes)
    return clip


def _reference(take: CutTake, rate: Fraction, media: PurePosixPath | None) -> MediaReference:
    about = {NAMESPACE: {"take": take.number, "digest": take.digest, "renderer": take.renderer}}
    available = range_of(0, take.total, rate)
    if not take.there:
        return schema.MissingReference(take.name, available, metadata=about)
    return _file(take.name, PICTURE, available, about, media)


def _file(
    name: str, suffix: str, available: TimeRange, about: Mapping[str, object], media: PurePosixPath | None
) -> schema.ExternalReference:
    path = (media or PurePosixPath()) / f"{name}.{suffix}"
    reference = schema.ExternalReference(path.as_posix(), available, metadata=about)
    reference.name = name
    return reference


def _marker(note: CutNote, head: int, rate: Fraction) -> schema.Marker:
    marker = schema.Marker(
        note.text.partition("\n")[0][:60],
        range_of(head + note.first, note.frames, rate),
        _RETAKE_COLOUR if note.retake else _NOTE_COLOUR,
        metadata={NAMESPACE: {"note": note.number, "by": note.by, "text": note.text}},
    )
    marker.comment = note.text
    return marker


def _lanes(sounds: Iterable[CutSound]) -> list[tuple[str, list[CutSound]]]:
    """Sounds in tracks in which none lies over another."""
    lanes: dict[str, list[list[CutSound]]] = {}
    for sound in sorted(sounds, key=lambda one: (one.start, one.name)):
        mine = lanes.setdefault(sound.track, [])
        free = next((lane for lane in mine if lane[-1].start + lane[-1].frames <= sound.start), None)
        if free is None:
            mine.append([sound])
        else:
            free.append(sound)
    found: list[tuple[str, list[CutSound]]] = []
    for name, several in sorted(lanes.items(), key=lambda one: TRACKS.index(one[0])):
        found += [
            (name if not number else f"{name} {number + 1}", lane) for number, lane in enumerate(several)
        ]
    return found


def _sound_track(
    name: str, sounds: Sequence[CutSound], rate: Fraction, media: PurePosixPath | None
) -> schema.Track:
    track = schema.Track(name, kind=schema.TrackKind.Audio, metadata={NAMESPACE: {"sounds": name}})
    track.enabled = sounds[0].track == STEMS  # which hold the others
    at = 0
    for sound in sounds:
        if sound.start > at:
            track.append(schema.Gap(source_range=range_of(0, sound.start - at, rate)))
        about: dict[str, object] = {"sound": sound.what, "digest": sound.digest, "words": sound.words}
        available = range_of(0, sound.frames, rate)
        reference: MediaReference = schema.MissingReference(
            sound.name, available, metadata={NAMESPACE: about}
        )
        if sound.there:
            reference = _file(sound.name, SOUND, available, {NAMESPACE: about}, media)
        clip = schema.Clip(sound.name, reference, available, metadata={NAMESPACE: about})
        track.append(clip)
        at = sound.start + sound.frames
    return track
