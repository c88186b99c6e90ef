"""A film in its cut, as other programs are told of it: plain values, in whole frames at the film's rate."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from storyboard.interchange.names import sound_name, take_name
from storyboard.schema.vocabulary import TransitionKind


@dataclass(frozen=True, slots=True)
class CutTake:
    """A take as it can be seen in the film.

    Attributes:
        shot: the id of its shot.
        number: of the shot's takes; 0 for one that was not rendered yet.
        digest: its name in the store.
        head: frames before the body of the shot.
        total: all its frames.
        there: it is rendered.
        renderer: what made it.
        of: the digest of the take that it is, where frames were rendered before or after that; else empty.
    """

    shot: str
    number: int
    digest: str
    head: int
    total: int
    there: bool = True
    renderer: str = ""
    of: str = ""

    @property
    def take(self) -> str:
        """The digest of the take that it is, with or without what was rendered beside it."""
        return self.of or self.digest

    @property
    def name(self) -> str:
        """What clips and files of it are called."""
        return take_name(self.shot, self.number, self.digest)


@dataclass(frozen=True, slots=True)
class CutNote:
    """What somebody said of frames of a shot.

    Attributes:
        number: of the decision.
        text: the words.
        by: who.
        first: the frame of the shot that it begins with, counted from its body's first.
        frames: how many it is about.
        retake: another take was asked for with it.
    """

    number: int
    text: str
    by: str
    first: int
    frames: int
    retake: bool = False


@dataclass(frozen=True, slots=True)
class SeenShot:
    """A shot at its place in the cut.

    Attributes:
        shot: its id in the film document.
        first: the frame of the shot that is seen first; 0 is the first of its body.
        frames: its length in the film.
        speed: how fast it is shown, beside its own speed.
        kind: how it begins.
        length: frames of that, around its cut.
        fade_out: frames of a fade to black at its end.
        take: the digest of the take that is seen.
        takes: all of them, by their numbers.
        notes: of the shot.
        scene: the id of its scene.
        action: what happens, in words.
        own_speed: how fast the storyboard shows it.
    """

    shot: str
    first: int
    frames: int
    speed: Fraction = Fraction(1)
    kind: TransitionKind = TransitionKind.CUT
    length: int = 0
    fade_out: int = 0
    take: str = ""
    takes: tuple[CutTake, ...] = ()
    notes: tuple[CutNote, ...] = ()
    scene: str = ""
    action: str = ""
    own_speed: Fraction = Fraction(1)

    @property
    def seen(self) -> CutTake:
        """The take that is seen."""
        return next(take for take in self.takes if take.digest == self.take)


@dataclass(frozen=True, slots=True)
class CutSound:
    """A sound at its place in the cut.

    Attributes:
        track: what lies in a track with it: `stems`, `lines`, `effects` or `music`.
        what: its name without digits: `2A_line1`.
        digest: its name in the store.
        start: the film's frame that it begins with.
        frames: its length, a part of a frame counted as one.
        words: for people.
        there: it is made.
    """

    track: str
    what: str
    digest: str
    start: int
    frames: int
    words: str = ""
    there: bool = True

    @property
    def name(self) -> str:
        """What clips and files of it are called."""
        return sound_name(self.what, self.digest)


@dataclass(frozen=True, slots=True)
class CutFilm:
    """A film in its cut.

    Attributes:
        title: of the film.
        rate: frames a second.
        size: width and height of its pictures.
        shots: in order.
        sounds: in any order.
        start: the frame that its timecode begins with.
        spare: the film's shots that the cut does not show, as the storyboard has them.
    """

    title: str
    rate: Fraction
    size: tuple[int, int]
    shots: tuple[SeenShot, ...]
    sounds: tuple[CutSound, ...] = ()
    start: int = 0
    spare: tuple[SeenShot, ...] = ()

    @property
    def frames(self) -> int:
        """Its length."""
        return sum(shot.frames for shot in self.shots)
