"""Those who have a session each, at a film: where they were, what they decided, and what is kept of it."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from farm.media.pictures import PictureError
from farm.media.viewer_pictures import viewer_picture
from pipeline.audience.deciding.decisions import Decision, asks_for_picture
from pipeline.audience.house import House
from pipeline.audience.open_sessions import OpenSessions
from pipeline.audience.screening import Screening
from pipeline.catalog.sessions import is_kept_picture
from pipeline.web.not_let_in import NotLetIn
from storyboard.branching.answers import AnswerError
from storyboard.branching.route_film import Question
from storyboard.document.values import GivenValues
from storyboard.errors import NotNow

AGAIN_S = 2
"""whoever waits asks so often"""
_AT_ONCE = 2
"""pictures that are looked at side by side: one of a telephone takes some 200 MB while it is read"""
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
        self._looks = threading.Semaphore(_AT_ONCE)

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
        question = screening.question
        is_own = answer is None or is_kept_picture(answer, name)
        if question and not is_own and self._asks_for_picture(screening, question):
            raise AnswerError("a picture is asked for: send its bytes to /picture")

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

    def give_picture(self, screening: Screening, number: int, content: bytes) -> None:
        """Somebody answers with a picture of their own, which is kept under their session's name.

        Args:
            screening: theirs.
            number: of the question, from 0.
            content: the picture, as it came.

        Raises:
            NotNow: no picture is asked for, or it is decided already.
            AnswerError: it cannot be taken, in words for whoever gave it.
            SessionForgotten: its viewer is forgotten.
            ShotfarmError: it cannot be kept, or the way cannot be opened.
        """
        question = screening.question
        if question is None or number != len(screening.decisions):
            raise NotNow("this is decided already")
        if not self._asks_for_picture(screening, question):
            raise NotNow("no picture is asked for")
        try:
            with self._looks:
                png = viewer_picture(content)
        except PictureError as error:
            raise AnswerError(error.message) from None
        self.decide(screening, number, self.sessions.log.keep_picture(screening.session, png))

    def _asks_for_picture(self, screening: Screening, question: Question) -> bool:
        return asks_for_picture(self.house.way(screening).production.loaded.film, question)

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
