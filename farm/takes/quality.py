"""What the frames of a take must pass, and what is measured of them while they are written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from farm.backend.protocol import Frame
from storyboard.errors import FarmError
from storyboard.media.colour import Colours, colours_of_pixels, to_lab
from storyboard.planning.spec import ShotSpec


class QualityError(FarmError):
    """The backend gave frames that are not the take that was asked for."""


class WrongFramesError(QualityError):
    """They are not even of the size, kind or number that was asked for: no seed mends that."""


def checked(frames: Iterator[Frame], spec: ShotSpec) -> Iterator[Frame]:
    """Pass frames on, refusing a wrong size, kind or number of them.

    Raises:
        WrongFramesError: what came is not what the spec asks for; says what came.
    """
    shape = (spec.height, spec.width, 3)
    count = 0
    for frame in frames:
        if frame.shape != shape or frame.dtype != np.uint8:
            raise WrongFramesError(
                f"the backend {spec.backend!r} gave frame {count} as {frame.dtype} {list(frame.shape)}; "
                f"asked was uint8 {list(shape)}"
            )
        count += 1
        if count > spec.total_frames:
            raise WrongFramesError(
                f"the backend {spec.backend!r} gave more than the {spec.total_frames} frames asked for"
            )
        yield frame
    if count != spec.total_frames:
        raise WrongFramesError(
            f"the backend {spec.backend!r} gave {count} of the {spec.total_frames} frames asked for"
        )


BLACK_LEVEL, BLACK_SPREAD = 8.0, 4.0
"""a frame is black when its luma has at most this mean and this standard deviation, of 255"""
STILL = 0.02
"""two frames are the same when their luma differs by less than this on average, of 255"""
FLICKER = 6.0
"""a take flickers when its mean luma changes direction by more than this from frame to frame, of 255"""
MOST_SHARE = 0.5
"""more than this share of black or unmoving frames fails a take"""
DRIFT = 25.0
"""a continuing take has drifted when its mean colour lies further (CIE 1976) from where its chain began;
from white to white in half the light is 24"""
_COLOUR_EVERY, _COLOUR_APART = 4, 4
"""colours are measured of every so many frames, and of pixels so much further apart than the others"""
_ROWS = 90  # about so many rows of a frame are looked at, and columns as far apart
_LUMA = np.array([0.2126, 0.7152, 0.0722])


@dataclass(frozen=True, slots=True)
class QualityReport:
    """What was measured of a take's frames.

    Attributes:
        frames: how many there were.
        black: the share of frames that are black.
        still: the share of frames that are the same as the one before; 0 for a single frame.
        flicker: how much the mean luma goes up and down, of 255: its mean absolute second difference.
        luma: the mean luma, of 255.
        colours: of all frames together.
    """

    frames: int
    black: float
    still: float
    flicker: float
    luma: float
    colours: Colours

    def failures(self) -> list[str]:
        """What is wrong with the take, in words; nothing when it passes."""
        wrong = []
        if self.black > MOST_SHARE:
            wrong.append(f"{self.black:.0%} of the frames are black")
        if self.still > MOST_SHARE:
            wrong.append(f"{self.still:.0%} of the frames do not move")
        if self.flicker > FLICKER:
            wrong.append(
                f"it flickers: the brightness jumps by {self.flicker:.1f} of 255 from frame to frame"
            )
        return wrong

    def in_chain(self, chain_start: Colours | None) -> TakeQuality:
        """What is kept of it; `chain_start` is that of a take that continues another."""
        return TakeQuality(
            frames=self.frames,
            black=round(self.black, 4),
            still=round(self.still, 4),
            flicker=round(self.flicker, 3),
            luma=round(self.luma, 2),
            colours=self.colours.rounded(),
            failures=tuple(self.failures()),
            chain_start=chain_start and chain_start.rounded(),
            drift=None if chain_start is None else round(self.colours.distance(chain_start), 2),
        )


class TakeQuality(BaseModel):
    """What is kept of what was measured of a take's frames; the numbers are those of `QualityReport`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    frames: int
    black: float
    still: float
    flicker: float
    luma: float
    colours: Colours
    failures: tuple[str, ...]
    """what is wrong with it, in words"""
    chain_start: Colours | None
    """the colours of the first take in its chain of shots, where it continues one"""
    drift: float | None
    """how far its colours lie from those"""


def drift_failures(colours: Colours, chain_start: Colours | None) -> list[str]:
    """What is wrong with the colours of a take in its chain, in words; nothing when they are near."""
    if chain_start is None or (apart := colours.distance(chain_start)) <= DRIFT:
        return []
    return [f"its colours have drifted by {apart:.0f} (CIE 1976) from those its chain of shots began with"]


class QualityMeter:
    """Measures frames as they pass."""

    def __init__(self) -> None:
        self._means: list[float] = []
        self._black = self._still = 0
        self._before: NDArray[np.float64] | None = None
        self._lab: list[NDArray[np.float64]] = []

    def add(self, frame: Frame) -> None:
        """Look at the next frame (uint8 [height, width, 3])."""
        apart = max(1, frame.shape[0] // _ROWS)
        if len(self._means) % _COLOUR_EVERY == 0:
            coarse = apart * _COLOUR_APART
            self._lab.append(to_lab(frame[::coarse, ::coarse]).reshape(-1, 3))
        luma = frame[::apart, ::apart].astype(np.float64) @ _LUMA
        self._means.append(float(luma.mean()))
        self._black += bool(luma.mean() <= BLACK_LEVEL and luma.std() <= BLACK_SPREAD)
        if self._before is not None and self._before.shape == luma.shape:
            self._still += bool(np.abs(luma - self._before).mean() < STILL)
        self._before = luma

    def watch(self, frames: Iterable[Frame]) -> Iterator[Frame]:
        """Pass frames on."""
        for frame in frames:
            self.add(frame)
            yield frame

    def report(self) -> QualityReport:
        """What was measured so far."""
        count = len(self._means)
        if not count:
            nothing = Colours((0.0, 0.0, 0.0), (0.0, 0.0, 0.0))
            return QualityReport(0, 0.0, 0.0, 0.0, 0.0, nothing)
        jumps = np.abs(np.diff(self._means, 2)) if count > 2 else np.zeros(1)
        return QualityReport(
            frames=count,
            black=self._black / count,
            still=self._still / (count - 1) if count > 1 else 0.0,
            flicker=float(jumps.mean()),
            luma=float(np.mean(self._means)),
            colours=colours_of_pixels(np.concatenate(self._lab)),
        )


def measure(frames: Iterable[Frame]) -> QualityReport:
    """The report on frames that are all there."""
    meter = QualityMeter()
    for frame in frames:
        meter.add(frame)
    return meter.report()
