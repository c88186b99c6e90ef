"""Frames, rational rates and SMPTE timecode. Time is whole frames; no float decides about a frame.

Timecode follows SMPTE ST 12-1: at 30000/1001 and 60000/1001 the drop-frame form (`01:00:00;00`) skips
two (four) frame numbers at each minute that is not a multiple of ten, so that it keeps to the clock.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated, Any

from pydantic import BeforeValidator, GetJsonSchemaHandler, PlainSerializer, WithJsonSchema
from pydantic_core import core_schema

from storyboard.wording import shown

NTSC_RATES = {
    "23.976": Fraction(24000, 1001),
    "23.98": Fraction(24000, 1001),
    "29.97": Fraction(30000, 1001),
    "47.952": Fraction(48000, 1001),
    "59.94": Fraction(60000, 1001),
}
MAX_RATE = Fraction(240)
SLOWEST, FASTEST = Fraction(1, 8), Fraction(4)
"""how much slower or faster than it happens an action may be shown"""

_RATE = re.compile(r"(?P<num>\d{1,7})(?:/(?P<den>\d{1,5}))?")
_RATIO = re.compile(r"(?P<num>\d{1,4}(?:\.\d{1,6})?)(?:/(?P<den>[1-9]\d{0,3}))?")
_SECONDS = re.compile(r"(?P<number>\d{1,9}(?:\.\d{1,9})?)\s*(?P<unit>s|ms)")
_FRAMES = re.compile(r"(?P<number>\d{1,9})\s*f?")
_TIMECODE = re.compile(r"(?P<h>\d{1,2}):(?P<m>[0-5]\d):(?P<s>[0-5]\d)(?P<sep>[:;])(?P<f>\d{2,3})")


def parse_rate(value: object) -> Fraction:
    """A frame rate from `24`, `"24000/1001"` or a name such as `"23.976"`.

    Raises:
        ValueError: for anything else; the message says what is allowed.
    """
    allowed = 'a whole number (24), a ratio ("24000/1001") or one of ' + ", ".join(NTSC_RATES)
    if isinstance(value, Fraction):
        rate = value
    elif isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError(f"a frame rate is {allowed}")  # noqa: TRY004  (pydantic listens for ValueError)
    else:
        text = str(value).strip()
        named = NTSC_RATES.get(text)
        match = _RATE.fullmatch(text.removesuffix(".0"))
        if named is not None:
            rate = named
        elif match and int(match["den"] or 1) > 0:
            rate = Fraction(int(match["num"]), int(match["den"] or 1))
        else:
            raise ValueError(f"{shown(text)} is not a frame rate; it is {allowed}")
    if not 1 <= rate <= MAX_RATE:
        raise ValueError(f"a frame rate lies between 1 and {MAX_RATE}, not {rate}")
    return rate


def format_rate(rate: Fraction) -> str:
    """`24` or `24000/1001`."""
    return str(rate)


Rate = Annotated[
    Fraction,
    BeforeValidator(parse_rate),
    PlainSerializer(format_rate, return_type=str),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "integer", "minimum": 1, "maximum": 240},
                {"type": "string"},
                {"type": "number"},
            ],
            "description": 'frames a second: 24, "24000/1001" or "23.976"',
        }
    ),
]


def parse_speed(value: object) -> Fraction:
    """How fast an action is shown, from `2`, `0.5` or `"1/2"`: 1 is as it happens, less is slower.

    Raises:
        ValueError: for anything else; the message says what is allowed.
    """
    allowed = f'a ratio from "{SLOWEST}" (slow) to {FASTEST} (fast), such as "1/2" or 0.5'
    if isinstance(value, bool) or not isinstance(value, Fraction | int | float | str):
        raise ValueError(f"a speed is {allowed}")  # noqa: TRY004  (pydantic listens for ValueError)
    match = _RATIO.fullmatch(str(value).strip())
    if not match:
        raise ValueError(f"{shown(str(value))} is not a speed; it is {allowed}")
    speed = Fraction(match["num"]) / int(match["den"] or 1)
    if not SLOWEST <= speed <= FASTEST:
        raise ValueError(f"{shown(str(value))} is out of bounds; a speed is {allowed}")
    return speed


Speed = Annotated[
    Fraction,
    BeforeValidator(parse_speed),
    PlainSerializer(str, return_type=str),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "number", "minimum": float(SLOWEST), "maximum": float(FASTEST)},
                {"type": "string"},
            ],
            "description": 'a ratio: "1/2" or 0.5 is half as fast, 2 twice as fast',
        }
    ),
]


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time as it was written: whole frames, exact seconds, or timecode.

    Written in YAML as `48` or `48f` (frames), `2s`, `2.5s`, `250ms` (seconds), `00:00:02:00` (timecode).
    """

    text: str

    def frames(self, rate: Fraction) -> int:
        """Whole frames at `rate`; seconds go to the nearest frame, halves up.

        Raises:
            ValueError: a timecode that does not exist at this rate.
        """
        if match := _FRAMES.fullmatch(self.text):
            return int(match["number"])
        if match := _SECONDS.fullmatch(self.text):
            seconds = Fraction(match["number"]) / (1000 if match["unit"] == "ms" else 1)
            return round_half_up(seconds * rate)
        return frames_from_timecode(self.text, rate)

    @classmethod
    def parse(cls, value: object) -> Span:
        """Accept what `Span` documents.

        Raises:
            ValueError: for anything else; the message says what is allowed.
        """
        allowed = "frames (48 or 48f), seconds (2.5s or 250ms) or timecode (00:00:02:12)"
        if isinstance(value, Span):
            return value
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**9:
            return cls(str(value))
        if isinstance(value, float):
            message = f"{value} has no unit; write {value}s for seconds; allowed: {allowed}"
            raise ValueError(message)  # noqa: TRY004  (pydantic listens for ValueError)
        if isinstance(value, str):
            text = value.strip()
            if _FRAMES.fullmatch(text) or _SECONDS.fullmatch(text) or _TIMECODE.fullmatch(text):
                return cls(text)
        raise ValueError(f"{shown(value)} is not a length of time; allowed: {allowed}")

    def __str__(self) -> str:
        return self.text

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, _handler: Any) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(
            cls.parse, serialization=core_schema.plain_serializer_function_ser_schema(str)
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, _schema: core_schema.CoreSchema, _handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {
            "anyOf": [{"type": "integer", "minimum": 0}, {"type": "string"}],
            "description": "frames (48 or 48f), seconds (2.5s, 250ms) or timecode (00:00:02:12)",
        }


def round_half_up(value: Fraction) -> int:
    """The nearest whole number; a half goes up (Python's own `round` goes to even)."""
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


def sample_at(frame: int, rate: Fraction, sample_rate: int) -> int:
    """The first audio sample of a frame: exact arithmetic, so no drift at any length."""
    return round_half_up(Fraction(frame) * sample_rate / rate)


def seconds_at(frame: int, rate: Fraction) -> Fraction:
    """The exact time of a frame in seconds."""
    return Fraction(frame) / rate


def nominal_rate(rate: Fraction) -> int:
    """The whole number of frames that timecode counts in a second (24 for 24000/1001)."""
    return -(-rate.numerator // rate.denominator)


def is_drop_frame(rate: Fraction) -> bool:
    """Whether timecode drops frame numbers at a rate, unless it is told not to."""
    return _dropped_per_minute(rate) > 0


def _dropped_per_minute(rate: Fraction) -> int:
    nominal = nominal_rate(rate)
    return nominal // 15 if rate.denominator == 1001 and nominal % 30 == 0 else 0


def frames_from_timecode(text: str, rate: Fraction) -> int:
    """Frames since `00:00:00:00`.

    Raises:
        ValueError: not a timecode, a frame number the rate does not have, or a dropped one.
    """
    match = _TIMECODE.fullmatch(text)
    if not match:
        raise ValueError(f"{shown(text)} is not a timecode (hours:minutes:seconds:frames)")
    hours, minutes, seconds, frames = (int(match[key]) for key in "hmsf")
    nominal = nominal_rate(rate)
    if frames >= nominal:
        raise ValueError(
            f"{shown(text)}: at {rate} frames a second the frame field goes from 00 to {nominal - 1:02}"
        )
    total_minutes = hours * 60 + minutes
    count = (total_minutes * 60 + seconds) * nominal + frames
    if match["sep"] == ":":
        return count
    dropped = _dropped_per_minute(rate)
    if not dropped:
        raise ValueError(f"{shown(text)}: drop-frame timecode (;) exists at 30000/1001 and 60000/1001 only")
    if frames < dropped and seconds == 0 and minutes % 10:
        raise ValueError(f"{shown(text)}: drop-frame timecode has no such frame")
    return count - dropped * (total_minutes - total_minutes // 10)


def timecode_from_frames(frames: int, rate: Fraction, *, drop: bool | None = None) -> str:
    """SMPTE timecode; drop-frame by default where the rate has it."""
    nominal = nominal_rate(rate)
    dropped = _dropped_per_minute(rate) if drop is not False else 0
    if drop and not dropped:
        raise ValueError(f"drop-frame timecode exists at 30000/1001 and 60000/1001 only, not at {rate}")
    if dropped:
        per_minute = nominal * 60 - dropped
        per_ten = per_minute * 10 + dropped
        tens, rest = divmod(frames, per_ten)
        extra = max(0, (rest - dropped) // per_minute)
        frames += dropped * (9 * tens + extra)
    seconds, frame = divmod(frames, nominal)
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour:02}:{minute:02}:{second:02}{';' if dropped else ':'}{frame:02}"
