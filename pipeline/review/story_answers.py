"""What the application tells of one shot: its takes, its conversation, and what would be made again."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import Field, JsonValue

from pipeline.catalog.entries import Stroke
from pipeline.review.answers import Answer
from storyboard.planning.difference import Group


class ToldTake(Answer):
    """A take and how it stands; the fields of `shotfarm takes --json`."""

    shot: str
    number: int
    digest: str
    status: str
    circled: bool
    in_cut: bool
    stale: tuple[str, ...]
    """what it would be made from otherwise today"""
    renderer: str
    seed: int
    made_at: datetime
    by: str
    why: str
    worker_s: float
    gpu_s: float
    quality: dict[str, JsonValue]
    adjusted: tuple[str, ...]
    """what it asks for otherwise than the storyboard"""
    version: str = ""
    """the values of the version of the film that asked for it first; empty for the one with every default"""


class Said(Answer):
    """A decision of a shot, as its conversation has it."""

    number: int
    kind: str
    by: str
    at: datetime
    take: int | None
    """the number of the take that it is about"""
    take_digest: str | None
    words: str
    counts: bool
    """whether it was not undone"""
    text: str = ""
    frames: tuple[int, int] | None = None
    region: tuple[float, float, float, float] | None = None
    drawing: tuple[Stroke, ...] = ()
    reply_to: int | None = None
    of: int | None = None
    """the decision that an undo takes back"""
    wishes: tuple[tuple[str, ...], ...] = ()
    """of a retake: what each of its takes is asked for, a phrase each"""
    made: tuple[int, ...] = ()
    """of a retake: the numbers of the takes that answer it"""


class RunState(StrEnum):
    """How far a retake is."""

    WAITING = "waiting"
    STARTING = "starting"
    RENDERING = "rendering"
    ASSEMBLING = "assembling"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    LEFT = "left"
    """nobody is at it, and it was not rendered: whoever served it was killed"""


class AskedRetake(Answer):
    """A retake that was asked for, and what became of it."""

    id: str
    """its name in addresses"""
    decision: int
    shot: str
    by: str
    words: str
    takes: int
    """how many"""
    state: RunState
    since: datetime
    """when it came into that state"""
    error: str = ""
    hint: str | None = None
    made: tuple[int, ...] = ()
    """numbers of the takes that there are of it"""


class AskedRetakes(Answer):
    """Retakes that were asked for; the newest first."""

    runs: tuple[AskedRetake, ...]


class Story(Answer):
    """A shot: how it stands, its takes, and its conversation."""

    shot: str
    seen: int
    """the number of the last decision about it, 0 without any: goes back with the next one"""
    omitted: bool
    status: str
    frames: int
    renderer: str
    """that makes it in this cut"""
    undoes: str
    """what an undo would take back, in words; empty for nothing"""
    redoes: str
    """what a redo would decide again"""
    takes: tuple[ToldTake, ...]
    conversation: tuple[Said, ...]
    """every decision, oldest first"""
    asked: tuple[AskedRetake, ...]
    """its retakes that were not rendered yet, or failed"""


class ToldDecision(Answer):
    """A decision, as whoever listens is told of it."""

    number: int
    shot: str
    by: str
    kind: str
    words: str
    take: int | None
    """the number of the take that it is about"""


class Decided(Answer):
    """A decision that was made."""

    decision: Said
    story: Story


class DecidedRetake(Answer):
    """A retake that was decided, and that is rendered now."""

    decision: Said
    run: AskedRetake
    story: Story


class Conflicted(Answer):
    """A decision that was not made, since others decided meanwhile."""

    error: str
    hint: str | None
    conflict: tuple[Said, ...]
    """what the others decided"""
    story: Story


class RadiusRender(Answer):
    """A take that would be rendered."""

    shot: str
    digest: str
    reasons: tuple[str, ...]
    estimate_s: float


class Radius(Answer):
    """What a decision would have made again."""

    renders: tuple[RadiusRender, ...]
    follows: tuple[str, ...]
    segments: tuple[str, ...]
    joints: tuple[str, ...]
    reels: tuple[str, ...]
    sounds: tuple[str, ...]
    frames: int
    """by how many the film becomes longer"""
    worker_s: float
    gpu_s: float
    cost: str | None
    words: tuple[str, ...]
    """the same for people, a sentence each"""
    wishes: tuple[tuple[str, ...], ...] = ()
    """of a retake: what each of its takes would be asked for"""


class FormRenderer(Answer):
    """A renderer that a retake may ask for."""

    name: str
    backend: str
    options: dict[str, JsonValue] | None = Field(alias="schema", serialization_alias="schema")
    """a JSON schema of the backend's options; none where it cannot be imported here"""
    values: dict[str, JsonValue]
    """all its options, as the shot would have them now"""
    changes_takes: bool = False
    """it can change an earlier take and keep the rest of it"""


class FormCharacter(Answer):
    """Somebody in the shot, and the pictures that they are made from."""

    id: str
    name: str
    references: tuple[str, ...]


class Form(Answer):
    """What a retake may ask for, and how it is now."""

    renderer: str
    action: str
    seed: int
    seen: int
    renderers: tuple[FormRenderer, ...]
    """the shot's own first"""
    characters: tuple[FormCharacter, ...]
    first_frame: str | None
    last_frame: str | None
    pictures: tuple[str, ...]
    """in the project folder"""
    most_takes: int


class DifferenceRow(Answer):
    """An input that differs between two takes."""

    group: Group
    what: str
    a: str
    b: str
    parts: tuple[tuple[Literal["same", "gone", "new"], str], ...]
    """of prose, word by word"""


class ToldDifference(Answer):
    """What two takes were made from otherwise."""

    shot: str
    a: int
    b: int
    rows: tuple[DifferenceRow, ...]
    words: tuple[str, ...]
