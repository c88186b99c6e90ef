"""The few calls of ThorVG that the animatic needs, bound once and without copies.

The package's own wrappers set the types of every function on every call and build paths point by point in
Python objects, which costs more than the drawing. Here a path is two flat buffers, handed over in one call.
Memory is ABGR8888: bytes R, G, B, A in order, premultiplied, so a frame is a slice of the canvas.

Every paint belongs to its group, every group to its parent, the root to the canvas: closing the canvas
frees them all.
"""

from __future__ import annotations

import ctypes
import math
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Rgb = tuple[float, float, float]
"""sRGB, each 0 to 255"""
Point = tuple[float, float]
Stop = tuple[float, Rgb, float]
"""offset 0 to 1, colour, opacity 0 to 1"""

_CLOSE, _MOVE, _LINE, _CUBIC = 0, 1, 2, 3
_CIRCLE = 0.5522847498  # handle length of the cubic that is nearest to a quarter circle
_ROUND = 1
_LEAST_WIDTH, _ENLARGED = 0.05, 64.0
"""ThorVG leaves out lines narrower than about 0.03 of their own unit, however large they are on the canvas"""


class _ColorStop(ctypes.Structure):
    _fields_ = (
        ("offset", ctypes.c_float),
        ("r", ctypes.c_uint8),
        ("g", ctypes.c_uint8),
        ("b", ctypes.c_uint8),
        ("a", ctypes.c_uint8),
    )


class _Matrix(ctypes.Structure):
    _fields_ = tuple((f"e{row}{column}", ctypes.c_float) for row in (1, 2, 3) for column in (1, 2, 3))


@cache
def _library() -> Any:
    """ThorVG with typed functions; a handle of our own, since the wrappers retype theirs."""
    from thorvg_python.engine import THORVG_LIB

    if THORVG_LIB is None:
        raise OSError("the ThorVG library inside thorvg_python cannot be loaded on this machine")
    library = ctypes.CDLL(THORVG_LIB._name)  # noqa: SLF001  (the only record of the library's path)
    pointer, number, byte, whole = ctypes.c_void_p, ctypes.c_float, ctypes.c_uint8, ctypes.c_uint32
    for name, result, arguments in (
        ("engine_init", whole, [whole]),
        ("engine_term", whole, []),
        ("swcanvas_create", pointer, [byte]),
        ("swcanvas_set_target", whole, [pointer, pointer, whole, whole, whole, byte]),
        ("canvas_add", whole, [pointer, pointer]),
        ("canvas_update", whole, [pointer]),
        ("canvas_draw", whole, [pointer, ctypes.c_bool]),
        ("canvas_sync", whole, [pointer]),
        ("canvas_destroy", whole, [pointer]),
        ("scene_new", pointer, []),
        ("scene_add", whole, [pointer, pointer]),
        ("scene_remove", whole, [pointer, pointer]),
        ("shape_new", pointer, []),
        ("shape_reset", whole, [pointer]),
        ("shape_append_path", whole, [pointer, pointer, whole, pointer, whole]),
        ("shape_set_fill_color", whole, [pointer, byte, byte, byte, byte]),
        ("shape_set_gradient", whole, [pointer, pointer]),
        ("shape_set_stroke_width", whole, [pointer, number]),
        ("shape_set_stroke_color", whole, [pointer, byte, byte, byte, byte]),
        ("shape_set_stroke_cap", whole, [pointer, byte]),
        ("shape_set_stroke_join", whole, [pointer, byte]),
        ("linear_gradient_new", pointer, []),
        ("linear_gradient_set", whole, [pointer] + [number] * 4),
        ("radial_gradient_new", pointer, []),
        ("radial_gradient_set", whole, [pointer] + [number] * 6),
        ("gradient_set_color_stops", whole, [pointer, pointer, whole]),
        ("picture_new", pointer, []),
        ("picture_load_raw", whole, [pointer, pointer, whole, whole, byte, ctypes.c_bool]),
        ("paint_set_transform", whole, [pointer, ctypes.POINTER(_Matrix)]),
        ("paint_set_opacity", whole, [pointer, byte]),
        ("paint_set_clip", whole, [pointer, pointer]),
    ):
        function = getattr(library, f"tvg_{name}")
        function.restype, function.argtypes = result, arguments
    return library


