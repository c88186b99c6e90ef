"""What the page and scripts ask for: the form of decisions before they are any."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, ConfigDict, Field, JsonValue, model_validator

from pipeline.catalog.entries import MOST_STROKES, MOST_WORDS, Frames, Part, Stroke
from pipeline.decisions.asking import MOST_TAKES
from pipeline.decisions.letters import plain_words
from storyboard.described import DescribedModel
from storyboard.schema.base import Id, RelativePath, Seed

Words = Annotated[str, Field(max_length=MOST_WORDS), AfterValidator(plain_words)]
Number = Annotated[int, Field(ge=1, le=2**31 - 1)]
Seen = Annotated[int, Field(ge=0, le=2**53)]
Name = Annotated[str, Field(min_length=1, max_length=64)]


class Ask(DescribedModel):
    """Frozen and closed."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ApproveAsk(Ask):
    """Circle a take."""

    kind: Literal["approve"]
    take: Number | None = None
    """the one in the cut when it is left out"""


class UnapproveAsk(Ask):
    """Take a circle away."""

    kind: Literal["unapprove"]
    take: Number | None = None


class OmitAsk(Ask):
    """Take the shot out of the cut."""

    kind: Literal["omit"]


class RestoreAsk(Ask):
    """Bring it back."""

    kind: Literal["restore"]


class UndoAsk(Ask):
    """Take the last decision back that counts."""

    kind: Literal["undo"]


class RedoAsk(Ask):
    """Decide again what was undone just now."""

    kind: Literal["redo"]


class _RemarkAsk(Ask):
    """What somebody says of a shot, and where in it."""

    text: Words = ""
    frames: Frames | None = None
    """first and last that it is about, counted from the shot's first"""
    region: tuple[Part, Part, Part, Part] | None = None
    """left, top, width and height of what it is about, in parts of the picture"""
    drawing: Annotated[tuple[Stroke, ...], Field(max_length=MOST_STROKES)] = ()
    take: Number | None = None
    """that it is about; of a retake, that it builds upon"""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.frames and self.frames[0] > self.frames[1]:
            raise ValueError("the first frame lies after the last")
        return self


class NoteAsk(_RemarkAsk):
    """Say something of the shot."""

    kind: Literal["note"]
    reply_to: Number | None = None
    """the number of the decision that it answers"""


class RetakeAsk(_RemarkAsk):
    """Ask for other takes of it."""

    kind: Literal["retake"]
    add_prompt: Annotated[str, Field(max_length=4000), AfterValidator(plain_words)] = ""
    seed: Seed | None = None
    new_seed: bool = False
    options: dict[Id, JsonValue] = Field(default_factory=dict)
    """of the backend that renders, by name"""
    renderer: Name | None = None
    """another one of the film"""
    first_frame: RelativePath | None = None
    last_frame: RelativePath | None = None
    references: dict[Id, tuple[RelativePath, ...]] = Field(default_factory=dict)
    """other pictures of characters, by the character's id"""
    takes: Annotated[int, Field(ge=1, le=MOST_TAKES)] = 1
    keep_rest: bool = False
    """change the take as the text says, and keep the rest of it"""


class DecisionAsked(Ask):
    """A decision of a shot."""

    what: Annotated[
        ApproveAsk | UnapproveAsk | OmitAsk | RestoreAsk | UndoAsk | RedoAsk | NoteAsk,
        Field(discriminator="kind"),
    ]
    seen: Seen | None = None
    """the number of the shot's last decision that the person has seen; only a note may leave it out"""
    renderer: Name | None = None
    """whose cut is looked at"""


class ProposalAsked(Ask):
    """What a decision would have made again."""

    what: Annotated[ApproveAsk | OmitAsk | RestoreAsk | RetakeAsk, Field(discriminator="kind")]
    renderer: Name | None = None


class RetakeAsked(Ask):
    """A retake that is to be rendered."""

    what: RetakeAsk
    seen: Seen
    renderer: Name | None = None
    film: bool = True
    """whether the film is put together with it"""


class RunAsked(Ask):
    """A retake that was decided, to be rendered again."""

    decision: Number
    film: bool = True
