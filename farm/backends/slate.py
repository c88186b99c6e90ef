"""The slate: a backend that draws numbers, fast; for tests, benchmarks and a first look at a cut.

Every frame says which shot and which frame it is, in letters for people and in a barcode for tests, so that
a test can prove which frame of which take stands where in a finished film.

The barcode is a grid of `COLUMNS` by `ROWS` cells over the whole width, from the top edge, each cell
`max(4, height / 24)` pixels high, read row by row: a white and a black cell, 16 bits of the shot's hash, 16
bits of the frame's number in the take (both highest bit first, white is 1), a parity bit that makes the
number of ones even, a white cell. It survives H.264 at CRF 20 from 64 by 36 pixels up.
"""

from __future__ import annotations

import colorsys
import hashlib
import time
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Annotated, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from farm.backend.protocol import Backend, Conditioning, Frame, RenderContext
from farm.backend.traits import BackendOptions, BackendTraits, Complaint

if TYPE_CHECKING:
    from storyboard.planning.spec import ShotSpec

VERSION = 1
"""raised when the same spec gives other frames; code of farm.backends.slate: fcf2c677"""
COLUMNS, ROWS = 12, 3
_BLACK, _WHITE = 16, 235
_TOLERANCE = 64  # how far compression may move the level of a cell
_FIRST, _HANG_S = 2, 0.2

# Three by five points a letter: each digit is a row from the top, its three bits the points from the left.
_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-_+/ "
_ROWS = (
    "75557 26227 71747 71717 55711 74717 74757 71122 75757 75717 25755 65656 34443 65556 74647 74644 34553 "
    "55755 72227 11152 55655 44447 57755 65555 25552 65644 25563 65655 34216 72222 55557 55522 55775 55255 "
    "55222 71247 00700 00007 02720 11244 00000"
)
_GLYPHS = dict(zip(_LETTERS, _ROWS.split(), strict=True))


class SlateOptions(BackendOptions):
    """Options of the slate; the ways to fail are for tests of the farm."""

    delay_s: Annotated[float, Field(ge=0, le=60)] = 0.0
    """pretended work for each frame, in seconds"""
    raise_at_frame: Annotated[int, Field(ge=0)] | None = None
    """fail with an error before this frame of the take"""
    stop_at_frame: Annotated[int, Field(ge=0)] | None = None
    """end before this frame of the take, as if it were the whole"""
    write_from_frame: Annotated[int, Field(ge=0)] | None = None
    """pretend that only writing is left from this frame of the take on"""
    hang_at_frame: Annotated[int, Field(ge=0)] | None = None
    """never come back before this frame of the take, deaf to cancellation"""
    keep_every: Annotated[int, Field(ge=0)] = 0
    """keep a state after every so many frames, or sooner when the worker is wanted elsewhere; whoever goes on
    from one does no work for those before"""


def shot_hash(shot: str) -> int:
    """The 16 bits that stand for a shot's id in the barcode."""
    return int.from_bytes(hashlib.sha256(shot.encode()).digest()[:2])


def read_barcode(frame: Frame) -> tuple[int, int] | None:
    """The shot's hash and the frame's number in its take, or None where no barcode can be read.

    Args:
        frame: uint8 [height, width, 3]; may have been compressed, and resized in proportion.
    """
    height, width = frame.shape[:2]
    if width < COLUMNS or height < ROWS * 4:
        return None
    cell_high, cell_wide = _cell_height(height), width / COLUMNS
    bits = []
    for index in range(COLUMNS * ROWS):
        row, column = divmod(index, COLUMNS)
        top, bottom = round((row + 0.3) * cell_high), round((row + 0.7) * cell_high)
        left, right = round((column + 0.3) * cell_wide), round((column + 0.7) * cell_wide)
        level = float(frame[top : max(top + 1, bottom), left : max(left + 1, right)].mean())
        if min(abs(level - _BLACK), abs(level - _WHITE)) > _TOLERANCE:
            return None
        bits.append(level > (_BLACK + _WHITE) / 2)
    marked = bits[0] and not bits[1] and bits[-1]
    payload = bits[_FIRST:-1]
    if not marked or sum(payload) % 2:
        return None
    return _number(payload[:16]), _number(payload[16:32])


def _unwritten(spec: ShotSpec) -> tuple[Complaint, ...]:
    """Letters of a shot's id that its slate has no points for."""
    letters = "".join(dict.fromkeys(c for c in spec.shot.upper() if c not in _GLYPHS))
    message = f"the slate has no letters {letters}: they stay empty, and its bars tell the shot"
    return (Complaint("warning", message),) if letters else ()


