"""The film as people have decided it: retakes laid over its shots, and omitted shots left out. Pure.

A shot that is left out takes its frames along, and nothing else: the shots beside it meet by the transition
of the later one, which is shortened where they are too short for it; a cue that began or ended in it begins
or ends with the shot beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from storyboard.errors import UsageError
from storyboard.media.timing import Span
from storyboard.planning.decided import NOTHING, Decided
from storyboard.planning.transitions import CROSSINGS, overlap, runs_of
from storyboard.schema.film import Film, MusicCue, Shot, Transition
from storyboard.schema.vocabulary import TransitionKind


def adjusted_film(film: Film, decided: Mapping[str, Decided]) -> Film:
    """The whole film, with what its circled takes or its last retakes ask for laid over its shots.

    Raises:
        UsageError: a shot's action becomes longer than an action may be.
    """

    def adjusted(shot: Shot) -> Shot:
        about = decided.get(shot.id, NOTHING)
        adjustment = about.circled.adjustment if about.circled else about.adjustment
        return adjustment.over(shot) if adjustment else shot

    return _with_shots(film, {shot.id: adjusted(shot) for _, shot in film.shots()})


def cut_film(film: Film, omitted: frozenset[str], runs: Sequence[Sequence[Shot]] | None = None) -> Film:
    """The film without shots that are omitted.

    Args:
        film: a checked film, or one way through it.
        omitted: ids of its shots; what is no shot of it is passed over.
        runs: its shots in runs that meet by cuts; by its own scenes when left out.

    Raises:
        UsageError: no shot is left.
    """
    if omitted.isdisjoint(shot.id for _, shot in film.shots()):
        return film
    shots = {shot.id: shot for run in without_shots(film, omitted, runs or runs_of(film)) for shot in run}
    if not shots:
        raise UsageError("every shot is omitted, and no film is left", "`shotfarm restore` brings one back")
    music = tuple(cue for one in film.music if (cue := _cue(film, one, omitted)))
    return _with_shots(film, shots).model_copy(update={"music": music})


def without_shots(film: Film, omitted: frozenset[str], runs: Sequence[Sequence[Shot]]) -> list[list[Shot]]:
    """Runs of a film's shots without some, those that meet now with transitions that fit between them."""
    met: list[list[Shot]] = []
    for run in runs:
        left = [number for number, shot in enumerate(run) if shot.id not in omitted]
        if not left:
            continue
        shots = [_first(run[left[0]], begins_film=not met)]
        for before, number, after in zip(left, left[1:], [*left[2:], None], strict=False):
            shot = run[number]
            if number - before > 1:
                shot = _fitted(film, shots, shot, run[after] if after is not None else None)
            shots.append(shot)
        met.append(shots)
    return met


def _with_shots(film: Film, shots: Mapping[str, Shot]) -> Film:
    """The film with these shots in the place of its own, without those that are not among them."""
    scenes = []
    for scene in film.scenes:
        kept = tuple(shots[shot.id] for shot in scene.shots if shot.id in shots)
        same = len(kept) == len(scene.shots) and all(map(_is, kept, scene.shots))
        if kept:
            scenes.append(scene if same else scene.model_copy(update={"shots": kept}))
    if len(scenes) == len(film.scenes) and all(map(_is, scenes, film.scenes)):
        return film
    return film.model_copy(update={"scenes": tuple(scenes)})


def _is(one: object, other: object) -> bool:
    return one is other


def _first(shot: Shot, *, begins_film: bool) -> Shot:
    """A shot at a run's beginning: it shares no frame and no sound with what is before, if anything is."""
    kind, duration = shot.transition.kind, shot.transition.duration
    faded = begins_film and kind not in CROSSINGS
    alone = Transition(kind=kind, duration=duration) if faded else Transition()
    return shot if shot.transition == alone else shot.model_copy(update={"transition": alone})


def _fitted(film: Film, earlier: list[Shot], shot: Shot, following: Shot | None) -> Shot:
    """A shot whose transition fits between it and the last of the earlier ones, which it meets now."""
    rate = film.format.rate
    before, transition = earlier[-1], shot.transition
    length, leads = _length(film, shot), transition.sound_leads.frames(rate)
    into = _length(film, before) if len(earlier) == 1 else overlap(_length(film, before)).after
    room_before = before.duration.frames(rate) - into - _fade_out(film, before)
    room_after = shot.duration.frames(rate) - _fade_out(film, shot)
    if following is not None:
        room_after -= overlap(_length(film, following)).before
    fits = max(0, min(length, 2 * room_before, 2 * room_after + 1))
    heard = min(leads, before.duration.frames(rate))
    if (fits, heard) == (length, leads):
        return shot
    changed: dict[str, object] = {"sound_leads": Span(str(heard))}
    changed |= {"duration": Span(str(fits))} if fits else {"kind": TransitionKind.CUT}
    return shot.model_copy(update={"transition": transition.model_copy(update=changed)})


def _length(film: Film, shot: Shot) -> int:
    """Frames of the transition at a shot's beginning."""
    cut = shot.transition.kind is TransitionKind.CUT
    return 0 if cut else shot.transition.duration.frames(film.format.rate)


def _fade_out(film: Film, shot: Shot) -> int:
    return shot.fade_out.frames(film.format.rate) if shot.fade_out else 0


def _cue(film: Film, cue: MusicCue, omitted: frozenset[str]) -> MusicCue | None:
    """A cue over the shots that are left of those that it went over; None when nothing of it is left."""
    every = [shot for _, shot in film.shots()]
    names = [shot.id for shot in every]
    under = every[names.index(cue.start) : names.index(cue.end) + 1]
    left = [shot for shot in under if shot.id not in omitted]
    if not left:
        return None
    rate = film.format.rate
    gone = sum(shot.duration.frames(rate) for shot in under[: under.index(left[0])])
    at = max(0, cue.at.frames(rate) - gone)
    if at >= sum(shot.duration.frames(rate) for shot in left):
        return None
    if left[0] is under[0] and left[-1] is under[-1]:
        return cue
    changed: dict[str, object] = {"start": left[0].id, "end": left[-1].id}
    if gone:
        changed["at"] = Span(str(at))
    return cue.model_copy(update=changed)
