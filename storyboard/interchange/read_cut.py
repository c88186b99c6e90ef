"""A timeline of OpenTimelineIO → the cut that it is, and what else lies in it. Pure.

What a shot is, its names say (`names.py`). Frames that floats have moved by a part come to the nearest. A
transition that does not lie around its cut as the film's do keeps its frames: the cut is moved to where it
would be.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from opentimelineio import schema
from opentimelineio.core import Item, SerializableObject

from storyboard.errors import UsageError
from storyboard.interchange.film_cut import CutFilm, CutTake, SeenShot
from storyboard.interchange.names import NamedTake, named_take
from storyboard.interchange.not_held import NAMESPACE
from storyboard.interchange.placed import Crossing, Placed, media_url, placed
from storyboard.interchange.rates import exact_frames, frames, range_of
from storyboard.media.timing import FASTEST, SLOWEST, round_half_up, timecode_from_frames
from storyboard.planning.transitions import CROSSINGS, overlap
from storyboard.schema.vocabulary import TransitionKind


@dataclass(frozen=True, slots=True)
class ReadNote:
    """A marker that says something new.

    Attributes:
        shot: the id of the shot that it is of.
        first: the frame of the shot that it begins with.
        frames: how many it is about.
        text: the words.
    """

    shot: str
    first: int
    frames: int
    text: str


@dataclass(frozen=True, slots=True)
class Foreign:
    """What an editor added that is no shot of the film.

    Attributes:
        kind: a `track`, an `item` between shots, or an `effect` of one.
        place: of a track, its place among the tracks; else the place of the shot in the cut that it follows
            or belongs to; -1 before the first.
        made: as OpenTimelineIO writes it.
        words: what it is.
    """

    kind: str
    place: int
    made: str
    words: str


@dataclass(frozen=True, slots=True)
class ReadCut:
    """What a timeline says.

    Attributes:
        shots: in order; takes and notes of each are those of the film as it stands.
        notes: that are new.
        foreign: what is kept, and no part of the film.
        said: what cannot be as the timeline has it, in words.
    """

    shots: tuple[SeenShot, ...]
    notes: tuple[ReadNote, ...] = ()
    foreign: tuple[Foreign, ...] = ()
    said: tuple[str, ...] = ()


def read_cut(timeline: schema.Timeline, film: CutFilm) -> ReadCut:
    """What a timeline says of a film.

    Args:
        timeline: as any program has written it.
        film: as it stands now.

    Raises:
        UsageError: no shot of the film is in it, or a time in it is none.
    """
    try:
        return _Reading(timeline, film).cut()
    except ValueError as error:
        raise UsageError(f"the timeline cannot be read: {error}") from None


@dataclass
class _Reading:
    timeline: schema.Timeline
    film: CutFilm
    said: list[str] = field(default_factory=list)
    notes: list[ReadNote] = field(default_factory=list)
    foreign: list[Foreign] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rate = self.film.rate
        self.known = {_plain(shot.shot): shot for shot in (*self.film.spare, *self.film.shots[::-1])}
        self.sounds = {_plain(sound.what) for sound in self.film.sounds}

    def cut(self) -> ReadCut:
        tracks = [*self.timeline.tracks]
        pictures = [track for track in tracks if track.kind == schema.TrackKind.Video]
        counts = [sum(self.named(clip) is not None for clip in track) for track in pictures]
        if not any(counts):
            raise UsageError(
                "no clip of this timeline is a shot of the film",
                "clips, or their media, are called as `shotfarm export` calls them: 2A_take3_1f2e3d4c",
            )
        main = pictures[counts.index(max(counts))]
        things = placed(main, self.rate)
        shots = self.shots_of(things)
        for number, track in enumerate(tracks):
            if track is not main:
                self.other_track(number, track)
        self.markers_beside(main, things, shots)
        return ReadCut(tuple(shots), tuple(self.notes), tuple(self.foreign), tuple(self.said))

    def named(self, item: object) -> tuple[SeenShot, NamedTake] | None:
        """The shot that a clip is, and the take that it names."""
        if not isinstance(item, schema.Clip):
            return None
        about = item.metadata.get(NAMESPACE, {})
        reference = item.media_reference
        names = [media_url(item), str(reference.name or "") if reference is not None else "", str(item.name)]
        for name in names:
            found = named_take(name)
            if found and _plain(found.shot) in self.known:
                return self.known[_plain(found.shot)], found
        if isinstance(about, Mapping) and _plain(str(about.get("shot", ""))) in self.known:
            shot = self.known[_plain(str(about["shot"]))]
            return shot, NamedTake(shot.shot, 0, str(about.get("digest", ""))[:8])
        return None

    def shots_of(self, things: list[Placed]) -> list[SeenShot]:
        found: list[SeenShot] = []
        for thing in things:
            named = None if thing.is_gap else self.named(thing.item)
            if named is None:
                self.no_shot(thing, len(found) - 1)
                continue
            shot = self.shot(thing, *named)
            if thing.into:
                shot = self.begun(shot, thing.into, begins_film=not found)
                if shot.kind in CROSSINGS and found:
                    found[-1], shot = _centred(found[-1], shot, thing.into)
            if thing.out_of and thing is things[-1]:
                shot = replace(shot, fade_out=thing.out_of.length)
            self.markers(thing.item, shot)
            self.effects(thing.item, shot, len(found))
            found.append(shot)
        return found

    def no_shot(self, thing: Placed, after: int) -> None:
        at = timecode_from_frames(self.film.start + thing.start, self.rate)
        length = f"{thing.length} frames"
        if thing.is_gap:
            self.said.append(f"{length} of nothing at {at}: the film has no gaps, and closes up")
            return
        words = f"{_words(thing.item)} ({length} at {at})"
        self.foreign.append(Foreign("item", after, _written(thing.item), words))

    def shot(self, thing: Placed, shot: SeenShot, named: NamedTake) -> SeenShot:
        take = self.take(shot, named)
        speed = thing.speed
        if speed <= 0 or not SLOWEST <= speed * shot.own_speed <= FASTEST:
            how = (
                "stands still"
                if speed == 0
                else "runs backwards"
                if speed < 0
                else f"runs {speed} times as fast"
            )
            self.said.append(
                f"shot {shot.shot} {how}; shots go at {SLOWEST} to {FASTEST} of their speed: it keeps its own"
            )
            speed = Fraction(1)
        about = thing.item.metadata.get(NAMESPACE, {})
        fade = about.get("fade_out", 0) if isinstance(about, Mapping) else 0
        return replace(
            shot,
            first=round_half_up(thing.source - self.begins(thing.item)) - self.head(thing.item, shot, take),
            frames=thing.length,
            speed=speed,
            kind=TransitionKind.CUT,
            length=0,
            fade_out=min(int(fade), thing.length) if isinstance(fade, int | float) else 0,
            take=shot.take if take.take == shot.seen.take else take.digest,
        )

    def take(self, shot: SeenShot, named: NamedTake) -> CutTake:
        named_so = [take for take in shot.takes if named.digits and take.digest.startswith(named.digits)]
        numbered = [take for take in shot.takes if named.take and take.number == named.take]
        for take in (*(take for take in named_so if take in numbered), *named_so, *numbered):
            return take
        self.said.append(f"shot {shot.shot} has no take {named.digits or 'of this name'}: it keeps its own")
        return shot.seen

    def head(self, item: Item, shot: SeenShot, take: CutTake) -> int:
        """The frames before the body in the take that a clip was cut from, where another is seen by now."""
        about = item.metadata.get(NAMESPACE, {})
        cut_from = str(about.get("digest", "")) if isinstance(about, Mapping) else ""
        return next((one.head for one in shot.takes if one.digest == cut_from), take.head)

    def begins(self, item: Item) -> Fraction:
        """What the timecode of a clip's media begins with, in frames of the film."""
        reference = item.media_reference if isinstance(item, schema.Clip) else None
        available = reference.available_range if reference is not None else None
        return exact_frames(available.start_time, self.rate) if available is not None else Fraction(0)

    def begun(self, shot: SeenShot, into: Crossing, *, begins_film: bool) -> SeenShot:
        """A shot with the transition that it begins with."""
        try:
            kind = TransitionKind(into.kind)
        except ValueError:
            kind = TransitionKind.DISSOLVE
            self.said.append(
                f'shot {shot.shot} begins with "{into.kind}", which the film has not: a dissolve'
            )
        if begins_film and kind in CROSSINGS:
            kind = TransitionKind.FADE
        length = into.length
        return replace(shot, kind=kind, length=length) if length and kind is not TransitionKind.CUT else shot

    def markers(self, item: Item, shot: SeenShot) -> None:
        begins = self.begins(item)
        for marker in item.markers:
            first = round_half_up(exact_frames(marker.marked_range.start_time, self.rate) - begins)
            length = frames(marker.marked_range.duration, self.rate)
            self.note(marker, shot, first - shot.seen.head, length)

    def note(self, marker: schema.Marker, shot: SeenShot, first: int, length: int) -> None:
        text = _note_text(marker)
        known = {_in_a_line(note.text) for note in shot.notes}
        cut_short = {_in_a_line(note.text.partition("\n")[0][:60]) for note in shot.notes}
        if not text or _in_a_line(text) in known | cut_short:
            return
        one = ReadNote(shot.shot, first, max(1, length), text)
        if one not in self.notes:
            self.notes.append(one)

    def effects(self, item: Item, shot: SeenShot, place: int) -> None:
        for effect in item.effects:
            if isinstance(effect, schema.TimeEffect):
                continue
            name = effect.effect_name or effect.name or type(effect).__name__
            self.foreign.append(
                Foreign("effect", place, _written(effect), f'effect "{name}" of shot {shot.shot}')
            )

    def other_track(self, number: int, track: schema.Track) -> None:
        """Keep what an editor's track has; the film's own sounds in it follow the picture."""
        kept = track.deepcopy()
        del kept[:]
        names: list[str] = []
        for child in track:
            ours = self.is_ours(child)
            if ours and isinstance(child, schema.Clip) and self.named(child):
                self.said.append(
                    f"{child.name} lies in a second track of pictures: the film shows the first alone"
                )
            if isinstance(child, schema.Clip) and not ours:
                names.append(_words(child))
            if isinstance(child, Item) and (ours or isinstance(child, schema.Gap)):
                kept.append(
                    schema.Gap(source_range=range_of(0, frames(child.duration(), self.rate), self.rate))
                )
            elif isinstance(child, Item):
                names += [] if isinstance(child, schema.Clip) else [_words(child)]
                kept.append(child.deepcopy())
        if names:
            what = "sound" if track.kind == schema.TrackKind.Audio else "picture"
            shown = ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
            words = f'{what} track "{track.name}": {shown}'
            self.foreign.append(Foreign("track", number, _written(kept), words))

    def is_ours(self, child: object) -> bool:
        if not isinstance(child, schema.Clip):
            return False
        if self.named(child):
            return True
        reference = child.media_reference
        names = (child.name, getattr(reference, "name", ""), media_url(child).rsplit("/", 1)[-1])
        return any(
            _plain(str(name or "").partition(".")[0].rpartition("_")[0]) in self.sounds for name in names
        )

    def markers_beside(self, main: schema.Track, things: list[Placed], shots: list[SeenShot]) -> None:
        """Markers of the whole timeline belong to the shots that they lie over."""
        beside = [*self.timeline.tracks.markers, *main.markers]
        seen = [thing for thing in things if not thing.is_gap and self.named(thing.item)]
        for marker in beside:
            at = frames(marker.marked_range.start_time, self.rate)
            for thing, shot in zip(seen, shots, strict=True):
                if thing.start <= at < thing.end:
                    first = shot.first + round_half_up((at - thing.start) * shot.speed)
                    self.note(marker, shot, first, frames(marker.marked_range.duration, self.rate))


