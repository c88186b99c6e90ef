"""What is chosen on the way through a film, as values of a version: `choose:SCENE` → its answer.

So a way is told, kept and opened again as every other version of a film is. A scene that comes several times
has its answers with commas between them, in that order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from storyboard.branching.route import Chosen, wrong_choice
from storyboard.document.values import Given, GivenValues
from storyboard.errors import Problem, UsageError
from storyboard.schema.film import Film
from storyboard.wording import shown

CHOOSE = "choose:"
"""before a scene's id; no parameter's name has a colon"""


def given_by_choosing(options: Iterable[str]) -> dict[str, Given]:
    """The values of `--choose scene=answer`, in the order in which the way comes to the scenes.

    Raises:
        UsageError: one is no scene, = and answer.
    """
    given: dict[str, Given] = {}
    for option in options:
        scene, equals, answer = (part.strip() for part in option.partition("="))
        if not (scene and equals and answer):
            raise UsageError(f"--choose {shown(option)} has no answer", "write --choose scene=answer")
        before = given.get(f"{CHOOSE}{scene}")
        said = f"{before.value},{answer}" if before else answer
        given[f"{CHOOSE}{scene}"] = Given(said, f"--choose {scene}")
    return given


def parted(given: GivenValues) -> tuple[dict[str, Given], dict[str, Given]]:
    """Values of parameters, and answers by scene."""
    values = {name: one for name, one in given.items() if not name.startswith(CHOOSE)}
    answers = {name.removeprefix(CHOOSE): one for name, one in given.items() if name.startswith(CHOOSE)}
    return values, answers


def chosen_of(film: Film, answers: Mapping[str, Given]) -> tuple[dict[str, tuple[str, ...]], list[Problem]]:
    """What answers come to, and what is wrong with those of scenes or answers that a film does not have."""
    chosen: dict[str, tuple[str, ...]] = {}
    problems: list[Problem] = []
    for name, given in answers.items():
        said = tuple(part.strip() for part in str(given.value).split(","))
        if wrong := wrong_choice(film, name, said):
            problems.append(given.problem(wrong))
        else:
            chosen[name] = said
    return chosen, problems


def told(film: Film, chosen: Chosen) -> dict[str, str]:
    """What tells a way from the one of all defaults, as values of a version."""
    found = {}
    for scene in film.scenes:
        answers = [*chosen.get(scene.id, ())] if scene.choices else []
        while answers and scene.choices and answers[-1] == scene.choices.default:
            answers.pop()
        if answers:
            found[f"{CHOOSE}{scene.id}"] = ",".join(answers)
    return found
