"""Who watches a batch, and is told how its productions go."""

from __future__ import annotations

from typing import Protocol

from pipeline.batches.plan import SlatePlan
from pipeline.batches.summary import MadeProduction
from pipeline.observer import Nobody, Observer


class BatchObserver(Protocol):
    """Hears about a batch; its methods are called by one thread, what `begins` returns by another."""

    def waits(self) -> None:
        """Another batch renders for the same store; this one begins when that has ended."""

    def planned(self, plan: SlatePlan) -> None:
        """What is to be made."""

    def begins(self, name: str) -> Observer:
        """A production of which something is missing begins; who hears how it goes."""

    def ended(self, made: MadeProduction) -> None:
        """A production has ended, or was there."""


class NobodyWatches:
    """Hears and says nothing."""

    def waits(self) -> None:
        """Say nothing."""

    def planned(self, plan: SlatePlan) -> None:
        """Say nothing."""

    def begins(self, name: str) -> Observer:
        """Nobody hears of it."""
        del name
        return Nobody()

    def ended(self, made: MadeProduction) -> None:
        """Say nothing."""
