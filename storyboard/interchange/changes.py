"""What an editor changed in a cut, in words. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from storyboard.interchange.film_cut import CutFilm, SeenShot
from storyboard.interchange.read_cut import ReadCut
from storyboard.schema.vocabulary import TransitionKind
from storyboard.wording import counted


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is otherwise.

    Attributes:
        kind: `removed`, `added`, `repeated`, `moved`, `trimmed`, `extended`, `slipped`, `speed`, `take`,
            `transition`, `fade`, `note`, `kept` (what is no shot, and comes back with the next export) or
            `left` (what cannot be as the timeline has it).
        shot: the id of its shot; empty where it is of none.
        words: for people.
    """

    kind: str
    shot: str
    words: str


_Place = tuple[str, int]
"""a shot, and how often it has come by then, from 1"""


def changes_between(film: CutFilm, read: ReadCut) -> list[Change]:
    """What a timeline has otherwise than the film, in the order in which people ask for it."""
    before, after = _placed(film.shots), _placed(read.shots)
    found = [*_missing(before, after), *_more(before, after), *_moved(before, after)]
    for place, shot in after.items():
        old = before.get(place)
        if old is not None:
            found += _of_shot(old, shot)
    for note in read.notes:
        at = (
            f"frames {note.first}-{note.first + note.frames - 1}"
            if note.frames > 1
            else f"frame {note.first}"
        )
        found.append(Change("note", note.shot, f"note on shot {note.shot}, {at}: {note.text}"))
    found += [
        Change("kept", "", f"{one.words}: kept, and given back with the next export") for one in read.foreign
    ]
    return found + [Change("left", "", words) for words in read.said]


def _placed(shots: Sequence[SeenShot]) -> dict[_Place, SeenShot]:
    visits: Counter[str] = Counter()
    found: dict[_Place, SeenShot] = {}
    for shot in shots:
        visits[shot.shot] += 1
        found[shot.shot, visits[shot.shot]] = shot
    return found


def _called(place: _Place) -> str:
    shot, visit = place
    return f"shot {shot}" if visit == 1 else f"shot {shot} (the {_ordinal(visit)} time)"


def _ordinal(number: int) -> str:
    ending = "th" if number % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _missing(before: dict[_Place, SeenShot], after: dict[_Place, SeenShot]) -> list[Change]:
    return [
        Change("removed", place[0], f"{_called(place)} is removed ({counted(shot.frames, 'frame')})")
        for place, shot in before.items()
        if place not in after
    ]


def _more(before: dict[_Place, SeenShot], after: dict[_Place, SeenShot]) -> list[Change]:
    found: list[Change] = []
    behind = "at the beginning"
    for place, shot in after.items():
        if place not in before:
            length = counted(shot.frames, "frame")
            if place[1] > 1:
                words = f"shot {place[0]} comes again {behind} ({length} from frame {shot.first})"
                found.append(Change("repeated", place[0], words))
            else:
                found.append(
                    Change("added", place[0], f"shot {place[0]} is in the cut again {behind} ({length})")
                )
        behind = f"after {_called(place)}"
    return found


def _moved(before: dict[_Place, SeenShot], after: dict[_Place, SeenShot]) -> list[Change]:
    """The fewest shots that must move for the others to stand in the order that they had."""
    order = {place: number for number, place in enumerate(before)}
    common = [place for place in after if place in order]
    stay = _longest_rising([order[place] for place in common])
    places = [*after]
    found = []
    for number, place in enumerate(common):
        if number in stay:
            continue
        at = places.index(place)
        where = f"after {_called(places[at - 1])}" if at else "to the beginning"
        found.append(Change("moved", place[0], f"{_called(place)} is moved {where}"))
    return found


def _longest_rising(numbers: Sequence[int]) -> set[int]:
    """The places of a longest rising series of numbers, no two of which are equal."""
    ends: list[int] = []
    lasts: list[int] = []
    before: list[int | None] = []
    for place, number in enumerate(numbers):
        length = bisect_left(ends, number)
        before.append(lasts[length - 1] if length else None)
        if length == len(ends):
            ends.append(number)
            lasts.append(place)
        else:
            ends[length], lasts[length] = number, place
    found: set[int] = set()
    place_: int | None = lasts[-1] if lasts else None
    while place_ is not None:
        found.add(place_)
        place_ = before[place_]
    return found


def _of_shot(old: SeenShot, new: SeenShot) -> list[Change]:
    """What is otherwise of a shot at its place."""
    name = new.shot
    found: list[Change] = []
    if old.take != new.take:
        found.append(Change("take", name, f"shot {name} is shown by {new.seen.name}, not {old.seen.name}"))
    if old.speed != new.speed:
        words = f"shot {name} runs at {new.speed} of its speed, not at {old.speed}"
        found.append(Change("speed", name, words))
    found += _lengths(old, new)
    if (old.kind, old.length) != (new.kind, new.length):
        found.append(
            Change("transition", name, f"shot {name} begins with {_begins(new)}, not {_begins(old)}")
        )
    if old.fade_out != new.fade_out:
        words = f"shot {name} fades out in {new.fade_out} frames, not {old.fade_out}"
        found.append(Change("fade", name, words))
    return found


def _lengths(old: SeenShot, new: SeenShot) -> list[Change]:
    name = new.shot
    ends_before, ends = old.first + old.frames * old.speed, new.first + new.frames * new.speed
    begins = new.first - old.first
    later = ends - ends_before
    if old.speed != new.speed and (begins, new.frames) == (0, old.frames):
        return []
    if begins and old.frames == new.frames and old.speed == new.speed:
        words = (
            f"shot {name} shows its frames from {new.first} on, not from {old.first} ({new.frames} frames)"
        )
        return [Change("slipped", name, words)]
    said = []
    if begins:
        said.append(f"begins {counted(abs(begins), 'frame')} {'later' if begins > 0 else 'earlier'}")
    if later and old.speed == new.speed:
        frames = abs(new.frames - old.frames + begins / new.speed)
        said.append(f"ends {counted(round(frames), 'frame')} {'later' if later > 0 else 'earlier'}")
    if not said and old.frames == new.frames:
        return []
    length = f"{counted(new.frames, 'frame')}, not {old.frames}"
    kind = "extended" if begins < 0 or later > 0 else "trimmed"
    return [Change(kind, name, f"shot {name} {' and '.join(said) or 'has another length'}: {length}")]


def _begins(shot: SeenShot) -> str:
    if shot.kind is TransitionKind.CUT or not shot.length:
        return "a cut"
    return f"a {shot.kind.value.replace('-', ' ')} of {counted(shot.length, 'frame')}"
