"""The size, rate and length of a take: as the film wants it, and as a backend renders it.

A video model has a size and a rate of its own. What it renders is brought to the film's by the assembly,
which needs to know where the body lies: it begins on a whole frame in both.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class TakeShape:
    """A take as a grid of frames.

    Attributes:
        width: in pixels, even.
        height: in pixels, even.
        rate: frames a second.
        head: frames before the body.
        frames: frames of the body.
        tail: frames after the body.
    """

    width: int
    height: int
    rate: Fraction
    head: int
    frames: int
    tail: int

    @property
    def total(self) -> int:
        """Frames of the take, handles included."""
        return self.head + self.frames + self.tail

    @property
    def head_s(self) -> Fraction:
        """Seconds before the body."""
        return self.head / self.rate

    def same_grid(self, other: TakeShape) -> bool:
        """Whether the two have the same size and rate."""
        return (self.width, self.height, self.rate) == (other.width, other.height, other.rate)

    def at(self, width: int, height: int, rate: Fraction) -> TakeShape:
        """The shortest take of another size and rate that covers this one."""
        step = rate / self.rate
        frames = math.ceil(self.frames * step)
        head = math.ceil(self.head * step)
        tail = math.ceil((self.frames + self.tail) * step) - frames
        return TakeShape(width, height, rate, head, frames, tail)

    def at_speed(self, speed: Fraction) -> TakeShape:
        """The take whose action, shown at a speed, fills this one."""
        return replace(self.at(self.width, self.height, self.rate * speed), rate=self.rate)

    def place_of(self, film: TakeShape, frame: int, speed: Fraction = Fraction(1)) -> Fraction:
        """Where among the frames of this take lies a frame of the film's; both are counted from the start."""
        return self.head + (frame - film.head) * self.rate * speed / film.rate

    def seen_from(self, head: int, frames: int, total: int) -> TakeShape:
        """The same take, `total` frames long, with its body elsewhere; the tail is what is left after it."""
        return replace(self, head=head, frames=frames, tail=total - head - frames)

    def held(self, film: TakeShape, speed: Fraction = Fraction(1)) -> tuple[int, int]:
        """How many frames of the film's lie before the first of this take, and how many after its last.

        They show the first and the last; a place between the last frame and the one that would follow it is
        not after the last.
        """
        step = self.rate * speed / film.rate
        before = math.ceil(film.head - self.head / step)
        there = math.ceil(film.head + (self.total - self.head) / step)
        return min(max(0, before), film.total), min(max(0, film.total - there), film.total)

    def check_covers(self, film: TakeShape) -> None:
        """Make sure that a take of this shape can become one of the film's.

        Raises:
            ValueError: it is too short, its body is not the film's, or its size is odd; says which.
        """
        needed = film.at(self.width, self.height, self.rate)
        if self.width % 2 or self.height % 2:
            raise ValueError(f"a take of {self.width}x{self.height} cannot be encoded: both must be even")
        if self.frames != needed.frames:
            raise ValueError(f"the body has {self.frames} frames where {needed.frames} are the film's")
        if self.head < needed.head or self.tail < needed.tail:
            raise ValueError(
                f"handles of {self.head} and {self.tail} frames are shorter than the film's, which are "
                f"{needed.head} and {needed.tail}"
            )