def _centred(before: SeenShot, shot: SeenShot, into: Crossing) -> tuple[SeenShot, SeenShot]:
    """Two shots whose crossing lies around their cut as the film's do; it keeps its frames."""
    later = overlap(into.length).before - into.before
    if not later or before.frames + later < 1 or shot.frames - later < 1:
        return before, shot
    first = shot.first + round_half_up(later * shot.speed)
    return replace(before, frames=before.frames + later), replace(
        shot, first=first, frames=shot.frames - later
    )


def _plain(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _words(item: object) -> str:
    name = str(getattr(item, "name", "") or "")
    kind = type(item).__name__.lower()
    reference = item.media_reference if isinstance(item, schema.Clip) else None
    if isinstance(reference, schema.GeneratorReference):
        kind = f"generator {reference.generator_kind}".strip()
    return f'{kind} "{name}"' if name else kind


def _written(made: SerializableObject) -> str:
    return str(made.to_json_string(indent=0))


def _in_a_line(text: str) -> str:
    """Words as they stand where there is one line for them."""
    return " ".join(text.split())


def _note_text(marker: schema.Marker) -> str:
    about = marker.metadata.get(NAMESPACE, {})
    resolve = marker.metadata.get("Resolve_OTIO", {})
    said = [str(marker.comment or "")]
    if (
        isinstance(about, Mapping)
        and about.get("note") is not None
        and about.get("text") in {marker.comment, None}
    ):
        return ""
    if isinstance(resolve, Mapping):
        said.append(str(resolve.get("Note", "")))
    return next((words.strip() for words in (*said, str(marker.name or "")) if words.strip()), "")


def foreign_json(foreign: tuple[Foreign, ...]) -> str:
    """What is kept of a timeline, as a file."""
    return json.dumps(
        [{"kind": one.kind, "place": one.place, "made": one.made, "words": one.words} for one in foreign],
        ensure_ascii=False,
    )


def foreign_of(text: str) -> tuple[Foreign, ...]:
    """The same, read back.

    Raises:
        ValueError: it is none.
    """
    return tuple(Foreign(**one) for one in json.loads(text))


def given_back(timeline: schema.Timeline, foreign: tuple[Foreign, ...]) -> None:
    """Put what an editor added into a timeline of the same cut again, as far as its place is still there."""
    main = timeline.tracks[0]
    shots = [child for child in main if isinstance(child, schema.Clip)]
    for one in foreign:
        made = SerializableObject.from_json_string(one.made)
        if one.kind == "effect" and 0 <= one.place < len(shots):
            shots[one.place].effects.append(made)
    for one in _backwards(foreign, "item"):
        made = SerializableObject.from_json_string(one.made)
        at = main.index(shots[min(one.place, len(shots) - 1)]) + 1 if one.place >= 0 and shots else 0
        main.insert(at, made)
    for one in foreign:
        if one.kind == "track":
            timeline.tracks.append(SerializableObject.from_json_string(one.made))


def _backwards(foreign: tuple[Foreign, ...], kind: str) -> Iterator[Foreign]:
    yield from (one for one in reversed(foreign) if one.kind == kind)
