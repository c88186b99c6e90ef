"""Somebody's way through a film: which of its fragments were given to them so far, and where they are. Pure.

What was given stays: an event playlist only grows. A film that nobody decides anything of is all of its
fragments in order, from the one that they began with.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from fractions import Fraction

from pydantic import JsonValue

from assembly.delivery.live.fragments import Fragment
from assembly.delivery.live.playlists import Entry, media_playlist
from pipeline.audience.positions import Position
from pipeline.audience.sound import FilmSound
from storyboard.digest import digest_of

OFFERED = 2
"""fragments that there are before players are told of any: one alone makes some of them wait for long"""
PICTURE_INIT, SOUND_INIT = "picture.mp4", "sound.mp4"


@dataclass
class Screening:
    """A screening, whose fragments are those of a film.

    Attributes:
        fragments: that it will have, in order.
        given: how many of them whoever watches was told of.
        key: its name; who knows it may watch.
        began_at: the moment that stands for the film's first frame.
        position: where they were last; None before they said so.
        asked_at: when anything of it was asked for last, on a clock that never goes back.
    """

    fragments: Sequence[Fragment]
    key: str = field(default_factory=lambda: secrets.token_urlsafe(18))
    began_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    given: int = 0
    position: Position | None = None
    asked_at: float = field(default_factory=time.monotonic)
    _whole_at_once: bool | None = None

    @classmethod
    def of(cls, fragments: Sequence[Fragment], frame: int, rate: Fraction) -> Screening:
        """One that begins with the fragment that has a frame of the film."""
        rest = [fragment for fragment in fragments if fragment.end > frame] or [fragments[-1]]
        begins = timedelta(seconds=float(rest[0].start / rate))
        return cls(rest, began_at=datetime.now(UTC) - begins)

    @property
    def since(self) -> int:
        """The film's frame that it begins with."""
        return self.fragments[0].start

    @property
    def until(self) -> int:
        """The film's frame before which all is there."""
        return (
            self.fragments[self.given].start if self.given < len(self.fragments) else self.fragments[-1].end
        )

    @property
    def is_whole(self) -> bool:
        """Whether it has all that it will have."""
        return self.given == len(self.fragments)

    @property
    def is_offered(self) -> bool:
        """Whether there is enough of its picture for a player."""
        return self.is_whole or self.given >= OFFERED

    @property
    def next(self) -> Fragment | None:
        """The first fragment that is not there; None when it is whole."""
        return None if self.is_whole else self.fragments[self.given]

    def picture_playlist(self, rate: Fraction, target_s: int) -> str:
        """The playlist of its picture."""
        given = self.fragments[: self.given]
        entries = [Entry(picture_name(one), one.start / rate, one.frames / rate) for one in given]
        if self._whole_at_once is None:  # nobody was told of less
            self._whole_at_once = self.is_whole
        whole = self._whole_at_once
        return media_playlist(
            entries, PICTURE_INIT, target_s, self.began_at, whole_at_once=whole, ended=self.is_whole
        )

    def sound_playlist(self, sound: FilmSound, rate: Fraction) -> str:
        """The playlist of its sound: all of it that is heard from its first frame on."""
        return media_playlist(
            [*sound.entries(self.since / rate)],
            SOUND_INIT,
            sound.target_s,
            self.began_at,
            whole_at_once=True,
            ended=True,
        )


def picture_name(fragment: Fragment) -> str:
    """What a fragment is called in addresses: what is in it is always the same."""
    made_of: list[JsonValue] = [[part.piece.recipe(), part.first, part.last] for part in fragment.parts]
    return f"picture-{fragment.start}-{digest_of(made_of)[:12]}.m4s"
