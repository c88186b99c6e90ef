"""What to do next with a call to a service. Pure: no clock, no network, no store.

In prose (`docs/hosted.md` is the same for users):

- A call is written down before it is sent, and its task as soon as the service has taken it on. A ticket with
  a task is never sent again while that task may have a result: it is waited for, by whoever comes next.
- What has certainly not been taken on is sent again, for as long as it takes: too many requests and a full
  queue are waited for as long as the service says, a service that is down for ever longer, a minute at most.
- Where an answer was lost, the service is asked under the call's key. What it knows nothing of may be on its
  way still, so it is asked again until a while after the sending. One that cannot tell may have taken it
  on: the shot fails and says so, unless somebody allows to pay again.
- A task that the service failed and takes no money for has no ticket any more; the shot is tried again as
  after any failure of a worker.
- What was refused is never sent again in the same words.
- A result whose link is dead is looked up anew. When there is no other link, and when the service knows
  nothing of a task that it took on, the shot fails and says so, unless somebody allows to pay again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum, auto

from pydantic import JsonValue

from farm.backend.protocol import BrokenError
from farm.backends.hosted.service import Report, TaskState
from farm.backends.hosted.tickets import Ticket
from farm.takes.quality import QualityError
from storyboard.errors import FarmError, ShotfarmError

FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 60.0
ON_ITS_WAY_S = 2.0
"""after its sending a request may still reach the service, though whoever sent it is gone"""
MOST_DEAD_LINKS = 3
"""links to one result that may be dead before it is lost"""
PAY_AGAIN = "`pay_again: true` in the options sends it again, and may pay twice"


class Do(Enum):
    """What a step is."""

    SEND = auto()
    """send the call under the ticket's key"""
    FIND = auto()
    """ask the service what it has taken on under the key"""
    LOOK = auto()
    """ask where the task is"""
    FETCH = auto()
    """bring the result here"""
    HAVE = auto()
    """the result is here"""
    FAIL = auto()
    """raise the error"""


@dataclass(frozen=True, slots=True)
class Step:
    """What is to be done with a call.

    Attributes:
        do: what.
        ticket: as it is to be written down by now; None when there is to be none.
        send: the ticket that is to be written down right before something is sent.
        wait_s: how long to wait first.
        everyone_waits: that no other call of the account is sent before this either.
        words: why that has to be waited for, for people; empty where nothing is wrong.
        report: what was said of the task last.
        error: to fail with.
        failures: how often in a row the service could not be asked.
        dead_links: how many links to the result were dead.
    """

    do: Do
    ticket: Ticket | None
    send: Ticket | None = None
    wait_s: float = 0.0
    everyone_waits: bool = False
    words: str = ""
    report: Report | None = None
    error: ShotfarmError | None = None
    failures: int = 0
    dead_links: int = 0

    @property
    def progress(self) -> float:
        """Of the task, 0 to 1."""
        return self.report.progress if self.report else 0.0

    @property
    def response(self) -> Mapping[str, JsonValue]:
        """What the service said last."""
        return self.report.response if self.report else {}


def pause_s(failures: int, after_s: float | None = None) -> float:
    """How long to leave a service alone after so many failures in a row; what it asks for itself counts."""
    if after_s is not None:
        return max(0.0, after_s)
    return min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2.0 ** min(failures - 1, 10))


def begin(ticket: Ticket | None, new: Ticket, *, pay_again: bool = False) -> Step:
    """The first step with a call.

    Args:
        ticket: what is written down of it; None when nothing is, or it is of another call.
        new: the ticket for sending it now.
        pay_again: whether somebody allows to send what may have been paid for.
    """
    if ticket is None:
        return _sending(new)
    if ticket.refused is not None:
        if pay_again:
            return _sending(replace_ticket(new, lost=ticket.lost))
        return Step(Do.FAIL, ticket, error=_refusal(ticket, ticket.refused))
    if ticket.task is not None:
        return Step(Do.LOOK, ticket)
    return Step(Do.FIND, ticket)


def taken(step: Step, task: str, now: float, look_every_s: float) -> Step:
    """The service has taken the call on."""
    sent = _sent(step)
    return Step(Do.LOOK, replace_ticket(sent, task=task, taken_at=now), wait_s=look_every_s)


def not_taken(step: Step, words: str, after_s: float | None) -> Step:
    """The service has certainly not taken it on."""
    failures = step.failures + 1
    wait_s = pause_s(failures, after_s)
    return Step(Do.SEND, None, _sent(step), wait_s, everyone_waits=True, words=words, failures=failures)


def called_wrong(error: ShotfarmError) -> Step:
    """The service has not taken it on, and would not if it were sent again."""
    return Step(Do.FAIL, None, error=error)


