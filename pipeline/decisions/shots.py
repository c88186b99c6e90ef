"""The shot and the take that somebody means, and how they stand."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from pipeline.catalog.entries import Take
from pipeline.catalog.log import DecisionLog
from pipeline.catalog.record import Conflict
from pipeline.catalog.status import ShotStanding, standing
from pipeline.production.named_shot import shot_called
from pipeline.production.production import Production
from storyboard.errors import UsageError
from storyboard.planning.plan import Plan, PlannedShot
from storyboard.schema.film import Shot
from storyboard.wording import listed


@dataclass(frozen=True)
class Meant:
    """A shot that somebody decides of.

    Attributes:
        production: whose shot it is.
        shot: as the storyboard has it.
        standing: how it stands.
        log: where the decision goes.
        seen: the number of the last decision of the shot that the person has seen; None for one who decides
            whatever the others did.
        planned: the film's plan, where that is known.
    """

    production: Production
    shot: Shot
    standing: ShotStanding
    log: DecisionLog
    seen: int | None
    planned: Plan | None = None

    @classmethod
    def of(
        cls, production: Production, name: str, log: DecisionLog | None = None, planned: Plan | None = None
    ) -> Meant:
        """A shot by its id, seen as it stands.

        Args:
            production: whose shot it is.
            name: the id.
            log: of the production, where somebody has read it.
            planned: the production's plan, where somebody has made it.

        Raises:
            UsageError: the film has none of this name.
            CatalogError: the log cannot be read.
            StoreError: the log cannot be read.
        """
        shot = shot_called(production.film, name)
        log = log or production.log
        record = log.record()
        stand = standing(shot.id, record.takes_of(shot.id), record.decisions_of(shot.id), production.holds)
        return cls(production, shot, stand, log, stand.last, planned)

    def seen_by(self, seen: int | None) -> Meant:
        """The same, decided of by somebody who has seen the shot's decisions up to this one.

        Raises:
            Conflict: there are later ones.
        """
        if seen is not None and seen != self.standing.last:
            since = [one for one in self.log.record().decisions_of(self.shot.id) if one.number > seen]
            raise Conflict.about_shot(self.shot.id, since)
        return replace(self, seen=seen)

    @cached_property
    def plan(self) -> Plan:
        """The film's plan, as it stands."""
        return self.planned or self.production.plan()

    @property
    def planned_shot(self) -> PlannedShot:
        """The shot, as the film's plan has it."""
        return next(one for one in self.plan.shots if one.shot == self.shot.id)

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
