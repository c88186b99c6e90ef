"""The schema of a film document: what a storyboard says, and nothing about how it is rendered.

Every model is frozen and refuses unknown keys. Lengths of time stay as they were written (`Span`) and
become whole frames through the film's own rate. `storyboard/checks/film.py` holds what one model cannot see
alone (an unknown character, a continuity loop, a dissolve that is longer than its shots).
"""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, JsonValue, StringConstraints

from storyboard.media.framing import Point
from storyboard.media.timing import Rate, Span, Speed
from storyboard.schema.base import (
    Colour,
    Decibels,
    FilledLine,
    Id,
    Language,
    Line,
    Model,
    PlainName,
    RelativePath,
    Seed,
    SoundName,
    SpokenWords,
    Text,
    TitleWords,
)
from storyboard.schema.budget import Budget
from storyboard.schema.choices import Ask, Choices
from storyboard.schema.deliverables import Deliverable
from storyboard.schema.notices import Notices
from storyboard.schema.parameters import Condition, Parameter, ParameterName
from storyboard.schema.vocabulary import (
    LANCZOS,
    CameraMove,
    Expression,
    Facing,
    LineDelivery,
    Mood,
    Pose,
    Position,
    Retime,
    ShotSize,
    TimeOfDay,
    TitleStyle,
    TransitionKind,
    Weather,
)

SCHEMA_VERSION = 1


class Format(Model):
    """The picture and sound that the film is made in."""

    width: Annotated[int, Field(strict=True, ge=16, le=8192, multiple_of=2)] = 1280
    """picture width in pixels, even"""
    height: Annotated[int, Field(strict=True, ge=16, le=8192, multiple_of=2)] = 720
    """picture height in pixels, even"""
    rate: Rate = Fraction(24)
    """frames a second, as a whole number or a ratio"""
    sample_rate: Literal[44100, 48000, 96000] = 48000
    """audio samples a second"""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of its picture in pixels."""
        return self.width, self.height


class Lora(Model):
    """A LoRA: a small set of weights that teaches a model a character or a style."""

    file: RelativePath
    """a .safetensors file in the project folder"""
    weight: Annotated[float, Field(strict=True, ge=-2, le=2, allow_inf_nan=False)] = 1.0
    """how strongly it is applied"""
    trigger: Line | None = None
    """the word in the prompt that calls it"""


class Look(Model):
    """The style that all the film's shots share."""

    description: Text = ""
    """the style in words: medium, light, lens, grain"""
    negative: Text = ""
    """what no picture may show"""
    palette: Annotated[tuple[Colour, ...], Field(max_length=12)] = ()
    """the film's colours, from the darkest role to the lightest"""
    references: tuple[RelativePath, ...] = ()
    """pictures in the style of the film"""
    loras: tuple[Lora, ...] = ()
    """style LoRAs"""
    lut: RelativePath | None = None
    """a .cube file through which finished pictures are seen; it renders no take anew"""
    match_colours: bool = False
    """bring neighbouring shots of a scene nearer to each other in colour; it renders no take anew"""


class Voice(Model):
    """How a character sounds."""

    name: Line | None = None
    """a voice of its engine; when left out, a person like the one described, or the language's voice"""
    engine: Line | None = None
    """what speaks; when left out, hibari in English and espeak else, or whose the name is (docs/sound.md)"""
    options: dict[str, JsonValue] = Field(default_factory=dict)
    """the engine's own options"""
    pitch: Annotated[int, Field(strict=True, ge=0, le=99)] = 50
    """0 is the lowest, 50 the voice's own"""
    words_per_minute: Annotated[int, Field(strict=True, ge=80, le=450)] = 160
    """speed of speech"""


class Character(Model):
    """Someone who comes back from shot to shot and must look the same each time."""

    name: Line
    """the name in captions and credits"""
    description: Text = ""
    """how the character looks, in words"""
    colours: Annotated[tuple[Colour, ...], Field(max_length=6)] = ()
    """the character's own colours: coat, skin, hair, accent"""
    references: tuple[RelativePath, ...] = ()
    """pictures of the character"""
    loras: tuple[Lora, ...] = ()
    """LoRAs of the character"""
    voice: Voice = Voice()
    """how the character sounds"""
    voices: dict[Language, Voice] = Field(default_factory=dict)
    """how the character sounds in versions that speak other languages; the usual voice of them for those left
    out, as high and as fast"""
    wardrobe: dict[Id, Text] = Field(default_factory=dict)
    """what the character wears, by scene id; `default` for the other scenes"""