def unheard(step: Step) -> Step:
    """Something was sent, and nothing was heard."""
    return Step(Do.FIND, _sent(step), wait_s=FIRST_PAUSE_S, words="the answer was lost")


def found(step: Step, task: str | None, now: float) -> Step:
    """The service has told what it took on under the key."""
    if task is None:
        ticket = _held(step)
        left = ON_ITS_WAY_S - abs(now - ticket.sent_at)
        return Step(Do.FIND, ticket, wait_s=left) if left > 0 else _sending(ticket)
    return Step(Do.LOOK, _held(step, task=task, taken_at=now))


def cannot_tell(step: Step, new: Ticket, *, pay_again: bool) -> Step:
    """The service cannot tell whether it has taken the call on."""
    ticket = step.ticket or new
    if pay_again:
        return _sending(replace_ticket(new, lost=ticket.lost + 1))
    words = (
        f"{ticket.service} was sent this shot, and its answer was lost: it may have taken it on and charged "
        "for it, and there is no way to ask"
    )
    return Step(Do.FAIL, ticket, error=FarmError(words, PAY_AGAIN))


def away(step: Step, words: str, after_s: float | None) -> Step:
    """The service cannot be asked now: the same again later."""
    failures = step.failures + 1
    return replace(step, wait_s=pause_s(failures, after_s), words=words, failures=failures)


def looked(step: Step, report: Report, new: Ticket, look_every_s: float, *, pay_again: bool = False) -> Step:
    """The service has said where the task is."""
    ticket = _held(step)
    if report.credits is not None:
        ticket = replace_ticket(ticket, credits=report.credits)
    match report.state:
        case TaskState.QUEUED | TaskState.RUNNING:
            return Step(Do.LOOK, ticket, wait_s=look_every_s, report=report)
        case TaskState.DONE if report.outputs:
            return Step(Do.FETCH, ticket, report=report, dead_links=step.dead_links)
        case TaskState.REFUSED:
            ticket = replace_ticket(ticket, refused=report.words or "without a word")
            return Step(Do.FAIL, ticket, report=report, error=_refusal(ticket, report.words))
        case TaskState.WITHDRAWN:
            return replace(_sending(new), report=report)
        case TaskState.FAILED | TaskState.DONE:
            words = report.words or "it says that it is done, and gives nothing"
            return Step(Do.FAIL, None, report=report, error=BrokenError(f"{ticket.service}: {words}"))
        case TaskState.UNKNOWN:
            pass
    return _lost(ticket, new, f"{ticket.service} knows nothing of task {ticket.task}", pay_again=pay_again)


def expired(step: Step, new: Ticket, *, pay_again: bool = False) -> Step:
    """The link to the result is dead: a new look may give another one."""
    dead = step.dead_links + 1
    if dead < MOST_DEAD_LINKS:
        return replace(step, do=Do.LOOK, dead_links=dead, wait_s=pause_s(dead), words="the link is dead")
    ticket = _held(step)
    words = f"the result of {ticket.service}'s task {ticket.task} cannot be fetched: every link to it is dead"
    return _lost(ticket, new, words, pay_again=pay_again)


def fetched(step: Step) -> Step:
    """The result is here."""
    return replace(step, do=Do.HAVE, wait_s=0.0, words="", failures=0)


def _lost(ticket: Ticket, new: Ticket, words: str, *, pay_again: bool) -> Step:
    if pay_again:
        return _sending(replace_ticket(new, lost=ticket.lost + 1))
    return Step(Do.FAIL, ticket, error=FarmError(words, PAY_AGAIN))


def _refusal(ticket: Ticket, words: str) -> QualityError:
    said = words or "without a word"
    return QualityError(f"{ticket.service} refused it: {said}", "other words, or another picture, may pass")


def charged(before: Ticket | None, after: Ticket | None) -> int:
    """By how many hundredths of the service's unit more is charged for a call since its ticket changed.

    What was charged for a task that has ended stays charged, whatever becomes of its ticket.
    """
    if after is None or after.task is None:
        return 0
    same = before is not None and before.task == after.task
    return (after.credits or 0) - ((before.credits or 0) if same and before is not None else 0)


def _sending(ticket: Ticket) -> Step:
    return Step(Do.SEND, None, ticket)


def _sent(step: Step) -> Ticket:
    if step.send is None:
        raise RuntimeError("nothing was sent")
    return step.send


def _held(step: Step, **changes: object) -> Ticket:
    if step.ticket is None:
        raise RuntimeError("a task without a ticket")
    return replace_ticket(step.ticket, **changes)


def replace_ticket(ticket: Ticket, **changes: object) -> Ticket:
    """The same ticket with something else on it."""
    return ticket.model_copy(update=changes)
