"""What stands in a catalog: takes with their numbers, and decisions, each of a kind. Plain frozen values.

Both are also the lines of the log (`pipeline.catalog.log`). A log is never rewritten: what is added to these
models has a default.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, JsonValue, model_validator
from pydantic_core import PydanticSerializationError

from storyboard.described import DescribedModel
from storyboard.planning.adjustments import Adjustment
from storyboard.planning.editors_cut import EditorsCut

MOST_WORDS = 20_000
"""letters of a note"""
MOST_STROKES, MOST_POINTS = 500, 5_000

Words = Annotated[str, Field(max_length=MOST_WORDS)]
Name = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Part = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
"""of the picture's width or height, 0 at the left and at the top"""
Frame = Annotated[int, Field(ge=0)]
"""of the shot as the cut shows it: 0 is the first of its body, at the film's rate"""
Frames = Annotated[tuple[Frame, Frame], Field(description="first and last, both in it")]


class EntryModel(DescribedModel):
    """Frozen and closed."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Stroke(EntryModel):
    """One stroke of a drawing on a frame."""

    frame: Frame
    tool: Literal["pen", "line", "arrow", "box", "ellipse", "text"] = "pen"
    colour: Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")] = "#ff3b30"
    width: Part = 0.005
    """of the line, in parts of the picture's height"""
    points: Annotated[tuple[tuple[Part, Part], ...], Field(min_length=1, max_length=MOST_POINTS)]
    """from left and top"""
    text: Annotated[str, Field(max_length=500)] = ""


class _Remark(EntryModel):
    """What a person says of a shot, and where in it."""

    text: Words = ""
    frames: Frames | None = None
    """what it is about; the whole shot when left out"""
    region: tuple[Part, Part, Part, Part] | None = None
    """left, top, width and height of what it is about"""
    drawing: Annotated[tuple[Stroke, ...], Field(max_length=MOST_STROKES)] = ()

    @model_validator(mode="after")
    def _in_order(self) -> _Remark:
        if self.frames and self.frames[0] > self.frames[1]:
            raise ValueError("the first frame lies after the last")
        return self


class Note(_Remark):
    """Words, a drawing, or both: nothing is made again for them."""

    kind: Literal["note"] = "note"
    reply_to: int | None = None
    """the number of the decision that it answers"""


class Retake(_Remark):
    """A wish for another take."""

    kind: Literal["retake"] = "retake"
    adjustments: Annotated[tuple[Adjustment, ...], Field(min_length=1, max_length=64)]
    """one for each alternative that is to be made; the first stands for the shot until one is approved"""


class Approve(EntryModel):
    """The take is circled: it is the shot's in the cut of its renderer, instead of any that was before."""

    kind: Literal["approve"] = "approve"


class Unapprove(EntryModel):
    """The take is circled no more."""

    kind: Literal["unapprove"] = "unapprove"


class Omit(EntryModel):
    """The shot leaves the cut."""

    kind: Literal["omit"] = "omit"


class Restore(EntryModel):
    """The shot comes back into the cut."""

    kind: Literal["restore"] = "restore"


class Adopt(EntryModel):
    """What the approved take changed was written into the film document: nothing is laid over it any more."""

    kind: Literal["adopt"] = "adopt"
    changed: dict[str, JsonValue] = Field(default_factory=dict)
    """what was written, for people"""


class Undo(EntryModel):
    """An earlier decision of the shot counts no more; an undo is undone (done again) like any other."""

    kind: Literal["undo"] = "undo"
    of: int
    """its number"""


class Recut(EntryModel):
    """The film is cut as an editor has it; decided of `THE_CUT`, and of no shot."""

    kind: Literal["recut"] = "recut"
    cut: EditorsCut | None = None
    """what is laid over the film instead of any cut before; the storyboard's own order when left out"""
    changes: tuple[Words, ...] = ()
    """what it changed, for people"""


Payload = Annotated[
    Note | Retake | Approve | Unapprove | Omit | Restore | Adopt | Recut | Undo, Field(discriminator="kind")
]
ABOUT_A_TAKE = (Approve, Unapprove)
"""kinds that mean nothing without a take"""


class Wish(EntryModel):
    """A decision that somebody wants to make."""

    shot: Name
    what: Payload
    by: Name
    take: Digest | None = None
    """the digest of the take that it is about"""
    seen: Annotated[int, Field(ge=0)] | None = None
    """the number of the shot's last decision that the person had seen, 0 for none; None for one who decides
    whatever the others did"""
    version: dict[str, JsonValue] | None = None
    """the values of the version of the film that it was decided in; None for the one with every default"""

    @model_validator(mode="after")
    def _can_be_kept(self) -> Wish:
        if isinstance(self.what, ABOUT_A_TAKE) and self.take is None:
            raise ValueError(f"{self.what.kind} is about a take: say which")
        try:
            self.model_dump_json()
        except PydanticSerializationError:
            raise ValueError("it holds half of a character") from None
        return self


class Decision(EntryModel):
    """A decision, as it was appended."""

    number: int
    """1, 2, ... within the production, in the order in which they were made"""
    shot: str
    what: Payload
    by: str
    at: datetime
    take: str | None = None
    """the digest of the take that it is about"""
    seen: int | None = None
    """as the wish had it"""
    version: dict[str, JsonValue] | None = None
    """the values of the version of the film that it was decided in; None for the one with every default"""


class NewTake(EntryModel):
    """A published take of a shot that a catalog may not know yet."""

    shot: Name
    digest: Digest
    renderer: str
    """the profile, or the backend, that made it"""
    seed: int
    made_at: datetime
    by: str
    """who asked for it"""
    why: str
    """the reason, in words"""
    worker_s: float
    """seconds of a worker"""
    gpu_s: float
    """seconds of graphics cards: of two that rendered together, both"""
    quality: dict[str, JsonValue]
    """what was measured of it (`farm.takes.quality.TakeQuality`)"""
    adjustment: Adjustment | None = None
    """what was laid over the storyboard's shot; None for the storyboard's own"""
    version: dict[str, JsonValue] | None = None
    """the values of the version of the film that asked for it first; None for the one with every default"""


class Take(NewTake):
    """A take in the catalog."""

    number: int
    """1, 2, ... of its shot, in the order in which they were first registered"""


Amount = Annotated[int, Field(ge=0, le=10**18)]


class More(EntryModel):
    """What a person lets be spent beyond a document's budget."""

    worker_ms: Amount = 0
    """milliseconds of workers"""
    gpu_ms: Amount = 0
    """milliseconds of graphics cards"""
    money: Amount = 0
    """in millionths of the currency's smallest unit"""
    currency: Annotated[str, Field(pattern=r"^([A-Z]{3})?$")] = ""
    """of the money"""
    credits: Amount = 0
    """of hosted services, in hundredths of their units"""


class Raise(EntryModel):
    """A budget was raised; it counts for good, whatever the document says later."""

    document: Name
    """the film or the slate whose budget it is: a file of the project folder"""
    more: More
    by: Name
    at: datetime


class Line(EntryModel):
    """A line of the log: one of these."""

    log: int | None = None
    """the version of the log's form, on its first line"""
    take: Take | None = None
    decision: Decision | None = None
    raised: Raise | None = None