class SlateBackend:
    """Draws slates; a few hundred frames a second."""

    TRAITS: ClassVar[BackendTraits] = BackendTraits(
        name="slate",
        version=VERSION,
        options=SlateOptions,
        draws_shot_id=True,
        continuity_frames=1,
        frame_by_frame=True,
        seconds_per_frame_720p=0.001,
        keeps_states=True,
        overlaps=True,
        drawn=True,
        idle_options=("keep_every",),
        check=_unwritten,
    )

    def load(self) -> None:
        """Nothing to make ready."""

    def render(self, spec: ShotSpec, conditioning: Conditioning, context: RenderContext) -> Iterator[Frame]:
        """Yield the frames of the take, each uint8 [height, width, 3]."""
        options = SlateOptions.model_validate(spec.options)
        context.check_cancelled()
        before = conditioning.predecessor_frames[-1] if conditioning.predecessor_frames else None
        slate = _Slate(spec, before)
        total, last = spec.total_frames, spec.rendered[-1]
        reached = int(context.kept_state() or b"0") if options.keep_every else 0
        if reached:
            context.note({"resumed_at_frame": reached})
        for index in spec.rendered:
            due = options.keep_every and (index % options.keep_every == 0 or context.state_wanted())
            if due and index > reached:
                context.keep_state(b"%d" % index)
            context.check_cancelled()
            if index == options.stop_at_frame:
                return
            if index == options.raise_at_frame:
                raise RuntimeError(f"the slate was told to fail at frame {index}")
            while index == options.hang_at_frame:
                time.sleep(_HANG_S)
            if index == options.write_from_frame:
                context.begin_next()
            if options.delay_s and index >= reached:
                time.sleep(options.delay_s)
            frame = slate.frame(index)
            context.preview(frame)
            context.progress(1 - (last - index) / total)
            yield frame

    def close(self) -> None:
        """Nothing to give back."""


class _Slate:
    """What all frames of a take share, and the few pixels in which they differ."""

    def __init__(self, spec: ShotSpec, before: Frame | None) -> None:
        self.spec = spec
        self.hash = shot_hash(spec.shot)
        width, height = spec.width, spec.height
        digest = spec.model_copy(update={"part": None}).digest()
        hue = int(digest[:4], 16) / 65536
        dark, bright = (
            [round(255 * part) for part in colorsys.hsv_to_rgb(hue, 0.55, v)] for v in (0.28, 0.62)
        )
        share = np.linspace(0, 1, height)[:, None, None]
        ground = np.array(bright) * (1 - share) + np.array(dark) * share
        self.base: Frame = np.repeat(ground.astype(np.uint8), width, axis=1)
        self.last = spec.shape.total - 1
        self.size = max(1, height // 72)
        self.top = round(_cell_height(height) * ROWS)
        line = self.size * 7
        _write(self.base, f"SHOT {spec.shot}", self.size * 4, self.top + line // 2, self.size * 2)
        _write(self.base, digest[:8], self.size * 4, self.top + line * 3, self.size)
        self.counter = (self.size * 4, self.top + line * 4 + self.size)
        if before is not None:
            self._thumbnail(before)

    def _thumbnail(self, before: Frame) -> None:
        """The frame that the shot continues from, small, in the lower right corner."""
        height, width = self.base.shape[:2]
        high, wide = height // 4, width // 4
        rows = np.arange(high) * before.shape[0] // high
        columns = np.arange(wide) * before.shape[1] // wide
        corner = self.base[height - high - self.size * 6 : height - self.size * 6, width - wide :]
        small = before[rows[:, None], columns]
        corner[:] = (small.astype(np.uint16) * 3 + corner) // 4

    def frame(self, index: int) -> Frame:
        """The frame at `index` of the take."""
        frame = self.base.copy()
        height, width = frame.shape[:2]
        self._barcode(frame, index)
        text = f"T{index:05} B{index - self.spec.head:+06}"
        _write(frame, text, *self.counter, self.size)
        wide = max(2, width // 16)
        left = (width - wide) * min(max(0, index), self.last) // max(1, self.last)
        frame[height - self.size * 4 : height - self.size, left : left + wide] = 255
        return frame

    def _barcode(self, frame: Frame, index: int) -> None:
        payload = _bits(self.hash) + _bits(index & 0xFFFF)
        cells = np.array([1, 0, *payload, sum(payload) % 2, 1]).reshape(ROWS, COLUMNS)
        levels = np.where(cells, _WHITE, _BLACK).astype(np.uint8)
        high, wide = _cell_height(frame.shape[0]), frame.shape[1] / COLUMNS
        edges = [round(column * wide) for column in range(COLUMNS + 1)]
        columns = np.repeat(np.arange(COLUMNS), np.diff(edges))
        pixels = np.repeat(levels[:, columns, None], 3, axis=2)
        for row in range(ROWS):
            frame[round(row * high) : round((row + 1) * high)] = pixels[row]


def _cell_height(height: int) -> float:
    return max(4.0, height / 24)


def _bits(number: int) -> list[int]:
    return [number >> place & 1 for place in range(15, -1, -1)]


def _number(bits: list[bool]) -> int:
    return sum(bit << place for place, bit in zip(range(15, -1, -1), bits, strict=True))


def _write(frame: Frame, text: str, left: int, top: int, size: int) -> None:
    """Write in white, as far as the frame goes; a letter the font has not is a space."""
    for letter in text.upper():
        points = _letter(letter, size)
        place = frame[top : top + 5 * size, left : left + 3 * size]
        place[points[: place.shape[0], : place.shape[1]]] = 250
        left += 4 * size


@cache
def _letter(letter: str, size: int) -> NDArray[np.bool_]:
    rows = _GLYPHS.get(letter, _GLYPHS[" "])
    points = np.array([[int(row) >> place & 1 for place in (2, 1, 0)] for row in rows], np.bool_)
    return np.kron(points, np.ones((size, size), np.bool_))


def _conforms(backend: SlateBackend) -> Backend:
    """Checked by mypy: the class is a Backend."""
    return backend
