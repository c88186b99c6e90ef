"""What became of a batch: of each of its productions, and of all together. Plain values, for JSON too."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from pydantic import ConfigDict, Field

from farm.schedule.amounts import NOTHING_SPENT, Spent
from storyboard.described import DescribedModel
from storyboard.errors import WaitsForApproval
from storyboard.money import FINE, Money, shares
from storyboard.wording import counted, listed


class State(StrEnum):
    """What became of a production."""

    MADE = "made"
    UNCHANGED = "unchanged"
    """it was there, as the slate wants it"""
    WAITS = "waits for approval"
    FAILED = "failed"
    STOPPED = "stopped"
    """before its end, because another one failed"""


class _Facts(DescribedModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class MadeProduction(_Facts):
    """A production of a batch, at its end."""

    name: str
    """as the slate calls it"""
    film: str
    """its film document"""
    title: str
    values: dict[str, str | int | float] = Field(default_factory=dict)
    """of its parameters"""
    out: str
    """the file or the URL of its film"""
    state: State
    shots: int = 0
    """of its cut"""
    rendered: int = 0
    """takes that it was the first to ask for, and that were rendered"""
    seconds: float = 0
    """its length"""
    took_s: float = 0
    """from its beginning to its end, beside the others"""
    spent: Spent = NOTHING_SPENT
    """what rendering was charged to it: of a take that several wanted, to the one whose turn it was"""
    deliverables: tuple[str, ...] = ()
    """the names of those that are there, each a folder below that of the film's name"""
    warnings: tuple[str, ...] = ()
    """what its film and its checks warn of"""
    waits_for: tuple[str, ...] = ()
    """shots of which a take must be approved before there is a film"""
    error: str | None = None
    """what it, or a deliverable of it, failed of"""
    exit_code: int = 0
    """that a command of its own would have ended with"""


class BatchSummary(_Facts):
    """A batch, at its end."""

    slate: str
    productions: tuple[MadeProduction, ...]
    """in the order of the slate"""
    shots: int
    """of all productions"""
    unique: int
    """takes that these shots have"""
    rendered: int
    """those of them that were rendered now"""
    took_s: float

    @property
    def spent(self) -> Spent:
        """What rendering was charged to all productions."""
        return sum((one.spent for one in self.productions), NOTHING_SPENT)

    @property
    def costs(self) -> list[Money | None]:
        """The money of each production; where all of it has a price, they add up to that of all together."""
        money = [one.spent.money for one in self.productions]
        if self.spent.money is None:
            return money
        cells = shares([0 if one is None else one.fine for one in money])
        currency = self.spent.currency
        return [one and Money(cell * FINE, currency) for one, cell in zip(money, cells, strict=True)]

    def count(self, *states: State) -> int:
        """How many productions came to one of these ends."""
        return sum(one.state in states for one in self.productions)

    @property
    def in_words(self) -> str:
        """How many productions came to which end, what was rendered, and what that has cost."""
        counts = [f"{self.count(state)} {state.value}" for state in State if self.count(state)]
        cost = f", {self.spent.money} spent" if self.spent.money is not None else ""
        return f"{listed(counts)}; {counted(self.rendered, 'take')} rendered of {self.unique}{cost}"

    @property
    def exit_code(self) -> int:
        """0 when every production is there; 3 when some wait for approval and no other is missing; else 1."""
        return exit_code_of([one.state for one in self.productions])


def exit_code_of(states: Sequence[State]) -> int:
    """The exit code that these ends come to."""
    if any(state in {State.FAILED, State.STOPPED} for state in states):
        return 1
    return WaitsForApproval.exit_code if State.WAITS in states else 0