class Path:
    """An outline: move, line, curve, close, in flat buffers."""

    __slots__ = ("commands", "points")

    def __init__(self) -> None:
        self.commands = bytearray()
        self.points = array("f")

    def move(self, x: float, y: float) -> Path:
        """Start a part of the outline."""
        self.commands.append(_MOVE)
        self.points.extend((x, y))
        return self

    def line(self, x: float, y: float) -> Path:
        """Go on in a straight line."""
        self.commands.append(_LINE)
        self.points.extend((x, y))
        return self

    def curve(self, x1: float, y1: float, x2: float, y2: float, x: float, y: float) -> Path:
        """Go on in a cubic curve."""
        self.commands.append(_CUBIC)
        self.points.extend((x1, y1, x2, y2, x, y))
        return self

    def close(self) -> Path:
        """Go back to the start of this part."""
        self.commands.append(_CLOSE)
        return self

    def ellipse(self, x: float, y: float, rx: float, ry: float) -> Path:
        """Add an ellipse."""
        kx, ky = rx * _CIRCLE, ry * _CIRCLE
        self.move(x + rx, y)
        self.curve(x + rx, y + ky, x + kx, y + ry, x, y + ry)
        self.curve(x - kx, y + ry, x - rx, y + ky, x - rx, y)
        self.curve(x - rx, y - ky, x - kx, y - ry, x, y - ry)
        self.curve(x + kx, y - ry, x + rx, y - ky, x + rx, y)
        return self.close()

    def rect(self, x: float, y: float, width: float, height: float) -> Path:
        """Add a rectangle."""
        return self.poly(((x, y), (x + width, y), (x + width, y + height), (x, y + height)))

    def poly(self, points: Iterable[Point], *, closed: bool = True) -> Path:
        """Add straight lines through points."""
        first, *rest = points
        self.move(*first)
        for x, y in rest:
            self.line(x, y)
        return self.close() if closed else self

    def smooth(self, points: Sequence[Point], *, closed: bool = True, tension: float = 1.0) -> Path:
        """Add a soft line through points (Catmull-Rom)."""
        count = len(points)
        sixth = tension / 6
        self.move(*points[0])
        for index in range(count if closed else count - 1):
            if closed:
                before, start = points[index - 1], points[index]
                end, after = points[(index + 1) % count], points[(index + 2) % count]
            else:
                before, start = points[max(0, index - 1)], points[index]
                end, after = points[index + 1], points[min(count - 1, index + 2)]
            self.curve(
                start[0] + (end[0] - before[0]) * sixth,
                start[1] + (end[1] - before[1]) * sixth,
                end[0] - (after[0] - start[0]) * sixth,
                end[1] - (after[1] - start[1]) * sixth,
                end[0],
                end[1],
            )
        return self.close() if closed else self

    def enlarged(self, factor: float) -> Path:
        """The same outline, larger."""
        other = Path()
        other.commands, other.points = self.commands, array("f", (one * factor for one in self.points))
        return other


def poly(*points: Point) -> Path:
    """A closed shape of straight lines."""
    return Path().poly(points)


def open_line(*points: Point) -> Path:
    """An open run of straight lines."""
    return Path().poly(points, closed=False)


def smooth(*points: Point, closed: bool = True, tension: float = 1.0) -> Path:
    """A soft shape through points."""
    return Path().smooth(points, closed=closed, tension=tension)


def ellipse(x: float, y: float, rx: float, ry: float | None = None) -> Path:
    """An ellipse, or a circle."""
    return Path().ellipse(x, y, rx, rx if ry is None else ry)


