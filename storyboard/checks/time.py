"""Checks of time: spans at the film's rate, lengths, and how much of a shot its transitions take."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from storyboard.document.shot_paths import shot_runs
from storyboard.document.text import DocumentPath
from storyboard.media.timing import Span, seconds_at
from storyboard.planning.transitions import CROSSINGS, Overlap, overlap
from storyboard.schema.film import Film, Shot
from storyboard.schema.vocabulary import TransitionKind

LONGEST_SHOT_S = 3600
LONGEST_FILM_S = 24 * 3600

Finding = tuple[DocumentPath, str]
"""where in the document, and what is wrong there"""


@dataclass(slots=True)
class _Timed:
    """A shot with its spans as frames; None where a span is wrong by itself."""

    path: DocumentPath
    shot: Shot
    frames: int | None
    transition: int | None = None
    fade_out: int | None = None
    leads: int | None = None
    trails: int | None = None


def find_in_time(film: Film) -> Iterator[Finding]:
    """Every problem with lengths and moments."""
    findings: list[Finding] = []
    runs = [[_time(film, path, shot, findings) for path, _, shot in run] for run in shot_runs(film)]
    _music(film, runs, findings)
    total = sum(one.frames or 0 for run in runs for one in run)
    if seconds_at(total, film.format.rate) > LONGEST_FILM_S:
        hours = float(seconds_at(total, film.format.rate) / 3600)
        findings.append(
            (("scenes",), f"the film is {hours:.1f} hours long; the most is {LONGEST_FILM_S // 3600}")
        )
    yield from findings
    for number, run in enumerate(runs):
        yield from _transitions(run, begins_film=number == 0)


def _music(film: Film, runs: list[list[_Timed]], findings: list[Finding]) -> None:
    """Cues that begin after their shots or outlast them, as far as that is the same on every way."""
    places = {one.shot.id: (run, number) for run in runs for number, one in enumerate(run)}
    for index, cue in enumerate(film.music):
        path: DocumentPath = ("music", index)
        for key, span in (("fade_in", cue.fade_in), ("fade_out", cue.fade_out)):
            _frames(film, (*path, key), span, findings)
        at = _frames(film, (*path, "at"), cue.at, findings) or 0
        lasts = _length(film, (*path, "duration"), cue.duration, findings) if cue.duration else None
        if cue.start not in places or cue.end not in places:
            continue
        (run, first), (other, last) = places[cue.start], places[cue.end]
        room = sum(one.frames or 0 for one in run[first : last + 1 if run is other else len(run)])
        if at >= room > 0:
            message = f'"{cue.at}" is frame {at}, after the end of its last shot, which comes at {room}'
            findings.append(((*path, "at"), message))
        elif lasts and at + lasts > room > 0 and run is other:
            message = f'"{cue.duration}" is {lasts} frames; to the end of its last shot there are {room - at}'
            findings.append(((*path, "duration"), message))


def _frames(film: Film, path: DocumentPath, span: Span, findings: list[Finding]) -> int | None:
    try:
        return span.frames(film.format.rate)
    except ValueError as error:
        findings.append((path, str(error)))
        return None


def _length(film: Film, path: DocumentPath, span: Span, findings: list[Finding]) -> int | None:
    """The frames of something that must have at least one."""
    frames = _frames(film, path, span, findings)
    if frames == 0:
        findings.append((path, f'"{span}" is no frame at {film.format.rate} a second; the least is one'))
        return None
    return frames


def _time(film: Film, path: DocumentPath, shot: Shot, findings: list[Finding]) -> _Timed:
    timed = _Timed(path, shot, _length(film, (*path, "duration"), shot.duration, findings))
    if timed.frames:
        seconds = seconds_at(timed.frames, film.format.rate)
        if seconds > LONGEST_SHOT_S:
            findings.append(
                ((*path, "duration"), f'"{shot.duration}" is longer than an hour, the most for one shot')
            )
        elif seconds * shot.speed > LONGEST_SHOT_S:
            message = (
                f"at {shot.speed} times its speed the take is longer than an hour, the most for one shot"
            )
            findings.append(((*path, "speed"), message))
    moments: list[tuple[DocumentPath, Span]] = [
        *(((*path, "lines", index), line.at) for index, line in enumerate(shot.lines)),
        *(((*path, "effects", index), effect.at) for index, effect in enumerate(shot.effects)),
        *(((*path, "titles", index), title.at) for index, title in enumerate(shot.titles)),
    ]
    for owner, at in moments:
        frame = _frames(film, (*owner, "at"), at, findings)
        if frame and timed.frames and frame >= timed.frames:
            message = f'"{at}" is frame {frame}, after the end of the shot, which has {timed.frames}'
            findings.append(((*owner, "at"), message))
    lengths: list[tuple[DocumentPath, Span | None]] = [
        *(((*path, "effects", index), effect.duration) for index, effect in enumerate(shot.effects)),
        *(((*path, "titles", index), title.duration) for index, title in enumerate(shot.titles)),
    ]
    for owner, length in lengths:
        if length is not None:
            _length(film, (*owner, "duration"), length, findings)
    if shot.transition.kind is not TransitionKind.CUT:
        timed.transition = _length(
            film, (*path, "transition", "duration"), shot.transition.duration, findings
        )
    timed.leads = _frames(film, (*path, "transition", "sound_leads"), shot.transition.sound_leads, findings)
    timed.trails = _frames(
        film, (*path, "transition", "sound_trails"), shot.transition.sound_trails, findings
    )
    if shot.fade_out is not None:
        timed.fade_out = _length(film, (*path, "fade_out"), shot.fade_out, findings)
    return timed


def _transitions(timed: list[_Timed], *, begins_film: bool) -> Iterator[Finding]:
    """What is wrong between shots that follow one another; what borders ask is told elsewhere."""
    for index, one in enumerate(timed):
        kind = one.shot.transition.kind
        if one.shot.continues is not None and kind is not TransitionKind.CUT:
            yield (
                (*one.path, "transition"),
                f'a shot that continues another begins with a cut; leave out the {kind} or "continues"',
            )
        if index == 0 and begins_film and kind in CROSSINGS:
            yield (
                (*one.path, "transition", "kind"),
                f"the first shot has nothing before it for a {kind} (allowed: cut, fade, dip-to-white)",
            )
        if index or begins_film:
            yield from _sound(one, timed[index - 1] if index else None)
        yield from _room(
            one, _taken(one, first=index == 0), timed[index + 1] if index + 1 < len(timed) else None
        )


def _sound(one: _Timed, before: _Timed | None) -> Iterator[Finding]:
    """Whether sound that leads or trails stays within the shot beside it."""
    for key, frames, beside, whose in (
        ("sound_leads", one.leads, before, "shot before"),
        ("sound_trails", one.trails, one, "shot"),
    ):
        if not frames:
            continue
        path = (*one.path, "transition", key)
        if before is None:
            yield path, "nothing is before the first shot; its sound begins and ends with its picture"
        elif beside and beside.frames and frames > beside.frames:
            said = f'"{getattr(one.shot.transition, key)}" is {frames} frames'
            yield path, f'{said}; the most is the length of the {whose}, "{beside.shot.id}": {beside.frames}'


def _taken(one: _Timed, *, first: bool) -> Overlap:
    """Frames that the transition at the beginning of a shot takes of the shot before and of this one."""
    length = one.transition or 0
    return Overlap(before=0, after=length) if first else overlap(length)


def _room(one: _Timed, own: Overlap, following: _Timed | None) -> Iterator[Finding]:
    """Whether all the transitions of one shot fit into it, one thing after the other."""
    if not one.frames:
        return
    parts: list[tuple[int, str, DocumentPath]] = []
    if own.after:
        parts.append((own.after, f"{one.shot.transition.kind} in", (*one.path, "transition")))
    if one.fade_out:
        parts.append((one.fade_out, "fade out", (*one.path, "fade_out")))
    if following and following.transition:
        frames = _taken(following, first=False).before
        parts.append((frames, f"{following.shot.transition.kind} out", (*following.path, "transition")))
    needed = sum(frames for frames, _, _ in parts)
    if needed > one.frames:
        account = ", ".join(f"{words} {frames}" for frames, words, _ in parts)
        _, _, path = max(parts, key=lambda part: part[0])
        yield (
            path,
            f'shot "{one.shot.id}" has {one.frames} frames, and its transitions take {needed} ({account})',
        )
