"""What a viewer has decided so far, and the version of the film that it comes to. Pure.

A session is a short list of decisions, in the order in which the film asks; its cut follows from them. Who
gives no answer has the default.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.catalog.sessions import is_kept_picture
from storyboard.branching.answers import AnswerError, BlockList, written
from storyboard.branching.route_film import Question
from storyboard.document.choosing import CHOOSE
from storyboard.document.values import Given, GivenValues
from storyboard.schema.film import Film, Scene
from storyboard.schema.parameters import Parameter, ParameterType
from storyboard.wording import listed

MOST = 1000
"""decisions of one session"""
_WHO = "what a viewer answered"


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided at the end of a scene.

    Attributes:
        scene: its id.
        answer: the id of the answer, or what was given of one's own; None for the default.
    """

    scene: str
    answer: str | None = None


def open_question(questions: Sequence[Question], decisions: Sequence[Decision]) -> Question | None:
    """The first question of a way that is not decided; None when all of them are."""
    return questions[len(decisions)] if len(decisions) < len(questions) else None


def scene_of(film: Film, name: str) -> Scene:
    """A film's scene by its id.

    Raises:
        KeyError: there is none.
    """
    return {scene.id: scene for scene in film.scenes}[name]


def checked(film: Film, question: Question, answer: str | None, blocked: BlockList) -> Decision:
    """A decision on a question, as the film takes it.

    Args:
        film: that asks.
        question: of it.
        answer: what came from the viewer; None for the default.
        blocked: words of the producer's list.

    Raises:
        AnswerError: it cannot be taken; says why, for the viewer.
    """
    scene = scene_of(film, question.scene)
    if answer is None:
        return Decision(question.scene)
    if scene.choices:
        known = [one.id for one in scene.choices.answers]
        if answer not in known:
            raise AnswerError(f"there is no such answer (there are: {listed(known)})")
        return Decision(question.scene, answer)
    if scene.ask is None:
        raise AnswerError("nothing is asked here")
    return Decision(question.scene, _own(film.parameters[scene.ask.parameter], answer, blocked))


def asks_for_picture(film: Film, question: Question) -> bool:
    """Whether a question asks for a picture of one's own."""
    ask = scene_of(film, question.scene).ask
    return ask is not None and film.parameters[ask.parameter].type is ParameterType.FILE


def _own(parameter: Parameter, answer: str, blocked: BlockList) -> str:
    """Something of a viewer's own, as far as it can be checked here; the film checks its values."""
    if parameter.type is ParameterType.TEXT:
        return written(parameter, answer, blocked)
    if parameter.type is ParameterType.CHOICE and answer not in parameter.choices:
        raise AnswerError(f"one of these is asked for: {listed(parameter.choices)}")
    if parameter.type is ParameterType.FILE and not is_kept_picture(answer):
        raise AnswerError("a picture is asked for")
    if parameter.type is ParameterType.FILE:
        return answer
    if len(answer) > 40:
        raise AnswerError("this is too long")
    return answer


def values_of(film: Film, decisions: Sequence[Decision]) -> dict[str, Given]:
    """The version of a film that decisions come to: values of parameters, and what is chosen."""
    own: dict[str, Given] = {}
    chosen: dict[str, list[str]] = {}
    for one in decisions:
        scene = scene_of(film, one.scene)
        if scene.choices:
            chosen.setdefault(one.scene, []).append(one.answer or scene.choices.default)
        elif scene.ask and one.answer is not None:
            own[scene.ask.parameter] = Given(one.answer, _WHO)
    defaults = {scene.id: scene.choices.default for scene in film.scenes if scene.choices}
    for name, answers in chosen.items():
        while answers and answers[-1] == defaults[name]:
            answers.pop()
        if answers:
            own[f"{CHOOSE}{name}"] = Given(",".join(answers), _WHO)
    return own


def key_of(given: GivenValues) -> tuple[tuple[str, str], ...]:
    """A name for a version."""
    return tuple(sorted((name, str(one.value)) for name, one in given.items()))


def personal(given: GivenValues) -> dict[str, Given]:
    """Of a version's values those that its shots are made from: all but what is chosen."""
    return {name: one for name, one in given.items() if not name.startswith(CHOOSE)}


def counted(counts: Mapping[str, Mapping[str, int]], film: Film, one: Decision) -> dict[str, dict[str, int]]:
    """How often each answer was chosen, with one more decision; what is no choice is not counted."""
    scene = scene_of(film, one.scene)
    found = {name: dict(answers) for name, answers in counts.items()}
    if scene.choices and one.answer is not None:
        of_scene = found.setdefault(one.scene, {})
        of_scene[one.answer] = of_scene.get(one.answer, 0) + 1
    return found
