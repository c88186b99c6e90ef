"""Other shapes of frame from the same takes: how large the new frame is, and what of a picture it shows.

Exact: positions are fractions of a pixel. A crop follows a shot's focus point as far as the picture reaches;
padding shows the whole picture between black bars.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

LEAST, MOST = 16, 8192
"""pixels of a frame's width and height"""

Aspect = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{1,5}(\.[0-9]{1,4})?:[0-9]{1,5}(\.[0-9]{1,4})?$"),
    Field(description="a shape of frame, width:height, such as 9:16, 1:1 or 2.39:1"),
]


def _of_two(point: tuple[float, ...]) -> tuple[float, ...]:
    if len(point) != 2:
        raise ValueError(f"a point has two numbers, [x, y], and here are {len(point)}")
    return point


Point = Annotated[
    tuple[Annotated[float, Field(strict=True, ge=0, le=1, allow_inf_nan=False)], ...],
    AfterValidator(_of_two),
    Field(json_schema_extra={"minItems": 2, "maxItems": 2}),
]
"""a point of a picture: from the left edge and from the top, 0 to 1"""
CENTRE: Point = (0.5, 0.5)


class Fit(StrEnum):
    """How a picture comes into a frame of another shape."""

    CROP = "crop"
    PAD = "pad"


@dataclass(frozen=True, slots=True)
class Box:
    """A part of a picture, in pixels from its top left corner."""

    x: Fraction
    y: Fraction
    width: Fraction
    height: Fraction

    def towards(self, other: Box, part: Fraction) -> Box:
        """The box on the way to another of the same size; `part` is 0 here and 1 there."""
        return Box(
            self.x + (other.x - self.x) * part, self.y + (other.y - self.y) * part, self.width, self.height
        )


def ratio(aspect: str) -> Fraction | None:
    """Width over height; None where one of them is 0."""
    width, height = (Fraction(part) for part in aspect.split(":"))
    return width / height if width and height else None


def frame_size(
    size: tuple[int, int], shape: Fraction, fit: Fit, height: int | None = None
) -> tuple[int, int]:
    """Width and height of a frame of another shape, even.

    Args:
        size: the picture's.
        shape: width over height.
        fit: a crop's frame is the largest inside the picture, a padded one the smallest around it.
        height: what the frame's height must be, when it is not that one.
    """
    width, own = size
    wider = Fraction(width, own) > shape
    if height is None and wider == (fit is Fit.CROP):
        height = own
    if height is not None:
        return _even(height * shape), height
    return width, _even(width / shape)


def _even(value: Fraction) -> int:
    return max(2, 2 * round(value / 2))


def crop_box(size: tuple[int, int], frame: tuple[int, int], focus: Point) -> Box:
    """The largest part of a picture in a frame's shape, its middle as near to the focus as the edges allow.

    When nothing is scaled, it lies on whole pixels of the colour planes, so that no pixel is made anew.
    """
    width, height = size
    shape = Fraction(*frame)
    wide = min(Fraction(width), height * shape)
    high = wide / shape
    x, y = (
        min(max(Fraction(point) * whole - part / 2, Fraction(0)), whole - part)
        for point, whole, part in zip(focus, size, (wide, high), strict=True)
    )
    if (wide, high) == (Fraction(frame[0]), Fraction(frame[1])):
        x, y = Fraction(2 * round(x / 2)), Fraction(2 * round(y / 2))
    return Box(x, y, wide, high)


def pad_box(size: tuple[int, int], frame: tuple[int, int]) -> tuple[int, int, int, int]:
    """Where the whole picture stands in a larger frame: x, y, width and height, all even."""
    shape = Fraction(*size)
    wide = min(Fraction(frame[0]), frame[1] * shape)
    width, height = min(_even(wide), frame[0]), min(_even(wide / shape), frame[1])
    return 2 * ((frame[0] - width) // 4), 2 * ((frame[1] - height) // 4), width, height
