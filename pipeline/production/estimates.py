"""How long shots will take: as takes like theirs were measured in this store, else as the backend says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache

from farm.schedule.prices import WITHOUT_COST, PriceList, Use
from farm.store.store import Store
from farm.takes.speeds import Speeds, kept_speeds
from pipeline.production.outside import fee_of, sent_by
from pipeline.production.renderers import Choice, Choices
from storyboard.money import Money
from storyboard.planning.plan import PlannedShot
from storyboard.planning.renderer import Renderer, Spread
from storyboard.planning.spec import ShotSpec


def renderers_in(store: Store) -> Callable[[Choice], Renderer]:
    """What the shots of a choice are planned for, with all that this store knows of its speed.

    A choice has the same one each time. Asking raises a StoreError where the store cannot be read.
    """

    @cache
    def speeds(backend: str) -> Speeds:
        return kept_speeds(store.notes, backend)

    @cache
    def renderer(choice: Choice) -> Renderer:
        return renderer_for(choice, speeds(choice.traits.name))

    return renderer


def renderer_for(choice: Choice, speeds: Speeds | None = None) -> Renderer:
    """What a choice's shots are planned for; `speeds` tell how long its takes take."""
    known = speeds or Speeds()
    found: dict[tuple[object, ...], tuple[float | None, Spread | None]] = {}

    def like(spec: ShotSpec) -> tuple[float | None, Spread | None]:
        """Shots of one size, length and options take as long; a film has few kinds of them."""
        kind = spec.backend_version, spec.width, spec.height, spec.total_frames, repr(spec.options)
        if kind not in found:
            found[kind] = known.seconds(spec), known.spread(spec)
        return found[kind]

    return Renderer(
        choice.traits,
        choice.complete,
        lambda spec: like(spec)[0],
        lambda spec: like(spec)[1],
        choice.given,
    )


@dataclass(frozen=True, slots=True)
class Work:
    """What rendering is estimated to come to, and how much that may be otherwise.

    Attributes:
        worker_ms: milliseconds of workers.
        gpu_ms: of graphics cards: of two at once, both.
        money: None where something of it has no price.
        low: the same, if every take took as long as the fastest tenth of those that were measured like it.
        high: the same of the slowest tenth; both None where too few were measured.
    """

    worker_ms: int
    gpu_ms: int
    money: Money | None
    low: Work | None = None
    high: Work | None = None


def work_of(shots: Iterable[PlannedShot], choices: Choices, prices: PriceList) -> Work:
    """What rendering these shots, each once, is estimated to come to. Pure."""
    return summed(
        [work_of_shot(shot, choices.of(shot.laid), choices.tags(shot.laid), prices) for shot in shots],
        prices.currency,
    )


def work_of_shot(shot: PlannedShot, choice: Choice, tags: Iterable[str], prices: PriceList) -> Work:
    """The same of a shot; it is priced as if it rendered on the card that took the latest like it."""
    gpus = choice.traits.gpus_for(shot.spec.options)
    spread = shot.spread
    use = Use(frozenset({choice.name, choice.traits.name}), frozenset(tags), spread.card if spread else "")
    sent = sent_by(shot, choice)
    rates = prices.rates(use, with_card=gpus > 0) or (WITHOUT_COST if sent else None)
    fee = fee_of(sent, prices)

    def taking(seconds: float) -> Work:
        worker_ms = round(seconds * 1000)
        gpu_ms = round(worker_ms * gpus)
        if rates is None or fee is None:
            return Work(worker_ms, gpu_ms, None)
        return Work(worker_ms, gpu_ms, Money(rates.cost(worker_ms, gpu_ms) + fee, prices.currency))

    likely = taking(shot.estimate_s)
    if spread is None or spread.low_s is None or spread.high_s is None:
        return likely
    low, high = taking(min(spread.low_s, shot.estimate_s)), taking(max(spread.high_s, shot.estimate_s))
    return replace(likely, low=low, high=high)


def summed(parts: Sequence[Work], currency: str) -> Work:
    """All of that together; a sum with an unknown part is unknown."""
    money = [one.money.fine for one in parts if one.money is not None]
    whole = Work(
        sum(one.worker_ms for one in parts),
        sum(one.gpu_ms for one in parts),
        Money(sum(money), currency) if currency and len(money) == len(parts) else None,
    )
    lows, highs = [one.low for one in parts if one.low], [one.high for one in parts if one.high]
    if not parts or len(lows) < len(parts) or len(highs) < len(parts):
        return whole
    return replace(whole, low=summed(lows, currency), high=summed(highs, currency))
