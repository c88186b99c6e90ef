"""What stands: from takes and decisions, the status of each take and what holds for each shot. Pure.

What counts (`pipeline.catalog.undo`) is read in the order in which it was decided:

- a take is *circled* from its approval until another take of its renderer is approved, or a person takes the
  circle away. A wish for another take does not: the circled one stays in the cut until a person moves it.
- *for review* are takes that nobody has judged: the newest of each renderer, and those that answer a wish
  until a take of the shot is approved after it. Others that nobody judged are *rendered*, and no more.
- a shot is *omitted* from then until it is restored.

A film that has versions is looked at as one of them, and only what holds in that one counts
(`pipeline.production.versions`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pipeline.catalog.entries import (
    Adopt,
    Approve,
    Decision,
    Note,
    Omit,
    Recut,
    Restore,
    Retake,
    Take,
    Unapprove,
)
from pipeline.catalog.undo import effective
from storyboard.planning.adjustments import Adjustment
from storyboard.planning.decided import Circled, Decided
from storyboard.planning.editors_cut import EditorsCut
from storyboard.planning.spec import ShotSpec

Holds = Callable[[Decision | Take], bool]
"""whether a decision holds in a version of the film, and a take is of a shot as that has it"""


class Status(StrEnum):
    """How a take, or a shot, stands."""

    RENDERED = "rendered"
    FOR_REVIEW = "for review"
    APPROVED = "approved"
    RETAKE = "retake"
    """somebody wants another one instead"""
    OMITTED = "omitted"
    """of a shot only"""


@dataclass(frozen=True, slots=True)
class TakeStanding:
    """How a take stands.

    Attributes:
        take: which.
        status: the last that was said of it.
        circled: it is in the cut of its renderer; also while another is wished for.
    """

    take: Take
    status: Status
    circled: bool


@dataclass(frozen=True, slots=True)
class ShotStanding:
    """How a shot stands.

    Attributes:
        shot: its id.
        takes: by their numbers.
        omitted: it is not in the cut.
        said: the notes and the wishes that count, oldest first.
        counting: the numbers of the decisions that were not undone.
        last: the number of the last decision about it, whatever became of that; 0 without any.
        cut: how an editor has cut the film; of what stands under `THE_CUT` alone.
    """

    shot: str
    takes: tuple[TakeStanding, ...]
    omitted: bool
    said: tuple[Decision, ...]
    counting: frozenset[int]
    last: int
    _approvals: tuple[tuple[int, Take], ...] = ()
    """of the circled takes, with the numbers of their approvals, oldest first"""
    _adopted: tuple[int, Adjustment | None] = (0, None)
    """the last decision that was written into the film document, and what it was"""
    cut: EditorsCut | None = None

    @property
    def circled(self) -> Mapping[str, Take]:
        """The circled takes, by the renderers that made them."""
        return {take.renderer: take for _, take in self._approvals}

    def status(self, renderer: str) -> Status | None:
        """How the shot stands in the cut of a renderer; None without a take there."""
        if self.omitted:
            return Status.OMITTED
        found = {one.status for one in self.takes if one.take.renderer == renderer}
        order = (Status.FOR_REVIEW, Status.RETAKE, Status.APPROVED, Status.RENDERED)
        return next((status for status in order if status in found), None)

    def in_cut(self, renderer: str) -> Take | None:
        """The circled take that is in the cut of a renderer.

        That is one which it made, or which was wished for from a renderer by name: such a shot is made by
        that one in every cut, as if the storyboard said so.
        """
        for _, take in reversed(self._approvals):
            if take.renderer == renderer or (take.adjustment and take.adjustment.renderer == take.renderer):
                return take
        return None

    @property
    def wished(self) -> Adjustment | None:
        """What the shot is made with where no take of its own is circled: the newest wish, or approval.

        Of a wish, its first alternative. What came before the last adoption is in the storyboard by now.
        """
        said: list[tuple[int, Adjustment | None]] = [
            (number, take.adjustment) for number, take in self._approvals
        ]
        said += [(one.number, one.what.adjustments[0]) for one in self.said if isinstance(one.what, Retake)]
        after = [one for one in said if one[0] > self._adopted[0]]
        return max(after, key=lambda one: one[0])[1] or None if after else None

    def decided(self, renderer: str, spec_of: Callable[[str], ShotSpec | None]) -> Decided:
        """What planning must know of it, for the cut of a renderer.

        Args:
            renderer: what makes the shot in that cut, a profile or a backend by itself.
            spec_of: what a take was made from, by its digest; None for one that is no longer there, which is
                made again from what was wished for.
        """
        take = self.in_cut(renderer)
        if take is None:
            return Decided(self.omitted, self.wished)
        adjustment = take.adjustment or None
        approved = next(number for number, one in self._approvals if one is take)
        if approved < self._adopted[0] and take.adjustment == self._adopted[1]:
            adjustment = None
        spec = spec_of(take.digest)
        if spec is None:
            return Decided(self.omitted, adjustment)
        return Decided(self.omitted, None, Circled(take.digest, spec, adjustment))


def standings(
    takes: Iterable[Take], decisions: Iterable[Decision], holds: Holds | None = None
) -> dict[str, ShotStanding]:
    """How each shot stands that has a take or was decided about.

    Args:
        takes: of the production, in any order.
        decisions: of the production, in the order of their numbers.
        holds: whether a decision holds in the version that is looked at; all do when it is left out.
    """
    takes_of: dict[str, list[Take]] = {}
    decided_of: dict[str, list[Decision]] = {}
    for take in takes:
        takes_of.setdefault(take.shot, []).append(take)
    for one in decisions:
        decided_of.setdefault(one.shot, []).append(one)
    shots = dict.fromkeys([*takes_of, *decided_of])
    return {shot: standing(shot, takes_of.get(shot, ()), decided_of.get(shot, ()), holds) for shot in shots}


def standing(
    shot: str, takes: Sequence[Take], decisions: Sequence[Decision], holds: Holds | None = None
) -> ShotStanding:
    """How a shot stands.

    Args:
        shot: its id.
        takes: of the shot.
        decisions: about it, in the order of their numbers.
        holds: whether a decision holds in the version that is looked at; all do when it is left out.
    """
    by_digest = {take.digest: take for take in sorted(takes, key=lambda take: take.number)}
    counting = [one for one in effective(decisions) if holds is None or holds(one)]
    approvals: dict[str, tuple[int, Take]] = {}
    verdicts: dict[str, Status] = {}
    omitted = False
    recuts = [one.what.cut for one in counting if isinstance(one.what, Recut)]
    adopted: tuple[int, Adjustment | None] = (0, None)
    for one in counting:
        take = by_digest.get(one.take or "")
        if isinstance(one.what, Omit | Restore):
            omitted = isinstance(one.what, Omit)
        elif isinstance(one.what, Approve) and take:
            before = approvals.pop(take.renderer, None)
            if before and verdicts.get(before[1].digest) is Status.APPROVED:
                verdicts[before[1].digest] = Status.RENDERED
            approvals[take.renderer] = one.number, take
            verdicts[take.digest] = Status.APPROVED
        elif isinstance(one.what, Unapprove) and take:
            approvals = {name: kept for name, kept in approvals.items() if kept[1] is not take}
            verdicts.pop(take.digest, None)
        elif isinstance(one.what, Retake) and take:
            verdicts[take.digest] = Status.RETAKE
        elif isinstance(one.what, Adopt):
            adopted = one.number, take.adjustment if take else None
    ours = [take for take in by_digest.values() if holds is None or holds(take)]
    unjudged = _for_review(ours, verdicts, counting)
    circled = {take.digest for _, take in approvals.values()}
    return ShotStanding(
        shot=shot,
        takes=tuple(
            TakeStanding(
                take,
                Status.FOR_REVIEW if digest in unjudged else verdicts.get(digest, Status.RENDERED),
                digest in circled,
            )
            for digest, take in by_digest.items()
        ),
        omitted=omitted,
        said=tuple(one for one in counting if isinstance(one.what, Note | Retake)),
        counting=frozenset(one.number for one in counting),
        last=decisions[-1].number if decisions else 0,
        _approvals=tuple(sorted(approvals.values(), key=lambda one: one[0])),
        _adopted=adopted,
        cut=recuts[-1] if recuts else None,
    )


def _for_review(
    takes: Sequence[Take], verdicts: Mapping[str, Status], counting: Sequence[Decision]
) -> set[str]:
    """The digests of the takes that wait for a person."""
    newest = {take.renderer: take.digest for take in takes}
    wishes = [one for one in counting if isinstance(one.what, Retake)]
    approved = max((one.number for one in counting if isinstance(one.what, Approve)), default=0)
    found = set()
    for take in takes:
        answers = [
            wish.number
            for wish in wishes
            if isinstance(wish.what, Retake) and take.adjustment and take.adjustment in wish.what.adjustments
        ]
        waits = max(answers) > approved if answers else newest[take.renderer] == take.digest
        if take.digest not in verdicts and waits:
            found.add(take.digest)
    return found
