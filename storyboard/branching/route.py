"""One way through a film: what was chosen, and the scenes that it comes to. Pure.

A way is told by its answers at each scene that asks for a choice, in the order in which it comes there; where
none is given, the default is. What was answered of oneself is a value of a parameter, and not told here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from storyboard.errors import UsageError
from storyboard.schema.film import Film
from storyboard.wording import did_you_mean, listed, unknown

Chosen = Mapping[str, tuple[str, ...]]
"""answers by scene, in the order in which a way comes to it"""

AGAIN = "·"
"""stands between the id of what comes again on a way and how often it has come; no id of a film has it"""


@dataclass(frozen=True, slots=True)
class Step:
    """A scene on a way.

    Attributes:
        scene: its number in the film.
        visit: how often it has come by now, from 1.
        answer: what was chosen at its end; None where there was nothing to choose, or nothing is chosen yet.
    """

    scene: int
    visit: int
    answer: str | None = None


def chosen_in(decisions: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    """What a list of decisions comes to, each a scene and an answer, in the order in which they were made."""
    found: dict[str, tuple[str, ...]] = {}
    for scene, answer in decisions:
        found[scene] = (*found.get(scene, ()), answer)
    return found


def follow(film: Film, chosen: Chosen, *, until_open: bool = False) -> tuple[Step, ...]:
    """The scenes of a way to its end.

    Args:
        film: a checked film.
        chosen: what is chosen; the defaults are where nothing is.
        until_open: stop after the first scene at whose end nothing is chosen yet.

    Raises:
        UsageError: an answer is none of a scene's, or for a scene that the way does not come to so often.
    """
    for name, answers in chosen.items():
        if wrong := wrong_choice(film, name, answers):
            raise UsageError(wrong)
    numbers = {scene.id: number for number, scene in enumerate(film.scenes)}
    visits: dict[int, int] = {}
    steps: list[Step] = []
    number: int | None = 0
    while number is not None:
        scene = film.scenes[number]
        visit = visits[number] = visits.get(number, 0) + 1
        answer, following = None, None
        if scene.choices:
            given = chosen.get(scene.id, ())
            is_open = visit > len(given)
            answer = scene.choices.default if is_open else given[visit - 1]
            following = numbers[next(one.goes_to for one in scene.choices.answers if one.id == answer)]
            if is_open and until_open:
                answer, following = None, None
        elif scene.goes_to is not None:
            following = numbers[scene.goes_to]
        elif scene.ending is None and number + 1 < len(film.scenes):
            following = number + 1
        steps.append(Step(number, visit, answer))
        number = following
    for name, answers in chosen.items():
        if len(answers) > visits.get(numbers[name], 0):
            often = "" if len(answers) == 1 else f" {len(answers)} times"
            raise UsageError(f'what is chosen does not come to scene "{name}"{often}', "leave out its answer")
    return tuple(steps)


def wrong_choice(film: Film, name: str, answers: Iterable[str]) -> str | None:
    """What is wrong with answers at a scene of this name, in words; None when they are the film's own."""
    asking = {scene.id: scene.choices for scene in film.scenes if scene.choices}
    if name not in asking:
        there_are = f"there are: {listed(asking)}" if asking else "the film has none"
        return f'no scene "{name}" has choices{did_you_mean(name, asking)} ({there_are})'
    known = [answer.id for answer in asking[name].answers]
    wrong = next((answer for answer in answers if answer not in known), None)
    return None if wrong is None else unknown(f'answer of scene "{name}"', wrong, known)


def shown_as(name: str, visit: int) -> str:
    """What a scene or a shot is called that comes for the n-th time.

    >>> shown_as("2A", 1), shown_as("2A", 3)
    ('2A', '2A·3')
    """
    return name if visit == 1 else f"{name}{AGAIN}{visit}"


def without_visit(name: str) -> str:
    """What it is called in the film.

    >>> without_visit("2A·3")
    '2A'
    """
    return name.partition(AGAIN)[0]
