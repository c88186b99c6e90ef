"""What Runway's models take, as the types of its SDK (runwayml 5.24) say, and what a call should cost.

Prices are in hundredths of a credit, as pages about Runway had them in November 2026; a task's own answer
says what was charged for it, and that counts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

RATE = Fraction(24)
"""frames a second of everything that Runway makes"""
MOST_WORDS = 1000
"""of a prompt, in UTF-16 code units"""
MOST_REFERENCES = 3
USD_PER_CREDIT = "0.01"
MOST_SEED = 2**32 - 1
PERFORMANCE_S = (3, 30)
"""how long a driving video may be"""

_WIDE = ("1280:720", "720:1280", "1104:832", "960:960", "832:1104", "1584:672")
_VEO = ("1280:720", "720:1280", "1080:1920", "1920:1080")


@dataclass(frozen=True, slots=True)
class VideoModel:
    """A model that makes videos.

    Attributes:
        ratios: the sizes that it makes from a picture.
        text_ratios: the same from words alone; empty where it always needs a picture.
        durations: in whole seconds.
        takes_last: a picture of the last frame can be given.
        takes_negative: words can be given for what is not to be seen.
        makes_sound: it can make sound.
        takes_seed: a seed can be given.
        per_second: hundredths of a credit.
        per_second_sound: the same with sound.
    """

    ratios: tuple[str, ...]
    text_ratios: tuple[str, ...]
    durations: tuple[int, ...]
    takes_last: bool = False
    takes_negative: bool = False
    makes_sound: bool = False
    per_second: int = 0
    per_second_sound: int = 0


_VEO31 = VideoModel(
    _VEO,
    _VEO,
    (4, 6, 8),
    takes_last=True,
    takes_negative=True,
    makes_sound=True,
    per_second=2000,
    per_second_sound=4000,
)
VIDEO_MODELS = {
    "gen4.5": VideoModel(_WIDE, ("1280:720", "720:1280"), tuple(range(2, 11)), per_second=1200),
    "gen4_turbo": VideoModel(_WIDE, (), tuple(range(2, 11)), per_second=500),
    "veo3.1": _VEO31,
    "veo3.1_fast": replace(_VEO31, per_second=1000, per_second_sound=1500),
}
PERFORMANCE_RATIOS = _WIDE
PERFORMANCE_PER_SECOND = 500
IMAGE_RATIOS = (
    "1024:1024",
    "1080:1080",
    "1168:880",
    "1360:768",
    "1440:1080",
    "1080:1440",
    "1808:768",
    "1920:1080",
    "1080:1920",
    "2112:912",
    "1280:720",
    "720:1280",
    "720:720",
    "960:720",
    "720:960",
    "1680:720",
)
IMAGE_PRICES = {"gen4_image": (500, 800), "gen4_image_turbo": (200, 200)}
"""of a picture whose shorter side has at most 768 pixels, and of a larger one"""


def size_of(ratio: str) -> tuple[int, int]:
    """Width and height."""
    width, height = ratio.split(":")
    return int(width), int(height)


def nearest_ratio(ratios: tuple[str, ...], width: int, height: int) -> str:
    """The one whose shape is most like that of a picture; of those alike, the one most like it in size."""

    def apart(ratio: str) -> tuple[float, int]:
        wide, high = size_of(ratio)
        one, other = wide / high, width / height
        return round(max(one, other) / min(one, other), 2), abs(wide * high - width * height)

    return min(ratios, key=apart)


def duration_for(model: VideoModel, seconds: Fraction) -> int | None:
    """The shortest that the model makes of at least so many seconds; None where it makes none as long."""
    return next((one for one in model.durations if one >= seconds), None)


def words_in(prompt: str) -> int:
    """How long a prompt is, as Runway counts."""
    return len(prompt.encode("utf-16-le")) // 2


def image_price(model: str, ratio: str) -> int:
    """Of a picture, in hundredths of a credit."""
    small, large = IMAGE_PRICES[model]
    return small if min(size_of(ratio)) <= 768 else large
