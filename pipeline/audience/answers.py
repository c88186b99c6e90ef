"""What the page is told, and what it says, as it goes over the line."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from pipeline.audience.cuts import CutState
from pipeline.audience.deciding.decisions import MOST
from pipeline.audience.making import MakingState


class _Said(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ShotOfFilm(_Said):
    """A shot on the film's frames."""

    id: str
    start: int
    frames: int


class SceneOfFilm(_Said):
    """A scene, from a frame of the film on."""

    slug: str
    start: int


class WatchedFilm(_Said):
    """The film, which does not change while it is watched."""

    title: str
    logline: str
    width: int
    height: int
    rate: tuple[int, int]
    """frames a second, as a fraction"""
    drop: bool
    """whether its timecode leaves out numbers"""
    frames: int
    delay: int
    """frames of its streams before its first"""
    heard: bool
    asks: bool
    """whether anything is asked on its way"""
    own: bool
    """whether each who watches has a session of their own"""
    scenes: tuple[SceneOfFilm, ...]
    shots: tuple[ShotOfFilm, ...]


class BegunSession(_Said):
    """A session that began."""

    session: str
    """its id"""
    token: str
    """shows that it is one's own: a bearer's, or a link's"""
    url: str
    """where a person opens it"""


class ShownSeat(_Said):
    """How one's own session stands."""

    session: str
    place: int | None
    """0 for whoever is in, the place in the queue, nothing where that is full"""
    words: str
    """what is waited for"""
    more: str
    """when it goes on"""
    frame: int
    """where one was last"""
    answers: tuple[str | None, ...]
    """what is decided, in the order in which the film asked; nothing for a default"""
    finished: bool


class NewScreening(_Said):
    """Where somebody wants to begin."""

    frame: int | None = Field(default=None, ge=0, le=2**31)
    """where one's own session is, or 0, when it is left out"""
    answers: tuple[str | None, ...] = Field(default=(), max_length=MOST)
    """what they decided before, in the order in which the film asked; a session of one's own knows it"""


class ShownScreening(_Said):
    """What somebody watches."""

    key: str
    since: int
    """the film's frame that it begins with"""
    frame: int
    """where one is"""
    answers: tuple[str | None, ...]
    """what is decided, in the order in which the film asked"""
    stream: str
    """where its playlist is"""
    picture: str
    sound: str
    """the playlist of each"""


class ToldPosition(_Said):
    """Where somebody is."""

    frame: int = Field(ge=0, le=2**31)
    moves: bool
    """whether it plays, or would if what follows were there"""


class ToldAnswer(_Said):
    """What somebody answers."""

    number: int = Field(ge=0, le=MOST)
    """which question of their way, from 0"""
    answer: str | None = None
    """the id of the answer, or what they give of their own; left out for the default"""


class OfferedAnswer(_Said):
    """An answer that can be chosen."""

    id: str
    text: str


class ShownQuestion(_Said):
    """What is asked, and not decided."""

    number: int
    question: str
    answers: tuple[OfferedAnswer, ...]
    """to choose from; none where something of one's own is asked for"""
    kind: str
    """of one's own: `text`, `number`, `colour`, `choice` or `file`; empty for a choice of the way"""
    most: int
    """letters of it"""
    first: int
    """the film's frame with which it appears"""
    due: int
    """the film's frame from which on all depends on it"""


class ShownWait(_Said):
    """What is waited for, in words for a person."""

    words: str
    more: str
    goes_on_s: float | None
    take: str
    picture: int
    progress: float
    failed: bool


class ShownStandIn(_Said):
    """Frames of the film that something else is shown for than their take."""

    shot: str
    start: int
    end: int
    """the one after the last"""
    words: str
    """what is shown, and of what: a sentence"""


class ScreeningState(_Said):
    """How a screening stands."""

    until: int
    """the film's frame before which all is there"""
    whole: bool
    sound: bool
    """whether the sound is there"""
    there: tuple[tuple[int, int], ...]
    """the film's frames whose takes are there, as ranges"""
    codec: str
    """of the picture, as RFC 6381 writes it; empty before anything of it is there"""
    making: MakingState
    wait: ShownWait | None
    way: str
    """changes when another way is gone"""
    decided: int
    """how many questions are decided"""
    question: ShownQuestion | None
    """the next one"""
    sounds: int
    """fragments of sound that are given, where they depend on answers"""
    stand_ins: tuple[ShownStandIn, ...]
    """of what is given, in order"""


class ShownCut(_Said):
    """A cut that is shared."""

    address: str
    """its link"""
    state: CutState
    words: str
    """why it could not be made; empty else"""


class CutStands(_Said):
    """How it stands with a shared cut, for whoever has its link."""

    state: CutState


class Done(_Said):
    """It was heard."""

    done: bool = True
