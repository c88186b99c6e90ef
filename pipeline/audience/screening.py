"""Somebody's way through a film: which of its fragments were given to them so far, and where they are. Pure.

What was given stays: an event playlist only grows. A film that nobody decides anything of is all of its
fragments in order, from the one that they began with. What comes after a question is given when it is
decided.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from fractions import Fraction

from pydantic import JsonValue

from assembly.delivery.live.fragments import Fragment
from assembly.delivery.live.playlists import Entry, media_playlist
from pipeline.audience.deciding.decisions import Decision, open_question
from pipeline.audience.deciding.standing_in import Standing, joined
from pipeline.audience.positions import Position
from pipeline.audience.sound import FilmSound
from storyboard.branching.route_film import Question
from storyboard.digest import digest_of
from storyboard.errors import UsageError

LEAVES_S = 30.0
"""who says nothing for so long watches no more"""
OFFERED = 2
"""fragments that there are before players are told of any: one alone makes some of them wait for long"""
PICTURE_INIT, SOUND_INIT = "picture.mp4", "sound.mp4"


@dataclass
class Screening:
    """A screening, whose fragments are those of a film.

    Attributes:
        fragments: that it will have, in order.
        given: how many of them whoever watches was told of.
        key: its name; who knows it may watch, where it is of no session.
        session: the id of the session that it is of; empty where it is nobody's own.
        began_at: the moment that stands for the film's first frame.
        position: where they were last; None before they said so.
        asked_at: when anything of it was asked for last, on a clock that never goes back.
        questions: what is asked on its way, in order; none where nobody is asked.
        decisions: what was decided of them so far.
        heard: the fragments of sound that were given, where what is heard depends on answers: of which sound
            each is, and where it begins and ends in frames of AAC.
        stood_in: what was given in the place of fragments whose takes were not there, by the film's frames
            that they begin with; it stays.
        stands: what the cards in it stand for, in order.
        held: takes that are not made for its session, by their digests, each with why not, in words.
    """

    fragments: Sequence[Fragment]
    key: str = field(default_factory=lambda: secrets.token_urlsafe(18))
    began_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    given: int = 0
    position: Position | None = None
    asked_at: float = field(default_factory=time.monotonic)
    questions: Sequence[Question] = ()
    decisions: tuple[Decision, ...] = ()
    heard: list[tuple[FilmSound, int, int]] = field(default_factory=list)
    stood_in: dict[int, Fragment] = field(default_factory=dict)
    stands: list[Standing] = field(default_factory=list)
    held: Mapping[str, str] = field(default_factory=dict)
    session: str = ""
    _whole_at_once: bool | None = None

    @classmethod
    def of(cls, fragments: Sequence[Fragment], frame: int, rate: Fraction) -> Screening:
        """One that begins with the fragment that has a frame of the film."""
        rest = rest_of(fragments, frame)
        begins = timedelta(seconds=float(rest[0].start / rate))
        return cls(rest, began_at=datetime.now(UTC) - begins)

    def watched_from(self, now: float) -> Position | None:
        """Where whoever watches was last; None where nobody does now, on the clock of `asked_at`."""
        at = self.position
        return at if at and now - max(at.at, self.asked_at) < LEAVES_S else None

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
    def shown(self) -> Sequence[Fragment]:
        """What was given."""
        return [self.stood_in.get(one.start, one) for one in self.fragments[: self.given]]

    def gives(self, stand_in: tuple[Fragment, Sequence[Standing]] | None = None) -> None:
        """Give the next fragment, or what stands in for it."""
        if stand_in:
            self.stood_in[stand_in[0].start] = stand_in[0]
            self.stands = [*joined([*self.stands, *stand_in[1]])]
        self.given += 1

    @property
    def question(self) -> Question | None:
        """The first that is not decided."""
        return open_question(self.questions, self.decisions)

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
        """The first fragment that is not there; None when it is whole, or waits for an answer."""
        if self.is_whole:
            return None
        found = self.fragments[self.given]
        return None if self.question and found.start >= self.question.due else found

    def goes_on(
        self, decisions: tuple[Decision, ...], fragments: Sequence[Fragment], questions: Sequence[Question]
    ) -> None:
        """Something was decided: another way is gone from there on.

        Args:
            decisions: all so far.
            fragments: those of the way, from the one that this began with.
            questions: what is asked on it.

        Raises:
            UsageError: what was given already is otherwise on it.
        """
        names = [*map(picture_name, fragments[: self.given])]
        if names != [*map(picture_name, self.fragments[: self.given])]:
            raise UsageError("the film has changed since", "load the page again")
        self.fragments, self.questions, self.decisions = fragments, questions, decisions

    def hears(self, sound: FilmSound, border: int | None) -> bool:
        """Give what is heard on its way; whether there was anything.

        Args:
            sound: of the way.
            border: the frame of AAC from which on it depends on what is not decided; None where all is.
        """
        before = len(self.heard)
        begun = self.heard[-1][2] if self.heard else None
        for begin, end in sound.fragments:
            is_next = begun is None or begin >= begun
            if is_next and (border is None or end <= border):
                self.heard.append((sound, begin, end))
        return len(self.heard) > before

    def picture_playlist(self, rate: Fraction, target_s: int) -> str:
        """The playlist of its picture."""
        given = self.shown
        entries = [Entry(picture_name(one), one.start / rate, one.frames / rate) for one in given]
        if self._whole_at_once is None:  # nobody was told of less
            self._whole_at_once = self.is_whole
        whole = self._whole_at_once
        return media_playlist(
            entries, PICTURE_INIT, target_s, self.began_at, whole_at_once=whole, ended=self.is_whole
        )

    def sound_playlist(self, sound: FilmSound, rate: Fraction) -> str:
        """The playlist of its sound from its first frame on, as far as it is decided."""
        since_s = self.since / rate
        if not self.questions:
            entries = [*sound.entries(since_s)]
        else:
            heard = (one.entry(begin, end) for one, begin, end in [*self.heard])
            entries = [one for one in heard if one.start_s + one.duration_s > since_s]
        return media_playlist(
            entries,
            SOUND_INIT,
            sound.target_s,
            self.began_at,
            whole_at_once=not self.questions,
            ended=not self.questions or self._hears_all(sound),
        )

    def _hears_all(self, sound: FilmSound) -> bool:
        return self.question is None and bool(self.heard) and self.heard[-1][2] >= sound.fragments[-1][1]


def rest_of(fragments: Sequence[Fragment], frame: int) -> Sequence[Fragment]:
    """The fragments of a film from the one on that has a frame of it."""
    return [fragment for fragment in fragments if fragment.end > frame] or [fragments[-1]]


def picture_name(fragment: Fragment) -> str:
    """What a fragment is called in addresses: what is in it is always the same."""
    made_of: list[JsonValue] = [[part.piece.recipe(), part.first, part.last] for part in fragment.parts]
    return f"picture-{fragment.start}-{digest_of(made_of)[:12]}.m4s"
