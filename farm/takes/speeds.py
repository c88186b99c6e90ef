"""How long takes took in a store, whichever production they were made for: what estimates are made from.

A small record for each backend. Whoever publishes a take adds to it, and a plan reads it once; two that add
in the same moment may lose one measurement, which is no loss. Older takes count less and less.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from pydantic import TypeAdapter, ValidationError

from farm.store.scratch import Notes
from storyboard.digest import digest_of
from storyboard.planning.renderer import Spread
from storyboard.planning.spec import ShotSpec

FADING = 0.8
"""what a measurement counts after the next of its kind: the last five or so decide"""
MOST_TAKES = 40
"""of a kind, of which it is kept how long each took"""
FEWEST_TAKES = 5
MOST_KINDS = 256
"""kinds of takes that are kept of a backend, those that were rendered last"""


@dataclass(frozen=True, slots=True)
class Speed:
    """What was measured of one kind of takes.

    Attributes:
        version: of the backend.
        options: a digest of all options that change pixels.
        width, height: of the takes.
        frames: rendered lately; older ones count less.
        seconds: that these took.
        each: seconds a frame of the latest takes, the latest last.
        card: the name of the graphics card of the latest; empty without one.
    """

    version: int
    options: str
    width: int
    height: int
    frames: float
    seconds: float
    each: tuple[float, ...] = ()
    card: str = ""

    @property
    def kind(self) -> tuple[int, str, int, int]:
        """Takes of one kind differ in what is in the picture alone."""
        return self.version, self.options, self.width, self.height

    @property
    def pixels(self) -> int:
        """Of a frame."""
        return self.width * self.height


_RECORD = TypeAdapter(tuple[Speed, ...])


@dataclass(frozen=True, slots=True)
class Speeds:
    """What was measured of a backend; the latest last."""

    measured: tuple[Speed, ...] = ()

    def with_take(self, spec: ShotSpec, seconds: float, card: str = "") -> Speeds:
        """The same after one more take."""
        new = _speed(spec, seconds)
        new = replace(new, each=(seconds / new.frames,), card=card)
        before = next((one for one in self.measured if one.kind == new.kind), None)
        if before:
            frames, spent = before.frames * FADING + new.frames, before.seconds * FADING + new.seconds
            each = (*before.each, *new.each)[-MOST_TAKES:]
            new = replace(new, frames=frames, seconds=spent, each=each)
        others = [one for one in self.measured if one.kind != new.kind]
        return Speeds((*others, new)[-MOST_KINDS:])

    def seconds(self, spec: ShotSpec) -> float | None:
        """How long a take of this spec will take; None when its backend has rendered nothing here.

        Takes of the same version, options and size tell it. Where there are none, those that are most alike
        do: with these options in the nearest size, else in this size with any, else all; frames of another
        size count by their pixels.
        """
        new = _speed(spec, 0.0)
        chosen = self._like(new)
        return _per_pixel(chosen) * new.pixels * new.frames if chosen else None

    def spread(self, spec: ShotSpec) -> Spread | None:
        """How much the takes differ that tell how long one of this spec will take; None without any.

        Each is one of ten equal parts from the end: of fewer than `FEWEST_TAKES` nobody can say that.
        """
        new = _speed(spec, 0.0)
        chosen = self._like(new)
        if not chosen:
            return None
        each = [one / speed.pixels for speed in chosen for one in speed.each]
        card = chosen[-1].card
        if len(each) < FEWEST_TAKES:
            return Spread(card=card)
        low, high = (part * new.pixels * new.frames for part in (_tenth(each, 1), _tenth(each, 9)))
        return Spread(low, high, card)

    def _like(self, new: Speed) -> list[Speed]:
        """What is most like it of what was measured."""
        own = [one for one in self.measured if one.version == new.version] or [*self.measured]
        alike = [one for one in own if one.options == new.options]
        if alike:
            return [min(alike, key=lambda one: _apart(one.pixels, new.pixels))]
        return [one for one in own if one.pixels == new.pixels] or own


def _speed(spec: ShotSpec, seconds: float) -> Speed:
    options = {name: value for name, value in spec.options.items() if name not in spec.idle_options}
    return Speed(
        spec.backend_version,
        digest_of(options)[:16],
        spec.width,
        spec.height,
        float(spec.total_frames),
        seconds,
    )


def _tenth(values: Sequence[float], number: int) -> float:
    """The value below which so many tenths of these are, between the two that are next to it."""
    ordered = sorted(values)
    whole, part = divmod((len(ordered) - 1) * number, 10)
    above = ordered[min(whole + 1, len(ordered) - 1)]
    return ordered[whole] + (above - ordered[whole]) * part / 10


def _apart(one: int, other: int) -> float:
    """By how much two numbers differ, as a factor of at least 1."""
    return max(one, other) / min(one, other)


def _per_pixel(speeds: Iterable[Speed]) -> float:
    speeds = [*speeds]
    return sum(one.seconds for one in speeds) / sum(one.frames * one.pixels for one in speeds)


def kept_speeds(notes: Notes, backend: str) -> Speeds:
    """What is known of a backend in a store; nothing, where the record cannot be understood.

    Raises:
        StoreError: the store cannot be read.
    """
    try:
        return Speeds(_RECORD.validate_json(notes.kept_speeds(backend) or b"[]"))
    except ValidationError:
        return Speeds()


def keep_speed(notes: Notes, spec: ShotSpec, seconds: float, card: str = "") -> None:
    """Add a take to the record of its backend.

    Raises:
        StoreError: the store cannot be read or written.
    """
    speeds = kept_speeds(notes, spec.backend).with_take(spec, seconds, card)
    notes.keep_speeds(spec.backend, _RECORD.dump_json(speeds.measured, indent=1))
