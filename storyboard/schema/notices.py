"""Who hears of a production, and when: channels by their names, never addresses."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from storyboard.schema.base import Id


class Occasion(StrEnum):
    """What there is to tell of a production."""

    FINISHED = "finished"
    FAILED = "failed"
    WAITS = "waits-for-approval"
    OVER_BUDGET = "over-budget"
    LATE = "late"


Notices = dict[Id, Annotated[tuple[Occasion, ...], Field(min_length=1)]]
"""occasions by the name of the channel that hears of them"""
