"""What travels between the client, the dispatcher and the workers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from farm.host.hardware import VitalSigns
from farm.schedule.states import FailureKind, ShotRequest, TaskState


@dataclass(frozen=True, slots=True)
class RenderOrder:
    """Everything a worker needs to make one take.

    Attributes:
        digest: the take's name in the store.
        spec: the `ShotSpec` as JSON.
        store: the store's root, the same for every node.
        body_of_predecessor: head and length of the body of the shot that this one starts from or is composed
            like, to find its last frames.
        film: the title of the film that asks for it, for its log.
    """

    digest: str
    spec: str
    store: str
    body_of_predecessor: tuple[int, int] | None = None
    film: str = ""


@dataclass(frozen=True, slots=True)
class ProductionOrder:
    """A production's shots, predecessors before those that continue from them."""

    production: str
    title: str
    requests: tuple[ShotRequest, ...]
    orders: dict[str, RenderOrder]
    max_workers: int | None = None
    priority: int = 0
    weight: float = 1.0


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


@dataclass(frozen=True, slots=True)
class ShotEvent:
    """A shot of a production came into a state; `number` counts from 1 within the production."""

    number: int
    digest: str
    state: TaskState
    worker: str | None = None
    error: str | None = None
    failure: FailureKind | None = None


@dataclass(frozen=True, slots=True)
class Update:
    """What happened since the last look.

    Attributes:
        events: that are new.
        progress: how far the rendering shots are, 0 to 1, by digest.
        previews: the latest picture of each shot that has a new one: a small JPEG, by digest.
    """

    events: tuple[ShotEvent, ...]
    progress: dict[str, float]
    previews: dict[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WorkerStatus:
    """A worker and what it renders.

    Attributes:
        shot: that it renders.
        writing: the shot that it decodes and writes beside that.
        blocked_s: for how long it gets nothing, because it failed what others rendered.
        preview: the latest picture of what it makes: a small JPEG.
        signs: the memory and cards of its machine; None until it was asked for the first time.
    """

    name: str
    backend: str
    node: str
    shot: str | None
    progress: float
    rendering_s: float
    writing: str | None = None
    blocked_s: float = 0.0
    preview: bytes | None = None
    signs: VitalSigns | None = None


@dataclass(frozen=True, slots=True)
class FarmStatus:
    """A farm at a glance.

    Attributes:
        limits: how many workers may render shots that ask for a tag, by tag.
        metrics: the URL where Prometheus may ask; empty when there is none.
        metrics_trouble: why there is none, although one is wanted.
    """

    version: str
    nodes: tuple[dict[str, Any], ...]
    workers: tuple[WorkerStatus, ...]
    productions: tuple[ProductionStatus, ...]
    limits: dict[str, int] = field(default_factory=dict)
    metrics: str = ""
    metrics_trouble: str = ""


@dataclass(frozen=True, slots=True)
class ProductionStatus:
    """A production's shots by state, and the next of its queue.

    Attributes:
        failed: the ids of the failed shots.
        errors: what the latest of them failed of, by shot.
        shots_per_hour: done lately; None before the first.
        left_s: seconds until it is done at this pace; None without one.
        waits: in words, what keeps shots waiting that could begin.
    """

    production: str
    title: str
    counts: dict[str, int] = field(default_factory=dict)
    next_shots: tuple[str, ...] = ()
    priority: int = 0
    paused: bool = False
    waits: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    errors: dict[str, str] = field(default_factory=dict)
    shots_per_hour: float | None = None
    left_s: float | None = None
