"""What a film or a slate may cost."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema, model_validator

from storyboard.money import Money, parse_money
from storyboard.schema.base import Model

Number = Annotated[float, Field(strict=True, ge=0, le=10_000_000, allow_inf_nan=False)]
Sum = Annotated[
    Money,
    BeforeValidator(parse_money),
    PlainSerializer(str, return_type=str),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": r"^[0-9]+(\.[0-9]+)? ?[A-Z]{3}$",
            "description": "a number and a currency of ISO 4217: 300 EUR",
        }
    ),
]


class Budget(Model):
    """What may be spent on rendering; what has begun when it is reached is finished, nothing else begins."""

    worker_hours: Number | None = None
    """hours of workers"""
    gpu_hours: Number | None = None
    """hours of graphics cards: of two at once, both"""
    money: Sum | None = None
    """a sum, such as 300 EUR; the farm must have prices in this currency"""
    credits: Number | None = None
    """credits of hosted services, of all of them together; no prices are needed for that"""

    @model_validator(mode="after")
    def _says_something(self) -> Budget:
        if all(getattr(self, name) is None for name in type(self).model_fields):
            raise ValueError("a budget says worker_hours, gpu_hours, money or credits")
        return self