def rect(x: float, y: float, width: float, height: float) -> Path:
    """A rectangle from its top left corner."""
    return Path().rect(x, y, width, height)


@dataclass(frozen=True, slots=True)
class Linear:
    """A gradient along a line."""

    x1: float
    y1: float
    x2: float
    y2: float
    stops: tuple[Stop, ...]


@dataclass(frozen=True, slots=True)
class Radial:
    """A gradient from a centre outwards."""

    x: float
    y: float
    radius: float
    stops: tuple[Stop, ...]


Fill = Rgb | Linear | Radial


def byte(value: float) -> int:
    """A channel value as a byte."""
    return 0 if value <= 0 else 255 if value >= 255 else int(value + 0.5)


def vertical(top: float, bottom: float, *colours: Rgb) -> Linear:
    """A gradient downwards through colours at equal distances."""
    last = len(colours) - 1
    return Linear(0, top, 0, bottom, tuple((i / last, colour, 1.0) for i, colour in enumerate(colours)))


def glow(x: float, y: float, radius: float, colour: Rgb, strength: float = 1.0) -> Radial:
    """A soft light that dies away without an edge."""
    falls = ((0.0, 1.0), (0.18, 0.62), (0.42, 0.25), (0.7, 0.07), (1.0, 0.0))
    return Radial(x, y, radius, tuple((at, colour, strength * share) for at, share in falls))


class Paint:
    """Anything that can be moved, faded and blended after it was drawn."""

    __slots__ = ("handle",)

    def __init__(self, handle: int) -> None:
        self.handle = handle

    def place(
        self, x: float = 0, y: float = 0, scale: float = 1, *, turn: float = 0, flip: bool = False
    ) -> None:
        """Move, scale, turn (radians, clockwise) and mirror."""
        cos, sin = math.cos(turn) * scale, math.sin(turn) * scale
        side = -1.0 if flip else 1.0
        self.matrix(cos * side, -sin, x, sin * side, cos, y)

    def matrix(self, a: float, b: float, x: float, c: float, d: float, y: float) -> None:
        """The whole affine transform: [a b x; c d y]."""
        _library().tvg_paint_set_transform(self.handle, ctypes.byref(_Matrix(a, b, x, c, d, y, 0, 0, 1)))

    def fade(self, opacity: float) -> None:
        """Set how much of it shows, 0 to 1."""
        _library().tvg_paint_set_opacity(self.handle, byte(opacity * 255))


class Shape(Paint):
    """A path with its paint; the path can be drawn anew."""

    __slots__ = ()

    def reshape(self, path: Path) -> None:
        """Replace the outline."""
        library = _library()
        library.tvg_shape_reset(self.handle)
        _append(self.handle, path)


