"""What making a shot for one viewer is estimated to come to."""

from __future__ import annotations

from farm.schedule.prices import PriceList
from pipeline.audience.deciding.admission import Amount
from pipeline.production.estimates import work_of_shot
from pipeline.production.production import Production
from storyboard.planning.plan import PlannedShot


def amount_of(production: Production, prices: PriceList, shot: PlannedShot) -> Amount:
    """The amount of one new shot, in seconds of a worker and in the money of the prices; free without one.

    Args:
        production: whose shot it is.
        prices: of the farm's time.
        shot: of its plan.
    """
    choices = production.choices
    work = work_of_shot(shot, choices.of(shot.laid), choices.tags(shot.laid), prices)
    return Amount(shot.estimate_s, work.money.fine if work.money else 0, 1)
