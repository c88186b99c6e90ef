"""What a backend is asked to render: a shot with everything resolved that affects its pixels.

The digest of a `ShotSpec` (`storyboard.digest`) is the name of the take in the store. So a field that does
not change pixels has no place here, and changing the form of this model re-renders every film: raise
`SPEC_VERSION` when you do, and expect the golden digests in the tests to object.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated

from pydantic import ConfigDict, Field, JsonValue

from storyboard.described import DescribedModel
from storyboard.digest import canonical_json, digest_of
from storyboard.media.take_shape import TakeShape
from storyboard.media.timing import Rate
from storyboard.schema.base import Colour
from storyboard.schema.vocabulary import (
    CameraMove,
    Expression,
    Facing,
    LineDelivery,
    Pose,
    Position,
    ShotSize,
    TimeOfDay,
    Weather,
)

SPEC_VERSION = 1
"""raised when the same film gives other specs;
code of storyboard.planning.spec, storyboard.digest: be0d5d3d
"""


class SpecModel(DescribedModel):
    """Frozen and closed."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ResolvedFile(SpecModel):
    """A file by what is in it."""

    sha256: str
    """the digest of its bytes; where it lies and what it is called changes no pixel"""


class ResolvedLora(SpecModel):
    """A LoRA by what is in it."""

    file: ResolvedFile
    weight: float
    trigger: str | None


class ResolvedLook(SpecModel):
    """The film's style."""

    description: str
    negative: str
    palette: tuple[Colour, ...]
    references: tuple[ResolvedFile, ...]
    loras: tuple[ResolvedLora, ...]


class ResolvedLocation(SpecModel):
    """The place, in the light and weather of the scene."""

    id: str
    name: str
    description: str
    time_of_day: TimeOfDay
    weather: Weather
    references: tuple[ResolvedFile, ...]


class ResolvedCharacter(SpecModel):
    """A character as blocked in this shot, dressed for this scene."""

    id: str
    name: str
    description: str
    wardrobe: str
    colours: tuple[Colour, ...]
    references: tuple[ResolvedFile, ...]
    loras: tuple[ResolvedLora, ...]
    position: Position
    move_to: Position | None
    facing: Facing
    pose: Pose
    expression: Expression
    action: str


class ResolvedSpeech(SpecModel):
    """How a line sounds, which its speaker's mouth follows."""

    text: str
    delivery: LineDelivery
    language: str
    """the film's, a BCP 47 tag"""
    engine: str
    voice: str | None
    """one of the engine's own; None for its voice of the language"""
    pitch: int
    words_per_minute: int
    options: dict[str, JsonValue]
    """the engine's own"""
    rate: Rate
    """frames of the take while a second of it is heard: another than the take's in a shot that is slowed"""
    recording: ResolvedFile | None
    """somebody who speaks it, in the place of the engine"""


class ResolvedLine(SpecModel):
    """A line of dialogue; present only for backends that draw speech (mouths or captions)."""

    character: str
    """the speaker's id"""
    name: str
    """the speaker's name"""
    text: str
    delivery: LineDelivery
    start: int
    """the frame of the shot's body at which it starts; negative where its sound leads the picture"""
    speech: ResolvedSpeech | None = None
    """only where the speaker's mouth is in the picture, for backends that move it to the sound; in digests
    where it is"""


class Predecessor(SpecModel):
    """The shot from whose last frames this one starts."""

    shot: str
    """its id, for people: it is not in the digest, because what another shot is called draws nothing"""
    digest: str
    """the digest of that shot's take"""


class ResolvedPerformance(SpecModel):
    """The videos that drive a shot; present only for backends that follow performances."""

    file: ResolvedFile
    pose: ResolvedFile | None
    face: ResolvedFile | None
    background: ResolvedFile | None = None
    mask: ResolvedFile | None = None

    def files(self) -> list[ResolvedFile]:
        """Those of them that there are."""
        return [video for video in (self.file, self.pose, self.face, self.background, self.mask) if video]


