"""An editor's cut: the order, lengths, speeds and transitions that somebody gave a film's shots. Pure.

It lies over the film as an adjustment lies over a shot. What it leaves open is the storyboard's, also when
that changes later: a shot that the storyboard has gained since comes after the one that it follows there, and
one that it has lost is passed over.

Frames of a shot are counted as its take has them, at the film's rate: 0 is the first of its body, and those
before it and after its last are the take's handles.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from typing import Annotated

from pydantic import ConfigDict, Field

from storyboard.branching.route import shown_as, without_visit
from storyboard.described import DescribedModel
from storyboard.media.timing import Span, Speed, round_half_up
from storyboard.planning.transitions import CROSSINGS, Handles, handles, overlap
from storyboard.schema.base import Id
from storyboard.schema.film import Film, MusicCue, Scene, Shot, Title, Transition
from storyboard.schema.vocabulary import TransitionKind

MOST_SHOTS = 20_000
"""of a cut"""
_FARTHEST = 10**7
"""frames of a shot that a cut may begin with"""


class CutModel(DescribedModel):
    """Frozen and closed."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class CutTransition(CutModel):
    """How a shot begins in an editor's cut."""

    kind: TransitionKind
    frames: Annotated[int, Field(ge=0, le=_FARTHEST)]
    """its length; a cut has none"""


class CutShot(CutModel):
    """A shot at its place in an editor's cut; what is left out is the storyboard's."""

    shot: Id
    first: Annotated[int, Field(ge=-_FARTHEST, le=_FARTHEST)] = 0
    """the frame of the shot that is seen first; negative ones lie before its body"""
    frames: Annotated[int, Field(ge=1, le=_FARTHEST)] | None = None
    """its length in the film"""
    speed: Speed = Fraction(1)
    """how fast the shot is shown, beside its own speed"""
    transition: CutTransition | None = None
    """how it begins"""
    fade_out: Annotated[int, Field(ge=0, le=_FARTHEST)] | None = None
    """the length of its fade to black at the end"""


class EditorsCut(CutModel):
    """A film as somebody has cut it."""

    shots: Annotated[tuple[CutShot, ...], Field(min_length=1, max_length=MOST_SHOTS)]
    """in the order of the film; a shot may be there again, or not at all"""
    known: tuple[Id, ...]
    """the shots that the film had then; another one is a new one"""
    timeline: str = ""
    """the SHA-256 of the timeline that it came from, which may hold what is no shot; empty for none"""


@dataclass(frozen=True, slots=True)
class Window:
    """What of its take a shot shows in a cut.

    Attributes:
        first: the frame of the shot that is the first of its body in the cut.
        head: frames before that, which a transition shows.
        frames: of its body in the cut.
        tail: frames after that, which a transition shows.
        speed: how fast the shot is shown, beside its own speed.
    """

    first: int
    head: int
    frames: int
    tail: int
    speed: Fraction = Fraction(1)

    def beyond(self, frames: int) -> Handles:
        """What it needs beyond a body of so many frames."""
        begins = self.first - self.head * self.speed
        last = self.first + (self.frames + self.tail - 1) * self.speed
        return Handles(max(0, math.ceil(-begins)), max(0, math.floor(last) + 1 - frames))


@dataclass(frozen=True, slots=True)
class EditedFilm:
    """A film in an editor's cut.

    Attributes:
        film: an ordinary one; a shot that comes again has another name (`route.shown_as`).
        windows: what each of its shots shows, by that name.
    """

    film: Film
    windows: dict[str, Window]


