"""`prices.yaml`: what the time of workers and cards costs; every error at its line.

It belongs to whoever pays for the farm, not to a film: it lies in the home of shotfarm, or where the setting
SHOTFARM_PRICES says.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from farm.schedule.prices import Price, PriceList, ServicePrice
from pipeline.settings import Settings
from storyboard.document.load import read_text
from storyboard.document.problems import problems_of
from storyboard.document.text import Document, parse_document
from storyboard.errors import DocumentError, Problem, UsageError
from storyboard.money import decimals_of, fine_of, parse_number
from storyboard.schema.base import FilledLine, Model

PRICES = "prices.yaml"
_SECONDS = 3600
_BOTH = (("per_worker_hour", "per_worker_second"), ("per_gpu_hour", "per_gpu_second"))


def _currency(code: str) -> str:
    decimals_of(code)
    return code


Currency = Annotated[str, AfterValidator(_currency), Field(description="a code of ISO 4217, such as EUR")]
Number = Annotated[Decimal, BeforeValidator(parse_number)]


class ListedPrice(Model):
    """A price: of what `renderer`, `tag` and `card` name, or of whatever has no other."""

    renderer: FilledLine | None = None
    """a renderer of films, or a backend"""
    tag: FilledLine | None = None
    """a tag of nodes"""
    card: FilledLine | None = None
    """a part of the name of a graphics card, such as H200"""
    per_worker_hour: Number | None = None
    """of an hour of a worker"""
    per_worker_second: Number | None = None
    """of a second of a worker"""
    per_gpu_hour: Number | None = None
    """of an hour of each card that a worker holds, beside the worker's own"""
    per_gpu_second: Number | None = None
    """of a second of each card"""

    @model_validator(mode="after")
    def _one_of_each(self) -> ListedPrice:
        for hour, second in _BOTH:
            if getattr(self, hour) is not None and getattr(self, second) is not None:
                raise ValueError(f"{hour} and {second} exclude each other")
        if not self.model_fields_set & {name for both in _BOTH for name in both}:
            raise ValueError("a price says what a worker or a gpu costs per hour or second")
        return self

    @property
    def of(self) -> tuple[str | None, ...]:
        """What it is of."""
        return self.renderer, self.tag, self.card

    def priced(self, currency: str) -> Price:
        """The same, as it is reckoned with."""

        def per_hour(hour: Decimal | None, second: Decimal | None) -> int | None:
            if second is not None:
                return fine_of(second * _SECONDS, currency)
            return None if hour is None else fine_of(hour, currency)

        return Price(
            per_hour(self.per_worker_hour, self.per_worker_second),
            per_hour(self.per_gpu_hour, self.per_gpu_second),
            self.renderer,
            self.tag,
            self.card,
        )


class ListedModel(Model):
    """What a model of a hosted service costs, in the service's own unit."""

    per_second: Number | None = None
    """of a second of video"""
    per_call: Number | None = None
    """of a call, beside that"""


class ListedService(Model):
    """What a hosted service costs."""

    per_credit: Number | None = None
    """of its own unit, in the currency of these prices"""
    models: dict[FilledLine, ListedModel] = Field(default_factory=dict)
    """of those whose price is another than the one that shotfarm knows"""

    def priced(self, name: str, currency: str) -> ServicePrice:
        """The same, as it is reckoned with."""

        def hundredths(number: Decimal | None) -> int | None:
            return None if number is None else round(number * 100)

        return ServicePrice(
            name,
            None if self.per_credit is None else fine_of(self.per_credit, currency),
            tuple(
                (model, hundredths(one.per_second), hundredths(one.per_call))
                for model, one in self.models.items()
            ),
        )


class ListedPrices(Model):
    """What time and services cost, in one currency."""

    model_config = ConfigDict(title="shotfarm prices")

    schema_version: Annotated[Literal[1], Field(alias="schema")] = 1
    """the version of this document's form"""
    currency: Currency
    """in which all of the prices are"""
    prices: Annotated[tuple[ListedPrice, ...], Field(min_length=1, max_length=1000)] | None = None
    """of time; of several that fit, the one that says most of what it is of wins"""
    services: dict[FilledLine, ListedService] = Field(default_factory=dict)
    """of hosted services, by what people call them: Runway"""

    @model_validator(mode="after")
    def _of_something(self) -> ListedPrices:
        if not self.prices and not self.services:
            raise ValueError("prices or services are to be listed")
        return self


def price_list(settings: Settings) -> PriceList:
    """The prices of `prices.yaml`, then those of the settings for whatever has no other; none without any.

    Raises:
        DocumentError: the document is wrong, with every error at its line.
        UsageError: the settings' prices are in another currency, or in none.
    """
    worker, gpu = (
        None if number is None else fine_of(number, _of_settings(settings))
        for number in (settings.price_per_worker_hour, settings.price_per_gpu_hour)
    )
    plain = Price(worker, gpu)
    has_plain = (plain.per_worker_hour, plain.per_gpu_hour) != (None, None)
    path = settings.prices or settings.home / PRICES
    if settings.prices is None and not path.exists():
        return PriceList(settings.currency, (plain,)) if has_plain else PriceList()
    listed = _listed(path)
    if has_plain and settings.currency != listed.currency:
        raise UsageError(
            f"SHOTFARM_PRICE_PER_… is in {settings.currency}, {path} in {listed.currency}",
            "say SHOTFARM_CURRENCY, or leave these prices to the document",
        )
    priced = tuple(one.priced(listed.currency) for one in listed.prices or ())
    services = tuple(one.priced(name, listed.currency) for name, one in listed.services.items())
    return PriceList(listed.currency, (*priced, plain) if has_plain else priced, services)


def _of_settings(settings: Settings) -> str:
    try:
        return _currency(settings.currency)
    except ValueError as error:
        raise UsageError(f"setting currency (SHOTFARM_CURRENCY): {error}") from None


def _listed(path: Path) -> ListedPrices:
    document = parse_document(read_text(path), str(path), json=path.suffix.lower() == ".json")
    if not isinstance(document.value, dict):
        raise DocumentError(
            [document.problem((), "prices are a mapping (currency: …, prices: …) at its top")]
        )
    try:
        listed = ListedPrices.model_validate(document.value)
    except ValidationError as error:
        raise DocumentError(problems_of(error, document, ListedPrices, beside=document.problems)) from None
    if problems := [*document.problems, *_twice(listed, document)]:
        raise DocumentError(problems)
    return listed


def _twice(listed: ListedPrices, document: Document) -> list[Problem]:
    """Prices of the same thing: nobody could say which of them holds."""
    seen: set[tuple[object, ...]] = set()
    problems = []
    for index, one in enumerate(listed.prices or ()):
        kinds = [both[0] for both in _BOTH if any(getattr(one, name) is not None for name in both)]
        for kind in kinds:
            if (*one.of, kind) in seen:
                words = f"{kind} of the same is listed above"
                problems.append(document.problem(("prices", index), words))
            seen.add((*one.of, kind))
    return problems
