"""What travels between the client, the dispatcher and the workers."""

from __future__ import annotations

from dataclasses import dataclass, field

from farm.schedule.amounts import NOBODY, NOTHING_SPENT, Charge, Over, Spent
from farm.schedule.states import AttemptState, FailureKind, ShotRequest, TaskState


@dataclass(frozen=True, slots=True)
class RenderOrder:
    """Everything a worker needs to make one take.

    Attributes:
        digest: the take's name in the store.
        shot: the shot's id, for people; its spec has it only where it is drawn.
        spec: the `ShotSpec` as JSON.
        store: the store's root, the same for every node.
        body_of_predecessor: head and length of the body of the shot that this one starts from or is composed
            like, to find its last frames.
        film: the title of the film that asks for it, for its log.
    """

    digest: str
    shot: str
    spec: str
    store: str
    body_of_predecessor: tuple[int, int] | None = None
    film: str = ""


@dataclass(frozen=True, slots=True)
class ProductionOrder:
    """A production's shots, predecessors before those that continue from them.

    Attributes:
        charge: who pays for it.
        deadline: when it must be there, in seconds since 1970; None for any time.
        waited_for: a person sits waiting for it.
    """

    production: str
    title: str
    requests: tuple[ShotRequest, ...]
    orders: dict[str, RenderOrder]
    max_workers: int | None = None
    priority: int = 0
    weight: float = 1.0
    charge: Charge = NOBODY
    deadline: float | None = None
    waited_for: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an attempt ended: with a take when `failure` is None.

    Attributes:
        render_s: seconds of work, 0 when the take was there already.
        failure: why there is no take.
        cancelled: it was stopped because nobody wants it any more.
        given_back: it has kept its state and stopped, as it was asked to.
    """

    render_s: float = 0.0
    failure: FailureKind | None = None
    message: str = ""
    details: str = ""
    cancelled: bool = False
    given_back: bool = False

    @property
    def state(self) -> AttemptState:
        """In a word."""
        if self.failure is not None:
            return AttemptState.FAILED
        if self.given_back:
            return AttemptState.GIVEN_BACK
        return AttemptState.STOPPED if self.cancelled else AttemptState.DONE


@dataclass(frozen=True, slots=True)
class ShotEvent:
    """A shot of a production came into a state.

    Attributes:
        number: counts from 1 within the production.
        render_s: seconds of work that its take took; 0 when there is none, or it was there already.
    """

    number: int
    digest: str
    state: TaskState
    worker: str | None = None
    error: str | None = None
    failure: FailureKind | None = None
    render_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Update:
    """What happened since the last look.

    Attributes:
        events: that are new.
        progress: how far the rendering shots are, 0 to 1, by digest.
        previews: the latest picture of each shot that has a new one: a small JPEG, by digest.
        held: in words, the budgets that wait for a person, while nothing may begin because of them.
        late_s: by how many seconds it will miss its deadline at this pace, below zero when it will not; None
            without a deadline or a pace.
        spent: what it was charged so far.
        over: the budgets that are reached.
    """

    events: tuple[ShotEvent, ...]
    progress: dict[str, float]
    previews: dict[str, bytes] = field(default_factory=dict)
    held: tuple[str, ...] = ()
    late_s: float | None = None
    spent: Spent = NOTHING_SPENT
    over: tuple[Over, ...] = ()
