"""What is written down of calls to a service: before they are sent, and as soon as they are taken on.

All tickets of a take are one small JSON document, which is kept as the take's state in the store: whoever
goes on with the take, in whichever process and on whichever day, goes on with the same tasks.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError


class Ticket(BaseModel):
    """A call, as far as it has come."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    digest: str
    """of the call: another one under the same name has no ticket"""
    service: str
    """what people call the service"""
    account: str
    """whose limits and whose money"""
    key: str
    """under which it is sent"""
    sent_at: float
    """when it was about to be sent, in seconds since 1970"""
    task: str | None = None
    """that the service took on; None while nobody knows of one"""
    taken_at: float | None = None
    """when it said so"""
    credits: int | None = None
    """what it costs, in hundredths of the service's unit: foreseen, then charged"""
    refused: str | None = None
    """the words with which the service refused it for good"""
    lost: int = 0
    """sendings before this one that may have been paid for, and whose results nobody can have"""


_TICKETS = TypeAdapter(dict[str, Ticket])


def read_tickets(state: bytes | None) -> dict[str, Ticket]:
    """The tickets of a take by the names of its calls; none where the state is none of tickets."""
    try:
        return _TICKETS.validate_json(state or b"{}")
    except ValidationError:
        return {}


def tickets_as_bytes(tickets: dict[str, Ticket]) -> bytes:
    """Tickets as the state of a take."""
    return _TICKETS.dump_json(tickets, exclude_none=True)
