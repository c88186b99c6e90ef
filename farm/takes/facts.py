"""What is known of a take beside its files: written once, when it is published, and read by attribute."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError

from farm.store.manifest import Manifest
from farm.takes.provenance import Provenance
from farm.takes.quality import TakeQuality
from storyboard.errors import StoreError
from storyboard.planning.spec import ShotSpec


class SoundFacts(BaseModel):
    """The sound that came with a take."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rate: int
    """samples a second"""
    channels: int
    samples: int


class TakeFacts(BaseModel):
    """The facts of a take's manifest."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    spec: ShotSpec
    """what it was made from"""
    render_s: float
    """seconds of work"""
    quality: TakeQuality
    sound: SoundFacts | None
    made_by: Provenance
    notes: dict[str, JsonValue]
    """what the backend told of it"""

    @classmethod
    def of(cls, take: Manifest) -> TakeFacts:
        """Those of a published take.

        Raises:
            StoreError: they are not those of a take.
        """
        try:
            return cls.model_validate(take.facts)
        except ValidationError as error:
            raise StoreError(
                f"the manifest of the take {take.digest[:12]} is not one that this version of shotfarm reads",
                "move its folder aside to render it again",
            ) from error

    def as_json(self) -> dict[str, JsonValue]:
        """For the manifest."""
        dumped: dict[str, JsonValue] = self.model_dump(mode="json")
        return dumped
