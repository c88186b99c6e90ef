"""Looks as `.cube` files (Adobe's Cube LUT Specification 1.0): read whole, and refused where they are broken.

Also read are the range that DaVinci Resolve writes (`LUT_3D_INPUT_RANGE`) and the words by which Blackmagic's
files say that they are of video range. A file with a curve and a cube together is refused: no two programs
agree on what it means. So is one whose numbers are on another scale than 0 to 1, which would make a film
white or black.
"""

from __future__ import annotations

import math
import re
from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING

from storyboard.wording import shown

if TYPE_CHECKING:
    from pathlib import Path

SIZES = {1: (2, 65_536), 3: (2, 129)}
"""the fewest and the most points of a curve and of an edge of a cube"""
MOST_BYTES = 200 * 1024**2
HIGHEST = 2.0
"""a colour beyond it is one on another scale, in a look for pictures from 0 to 1"""
WIDEST = 16.0
"""a domain beyond it, too"""

_BLACK, _WHITE = 64 / 1023, 940 / 1023
"""of video range, of full"""
_IN_VIDEO, _OUT_VIDEO = "LUT_IN_VIDEO_RANGE", "LUT_OUT_VIDEO_RANGE"
_SAME = 0.003

_SIZE = re.compile(r"LUT_([13])D_SIZE")
_RANGE = re.compile(r"LUT_[13]D_INPUT_RANGE")
_KEYWORD = re.compile(r"[A-Za-z_]")


@dataclass(frozen=True, slots=True)
class Cube:
    """A look: colours in → colours out.

    Attributes:
        dimensions: 1 is a curve for each of red, green and blue; 3 a cube.
        size: points of a curve, or of an edge of the cube.
        low: the input that the first point stands for, in red, green and blue.
        high: that of the last one.
        values: red, green, blue of every point; in a cube red changes fastest.
    """

    dimensions: int
    size: int
    low: tuple[float, float, float]
    high: tuple[float, float, float]
    values: array[float]


def read_cube(path: Path) -> Cube:
    """Read a file.

    Raises:
        ValueError: it is no such look; says at which line, what was found and what is allowed.
        OSError: it cannot be read.
    """
    if path.stat().st_size > MOST_BYTES:
        raise ValueError(f"is larger than {MOST_BYTES // 1024**2} MB, the most that a look may have")
    try:
        return parse_cube(_text(path.read_bytes()))
    except UnicodeDecodeError:
        raise ValueError("is not text; a look is a .cube file, which is text") from None


