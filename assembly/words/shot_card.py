"""The storyboard card of a shot: a still that says what will be seen, while its take is not there."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import repeat
from typing import TYPE_CHECKING

from assembly.frames.mezzanine_encoder import encode_planes
from assembly.words.review_slate import SLATE_VERSION, Slate, draw_slate
from storyboard.digest import digest_of
from storyboard.media import mezzanine

if TYPE_CHECKING:
    from pathlib import Path

    from pydantic import JsonValue

    from assembly.cut.form import FrameForm

CARD_VERSION = 1
"""goes into the digests of cards; raise it when the same card looks different;
code of assembly.words.shot_card: db535be7
"""


@dataclass(frozen=True)
class ShotCard:
    """A card as a clip in the film's form: one GOP at the most, which is shown again and again.

    Attributes:
        slate: what stands on it.
        frames: the clip's length, `mezzanine.GOP_FRAMES` at the most.
        picture: the film's size and rate.
    """

    slate: Slate
    frames: int
    picture: FrameForm

    def recipe(self) -> JsonValue:
        """Everything that affects its pixels and its encoding."""
        return {
            "card": [CARD_VERSION, SLATE_VERSION],
            "mezzanine": mezzanine.PARAMETERS_VERSION,
            "picture": [self.picture.width, self.picture.height, str(self.picture.rate)],
            "frames": self.frames,
            "slate": self.slate.recipe(),
        }

    @cached_property
    def digest(self) -> str:
        """Its name in the store."""
        return digest_of(self.recipe())


def render_card(card: ShotCard, out: Path) -> None:
    """Encode a card with the parameters that takes have; `out` is overwritten.

    Raises:
        FfmpegError: ffmpeg ended with an error.
    """
    encode_planes(repeat(draw_slate(card.slate, card.picture), card.frames), card.picture, out)
