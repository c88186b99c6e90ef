"""What a log says, taken together, and what may follow it. Pure: no file, no database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from pipeline.catalog.entries import Adopt, Decision, Line, NewTake, Raise, Take, Undo, Wish
from pipeline.catalog.undo import not_undone
from storyboard.errors import UsageError
from storyboard.wording import counted


class Conflict(UsageError):  # noqa: N818  (it is the other person's right, and nobody's mistake)
    """Somebody decided about the shot since the person looked; nothing was appended.

    Attributes:
        shot: which.
        others: what was decided since, oldest first.
    """

    shot: str = ""
    others: tuple[Decision, ...] = ()

    @classmethod
    def about_shot(cls, shot: str, others: Sequence[Decision]) -> Conflict:
        """The one that says who decided what about a shot."""
        people = ", ".join(dict.fromkeys(f"{one.by} ({one.what.kind})" for one in others))
        said = cls(
            f"shot {shot}: {counted(len(others), 'decision')} since you looked: {people}",
            "look at what the others decided, then decide again",
        )
        said.shot, said.others = shot, tuple(others)
        return said


class Record:
    """Every take, decision and raise of a production, in the order in which they were appended."""

    def __init__(self) -> None:
        self.takes: list[Take] = []
        self.decisions: list[Decision] = []
        self.raises: list[Raise] = []
        self._known: dict[tuple[str, str], Take] = {}
        self._of_shot: dict[str, list[Decision]] = {}
        self._numbers: dict[str, int] = {}

    def add(self, line: Line) -> None:
        """Take in the next line of the log."""
        if line.take:
            self.takes.append(line.take)
            self._known[line.take.shot, line.take.digest] = line.take
            before = self._numbers.get(line.take.shot, 0)
            self._numbers[line.take.shot] = max(before, line.take.number)
        if line.raised:
            self.raises.append(line.raised)
        if line.decision:
            self.decisions.append(line.decision)
            self._of_shot.setdefault(line.decision.shot, []).append(line.decision)

    def take(self, shot: str, digest: str) -> Take | None:
        """A take of a shot by its digest; None for one that is not registered."""
        return self._known.get((shot, digest))

    def takes_of(self, shot: str) -> list[Take]:
        """The takes of a shot, by their numbers."""
        return [take for take in self.takes if take.shot == shot]

    def decisions_of(self, shot: str) -> Sequence[Decision]:
        """The decisions about a shot, oldest first."""
        return self._of_shot.get(shot, ())

    def last(self, shot: str) -> int:
        """The number of the last decision about a shot; 0 without any."""
        decided = self._of_shot.get(shot)
        return decided[-1].number if decided else 0

    @property
    def last_number(self) -> int:
        """The number of the last decision; 0 without any."""
        return self.decisions[-1].number if self.decisions else 0

    def decisions_after(self, number: int) -> list[Decision]:
        """Those with higher numbers, oldest first."""
        found = []
        for one in reversed(self.decisions):
            if one.number <= number:
                break
            found.append(one)
        return found[::-1]

    def next_takes(self, new: Iterable[NewTake]) -> list[Take]:
        """Those of these takes that are not registered, with their numbers."""
        numbers: dict[str, int] = {}
        numbered: dict[tuple[str, str], Take] = {}
        for one in new:
            name = one.shot, one.digest
            if name in self._known or name in numbered:
                continue
            number = numbers.get(one.shot, self._numbers.get(one.shot, 0)) + 1
            numbers[one.shot] = number
            numbered[name] = Take.model_construct(number=number, **dict(one))
        return [*numbered.values()]

    def next_decisions(self, wishes: Sequence[Wish], at: datetime) -> list[Decision]:
        """What these wishes become: all of them, or none.

        Raises:
            Conflict: somebody decided about one of their shots since its person looked.
            UsageError: a take that its shot does not have, or something that cannot be undone.
        """
        number = self.last_number
        for wish in wishes:
            last = self.last(wish.shot)
            if wish.seen is not None and last != wish.seen:
                since = [one for one in self.decisions_of(wish.shot) if one.number > wish.seen]
                raise Conflict.about_shot(wish.shot, since)
            self._check(wish)
        return [
            Decision(
                number=number + place,
                shot=wish.shot,
                what=wish.what,
                by=wish.by,
                at=at,
                take=wish.take,
                seen=wish.seen,
                version=wish.version or None,
            )
            for place, wish in enumerate(wishes, 1)
        ]

    def _check(self, wish: Wish) -> None:
        if wish.take and self.take(wish.shot, wish.take) is None:
            raise UsageError(
                f"shot {wish.shot} has no take {wish.take[:12]}", "`shotfarm takes` lists those that it has"
            )
        if isinstance(wish.what, Undo):
            of = wish.what.of
            found = next((one for one in not_undone(self.decisions_of(wish.shot)) if one.number == of), None)
            if found is None:
                raise UsageError(f"shot {wish.shot} has no decision {of} that stands")
            if isinstance(found.what, Adopt):
                raise UsageError(
                    f"shot {wish.shot}: what was adopted stands in the film document",
                    "change it back there",
                )
