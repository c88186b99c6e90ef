"""A farm at a glance: its nodes, its workers and what each renders, and the productions in the queue.

The dispatcher tells it, the client returns it, and people are shown it; `model_dump(mode="json")` is what a
script gets.
"""

from __future__ import annotations

import base64
from typing import Annotated

from pydantic import BaseModel, ConfigDict, PlainSerializer

from farm.host.hardware import VitalSigns


def _data_url(picture: bytes | None) -> str | None:
    return None if picture is None else f"data:image/jpeg;base64,{base64.b64encode(picture).decode()}"


Preview = Annotated[bytes | None, PlainSerializer(_data_url, return_type=str | None, when_used="json")]
"""a small JPEG; a data URL in JSON"""


class _Told(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class NodeStatus(_Told):
    """A node, also one that is gone.

    Attributes:
        id: Ray's.
        name: its host's.
        alive: whether it is there.
        tags: that it carries, in alphabetical order.
        drained: whether its workers get no shots.
    """

    id: str
    name: str
    address: str
    alive: bool
    cpus: float
    gpus: float
    tags: tuple[str, ...] = ()
    drained: bool = False


class WorkerStatus(_Told):
    """A worker and what it renders.

    Attributes:
        node: the id of its node.
        shot: that it renders.
        progress: how far that is, 0 to 1.
        rendering_s: for how long it has rendered it.
        writing: the shot that it decodes and writes beside that.
        blocked_s: for how long it gets nothing, because it failed what others rendered.
        preview: the latest picture of what it makes.
        signs: the memory and cards of its machine; None until it was asked for the first time.
    """

    name: str
    backend: str
    node: str
    shot: str | None = None
    progress: float = 0.0
    rendering_s: float = 0.0
    writing: str | None = None
    blocked_s: float = 0.0
    preview: Preview = None
    signs: VitalSigns | None = None


class ProductionStatus(_Told):
    """A production's shots by state, and the next of its queue.

    Attributes:
        production: its name.
        title: of its film.
        counts: how many shots are in each state.
        next_shots: the ids of those that are served next.
        waits: in words, what keeps shots waiting that could begin.
        failed: the ids of the failed shots.
        errors: what the latest of them failed of, by shot.
        shots_per_hour: done lately; None before the first.
        left_s: seconds until it is done at this pace; None without one.
        spent: what it was charged since it is here, in words.
        held: in words, the budgets that are reached and wait for a person.
        deadline: when it must be there, in seconds since 1970; None for any time.
        late_s: by how many seconds it will be late at this pace; below zero when it will not.
        raised: by how much its priority is, because of a deadline.
    """

    production: str
    title: str
    counts: dict[str, int] = {}
    next_shots: tuple[str, ...] = ()
    priority: int = 0
    paused: bool = False
    waits: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    errors: dict[str, str] = {}
    shots_per_hour: float | None = None
    left_s: float | None = None
    spent: str = ""
    held: tuple[str, ...] = ()
    deadline: float | None = None
    late_s: float | None = None
    raised: int = 0


class Trouble(_Told):
    """Something that is only told of the work and went wrong; the work went on.

    Attributes:
        what: was done.
        times: that it went wrong.
        latest: what the last of them failed of.
    """

    what: str
    times: int
    latest: str


class FarmStatus(_Told):
    """A farm at a glance.

    Attributes:
        version: of shotfarm.
        limits: how many workers may render shots that ask for a tag, by tag.
        metrics: the URL where Prometheus may ask; empty when there is none.
        metrics_trouble: why there is none, although one is wanted.
        troubles: what could not be told or written down of the work.
    """

    version: str
    nodes: tuple[NodeStatus, ...] = ()
    workers: tuple[WorkerStatus, ...] = ()
    productions: tuple[ProductionStatus, ...] = ()
    limits: dict[str, int] = {}
    metrics: str = ""
    metrics_trouble: str = ""
    troubles: tuple[Trouble, ...] = ()
