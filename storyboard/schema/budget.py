"""What a film or a slate may cost."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema, model_validator

from storyboard.money import Money, parse_money
from storyboard.schema.base import Model

Hours = Annotated[float, Field(strict=True, ge=0, le=10_000_000, allow_inf_nan=False)]
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

    worker_hours: Hours | None = None
    """hours of workers"""
    gpu_hours: Hours | None = None
    """hours of graphics cards: of two at once, both"""
    money: Sum | None = None
    """a sum, such as 300 EUR; the farm must have prices in this currency"""

    @model_validator(mode="after")
    def _says_something(self) -> Budget:
        if self.worker_hours is None and self.gpu_hours is None and self.money is None:
            raise ValueError("a budget says worker_hours, gpu_hours or money")
        return self
