"""What viewers of a film are asked at the end of a scene: which way it goes on, or something of their own."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from storyboard.media.timing import Span
from storyboard.schema.base import COMPOSED, FilledLine, Id, Model
from storyboard.schema.parameters import ParameterName

AnswerWords = Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=r"^[^\r\n]*$"), COMPOSED]


class Answer(Model):
    """An answer that viewers can choose, and where it leads."""

    id: Id
    """what `--choose` calls it"""
    text: AnswerWords
    """what viewers read"""
    goes_to: Id
    """the scene that follows"""


class Choices(Model):
    """A question at the end of a scene; its answers lead to different scenes."""

    question: FilledLine
    """what viewers read"""
    answers: Annotated[tuple[Answer, ...], Field(min_length=2, max_length=4)]
    """what there is to choose from"""
    default: Id
    """the answer of those who give none"""
    within: Span = Span("10s")
    """how long before the scene's end the question appears; in a shorter scene, with its beginning"""


class Ask(Model):
    """Something of their own that viewers are asked for at the end of a scene, for what follows."""

    parameter: ParameterName
    """the film's parameter that takes the answer; its default is that of those who give none"""
    question: FilledLine
    """what viewers read"""
    within: Span = Span("20s")
    """how long before the scene's end the question appears; in a shorter scene, with its beginning"""