class Location(Model):
    """A place."""

    name: Line
    """the name in slug lines"""
    description: Text = ""
    """how the place looks, in words"""
    time_of_day: TimeOfDay = TimeOfDay.DAY
    """its light, unless a scene says otherwise"""
    weather: Weather = Weather.CLEAR
    """its weather, unless a scene says otherwise"""
    references: tuple[RelativePath, ...] = ()
    """pictures of the place"""
    room_tone: SoundName | None = None
    """the sound of the place under every shot in it: a built-in sound or a file"""


class Blocking(Model):
    """Where a character is in a shot, and what they do there."""

    id: Id
    """the character"""
    position: Position = Position.CENTRE
    """where in the frame"""
    move_to: Position | None = None
    """where in the frame the character ends, when they walk"""
    facing: Facing = Facing.CAMERA
    """which way the character looks"""
    pose: Pose = Pose.STANDING
    """what the body does"""
    expression: Expression = Expression.NEUTRAL
    """what the face says"""
    action: Text = ""
    """what the character does, in words"""


class DialogueLine(Model):
    """A line of dialogue."""

    character: Id
    """who speaks; need not be in the picture"""
    text: SpokenWords
    """the words"""
    translations: dict[Language, SpokenWords] = Field(default_factory=dict)
    """the words in other languages, for subtitles, and for versions that speak them"""
    at: Span = Span("0")
    """when it starts, from the beginning of the shot; 0 is where its sound begins"""
    delivery: LineDelivery = LineDelivery.NORMAL
    """how it is spoken"""
    recording: RelativePath | None = None
    """a file with the line as somebody spoke it, in the place of the voice"""
    gain_db: Decibels = 0.0
    """louder or softer than the mix would have it"""
    when: Condition | bool | None = None
    """the condition on the film's parameters under which it is in the film"""


class SoundEffect(Model):
    """A sound at a moment of a shot."""

    sound: SoundName
    """a built-in sound (`shotfarm sounds` lists them) or a file in the project folder"""
    at: Span = Span("0")
    """when it starts, from the beginning of the shot; 0 is where its sound begins"""
    duration: Span | None = None
    """how long it lasts; a file lasts as long as it is, a built-in sound to the end of the shot"""
    gain_db: Decibels = 0.0
    """louder or softer than recorded"""


class Transition(Model):
    """How a shot begins."""

    kind: TransitionKind = TransitionKind.CUT
    """from the shot before, or through black (fade) or white; the film begins with a cut, fade or dip"""
    duration: Span = Span("12")
    """its length; a cut has none"""
    sound_leads: Span = Span("0")
    """a J-cut: the shot's sound begins so long before its picture, under the shot before"""
    sound_trails: Span = Span("0")
    """an L-cut: the sound of the shot before goes on so long under this one"""


class Title(Model):
    """Words over the picture."""

    text: TitleWords
    """the words; credits take one line a row"""
    translations: dict[Language, TitleWords] = Field(default_factory=dict)
    """the words in versions that speak other languages; a title without any is the same in all"""
    style: TitleStyle = TitleStyle.CARD
    """where and how they stand"""
    at: Span = Span("0")
    """when they appear, from the beginning of the shot"""
    duration: Span | None = None
    """how long they stay; to the end of the shot when left out"""


class Performance(Model):
    """A filmed performance that drives a shot: what the performer does, the character does."""

    file: RelativePath
    """the video of the performance"""
    pose: RelativePath | None = None
    """a video of the performer's pose, when it was made beforehand"""
    face: RelativePath | None = None
    """a video of the performer's face, when it was made beforehand"""
    background: RelativePath | None = None
    """the video without the performer, when the character takes the performer's place in it"""
    mask: RelativePath | None = None
    """a video that is white where the performer is and black elsewhere; goes with `background`"""
    consent: FilledLine
    """who agreed to this use of their performance, when and how; it is published with what is delivered"""


