"""The shot and the take that somebody means, and how they stand."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.catalog.entries import Take
from pipeline.catalog.log import DecisionLog
from pipeline.catalog.status import ShotStanding, standing
from pipeline.production.named_shot import shot_called
from pipeline.production.production import Production
from storyboard.errors import UsageError
from storyboard.schema.film import Shot
from storyboard.wording import listed


@dataclass(frozen=True, slots=True)
class Meant:
    """A shot that somebody decides of.

    Attributes:
        production: whose shot it is.
        shot: as the storyboard has it.
        standing: how it stands.
        log: where the decision goes.
    """

    production: Production
    shot: Shot
    standing: ShotStanding
    log: DecisionLog

    @classmethod
    def of(cls, production: Production, name: str) -> Meant:
        """A shot by its id.

        Raises:
            UsageError: the film has none of this name.
            CatalogError: the log cannot be read.
            StoreError: the log cannot be read.
        """
        shot = shot_called(production.film, name)
        log = DecisionLog.of(production.folder)
        record = log.record()
        stand = standing(shot.id, record.takes_of(shot.id), record.decisions_of(shot.id), production.holds)
        return cls(production, shot, stand, log)

    @property
    def takes(self) -> list[Take]:
        """Its takes, by their numbers."""
        return [one.take for one in self.standing.takes]

    def take(self, number: int) -> Take:
        """A take by its number.

        Raises:
            UsageError: there is none of this number.
        """
        for take in self.takes:
            if take.number == number:
                return take
        there_are = listed([str(take.number) for take in self.takes])
        raise UsageError(
            f"shot {self.shot.id} has no take {number}",
            f"it has {there_are}" if self.takes else "it has none yet: shotfarm render makes one",
        )

    def take_of(self, digest: str) -> Take | None:
        """A take by its digest; None for one without a number."""
        return next((take for take in self.takes if take.digest == digest), None)
