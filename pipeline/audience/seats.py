"""Those who have a session each, at a film: where they were, what they decided, and what is kept of it."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.audience.deciding.decisions import Decision
from pipeline.audience.house import House
from pipeline.audience.open_sessions import OpenSessions
from pipeline.audience.screening import Screening
from pipeline.web.not_let_in import NotLetIn
from storyboard.document.values import GivenValues
from storyboard.errors import NotNow

AGAIN_S = 2
"""whoever waits asks so often"""
_TAKEN = "every place is taken"


@dataclass(frozen=True, slots=True)
class Seat:
    """How somebody's session stands.

    Attributes:
        session: its id.
        place: 0 when they are in, their place in the queue, None when that is full.
        frame: of their cut, where they were last.
        answers: what they decided.
        finished: whether they have come to the end.
    """

    session: str
    place: int | None
    frame: int
    answers: tuple[str | None, ...]
    finished: bool

    @property
    def words(self) -> str:
        """What they wait for, a sentence; nothing when they are in."""
        if self.place == 0:
            return ""
        return (
            f"Every place is taken: you are number {self.place}." if self.place else "Every place is taken."
        )

    @property
    def more(self) -> str:
        """When it goes on, another sentence."""
        if self.place == 0:
            return ""
        if self.place:
            return "It begins by itself when it is your turn. The page can be loaded again."
        return "So many wait already that nobody else can. The page asks again by itself."


class Seats:
    """Any number of threads may ask.

    Args:
        house: the film, and all who watch it.
        sessions: of those who do.
    """

    def __init__(self, house: House, sessions: OpenSessions) -> None:
        self.house = house
        self.sessions = sessions
        self._finished: set[str] = set()

    def of(self, name: str) -> Seat:
        """How a session stands; whoever asks wants to watch.

        Raises:
            SessionForgotten: its viewer is forgotten.
            UsageError: there is no such session.
        """
        found = self.sessions.session(name)
        return Seat(name, self.sessions.comes(name), found.frame, found.answers, found.is_finished)

    def begin(self, name: str, frame: int | None) -> Screening:
        """A screening of a session: from a frame on, or from where its viewer was.

        Raises:
            NotLetIn: every place is taken.
            SessionForgotten: its viewer is forgotten.
            ShotfarmError: the way cannot be opened.
        """
        seat = self._inside(name)
        return self.house.begin(seat.frame if frame is None else frame, seat.answers, name)

    def must_be_in(self, screening: Screening) -> None:
        """Whoever was silent for long has given up their place; who has seen all of it needs none.

        Raises:
            NotLetIn: every place is taken.
            SessionForgotten: its viewer is forgotten.
        """
        if screening.session not in self.sessions.inside and screening.key not in self._finished:
            self._inside(screening.session)

    def _inside(self, name: str) -> Seat:
        seat = self.of(name)
        if seat.place != 0:
            place = f"number {seat.place} in the queue" if seat.place else "the queue is full too"
            raise NotLetIn(_TAKEN, place, status=503, wait_s=AGAIN_S)
        return seat

    def decide(self, screening: Screening, number: int, answer: str | None) -> None:
        """Somebody decides; what was decided in another window of theirs before holds.

        Raises:
            NotNow: it is decided already.
            AnswerError: the answer cannot be taken, in words for whoever gave it.
            SessionForgotten: its viewer is forgotten.
            ShotfarmError: the way cannot be opened.
        """
        name = screening.session

        def keep(decision: Decision, values: GivenValues) -> None:
            plain = {key: one.value for key, one in values.items()}
            self.sessions.log.answer(name, number, decision.scene, decision.answer, plain)

        try:
            self.house.decide(screening.key, number, answer, keep)
        except NotNow:
            kept = self.sessions.session(name).answers
            if len(kept) <= len(screening.decisions):
                raise
            for place in range(len(screening.decisions), len(kept)):
                self.house.decide(screening.key, place, kept[place], counted=False)

    def place(self, screening: Screening, frame: int, *, moves: bool) -> None:
        """Somebody says where they are; who has come to the end gives up their place."""
        self.house.place(screening.key, frame, moves=moves)
        name, way = screening.session, self.house.way(screening)
        self.sessions.log.reach(name, frame)
        at_end = screening.question is None and frame >= way.cut.frames - 1
        if at_end and not self.sessions.session(name).is_finished:
            self.sessions.log.finish(name, way.cut.frames)
            self._finished.add(screening.key)
            self.sessions.leaves(name)
