"""What the application tells of a film: the form of its answers, for its page and for scripts."""

from __future__ import annotations

from datetime import datetime

from pydantic import ConfigDict, Field

from storyboard.described import DescribedModel


class Answer(DescribedModel):
    """Frozen and closed."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Refused(Answer):
    """Why something is not answered."""

    error: str
    """what happened, in words"""
    hint: str | None
    """what to do about it, where that is known"""


class FilmName(Answer):
    """A film that can be looked at."""

    id: str
    """its name in addresses"""
    title: str


class FilmNames(Answer):
    """The films that can be looked at."""

    films: tuple[FilmName, ...]


class ShownTake(Answer):
    """A take of a shot, and how its frames lie under the shot's.

    Frame f of the shot is the take's frame `first` + floor(f · `step[0]` / `step[1]`).
    """

    number: int
    """1, 2, ... of its shot; 0 for one that no catalog has numbered"""
    digest: str
    clip: str
    """the digest of the clip that shows it"""
    frames: int
    """how many its clip has, handles included"""
    first: int
    step: tuple[int, int]
    in_cut: bool
    circled: bool = False
    status: str = ""
    renderer: str = ""
    seed: int | None = None
    made_at: datetime | None = None
    by: str = ""
    why: str = ""
    worker_s: float | None = None


class ShownMark(Answer):
    """Frames of a shot that a note or a retake is about."""

    number: int
    """of the decision"""
    kind: str
    """note or retake"""
    first: int
    """frame of the shot"""
    last: int


class ShownShot(Answer):
    """A shot as the strip shows it."""

    id: str
    scene: int
    """its place among the scenes, from 0"""
    start: int | None
    """the film's frame at which it begins; None for one that is not in the cut"""
    frames: int
    """length of its body"""
    there: bool
    """whether the take of the cut is published"""
    omitted: bool
    status: str
    """what people decided of it, in a word; empty where nobody has"""
    size: str
    action: str
    characters: tuple[str, ...]
    """names"""
    renderer: str
    why: tuple[str, ...]
    """why it must be rendered, a phrase each"""
    stale: tuple[str, ...]
    """what the storyboard says otherwise since the take was approved"""
    takes: tuple[ShownTake, ...]
    seen: int
    """the number of the last decision about it, 0 without any: goes back with the next one"""
    notes: int
    """notes and retakes in its conversation that count"""
    marks: tuple[ShownMark, ...] = ()
    """those of them that are about frames, in the order in which they were said"""


class ShownScene(Answer):
    """A scene."""

    id: str
    slug: str


class ShownSpan(Answer):
    """Frames of the film that one clip shows, or none yet."""

    at: int
    """the first one"""
    frames: int
    clip: str | None
    """the digest of the clip; None where the take is not there"""
    first: int
    """the clip's frame that is shown at `at`"""
    shot: int
    """the place of its shot among the shots; of a joint, the one that it begins with"""


class ShownFilm(Answer):
    """A film as it stands."""

    id: str
    title: str
    number: int
    """counts the ways in which it stood since the server began"""
    width: int
    height: int
    rate: tuple[int, int]
    """frames a second, as a fraction"""
    drop: bool
    """whether its timecode drops frame numbers"""
    frames: int
    renderers: tuple[str, ...]
    """those that make its shots"""
    renderer: str
    """whose cut this is"""
    cuts: tuple[str, ...]
    """the renderers whose cuts can be asked for"""
    decided: int
    """the number of the production's last decision; 0 without any"""
    scenes: tuple[ShownScene, ...]
    shots: tuple[ShownShot, ...]
    """in the order of the document, omitted ones too"""
    spans: tuple[ShownSpan, ...]
    """every frame of the cut, in order"""
    trouble: str = ""
    """why this is not the film document as it is now"""


class ShownSound(Answer):
    """The mix, as pieces of interleaved 16-bit little-endian samples."""

    digest: str
    sample_rate: int
    channels: int
    samples: int
    """length, per channel"""
    piece_samples: int


class SoundAnswer(Answer):
    """The mix, where there is one."""

    sound: ShownSound | None


class ShownClip(Answer):
    """What a decoder must know of a clip."""

    codec: str
    """as RFC 6381 writes it"""
    description: str
    """the `avcC` box's content, in base64"""
    width: int
    height: int
    frames: int
    groups: tuple[int, ...] = Field(description="the first frame of each group of pictures")