class ShotSpec(SpecModel):
    """Everything that affects the pixels of one shot.

    A take has `head + frames + tail` frames; the body that the cut shows starts at frame `head`. Head and
    tail are the handles that transitions take their frames from. Size, rate and frames are the backend's own
    where it has any (`storyboard.media.take_shape`), else the film's.
    """

    version: int = SPEC_VERSION
    shot: str
    """the shot's id, or empty for a backend that does not draw it"""
    backend: str
    backend_version: int
    """raised by the backend's author when the same spec gives other pixels"""
    options: dict[str, JsonValue]
    """the backend's options for this shot, complete (defaults filled in)"""
    idle_options: tuple[str, ...] = ()
    """the names of those that change no pixel; neither they nor this list are in the digest"""
    width: int
    height: int
    rate: Rate
    frames: Annotated[int, Field(ge=1)]
    """length of the body"""
    head: Annotated[int, Field(ge=0)]
    """handle frames before the body"""
    tail: Annotated[int, Field(ge=0)]
    """handle frames after the body"""
    seed: int
    size: ShotSize
    camera: CameraMove
    action: str
    look: ResolvedLook
    location: ResolvedLocation
    characters: tuple[ResolvedCharacter, ...]
    lines: tuple[ResolvedLine, ...]
    predecessor: Predecessor | None
    match_cut: Predecessor | None = None
    """the shot whose last frame this one's first is composed like; only for backends that match cuts"""
    performance: ResolvedPerformance | None = None
    first_frame: ResolvedFile | None = None
    """the picture of the body's first frame; only for backends that take such pictures"""
    last_frame: ResolvedFile | None = None
    """the picture of the body's last frame"""
    given: dict[str, ResolvedFile] = Field(default_factory=dict)
    """the files of the project that its options name, by their paths there; a spec without any has the digest
    that it would have without this field"""
    letters: tuple[str, ...] = ()
    """the fonts beside the house's that words drawn in it are set in, and letters that no font has; only for
    backends that draw words, and in digests where there are any"""
    language: str = ""
    """of those words, whose forms Chinese letters have; empty where no other font is needed"""
    part: tuple[int, int] | None = None
    """the frames that are rendered, the first and the one after the last, counted from the take's first: some
    beyond its own, negative ones before them; all of its own when left out, and then not in the digest"""

    @property
    def source(self) -> Predecessor | None:
        """The shot whose take must be there before this one can be rendered."""
        return self.predecessor or self.match_cut

    @property
    def shape(self) -> TakeShape:
        """The take that is asked for."""
        return TakeShape(self.width, self.height, self.rate, self.head, self.frames, self.tail)

    @property
    def total_frames(self) -> int:
        """Frames that are rendered: those of the take, handles included, or those of the part."""
        return len(self.rendered)

    @property
    def rendered(self) -> range:
        """The numbers of the frames that are rendered, counted from the take's first."""
        return range(*self.part) if self.part else range(self.head + self.frames + self.tail)

    @property
    def seconds(self) -> Fraction:
        """Length of the take in seconds, handles included."""
        return Fraction(self.total_frames) / self.rate

    def files(self) -> list[ResolvedFile]:
        """Every reference, LoRA, picture, video and file of its options that the shot is made from."""
        owners: list[ResolvedLook | ResolvedCharacter] = [self.look, *self.characters]
        loras = [lora.file for owner in owners for lora in owner.loras]
        references = [file for owner in (*owners, self.location) for file in owner.references]
        videos = self.performance.files() if self.performance else []
        frames = [frame for frame in (self.first_frame, self.last_frame) if frame]
        spoken = [line.speech.recording for line in self.lines if line.speech and line.speech.recording]
        return [*references, *loras, *videos, *frames, *spoken, *self.given.values()]

    def canonical_json(self) -> bytes:
        """The bytes that the digest is taken of; what changes no pixel is left out."""
        return canonical_json(self._digested())

    def digest(self) -> str:
        """The take's name: 64 hexadecimal digits, the same on every machine and Python version."""
        return digest_of(self._digested())

    def _digested(self) -> dict[str, JsonValue]:
        values = self.model_dump(mode="json")
        for name in values.pop("idle_options"):
            values["options"].pop(name, None)
        for start in (values["predecessor"], values["match_cut"]):
            if start:
                del start["shot"]
        for line in values["lines"]:
            if line["speech"] is None:
                del line["speech"]
        for name in ("given", "letters", "language", "part"):
            if not values[name]:
                del values[name]
        return values
