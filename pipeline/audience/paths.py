"""Where those who watch may go on: the ways after their answers, and when they come to what is not there."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from assembly.delivery.live.fragments import Fragment
from pipeline.audience.chances_kept import KeptCounts
from pipeline.audience.deciding import prefetch
from pipeline.audience.deciding.chances import chances
from pipeline.audience.deciding.decisions import (
    MOST,
    Decision,
    asks_for_picture,
    checked,
    open_question,
    personal,
    scene_of,
    values_of,
)
from pipeline.audience.projector import Projector
from pipeline.audience.screening import Screening
from pipeline.audience.ways import Ways
from storyboard.branching.answers import AnswerError, BlockList
from storyboard.branching.graph import graph_of
from storyboard.document.blocked import blocked_words
from storyboard.document.values import Given, allowed
from storyboard.errors import DocumentError, UsageError

NO_LIMIT: Mapping[str, float] = MappingProxyType({})
AHEAD_S = 120.0
"""how far is looked ahead of those who watch"""


class Paths:
    """The ways of a film, and who may come to them; any number of threads may ask.

    Args:
        first: the way of the defaults.
        ways: opens the others; without them nobody is asked anything.
        counts: how often answers were chosen.
        pictures: whether pictures of one's own are taken: each viewer has a session that they lie in.
    """

    def __init__(
        self, first: Projector, ways: Ways | None, counts: KeptCounts, *, pictures: bool = False
    ) -> None:
        self._pictures = pictures
        self._first = first
        self._ways = ways if first.questions else None
        self._counts = counts
        self._film = first.production.loaded.film
        self._graph = graph_of(self._film)
        self._numbers = {scene.id: number for number, scene in enumerate(self._film.scenes)}
        self._blocked = BlockList()
        if self._ways:
            try:
                self._blocked = blocked_words(self._film, first.folder)
            except ValueError as error:
                raise UsageError(f"blocked_words {error}") from None

    def close(self) -> None:
        """Open no more of them."""
        if self._ways:
            self._ways.close()

    @property
    def are_asked(self) -> bool:
        """Whether viewers are asked anything."""
        return self._ways is not None

    def after(self, answers: Sequence[str | None]) -> tuple[Projector, tuple[Decision, ...]]:
        """The way after answers, in the order in which the film asks, and what they come to.

        Raises:
            AnswerError: one cannot be taken.
            ShotfarmError: a way cannot be opened.
        """
        way, decisions = self._first, tuple[Decision, ...]()
        for answer in answers[:MOST] if self._ways else ():
            if open_question(way.questions, decisions) is None:
                break
            way, decisions = self.on(way, decisions, answer, counted=False)
        return way, decisions

    def on(
        self, way: Projector, decisions: tuple[Decision, ...], answer: str | None, *, counted: bool = True
    ) -> tuple[Projector, tuple[Decision, ...]]:
        """The way after one more answer, and all that is decided.

        Raises:
            AnswerError: it cannot be taken, in words for whoever gave it.
            ShotfarmError: nothing is asked, or the way cannot be opened.
        """
        question = open_question(way.questions, decisions)
        if self._ways is None or question is None:
            raise UsageError("nothing is asked here")
        if answer is not None and not self._pictures and asks_for_picture(self._film, question):
            raise AnswerError("pictures are taken where each viewer has a film of their own")
        decision = checked(self._film, question, answer, self._blocked)
        decisions = (*decisions, decision)
        try:
            found = self._ways.of(decisions)
        except DocumentError:
            asked = scene_of(self._film, question.scene).ask
            if asked is None:
                raise
            raise AnswerError(f"{allowed(self._film.parameters[asked.parameter])} is asked for") from None
        if counted:
            self._counts.add(self._film, decision)
        return found, decisions

    def own(self, decisions: Sequence[Decision]) -> dict[str, Given]:
        """What a viewer gave of their own; nothing where all that is made for them is made for everybody."""
        if self._ways is None or not any(one.answer is not None for one in self._asked(decisions)):
            return {}
        return personal(self._ways.values(decisions))

    def values(self, decisions: Sequence[Decision]) -> dict[str, Given]:
        """What decisions come to, beside the values that all ways have."""
        return values_of(self._film, decisions)

    def _asked(self, decisions: Sequence[Decision]) -> Iterator[Decision]:
        return (one for one in decisions if scene_of(self._film, one.scene).ask)

    def foreseen(self, screening: Screening) -> list[tuple[Projector, int]]:
        """The ways that a screening may go on after its next question, as far as they are open.

        Each with the frame from which on it is another.
        """
        question = screening.question
        if self._ways is None or question is None:
            return []
        scene = scene_of(self._film, question.scene)
        answers = [one.id for one in scene.choices.answers] if scene.choices else [None]
        opened = (
            self._ways.opened((*screening.decisions, Decision(question.scene, answer))) for answer in answers
        )
        return [(way, question.due) for way in opened if way]

    @staticmethod
    def first_after(way: Projector, due: int, most: int) -> Sequence[Fragment]:
        """The first fragments of a way from a frame on."""
        first = next((number for number, one in enumerate(way.fragments) if one.start >= due), None)
        return () if first is None else way.fragments[first : first + most]

    # When they come to what is missing --------------------------------------------------------------

    def due(
        self,
        watched: Iterable[tuple[Screening, Projector]],
        now: float,
        epoch_s: float,
        left_s: Mapping[str, float] = NO_LIMIT,
    ) -> dict[str, float]:
        """When missing takes must be there, by how likely and how near those are who may come to them.

        Args:
            watched: who watches, and on which way.
            now: by the clock of their positions, in seconds.
            epoch_s: the same moment on the clock of the answer.
            left_s: worker seconds that may be spent on what somebody only may come to, by the keys of their
                screenings; endless for the others.
        """
        work: dict[str, float] = {}
        ahead = []
        for screening, way in watched:
            coming = self.coming(screening, way, now)
            work |= {one.take: one.work_s for one in coming}
            ahead.append(prefetch.Ahead(screening.key, left_s.get(screening.key, math.inf), coming))
        return {one.take: epoch_s + one.rank_s + work[one.take] for one in prefetch.order(ahead)}

    def coming(self, screening: Screening, way: Projector, now: float) -> tuple[prefetch.Coming, ...]:
        """The missing shots that somebody may come to in the next `AHEAD_S`, from where they are.

        Args:
            screening: theirs.
            way: that they are on.
            now: by the clock of their position, in seconds.
        """
        position = screening.position
        frame = position.now(now, way.rate, screening.until) if position else 0.0
        scenes = way.scenes
        at = max((number for number, (_, start) in enumerate(scenes) if start <= frame), default=0)
        name, start = scenes[at]
        decided = {one.due for one in screening.questions[: len(screening.decisions)]}
        following = scenes[at + 1] if at + 1 < len(scenes) else None
        chosen = self._numbers[following[0]] if following and following[1] in decided else None

        def shots(number: int) -> list[prefetch.SceneShot]:
            return [
                prefetch.SceneShot(
                    shot.digest,
                    shot.shape.frames / float(way.rate),
                    0.0 if there else shot.estimate_s,
                    there,
                )
                for shot in way.shots_of.get(self._film.scenes[number].id, ())
                for there in [shot.exists or way.is_there(shot.digest)]
            ]

        return prefetch.coming_to(
            self._graph,
            shots,
            self._chances_after,
            scene=self._numbers[name],
            played_s=float((frame - start) / way.rate),
            chosen=chosen,
            horizon_s=AHEAD_S,
        )

    def _chances_after(self, number: int) -> Mapping[int, float]:
        scene = self._film.scenes[number]
        if scene.choices is None:
            return {}
        found = chances([one.id for one in scene.choices.answers], self._counts.of(scene.id))
        return {self._numbers[one.goes_to]: found[one.id] for one in scene.choices.answers}
