"""Where a shot of the farm is, why attempts end without a take, and what is known of shots and workers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

SILENCE_S = 900.0
"""loading a large model from a slow disk takes minutes, and says nothing meanwhile"""
NODE_WAIT_S = 20.0
"""on a farm of one machine: another node would have to join just now"""


class TaskState(StrEnum):
    """Where a shot is."""

    WAITING = "waiting"
    """for the shot that it starts from, or for its inputs to be encoded"""
    QUEUED = "queued"
    PAUSING = "pausing"
    """after a failed try"""
    RENDERING = "rendering"
    WRITING = "writing"
    """its frames are decoded and written while its worker renders the next shot"""
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


ENDED = frozenset({TaskState.DONE, TaskState.FAILED, TaskState.CANCELLED})
RUNNING = frozenset({TaskState.RENDERING, TaskState.WRITING})
TO_BEGIN = frozenset({TaskState.WAITING, TaskState.QUEUED, TaskState.PAUSING})


Urgency = tuple[int, int, int]
"""the priority that it has by now, 1 where a deadline raises it or 2 where it is kept before those, and its
own: the greatest is served first"""


class AttemptState(StrEnum):
    """Where an attempt at a shot is: it renders, or how it ended."""

    RENDERING = "rendering"
    DONE = "done"
    FAILED = "failed"
    LOST = "lost"
    """its worker is gone"""
    STOPPED = "stopped"
    """nobody wanted it any more"""
    GIVEN_BACK = "given back"
    """it kept its state and gave its worker back"""


class FailureKind(StrEnum):
    """Why an attempt ended without a take."""

    USER = "user"
    """what was asked cannot be rendered; another try would fail the same way"""
    QUALITY = "quality"
    """no seed that the backend may try gave a take that passes"""
    MEMORY = "memory"
    """it does not fit into the worker's memory"""
    BACKEND = "backend"
    """the backend raised, fell silent, or gave frames that are not the take"""
    STORE = "store"
    """the take could not be written, or what it is made from not be read"""


@dataclass(frozen=True, slots=True, order=True)
class WorkerNeeds:
    """What a worker must be to render a shot.

    Attributes:
        backend: that it has loaded.
        tags: that its node carries, in alphabetical order.
        gpus: that it holds, no more and no fewer: a shot leaves none of them idle.
        places: so many of them at most, which share a process; 0 for as many as there is room, each its own.
    """

    backend: str
    tags: tuple[str, ...] = ()
    gpus: float = 0.0
    places: int = 0

    def __str__(self) -> str:
        """Words for people."""
        name = f"{self.backend} on {self.gpus:g} GPUs" if self.gpus > 1 else self.backend
        return f"{name} with {', '.join(self.tags)}" if self.tags else name


_needs = lru_cache(WorkerNeeds)
"""few are different, and all shots ask for theirs"""


@dataclass(frozen=True, slots=True)
class ShotRequest:
    """A shot that a production wants rendered, or the encoding of what several shots are made from.

    Attributes:
        digest: the take's name in the store; a name of its own for an encoding.
        shot: the shot's id, for people.
        backend: which backend's workers can render it.
        order: its place in the film.
        rank: seconds of work in the longest chain that starts with it.
        after: the digest of the take that it starts from, when that is to be rendered too.
        warmth: what a worker should hold already, coarse to fine: the model, then its LoRAs.
        encoding: the name of the encoding that it waits for.
        encodes: the digests of the shots whose inputs it encodes; empty for a shot.
        silence_s: without a sign of life for so long, an attempt at it hangs.
        tags: what the node of its worker must carry, in alphabetical order.
        gpus: how many its worker holds.
        places: how many workers of its kind there are at most; 0 for as many as there is room.
        node_wait_s: how long it waits for a node that could hold its worker, before it fails.
        work_s: seconds of work for one worker, as the plan estimates them.
        renderer: the profile that was asked for; the backend when it is empty.
        fee: what a hosted service should ask for it, in millionths of the smallest unit of its prices.
        credits: the same in hundredths of the service's own unit.
    """

    digest: str
    shot: str
    backend: str
    order: int
    rank: float = 0.0
    after: str | None = None
    warmth: tuple[str, ...] = ()
    encoding: str | None = None
    encodes: tuple[str, ...] = ()
    silence_s: float = SILENCE_S
    tags: tuple[str, ...] = ()
    gpus: float = 0.0
    places: int = 0
    node_wait_s: float = NODE_WAIT_S
    work_s: float = 0.0
    renderer: str = ""
    fee: int = 0
    credits: int = 0

    @property
    def needs(self) -> WorkerNeeds:
        """What its worker must be."""
        return _needs(self.backend, self.tags, self.gpus, self.places)