class Group(Paint):
    """Paints that move together, the first at the back."""

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(_library().tvg_scene_new())

    def group(self) -> Group:
        """A group inside this one, in front of what is there."""
        inner = Group()
        self.adopt(inner)
        return inner

    def adopt(self, group: Group) -> None:
        """Take in a group that was made apart; it belongs to this one from now on."""
        _library().tvg_scene_add(self.handle, group.handle)

    def clear(self) -> None:
        """Remove and free everything inside."""
        _library().tvg_scene_remove(self.handle, None)

    def fill(self, path: Path, fill: Fill, alpha: float = 1.0) -> Shape:
        """Add a filled shape."""
        library = _library()
        shape = Shape(library.tvg_shape_new())
        _append(shape.handle, path)
        _set_fill(shape.handle, fill, alpha)
        library.tvg_scene_add(self.handle, shape.handle)
        return shape

    def stroke(self, path: Path, colour: Rgb, width: float, alpha: float = 1.0) -> Shape:
        """Add a line with round ends."""
        library = _library()
        shape = Shape(library.tvg_shape_new())
        if width < _LEAST_WIDTH:
            path, width = path.enlarged(_ENLARGED), width * _ENLARGED
            shape.place(scale=1 / _ENLARGED)
        _append(shape.handle, path)
        library.tvg_shape_set_stroke_width(shape.handle, width)
        library.tvg_shape_set_stroke_cap(shape.handle, _ROUND)
        library.tvg_shape_set_stroke_join(shape.handle, _ROUND)
        red, green, blue = colour
        library.tvg_shape_set_stroke_color(
            shape.handle, byte(red), byte(green), byte(blue), byte(alpha * 255)
        )
        library.tvg_scene_add(self.handle, shape.handle)
        return shape

    def picture(self, pixels: NDArray[np.uint8]) -> Paint:
        """Add a picture, uint8 [height, width, 4], premultiplied; its bytes are copied."""
        library = _library()
        pixels = np.ascontiguousarray(pixels)
        picture = Paint(library.tvg_picture_new())
        height, width = pixels.shape[:2]
        library.tvg_picture_load_raw(picture.handle, pixels.ctypes.data, width, height, 0, True)  # noqa: FBT003
        library.tvg_scene_add(self.handle, picture.handle)
        return picture

    def clip(self, path: Path) -> None:
        """Show only what lies inside an outline."""
        library = _library()
        shape = library.tvg_shape_new()
        _append(shape, path)
        library.tvg_shape_set_fill_color(shape, 255, 255, 255, 255)
        library.tvg_paint_set_clip(self.handle, shape)


class Canvas:
    """A picture in memory and the root of what is drawn on it."""

    def __init__(self, width: int, height: int) -> None:
        library = _library()
        # No worker threads: with them the order of blending, and so the bits, could change.
        library.tvg_engine_init(0)
        self.pixels: NDArray[np.uint8] = np.zeros((height, width, 4), np.uint8)
        self._canvas = library.tvg_swcanvas_create(1)
        library.tvg_swcanvas_set_target(self._canvas, self.pixels.ctypes.data, width, width, height, 0)
        self.root = Group()
        library.tvg_canvas_add(self._canvas, self.root.handle)

    def draw(self) -> None:
        """Draw the root over what is in `pixels`."""
        library = _library()
        library.tvg_canvas_update(self._canvas)
        library.tvg_canvas_draw(self._canvas, False)  # noqa: FBT003
        library.tvg_canvas_sync(self._canvas)

    def close(self) -> None:
        """Free everything that was drawn; once only counts."""
        if self._canvas:
            library = _library()
            library.tvg_canvas_destroy(self._canvas)
            library.tvg_engine_term()
            self._canvas = None


def _append(shape: int, path: Path) -> None:
    commands = bytes(path.commands)
    points = path.points
    _library().tvg_shape_append_path(
        shape, commands, len(commands), points.buffer_info()[0], len(points) // 2
    )


def _set_fill(shape: int, fill: Fill, alpha: float) -> None:
    library = _library()
    if isinstance(fill, tuple):
        library.tvg_shape_set_fill_color(
            shape, byte(fill[0]), byte(fill[1]), byte(fill[2]), byte(alpha * 255)
        )
        return
    if isinstance(fill, Linear):
        gradient = library.tvg_linear_gradient_new()
        library.tvg_linear_gradient_set(gradient, fill.x1, fill.y1, fill.x2, fill.y2)
    else:
        gradient = library.tvg_radial_gradient_new()
        library.tvg_radial_gradient_set(gradient, fill.x, fill.y, fill.radius, fill.x, fill.y, 0.0)
    stops = (_ColorStop * len(fill.stops))(
        *(
            _ColorStop(at, byte(colour[0]), byte(colour[1]), byte(colour[2]), byte(share * alpha * 255))
            for at, colour, share in fill.stops
        )
    )
    library.tvg_gradient_set_color_stops(gradient, stops, len(fill.stops))
    library.tvg_shape_set_gradient(shape, gradient)
