"""What making a shot for one viewer is estimated to come to."""

from __future__ import annotations

from farm.schedule.prices import PriceList, Use
from pipeline.audience.deciding.admission import Amount
from pipeline.production.production import Production
from storyboard.planning.plan import PlannedShot


def amount_of(production: Production, prices: PriceList, shot: PlannedShot) -> Amount:
    """The amount of one new shot, in seconds of a worker and in the money of the prices; free without one.

    Args:
        production: whose shot it is.
        prices: of the farm's time.
        shot: of its plan.
    """
    choice = production.choices.of(shot.laid)
    gpus = choice.traits.gpus_for(shot.spec.options)
    rates = prices.rates(Use(frozenset({choice.name, shot.spec.backend})), with_card=gpus > 0)
    worker_ms = round(shot.estimate_s * 1000)
    money = rates.cost(worker_ms, round(worker_ms * gpus)) if rates else 0
    return Amount(shot.estimate_s, money, 1)
