"""What the plan knows of who renders a shot."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import JsonValue

from storyboard.media.take_shape import TakeShape

if TYPE_CHECKING:
    from storyboard.planning.spec import ShotSpec

PIXELS_720P = 1280 * 720


@dataclass(frozen=True, slots=True, kw_only=True)
class RendererTraits:
    """What a backend makes of a shot, as far as it affects the shot's spec. Its functions are pure.

    Attributes:
        name: the name in `backend_options` and on the command line.
        version: raised when the same spec gives other pixels; it is part of every digest.
        draws_shot_id: the shot's id is drawn into the picture.
        draws_lines: dialogue shows in the picture (mouths, captions), so that a changed line changes it; or
            complete options → whether it does. Pure.
        moves_mouths: complete options → whether mouths move to the sound of lines, so that another voice
            changes the picture; None for a backend that moves none. Pure.
        draws_names: complete options → whether people's names show in the picture or steer it; None where
            they always do. Pure.
        draws_words: words of a shot are drawn in the fonts that `storyboard.lettering` finds, so that other
            fonts change it.
        follows_performances: a shot's driving video moves the picture; its files come with the conditioning.
        matches_cuts: a shot can be composed like the last frame of another, which comes as `matched_frame`.
        takes_frames: a picture of a shot's first or last frame can be given; it comes with the conditioning.
        idle_options: the names of options that change no pixel: how often something is kept or tried. They
            reach the worker and are in no digest.
        native: the options and the take as the film wants it → the take as this backend renders it, when it
            has a size and a rate of its own. `TakeShape.at` gives the shortest that covers the film's; longer
            handles are cut off. Part of every digest through the spec.
        makes_sound: complete options → whether takes come with sound; they are then as long beyond the cut as
            that sound is heard. None for a backend that makes none.
        frame_by_frame: a frame is made from the spec and its own number, so that those beyond a take can be
            made alone (`ShotSpec.part`), and go on as the take ends.
        seconds_per_frame_720p: a first estimate of the work, before anything was measured.
    """

    name: str
    version: int
    draws_shot_id: bool = False
    draws_lines: bool | Callable[[Mapping[str, JsonValue]], bool] = False
    moves_mouths: Callable[[Mapping[str, JsonValue]], bool] | None = None
    draws_names: Callable[[Mapping[str, JsonValue]], bool] | None = None
    draws_words: bool = False
    follows_performances: bool = False
    matches_cuts: bool = False
    takes_frames: bool = False
    idle_options: tuple[str, ...] = ()
    native: Callable[[Mapping[str, JsonValue], TakeShape], TakeShape] | None = None
    makes_sound: Callable[[Mapping[str, JsonValue]], bool] | None = None
    frame_by_frame: bool = False
    seconds_per_frame_720p: float = 0.05

    def lines_drawn(self, options: Mapping[str, JsonValue]) -> bool:
        """Whether dialogue shows in pictures that are made with these complete options."""
        return self.draws_lines(options) if callable(self.draws_lines) else self.draws_lines

    def names_drawn(self, options: Mapping[str, JsonValue]) -> bool:
        """Whether people's names do, or steer them."""
        return self.draws_names is None or self.draws_names(options)


@dataclass(frozen=True, slots=True)
class Spread:
    """How much the takes that were measured like one differ.

    Attributes:
        low_s: how long it takes if it is like the fastest tenth of them; None where they are too few.
        high_s: the same of the slowest tenth.
        card: the name of the graphics card that rendered the latest; empty without one.
    """

    low_s: float | None = None
    high_s: float | None = None
    card: str = ""


@dataclass(frozen=True, slots=True)
class Renderer:
    """A backend, and the profile under which it renders.

    Attributes:
        traits: the backend's.
        resolve_options: the film's and the shot's options → all, with defaults and the profile's own.
        given: complete options and the id of the shot that has them → the SHA-256 of each file of the project
            that they name, by its path there.
        measured_s: how many seconds a take takes, as such takes were measured; None when none was.
        spread: how much such takes differ; None when none was measured.
    """

    traits: RendererTraits
    resolve_options: Callable[[Mapping[str, JsonValue], Mapping[str, JsonValue]], dict[str, JsonValue]]
    measured_s: Callable[[ShotSpec], float | None] = lambda _: None
    spread: Callable[[ShotSpec], Spread | None] = lambda _: None
    given: Callable[[Mapping[str, JsonValue], str], Mapping[str, str]] = lambda *_: {}

    def guess_s(self, spec: ShotSpec) -> float:
        """How many seconds a take takes, as the backend itself says."""
        frames_720p = spec.total_frames * spec.width * spec.height / PIXELS_720P
        return frames_720p * self.traits.seconds_per_frame_720p