class RendererProfile(Model):
    """A way to render the film, under a name of the film's own such as draft or final."""

    backend: PlainName
    """the backend that renders"""
    options: dict[PlainName, JsonValue] = Field(default_factory=dict)
    """its options; they win over the film's `backend_options`, and a shot's win over them"""
    retime: Retime = Retime.FLOW
    """how frames between two of a take come to be: moved by flow or by blocks, by a network, blended, held"""
    retime_model: RelativePath | None = None
    """the network of `rife`: what `shotfarm models rife` writes"""
    upscale: Annotated[str, StringConstraints(min_length=1, max_length=400)] = LANCZOS
    """how takes smaller than the film come to its size: `lanczos`, or a network in an .onnx file"""
    tags: tuple[PlainName, ...] = ()
    """what the machine that renders must carry, such as h200; it changes no picture"""


class Shot(Model):
    """One shot: the smallest thing that is rendered, reviewed and retaken."""

    id: Id
    """the slate's number, such as 2A"""
    duration: Span
    """its length in the film"""
    speed: Speed = Fraction(1)
    """how fast its action is shown: "1/2" is slow motion; its take is rendered that much shorter or longer"""
    size: ShotSize = ShotSize.MS
    """how much the frame holds"""
    camera: CameraMove = CameraMove.STATIC
    """what the camera does"""
    action: Text = ""
    """what happens, in words"""
    location: Id | None = None
    """the place, when it is not the scene's"""
    characters: tuple[Blocking, ...] = ()
    """who is in the picture"""
    lines: tuple[DialogueLine, ...] = ()
    """what is said"""
    effects: tuple[SoundEffect, ...] = ()
    """what is heard"""
    titles: tuple[Title, ...] = ()
    """words over the picture"""
    transition: Transition = Transition()
    """how it begins"""
    fade_out: Span | None = None
    """a fade to black at its end, of this length"""
    focus: Point | None = None
    """what a narrower or flatter frame keeps in sight: `[x, y]` from the left and the top, 0 to 1"""
    focus_to: Point | None = None
    """where that point is at the shot's end, when the frame is to follow it"""
    continues: Id | None = None
    """the earlier shot from whose last frames this one starts"""
    match_cut: Id | None = None
    """the earlier shot whose last frame this one's first is composed like, at another place or time"""
    first_frame: RelativePath | None = None
    """a picture of its first frame"""
    last_frame: RelativePath | None = None
    """a picture of its last frame"""
    references: dict[Id, tuple[RelativePath, ...]] = Field(default_factory=dict)
    """other pictures of characters for this shot alone, by the character's id"""
    performance: Performance | None = None
    """the filmed performance that drives it"""
    setup: Id | None = None
    """its camera set-up; shots of one set-up share the seed that is made for them"""
    seed: Seed | None = None
    """the seed of its randomness; made from the film's seed and the shot's set-up or id when left out"""
    notes: Text = ""
    """notes to the team; they change nothing"""
    renderer: Id | None = None
    """the renderer of this shot, when it is not the film's"""
    backend_options: dict[PlainName, dict[PlainName, JsonValue]] = Field(default_factory=dict)
    """options of a backend for this shot alone, by the backend's name"""
    tags: tuple[PlainName, ...] = ()
    """what the machine that renders it must carry, beside the renderer's tags; it changes no picture"""
    when: Condition | bool | None = None
    """the condition on the film's parameters under which it is in the film"""


class Scene(Model):
    """Shots in one place at one time."""

    id: Id
    """the scene number"""
    slug: Line
    """the slug line, such as EXT. HARBOUR - NIGHT"""
    location: Id
    """the place"""
    time_of_day: TimeOfDay | None = None
    """the light, when it is not the location's"""
    weather: Weather | None = None
    """the weather, when it is not the location's"""
    synopsis: Text = ""
    """what happens"""
    match_colours: bool | None = None
    """bring its neighbouring shots nearer to each other in colour, when it is not as the film's look says"""
    when: Condition | bool | None = None
    """the condition on the film's parameters under which it is in the film"""
    shots: Annotated[tuple[Shot, ...], Field(min_length=1)]
    """its shots in the order of the film"""
    choices: Choices | None = None
    """what viewers choose at its end, and where that leads"""
    ask: Ask | None = None
    """what viewers are asked for at its end"""
    goes_to: Id | None = None
    """the scene that follows, when it is not the next one"""
    ending: FilledLine | None = None
    """what the film's end is called that comes with this scene's; the last scene needs none"""

    @property
    def question(self) -> Choices | Ask | None:
        """What is asked at its end."""
        return self.choices or self.ask


