"""What the time of workers and cards costs. Pure, in whole numbers.

A price may be of a renderer, of a node's tag or of a card, or of several of these. Of those that fit, the
one that says the most about what it is of wins; where two say as much, one of a renderer comes before one of
a tag, one of a tag before one of a card, and then the first that is listed. The price of a worker and that of
its cards are found each by itself. Time without a price costs no zero: nobody knows what it costs.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from storyboard.money import fine_of

HOUR_MS = 3_600_000
DOLLARS = "USD"


@dataclass(frozen=True, slots=True)
class Use:
    """What is paid for.

    Attributes:
        renderers: what it is called: a profile of a film, and its backend.
        tags: that the node carries.
        card: the name of its graphics card; empty without one, and where it is not known.
    """

    renderers: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    card: str = ""


@dataclass(frozen=True, slots=True)
class Price:
    """A price; of whatever there is where it is of nothing.

    Attributes:
        per_worker_hour: of a worker, in millionths of the smallest unit (`storyboard.money`).
        per_gpu_hour: of a card, beside its worker's.
        renderer: the profile or the backend that it is of.
        tag: a tag of nodes.
        card: a part of a card's name; capitals and small letters are the same.
    """

    per_worker_hour: int | None = None
    per_gpu_hour: int | None = None
    renderer: str | None = None
    tag: str | None = None
    card: str | None = None

    def fits(self, use: Use) -> bool:
        """Whether it is of that."""
        return (
            (self.renderer is None or self.renderer in use.renderers)
            and (self.tag is None or self.tag in use.tags)
            and (self.card is None or self.card.casefold() in use.card.casefold())
        )

    @property
    def specific(self) -> tuple[int, bool, bool]:
        """How much it says about what it is of; of as much, the greater comes first."""
        said = [self.renderer is not None, self.tag is not None, self.card is not None]
        return sum(said), said[0], said[1]


@dataclass(frozen=True, slots=True)
class ServicePrice:
    """What a hosted service costs here.

    Attributes:
        service: what people call it; capitals and small letters are the same.
        per_credit: of its own unit, in millionths of the smallest unit; None: its own price in dollars.
        models: what a second and what a call of a model costs, in hundredths of its unit, by the model.
    """

    service: str
    per_credit: int | None = None
    models: tuple[tuple[str, int | None, int | None], ...] = ()

    def credits(self, model: str, seconds: float) -> int | None:
        """What a call comes to, in hundredths of its unit; None for a model that is not listed."""
        for name, per_second, per_call in self.models:
            if name == model:
                return round((per_second or 0) * seconds) + (per_call or 0)
        return None


@dataclass(frozen=True, slots=True)
class Rates:
    """What an hour costs, in millionths of the smallest unit."""

    per_worker_hour: int
    per_gpu_hour: int

    def cost(self, worker_ms: int, gpu_ms: int) -> int:
        """What time costs, to the nearest millionth."""
        fine_ms = worker_ms * self.per_worker_hour + gpu_ms * self.per_gpu_hour
        return (2 * fine_ms + HOUR_MS) // (2 * HOUR_MS)


WITHOUT_COST = Rates(0, 0)
"""of a worker that only waits for a service, where nobody says what its time costs: the service costs"""


@dataclass(frozen=True, slots=True)
class PriceList:
    """Prices in one currency; without any, nothing is known to cost anything.

    Attributes:
        currency: its ISO 4217 code; empty without prices.
        prices: in the order in which they are listed.
        services: of what is not done here.
    """

    currency: str = ""
    prices: tuple[Price, ...] = ()
    services: tuple[ServicePrice, ...] = ()

    def service(self, name: str) -> ServicePrice:
        """What a service costs; one that is not listed, its own price."""
        found = (one for one in self.services if one.service.casefold() == name.casefold())
        return next(found, ServicePrice(name))

    def fee(self, service: str, hundredths: int, usd_per_credit: str = "") -> int | None:
        """Money for so many hundredths of a service's unit, in millionths; None where no price is known.

        Args:
            service: what people call it.
            hundredths: of its unit.
            usd_per_credit: its own price, which counts where these prices are in dollars and list no other.
        """
        if not hundredths:
            return 0
        per_credit = self.service(service).per_credit
        if per_credit is None and self.currency == DOLLARS and usd_per_credit:
            per_credit = fine_of(Decimal(usd_per_credit), DOLLARS)
        return None if per_credit is None else (2 * per_credit * hundredths + 100) // 200

    def rates(self, use: Use, *, with_card: bool) -> Rates | None:
        """What that costs; None where no price is known.

        A worker without a price of its own costs what its cards do, and cards without one are in the price
        of their worker.

        Args:
            use: what is paid for.
            with_card: whether its worker holds cards, or a share of one.
        """
        fit = sorted(
            (one for one in self.prices if one.fits(use)), key=lambda one: one.specific, reverse=True
        )
        worker = next((one.per_worker_hour for one in fit if one.per_worker_hour is not None), None)
        gpu = next((one.per_gpu_hour for one in fit if one.per_gpu_hour is not None), None)
        if worker is None and (gpu is None or not with_card):
            return None
        return Rates(worker or 0, gpu or 0)


NO_PRICES = PriceList()
