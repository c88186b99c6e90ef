"""What a hosted service is to the machine that waits for it: a class of a few methods.

Every method blocks and may be called from several threads at once. What a person can mend (a wrong key, a
request that the service calls wrong) a method raises as a `ShotfarmError`; it fails the shot. What time mends
it raises as one of the errors here, and the machine waits:

    NotTaken    the service has certainly not taken on what was sent: too many requests, a full queue, a
                connection that was refused. `after_s` is what its headers say.
    Unheard     nobody knows whether it has: the connection broke after the request had gone.
    Away        a look, a fetch or a question has failed; the task is as it was.
    CannotTell  the service has no way to say what it has taken on.
    Expired     the link to a result has died; a new look may give another one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from pydantic import JsonValue

from storyboard.digest import digest_of


class NotTaken(Exception):  # noqa: N818  (nobody made an error)
    """What was sent has not been taken on.

    Attributes:
        words: why, for people.
        after_s: how long the service wants to be left alone; None when it does not say.
    """

    def __init__(self, words: str, after_s: float | None = None) -> None:
        super().__init__(words)
        self.words = words
        self.after_s = after_s


class Unheard(Exception):  # noqa: N818
    """Something was sent, and no answer came: it may have been taken on."""


class Away(NotTaken):
    """The service cannot be asked now."""


class CannotTell(Exception):  # noqa: N818
    """The service has no way to say what it has taken on."""


class Expired(Exception):  # noqa: N818
    """The link to a result is dead."""


@dataclass(frozen=True, slots=True)
class Call:
    """Something to be asked of a service once, and paid for once.

    Attributes:
        name: which of a take's calls it is, such as `keyframe` or `video`; no two of a take share one.
        kind: what is asked for, by the service's own name: an endpoint, a workflow.
        body: the request without secrets, and without what `files` hold; it is kept in the manifest.
        files: what is sent along, by the names that stand for them in the body: `file:<name>`.
        model: that is asked for, for prices and people; empty without one.
        seconds: of what is made; 0 for a picture.
        credits: what it will cost in the service's own unit, in hundredths; None where nobody knows.
    """

    name: str
    kind: str
    body: Mapping[str, JsonValue]
    files: Mapping[str, Path] = field(default_factory=dict)
    model: str = ""
    seconds: float = 0.0
    credits: int | None = None

    @property
    def digest(self) -> str:
        """Of what is asked for; `files` must have names that tell their content, such as their SHA-256."""
        return digest_of({"kind": self.kind, "model": self.model, "body": dict(self.body)})


class TaskState(StrEnum):
    """Where a task is, as its service tells it."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    REFUSED = "refused"
    """what was asked for, or what came of it, is not allowed there: the same words would be refused again"""
    FAILED = "failed"
    """the service could not make it, and takes no money for it: it may be sent again"""
    WITHDRAWN = "withdrawn"
    """it was called off, by whomever"""
    UNKNOWN = "unknown"
    """the service knows of no such task (any more)"""


@dataclass(frozen=True, slots=True)
class Report:
    """What a service says of a task.

    Attributes:
        state: where it is.
        progress: how much is done, 0 to 1.
        outputs: where its results are: links, or whatever `fetch` understands; the first one is the result.
        words: why it failed, as the service says it.
        credits: what was charged for it, in hundredths of the service's unit; None while nobody knows.
        response: the answer as it is kept in the manifest, without secrets and without links that open doors.
    """

    state: TaskState
    progress: float = 0.0
    outputs: tuple[str, ...] = ()
    words: str = ""
    credits: int | None = None
    response: Mapping[str, JsonValue] = field(default_factory=dict)


class Service(Protocol):
    """A hosted service, or a server that renders.

    Attributes:
        name: what people call it: `Runway`.
        account: whose limits hold, such as the name and a digest of the key: calls of one account share its
            places.
        look_every_s: how often a task may be looked at.
        usd_per_credit: what its own unit costs, as a number of dollars; empty where that is not known.
    """

    name: str
    account: str
    look_every_s: float
    usd_per_credit: str

    def send(self, call: Call, key: str) -> str:
        """Ask for it, under a key of its own; the task's id as soon as the service has taken it on.

        Raises:
            NotTaken: it has certainly not been taken on, and may be sent again later.
            Unheard: it may have been taken on.
            ShotfarmError: the service calls the request wrong, or does not let this key in.
        """

    def find(self, call: Call, key: str) -> str | None:
        """The task that was taken on under a key; None when there certainly is none.

        It is asked after `Unheard`, and after a process that sent something was killed before it heard.

        Raises:
            CannotTell: this service has no way to say.
            Away: it cannot be asked now.
        """

    def look(self, task: str) -> Report:
        """Where a task is.

        Raises:
            Away: the service cannot be asked now.
        """

    def fetch(self, output: str, path: Path) -> None:
        """Write a result into a file.

        Raises:
            Expired: its link is dead.
            Away: it cannot be had now.
        """

    def withdraw(self, task: str) -> None:
        """Call a task off that has not ended; one that has ended stays.

        Raises:
            Away: the service cannot be asked now.
        """