def _text(data: bytes) -> str:
    """The text of a file: UTF-8; or UTF-16 that says so; or Latin-1 in titles and remarks."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
        if all(line.isascii() or line.lstrip().startswith(("#", "TITLE")) for line in text.splitlines()):
            return text
        raise


def parse_cube(text: str) -> Cube:
    """Read the text of a file.

    Raises:
        ValueError: as `read_cube` says.
    """
    dimensions = size = 0
    low, high = (0.0, 0.0, 0.0), (1.0, 1.0, 1.0)
    values = array("d")
    video: set[str] = set()
    number = domain_at = first_at = 0
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        if not _KEYWORD.match(words[0]) or words[0].lower() in {"nan", "inf", "infinity"}:
            if not size:
                raise _wrong(number, "a colour stands before LUT_1D_SIZE or LUT_3D_SIZE")
            if len(values) == 3 * size**dimensions:
                raise _wrong(number, f"there are more than the {size**dimensions} colours of its size")
            colour = _three(number, words)
            if max(colour) > (HIGHEST if max(high) <= 1 else WIDEST):
                raise _wrong(number, _scale_words(max(colour)))
            first_at = first_at or number
            values.extend(colour)
        elif values:
            raise _wrong(number, f"{shown(words[0])} stands after the first colour")
        elif found := _SIZE.fullmatch(words[0]):
            if size:
                raise _wrong(number, "there is a size already; a look is one curve or one cube")
            dimensions, size = int(found[1]), _size(number, int(found[1]), words[1:])
        elif words[0] == "DOMAIN_MIN":
            low, domain_at = _three(number, words[1:]), number
        elif words[0] == "DOMAIN_MAX":
            high, domain_at = _three(number, words[1:]), number
        elif _RANGE.fullmatch(words[0]):
            first, last = _numbers(number, words[1:], 2)
            low, high, domain_at = (first,) * 3, (last,) * 3, number
        elif words[0] in {_IN_VIDEO, _OUT_VIDEO}:
            video.add(words[0])
        elif words[0] != "TITLE":
            raise _wrong(
                number,
                f"{shown(words[0])} is no keyword (allowed: TITLE, LUT_1D_SIZE, LUT_3D_SIZE, DOMAIN_MIN, "
                "DOMAIN_MAX, LUT_1D_INPUT_RANGE, LUT_3D_INPUT_RANGE, "
                f"{_IN_VIDEO}, {_OUT_VIDEO}, # for a remark)",
            )
    if not size:
        raise ValueError("has neither LUT_1D_SIZE nor LUT_3D_SIZE; a look is a .cube file")
    if len(values) != 3 * size**dimensions:
        raise _wrong(number, f"it ends after {len(values) // 3} of {size**dimensions} colours")
    if not all(start < end for start, end in zip(low, high, strict=True)):
        raise ValueError("has a DOMAIN_MIN that is not below its DOMAIN_MAX")
    if max(high) > WIDEST or max(low) >= 1 or min(high) <= 0:
        raise _wrong(
            domain_at,
            f"the domain goes from {min(low):g} to {max(high):g}, and pictures from 0 to 1: scale it",
        )
    if min(values) == max(values):
        raise _wrong(first_at, "all of its colours are the same; no picture would be left")
    if _IN_VIDEO in video:
        low, high = (_full(0.0),) * 3, (_full(1.0),) * 3
    if _OUT_VIDEO in video:
        values = array("d", map(_full, values))
    elif _near(values[:3], _BLACK) and _near(values[-3:], _WHITE):
        raise _wrong(
            first_at,
            f"its black is {values[0]:.4f} and its white {values[-1]:.4f}: it is in video range; export it "
            f"in full range, or write {_OUT_VIDEO} above its colours",
        )
    return Cube(dimensions, size, low, high, values)


def _full(value: float) -> float:
    """A number of video range in full range."""
    return (value - _BLACK) / (_WHITE - _BLACK)


def _near(colour: array[float], wanted: float) -> bool:
    return all(abs(value - wanted) <= _SAME for value in colour)


def _scale_words(value: float) -> str:
    scale = next((top for top in (255, 1023, 4095, 65535) if value <= top), None)
    advice = f": divide them by {scale}" if scale else ""
    return f"a colour is {value:g}, and colours of a look go from 0 to 1{advice}"


def _size(line: int, dimensions: int, words: list[str]) -> int:
    least, most = SIZES[dimensions]
    if len(words) != 1 or not re.fullmatch(r"[0-9]{1,9}", words[0]) or not least <= int(words[0]) <= most:
        raise _wrong(line, f"the size is {shown(' '.join(words))} (allowed: {least} to {most})")
    return int(words[0])


def _three(line: int, words: list[str]) -> tuple[float, float, float]:
    red, green, blue = _numbers(line, words, 3)
    return red, green, blue


def _numbers(line: int, words: list[str], count: int) -> list[float]:
    try:
        numbers = [float(word) for word in words]
    except ValueError:
        numbers = []
    if len(numbers) != count or not all(math.isfinite(number) and abs(number) < 1e6 for number in numbers):
        raise _wrong(line, f"found {shown(' '.join(words))} where {count} numbers are expected")
    return numbers


def _wrong(line: int, words: str) -> ValueError:
    return ValueError(f"line {line}: {words}")
