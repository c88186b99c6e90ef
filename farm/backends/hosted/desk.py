"""Has a call's result brought here: does what `machine.py` decides, for one take, in the thread that renders.

While a task is waited for the thread sleeps; every half second it looks whether the shot is still wanted.
A shot that nobody wants withdraws its task; one whose worker is wanted elsewhere leaves it to whoever goes
on. What is printed goes into the log of the attempt.
"""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from pydantic import JsonValue

from farm.backend.protocol import Cancelled, RenderContext
from farm.backends.hosted import machine
from farm.backends.hosted.gate import GATES, TICK_S, Gate
from farm.backends.hosted.machine import Do, Step
from farm.backends.hosted.service import (
    Away,
    Call,
    CannotTell,
    Expired,
    NotTaken,
    Service,
    TaskState,
    Unheard,
)
from farm.backends.hosted.tickets import Ticket, read_tickets, tickets_as_bytes
from storyboard.errors import ShotfarmError


class Clock(Protocol):
    """What time it is, and waiting."""

    def time(self) -> float:
        """Seconds since 1970."""

    def sleep(self, seconds: float) -> None:
        """Wait."""


@dataclass(slots=True)
class Desk:
    """Where a take's calls are handed in.

    Attributes:
        service: that does them.
        context: of the take.
        places: how many tasks of the account may be with the service at once.
        pay_again: whether what may have been paid for may be sent again.
        gate: the account's places; those of this process.
        clock: for tests.
    """

    service: Service
    context: RenderContext
    places: int
    pay_again: bool = False
    gate: Gate | None = None
    clock: Clock = time
    _said: str = field(default="", init=False)
    _notes: dict[str, JsonValue] = field(default_factory=dict, init=False)
    _tickets: dict[str, Ticket] = field(init=False)

    def __post_init__(self) -> None:
        """Read what earlier attempts wrote down; nobody else writes while this one goes on."""
        self._tickets = read_tickets(self.context.kept_state())

    def result(self, call: Call, path: Path, share: tuple[float, float] = (0.0, 1.0)) -> Path:
        """Have a call done, now or before, and its result written to `path`.

        Args:
            call: what is wanted.
            path: the file that the result is written to.
            share: between which shares of the take's whole progress it lies.

        Raises:
            Cancelled: nobody wants it any more; or its worker is wanted elsewhere, and the task goes on.
            QualityError: the service refused it.
            BrokenError: the service failed at it, for nothing; it may be tried again.
            ShotfarmError: what a person has to mend.
        """
        gate = self.gate or GATES.of(self.service.account)
        step = machine.begin(self._ticket_of(call), self._new(call), pay_again=self.pay_again)
        inside = False
        try:
            self._write(call, step.ticket)
            while True:
                if step.do is Do.FAIL and step.error is not None:
                    self._note(call, step)
                    raise step.error
                if step.do is Do.HAVE:
                    self._note(call, step)
                    self.context.progress(share[1])
                    return path
                # A task takes its place at the service until it has ended; its result is fetched without one.
                if step.do in {Do.FETCH, Do.FIND} and inside:
                    gate.leave()
                    inside = False
                elif step.do is Do.SEND and not inside:
                    gate.enter(self.places, self.context.check_cancelled)
                    inside = True
                elif step.do is Do.LOOK and not inside and step.dead_links == 0:
                    gate.enter_at_once()
                    inside = True
                self._wait(step, gate)
                step = self._done(step, call, path)
                self._write(call, step.ticket)
                self.context.progress(share[0] + (share[1] - share[0]) * 0.95 * step.progress)
        except Cancelled:
            if not self.context.state_wanted():
                self._withdraw(call, step.ticket)
            raise
        finally:
            if inside:
                gate.leave()

    # One step -----------------------------------------------------------------------------------

    def _done(self, step: Step, call: Call, path: Path) -> Step:
        """Do a step; what comes of it."""
        service, new = self.service, self._new(call)
        try:
            match step.do:
                case Do.SEND:
                    return self._sent(step, call)
                case Do.FIND:
                    task = service.find(call, step.ticket.key if step.ticket else "")
                    return machine.found(step, task, self.clock.time())
                case Do.LOOK:
                    report = service.look(_task_of(step))
                    every_s = service.look_every_s
                    return machine.looked(step, report, new, every_s, pay_again=self.pay_again)
                case _:
                    service.fetch(step.report.outputs[0] if step.report else "", path)
                    return machine.fetched(step)
        except Away as error:
            return machine.away(step, error.words, error.after_s)
        except Expired:
            return machine.expired(step, new, pay_again=self.pay_again)
        except CannotTell:
            return machine.cannot_tell(step, new, pay_again=self.pay_again)

    def _sent(self, step: Step, call: Call) -> Step:
        """Write a ticket down and send the call; what comes of it."""
        sent = machine.replace_ticket(step.send or self._new(call), sent_at=self.clock.time())
        step = replace(step, send=sent)
        self._write(call, sent)
        try:
            task = self.service.send(call, sent.key)
        except Unheard:  # it may have gone only now: files are sent before it, and connections wait
            return machine.unheard(
                replace(step, send=machine.replace_ticket(sent, sent_at=self.clock.time()))
            )
        except NotTaken as error:
            return machine.not_taken(step, error.words, error.after_s)
        except ShotfarmError as error:
            return machine.called_wrong(error)
        return machine.taken(step, task, self.clock.time(), self.service.look_every_s)

    def _wait(self, step: Step, gate: Gate) -> None:
        """Wait as long as a step wants to, and with sending as long as the account has to."""
        if step.words and step.words != self._said:
            print(f"{self.service.name}: {step.words}; waiting")
        self._said = step.words
        until = self.clock.time() + step.wait_s
        if step.everyone_waits:
            gate.shut(until)
        while True:
            if step.do is Do.SEND:
                until = max(until, gate.shut_until())
            if self.context.state_wanted():
                self.context.keep_state(tickets_as_bytes(self._tickets))  # which lets it stop here
            self.context.check_cancelled()
            left = until - self.clock.time()
            if left <= 0:
                return
            self.clock.sleep(min(TICK_S, left))

    def _withdraw(self, call: Call, ticket: Ticket | None) -> None:
        """Nobody wants a task any more: call it off. One that has ended stays for who asks for it."""
        if ticket is None or ticket.task is None:
            return
        try:
            if self.service.look(ticket.task).state in {TaskState.QUEUED, TaskState.RUNNING}:
                self.service.withdraw(ticket.task)
                self._write(call, None)
        except NotTaken as error:
            print(f"{self.service.name}: task {ticket.task} could not be withdrawn: {error}")

    # Tickets ------------------------------------------------------------------------------------

    def _ticket_of(self, call: Call) -> Ticket | None:
        ticket = self._tickets.get(call.name)
        return ticket if ticket is not None and ticket.digest == call.digest else None

    def _write(self, call: Call, ticket: Ticket | None) -> None:
        """Write a ticket into the store, unless it stands there."""
        before = self._tickets.get(call.name)
        if before == ticket:
            return
        self._tickets.pop(call.name, None)
        if ticket is not None:
            self._tickets[call.name] = ticket
        self.context.keep_state(tickets_as_bytes(self._tickets))
        more = machine.charged(before, ticket)
        if more:
            self.context.paid(self.service.name, more, self.service.usd_per_credit)

    def _new(self, call: Call) -> Ticket:
        """The ticket for sending a call now."""
        return Ticket(
            digest=call.digest,
            service=self.service.name,
            account=self.service.account,
            key=secrets.token_hex(16),
            sent_at=self.clock.time(),
            credits=call.credits,
        )

    def _note(self, call: Call, step: Step) -> None:
        """Tell the manifest what was asked and answered."""
        ticket = step.ticket
        self._notes[call.name] = {
            "service": self.service.name,
            "model": call.model,
            "asked": call.kind,
            "request": dict(call.body),
            "response": dict(step.response),
            "task": ticket.task if ticket else None,
            "credits": None if ticket is None or ticket.credits is None else ticket.credits / 100,
            "perhaps_paid_before": ticket.lost if ticket else 0,
        }
        self.context.note({"hosted": dict(self._notes), "reproducible": False})


def _task_of(step: Step) -> str:
    if step.ticket is None or step.ticket.task is None:
        raise RuntimeError("a look at no task")
    return step.ticket.task