def edited_film(film: Film, cut: EditorsCut) -> EditedFilm:
    """Lay an editor's cut over a film that does not branch.

    Args:
        film: as people decided it, without omitted shots.
        cut: of it; what is no shot of the film is passed over, and with none left the film stays as it is.
    """
    places = _places(film, cut)
    if not places:
        places = [CutShot(shot=shot.id) for _, shot in film.shots()]
    rate = film.format.rate
    found = {shot.id: (scene, shot) for scene, shot in film.shots()}
    met = _meetings(film, [(place, found[place.shot][1]) for place in places])
    shots: list[tuple[Scene, Shot]] = []
    visits: dict[str, int] = {}
    for place, transition in zip(places, met, strict=True):
        scene, shot = found[place.shot]
        visits[place.shot] = visits.get(place.shot, 0) + 1
        shots.append((scene, _shown(shot, place, visits[place.shot], transition, rate)))
    sides = handles([[shot for _, shot in shots]], rate)
    windows = {
        shot.id: Window(
            place.first, sides[shot.id].head, shot.duration.frames(rate), sides[shot.id].tail, place.speed
        )
        for place, (_, shot) in zip(places, shots, strict=True)
    }
    laid = film.model_copy(update={"scenes": _scenes(shots)})
    names = [place.shot for place in places]
    music = tuple(cue for one in film.music if (cue := _cue(film, one, names, [shot for _, shot in shots])))
    return EditedFilm(laid.model_copy(update={"music": music}), windows)


def beyond_bodies(film: Film, edited: EditedFilm) -> dict[str, Handles]:
    """The frames that a cut shows before and after the bodies of shots, by shot, where there are any."""
    found: dict[str, Handles] = {}
    lengths = {shot.id: shot.duration.frames(film.format.rate) for _, shot in film.shots()}
    for name, window in edited.windows.items():
        shot = without_visit(name)
        wanted = window.beyond(lengths[shot])
        if wanted.head or wanted.tail:
            found[shot] = found.get(shot, Handles(0, 0)).and_of(wanted)
    return found


def _places(film: Film, cut: EditorsCut) -> list[CutShot]:
    """The shots of a cut that the film has, and those that it has gained since where they belong."""
    ids = [shot.id for _, shot in film.shots()]
    there = set(ids)
    places = [place for place in cut.shots if place.shot in there]
    for number, name in enumerate(ids):
        if name in cut.known:
            continue
        before = {*ids[:number]}
        at = max((n + 1 for n, place in enumerate(places) if place.shot in before), default=0)
        if number and ids[number - 1] in (near := [place.shot for place in places]):
            at = len(near) - near[::-1].index(ids[number - 1])
        places.insert(at, CutShot(shot=name))
    return places


def _meetings(film: Film, shots: Sequence[tuple[CutShot, Shot]]) -> list[tuple[TransitionKind, int]]:
    """How each shot begins: as the editor or the storyboard has it, as far as it fits between the two."""
    rate = film.format.rate
    lengths = [place.frames or shot.duration.frames(rate) for place, shot in shots]
    fades = [_fade_out(place, shot, rate) for place, shot in shots]
    wanted: list[tuple[TransitionKind, int]] = []
    for number, (place, shot) in enumerate(shots):
        kind, length = shot.transition.kind, shot.transition.duration.frames(rate)
        if place.transition:
            kind, length = place.transition.kind, place.transition.frames
        if kind is TransitionKind.CUT or (number == 0 and kind in CROSSINGS):
            kind, length = TransitionKind.CUT, 0
        wanted.append((kind, length))
    met: list[tuple[TransitionKind, int]] = []
    for number, (kind, length) in enumerate(wanted):
        following = overlap(wanted[number + 1][1]).before if number + 1 < len(wanted) else 0
        room_after = lengths[number] - fades[number] - min(following, lengths[number] - fades[number])
        fits = length
        if number == 0:
            fits = min(length, lengths[0] - fades[0])
        elif length:
            into = met[-1][1] if number == 1 else overlap(met[-1][1]).after
            room_before = lengths[number - 1] - into - fades[number - 1]
            fits = max(0, min(length, 2 * room_before, 2 * room_after + 1))
        met.append((kind, fits) if fits else (TransitionKind.CUT, 0))
    return met


def _fade_out(place: CutShot, shot: Shot, rate: Fraction) -> int:
    own = shot.fade_out.frames(rate) if shot.fade_out else 0
    wanted = own if place.fade_out is None else place.fade_out
    return min(wanted, place.frames or shot.duration.frames(rate))


