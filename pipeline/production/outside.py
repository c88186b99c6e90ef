"""What rendering sends outside the house, to whom, and what that should cost there. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from farm.backend.traits import Sending
from farm.schedule.amounts import in_credits
from farm.schedule.prices import DOLLARS, PriceList
from pipeline.production.renderers import Choice, Choices
from storyboard.money import Money
from storyboard.planning.plan import PlannedShot
from storyboard.wording import counted, listed


@dataclass(frozen=True, slots=True)
class Outside:
    """What goes to a service.

    Attributes:
        service: what people call it.
        host: where it is.
        shots: how many send something there.
        what: that goes there, each once.
        credits: what it should cost, in hundredths of the service's unit; None where some of it nobody knows.
        money: the same in money; None where that has no price.
    """

    service: str
    host: str
    shots: int
    what: tuple[str, ...]
    credits: int | None
    money: Money | None

    @property
    def in_words(self) -> str:
        """As a plan tells it."""
        sent = f"{counted(self.shots, 'shot')}: {listed(self.what)}"
        if self.credits is None:
            cost = "what that costs, the service says of some of it only afterwards"
        elif self.credits == 0:
            cost = "nothing is paid there"
        else:
            cost = f"about {in_credits(self.credits)} credits"
            cost += f", {self.money}" if self.money is not None else ""
        return f"{self.service} ({self.host}) gets of {sent}. {cost[0].upper()}{cost[1:]}."


def outside(shots: Iterable[PlannedShot], choices: Choices, prices: PriceList) -> tuple[Outside, ...]:
    """What rendering these shots, each once, sends outside, a service each.

    Without prices in any currency, a service's own in dollars count.
    """
    prices = prices if prices.currency else PriceList(DOLLARS)
    found: dict[tuple[str, str], list[tuple[Sending, ...]]] = {}
    for shot in shots:
        sent = sent_by(shot, choices.of(shot.laid))
        for place in dict.fromkeys((one.service, one.host) for one in sent):
            found.setdefault(place, []).append(tuple(one for one in sent if (one.service, one.host) == place))
    return tuple(_summed(*place, shots_sent, prices) for place, shots_sent in found.items())


def sent_by(shot: PlannedShot, choice: Choice) -> tuple[Sending, ...]:
    """What a shot sends."""
    return tuple(choice.traits.sends(shot.spec)) if choice.traits.sends else ()


def credits_of(sending: Sending, prices: PriceList) -> int | None:
    """What a call should cost, in hundredths of the service's unit: by these prices, else by its own."""
    told = prices.service(sending.service).credits(sending.model, sending.seconds)
    return sending.credits if told is None else told


def credits_known(sent: Iterable[Sending], prices: PriceList) -> int:
    """What calls should cost, in hundredths of the services' units, but for those of which nobody knows."""
    return sum(credits_of(one, prices) or 0 for one in sent)


def fee_of(sent: Iterable[Sending], prices: PriceList) -> int | None:
    """What calls should cost, in millionths of the smallest unit; None where some have no price."""
    fees = []
    for one in sent:
        hundredths = credits_of(one, prices)
        if hundredths is None:
            return None
        fees.append(prices.fee(one.service, hundredths, one.usd_per_credit))
    return None if None in fees else sum(fee for fee in fees if fee is not None)


def _summed(service: str, host: str, shots: list[tuple[Sending, ...]], prices: PriceList) -> Outside:
    every = [one for sent in shots for one in sent]
    costs = [credits_of(one, prices) for one in every]
    fee = fee_of(every, prices)
    return Outside(
        service,
        host,
        len(shots),
        tuple(dict.fromkeys(what for one in every for what in one.what)),
        None if None in costs else sum(cost for cost in costs if cost is not None),
        None if fee is None else Money(fee, prices.currency),
    )
