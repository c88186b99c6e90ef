"""Lines of dialogue that run past their shot, past the film's end, or over one another. Pure.

Of a film that branches, each run of scenes that always follow one another is looked at by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from storyboard.branching.graph import graph_of
from storyboard.document.shot_paths import shot_runs
from storyboard.document.text import DocumentPath
from storyboard.media.timing import seconds_at
from storyboard.planning.transitions import heard_from
from storyboard.schema.film import DialogueLine, Film, Shot
from storyboard.schema.vocabulary import LineDelivery
from storyboard.wording import listed

LEAST_S = Fraction(1, 10)
"""that a line runs over something before it is said"""


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """A line in its film.

    Attributes:
        path: where it stands in the document.
        shot: the shot that it belongs to.
        line: what is said.
        first: the frame of its run at which it is heard.
        shot_ends: the frame at which its shot has gone, and its sound with it.
        run: the number of its run.
        run_ends: the frame at which that ends: the film, where its scenes just follow one another.
        ends_film: whether nothing comes after its run.
    """

    path: DocumentPath
    shot: Shot
    line: DialogueLine
    first: int
    shot_ends: int
    run: int
    run_ends: int
    ends_film: bool


@dataclass(frozen=True, slots=True)
class Length:
    """How long a line is heard."""

    seconds: Fraction
    measured: bool
    """whether it was spoken or recorded already, and not guessed from its words"""


def placed_lines(film: Film) -> list[PlacedLine]:
    """Every line, in the order of the document."""
    rate = film.format.rate
    graph = graph_of(film)
    lines: list[PlacedLine] = []
    for number, (run, scenes) in enumerate(zip(shot_runs(film), graph.stretches, strict=True)):
        run_ends = sum(shot.duration.frames(rate) for _, _, shot in run)
        ends_film = not graph.after[scenes[-1]]
        start = 0
        for place, (path, _, shot) in enumerate(run):
            end = start + shot.duration.frames(rate)
            following = run[place + 1][2] if place + 1 < len(run) else None
            gone = end + (following.transition.sound_trails.frames(rate) if following else 0)
            for index, line in enumerate(shot.lines):
                first = max(0, start + heard_from(shot, line.at, rate))
                at = (*path, "lines", index)
                lines.append(PlacedLine(at, shot, line, first, gone, number, run_ends, ends_film))
            start = end
    return sorted(lines, key=lambda one: one.path[1:4:2])


def room_s(film: Film, lines: Sequence[PlacedLine]) -> list[Fraction]:
    """For how many seconds each line can be heard before it runs over anything."""
    room = []
    for one, after in zip(lines, _begins_next(lines), strict=True):
        is_over = one.line.delivery is LineDelivery.VOICE_OVER
        own = one.run_ends if is_over else min(one.shot_ends, one.run_ends)
        room.append(
            seconds_at(min(own, one.run_ends if after is None else after) - one.first, film.format.rate)
        )
    return room


def find_in_lines(
    film: Film, lengths: Mapping[DocumentPath, Length]
) -> Iterator[tuple[DocumentPath, str, str]]:
    """What lines run over: where in the document, the shot, and by how much.

    A voice-over may go on into the shots after its own.
    """
    rate, lines = film.format.rate, placed_lines(film)
    runs = [[shot for _, _, shot in run] for run in shot_runs(film)]
    ordered = _as_heard(lines)
    for place, number in enumerate(ordered):
        one = lines[number]
        length = lengths.get(one.path)
        if length is None:
            continue
        about = "" if length.measured else "about "
        ends_s = seconds_at(one.first, rate) + length.seconds

        def over_s(frame: int, ends_s: Fraction = ends_s) -> Fraction:
            return ends_s - seconds_at(frame, rate)

        said: list[str] = []
        if one.ends_film and over_s(one.run_ends) >= LEAST_S:
            said.append(
                f"{about}{float(over_s(one.run_ends)):.1f} s past the film's end, where it is cut off"
            )
        elif over_s(one.shot_ends) >= LEAST_S and one.line.delivery is not LineDelivery.VOICE_OVER:
            into = listed(_shots_between(runs[one.run], one.shot_ends, ends_s, rate)) or "what comes next"
            said.append(f"{about}{float(over_s(one.shot_ends)):.1f} s past its shot, into {into}")
        if place + 1 < len(ordered) and lines[ordered[place + 1]].run == one.run:
            other = lines[ordered[place + 1]]
            if over_s(other.first) >= LEAST_S:
                who = film.characters[other.line.character].name
                where = "" if other.shot is one.shot else f" in {other.shot.id}"
                by = min(over_s(other.first), length.seconds)
                said.append(f"{about}{float(by):.1f} s over the next line, {who}'s{where}")
        if said:
            words = f"it is heard for {about}{float(length.seconds):.1f} s and runs {', and '.join(said)}"
            yield (*one.path, "text"), one.shot.id, words


def _as_heard(lines: Sequence[PlacedLine]) -> list[int]:
    """The numbers of lines in the order in which they begin, run by run."""
    return sorted(range(len(lines)), key=lambda number: (lines[number].run, lines[number].first, number))


def _begins_next(lines: Sequence[PlacedLine]) -> list[int | None]:
    """The frame at which the line after each begins."""
    later: list[int | None] = [None] * len(lines)
    for number, following in pairwise(_as_heard(lines)):
        if lines[number].run == lines[following].run:
            later[number] = lines[following].first
    return later


def _shots_between(run: Sequence[Shot], first: int, ends_s: Fraction, rate: Fraction) -> list[str]:
    """The shots that are seen from a frame on until a moment."""
    names: list[str] = []
    start = 0
    for shot in run:
        end = start + shot.duration.frames(rate)
        if end > first and seconds_at(start, rate) < ends_s:
            names.append(shot.id)
        start = end
    return names