def _shown(
    shot: Shot, place: CutShot, visit: int, transition: tuple[TransitionKind, int], rate: Fraction
) -> Shot:
    """A shot as the cut has it: what stands at a moment of it stays with its picture."""
    frames = place.frames or shot.duration.frames(rate)
    fade_out = _fade_out(place, shot, rate)
    changed: dict[str, object] = {
        "id": shown_as(shot.id, visit),
        "transition": _transition(shot, transition, frames, rate),
    }
    if frames != shot.duration.frames(rate):
        changed["duration"] = Span(str(frames))
    if fade_out != (shot.fade_out.frames(rate) if shot.fade_out else 0):
        changed["fade_out"] = Span(str(fade_out)) if fade_out else None
    if place.speed != 1:
        changed["speed"] = shot.speed * place.speed
    if place.first or place.speed != 1 or frames < shot.duration.frames(rate):

        def moved(at: Span) -> int:
            return round_half_up((at.frames(rate) - place.first) / place.speed)

        for name in ("lines", "effects"):
            kept = [one for one in getattr(shot, name) if moved(one.at) < frames]
            changed[name] = tuple(
                one.model_copy(update={"at": Span(str(max(0, moved(one.at))))}) for one in kept
            )
        titles = [_title(title, moved(title.at), place.speed, rate) for title in shot.titles]
        changed["titles"] = tuple(one for one in titles if one and one.at.frames(rate) < frames)
    return shot.model_copy(update=changed)


def _transition(shot: Shot, met: tuple[TransitionKind, int], frames: int, rate: Fraction) -> Transition:
    own = shot.transition
    kind, length = met
    changed: dict[str, object] = {}
    if kind is not own.kind:
        changed["kind"] = kind
    if length and length != own.duration.frames(rate):
        changed["duration"] = Span(str(length))
    for name in ("sound_leads", "sound_trails"):
        if (heard := getattr(own, name).frames(rate)) > frames:
            changed[name] = Span(str(min(heard, frames)))
    return own.model_copy(update=changed) if changed else own


def _title(title: Title, at: int, speed: Fraction, rate: Fraction) -> Title | None:
    """A title that appears at another frame, a negative one before the shot begins; None when it has gone."""
    changed: dict[str, object] = {"at": Span(str(max(0, at)))}
    if title.duration is not None:
        left = round_half_up(title.duration.frames(rate) / speed) + min(0, at)
        if left <= 0:
            return None
        changed["duration"] = Span(str(left))
    return title.model_copy(update=changed)


def _scenes(shots: Sequence[tuple[Scene, Shot]]) -> tuple[Scene, ...]:
    """Shots out of one scene that follow one another are a scene; one that comes again has another name."""
    scenes: list[Scene] = []
    visits: dict[str, int] = {}
    for name, group in groupby(shots, key=lambda one: one[0].id):
        run = [*group]
        visits[name] = visits.get(name, 0) + 1
        changed = {"id": shown_as(name, visits[name]), "shots": tuple(shot for _, shot in run)}
        scenes.append(run[0][0].model_copy(update=changed))
    return tuple(scenes)


def _cue(film: Film, cue: MusicCue, names: Sequence[str], shots: Sequence[Shot]) -> MusicCue | None:
    """A cue in a cut: from where the first of its shots is seen to where they end; None when none is left.

    Args:
        film: what the cue is of.
        cue: as the storyboard has it.
        names: of the shots in the cut, as the storyboard has them.
        shots: of the cut.
    """
    ids = [shot.id for _, shot in film.shots()]
    under = [name for name in ids[ids.index(cue.start) : ids.index(cue.end) + 1] if name in names]
    if not under:
        return None
    first = names.index(under[0])
    last = first
    while last + 1 < len(names) and names[last + 1] in under:
        last += 1
    rate = film.format.rate
    at = cue.at.frames(rate) if under[0] == cue.start else 0
    if at >= sum(shot.duration.frames(rate) for shot in shots[first : last + 1]):
        return None
    changed: dict[str, object] = {"start": shots[first].id, "end": shots[last].id}
    if at != cue.at.frames(rate):
        changed["at"] = Span("0")
    return cue.model_copy(update=changed)