@dataclass(frozen=True, slots=True)
class Assignment:
    """Render this shot on that worker, now."""

    token: int
    digest: str
    worker: str


@dataclass(slots=True)
class Task:
    """A shot on the farm, or an encoding.

    Attributes:
        request: as the first that asked for it did.
        productions: who wants it.
        waits: the names of what must end before it.
        tries: how often it failed, by why.
        losses: how many workers were lost while they rendered it.
        passes: how often a shot behind it was served first, because a worker was warm for that one.
        failure: why it failed last; None when it follows from another shot's failure.
        alive_at: when its attempt gave its last sign of life.
        asked_back: its attempt has been asked to keep its state and give the worker back.
        given_back: how often that has happened.
        render_s: seconds of work that its take took; 0 as long as there is none.
    """

    request: ShotRequest
    productions: set[str]
    state: TaskState = TaskState.QUEUED
    waits: set[str] = field(default_factory=set)
    token: int | None = None
    worker: str | None = None
    tries: Counter[FailureKind] = field(default_factory=Counter)
    losses: int = 0
    passes: int = 0
    failed_on: set[str] = field(default_factory=set)
    error: str | None = None
    failure: FailureKind | None = None
    started_at: float | None = None
    alive_at: float = 0.0
    asked_back: bool = False
    given_back: int = 0
    render_s: float = 0.0


@dataclass(slots=True)
class WorkerState:
    """A worker of the farm.

    Attributes:
        token: the attempt that it renders; free when None.
        writing: the attempt that it decodes and writes beside that.
        hurries: the attempt in `token` would make room for another, once `writing` has ended.
        warmth: what it holds, coarse to fine.
        tags: what its node carries.
        gpus: how many it holds.
        card: the name of the first.
        keeps: its backend keeps states from which another attempt goes on.
        joined: its number among all that have joined.
        stands_down: it gets no more shots, and gives back what it has: its place is wanted, or it was told to
            end.
        blame: how many shots it has failed that others rendered.
        blocked_until: it gets no shots before this time.
    """

    name: str
    backend: str
    node: str = ""
    token: int | None = None
    writing: int | None = None
    hurries: bool = False
    warmth: tuple[str, ...] = ()
    tags: frozenset[str] = frozenset()
    gpus: float = 0.0
    card: str = ""
    keeps: bool = False
    joined: int = 0
    stands_down: bool = False
    blame: int = 0
    blocks: int = 0
    blocked_until: float | None = None

    @property
    def tokens(self) -> tuple[int, ...]:
        """The attempts that it works on."""
        return tuple(token for token in (self.token, self.writing) if token is not None)

    def serves(self, needs: WorkerNeeds) -> bool:
        """Whether it is what a shot needs."""
        same = (self.backend, self.gpus) == (needs.backend, needs.gpus)
        return same and self.tags.issuperset(needs.tags)


@dataclass(frozen=True, slots=True)
class Change:
    """A shot came into a state."""

    request: ShotRequest
    state: TaskState
    productions: frozenset[str]
    worker: str | None
    error: str | None
    failure: FailureKind | None = None
    render_s: float = 0.0