class MusicCue(Model):
    """Music across shots."""

    id: Id
    """the cue's number, such as M1"""
    start: Annotated[Id, Field(alias="from")]
    """the shot in which it starts"""
    end: Annotated[Id, Field(alias="to")]
    """the shot in which it ends"""
    at: Span = Span("0")
    """when it starts, from the beginning of its first shot"""
    duration: Span | None = None
    """how long it lasts; to the end of its last shot when left out"""
    file: RelativePath | None = None
    """a recording, or MIDI for the film's SoundFont; composed from what follows when left out"""
    mood: Mood = Mood.CALM
    """the character of the piece; of MIDI, the hall that it is played in"""
    tempo: Annotated[int, Field(strict=True, ge=40, le=220)] = 84
    """beats a minute"""
    key: Annotated[str, StringConstraints(pattern=r"^[A-G][b#]? (major|minor)$")] = "C major"
    """the key, such as D minor"""
    gain_db: Decibels = 0.0
    """louder or softer than the mix would have it"""
    fade_in: Span = Span("12")
    """its fade at the start"""
    fade_out: Span = Span("36")
    """its fade at the end"""
    follows: Id | None = None
    """the cue that it follows at a bar line, without a pause or an introduction; that one rings on"""
    rings_on: bool = False
    """whether it ends without a close, its last notes over what comes next"""


class Film(Model):
    """A whole film."""

    model_config = ConfigDict(title="shotfarm film")

    schema_version: Annotated[Literal[1], Field(alias="schema")]
    """the version of this document's form"""
    title: FilledLine
    """the film's title"""
    logline: Text = ""
    """the film in a sentence"""
    language: Language = "en"
    """the language that it speaks"""
    original_language: Language | None = None
    """the language that its texts are written in, where versions of it speak others: these take the
    translations of lines and titles"""
    seed: Seed = 0
    """the seed that every shot's own seed is made from"""
    parameters: Annotated[dict[ParameterName, Parameter], Field(max_length=100)] = Field(default_factory=dict)
    """what versions of the film have different values of, by the names that stand between `{{` and `}}`"""
    format: Format = Format()
    """picture and sound"""
    look: Look = Look()
    """the style that all shots share"""
    backend_options: dict[PlainName, dict[PlainName, JsonValue]] = Field(default_factory=dict)
    """options of a backend for the whole film, by the backend's name"""
    renderers: dict[Id, RendererProfile] = Field(default_factory=dict)
    """ways to render the film, by name"""
    renderer: Id | None = None
    """the renderer of the film, unless `--renderer` names another"""
    characters: dict[Id, Character] = Field(default_factory=dict)
    """who is in the film, by id"""
    locations: Annotated[dict[Id, Location], Field(min_length=1)]
    """where the film takes place, by id"""
    soundfont: RelativePath | None = None
    """a SoundFont (.sf2, .sf3) that plays composed music and MIDI; built-in instruments when left out"""
    music: tuple[MusicCue, ...] = ()
    """music across shots"""
    deliverables: dict[Id, Deliverable] = Field(default_factory=dict)
    """what `shotfarm render` makes beside the film itself, by name"""
    require_approval: bool = False
    """put the film and its deliverables together only when a take of every shot is approved"""
    budget: Budget | None = None
    """what rendering it, in all of its versions, may cost"""
    notices: Annotated[Notices, Field(max_length=20)] = Field(default_factory=dict)
    """who hears of its productions, and when, by the names of channels (docs/notices.md)"""
    blocked_words: RelativePath | None = None
    """a text file of words that no viewer's answer may have (docs/branching.md)"""
    stand_ins: Annotated[tuple[Id, ...], Field(max_length=8)] = ()
    """what viewers see of what is not there in time: renderers, `card`; else it waits (docs/audience.md)"""
    scenes: Annotated[tuple[Scene, ...], Field(min_length=1)]
    """the film's scenes in order"""

    def shots(self) -> list[tuple[Scene, Shot]]:
        """Every shot with its scene, in the order of the film."""
        return [(scene, shot) for scene in self.scenes for shot in scene.shots]

    def duration_frames(self) -> int:
        """The film's length: its shots' durations add up to it."""
        return sum(shot.duration.frames(self.format.rate) for _, shot in self.shots())
