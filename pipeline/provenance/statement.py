"""What is said of a deliverable, as plain values, and the same as C2PA has it. Pure.

A statement names takes by their digests, models by their names, and people by the notes of their consent. It
holds no prompt and no path: a film that is published publishes it.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from storyboard.digest import digest_of

STATEMENT_VERSION = 1
"""of what a statement says and how C2PA has it; raise it when signed files are to be made anew;
code of pipeline.provenance.statement: 9c013f77
"""
FILM = "shotfarm.film"
"""the label of the assertion that holds the statement"""
TAKE = "shotfarm.take"
PERFORMANCE = "shotfarm.performance"
_IPTC = "http://cv.iptc.org/newscodes/digitalsourcetype/"


class Source(StrEnum):
    """How a picture came to be, in the words of IPTC's digital source types."""

    MODEL = "trainedAlgorithmicMedia"
    """by a model that was trained"""
    PROGRAM = "algorithmicMedia"
    """by a program, and no model was trained for it"""
    WITH_MODEL = "compositeWithTrainedAlgorithmicMedia"
    """put together, with some by a model that was trained"""
    COMPOSITE = "composite"
    """put together, of whatever"""
    RECORDED = "digitalCapture"
    """by a camera"""

    @property
    def url(self) -> str:
        """Its name in the world."""
        return f"{_IPTC}{self.value}"


class Stated(BaseModel):
    """Part of a statement."""

    model_config = ConfigDict(frozen=True, extra="forbid")


Sum = Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")]
"""SHA-256 in hexadecimal digits; empty for none"""
Frames = Annotated[int, Field(ge=0)]


class StatedPerformance(Stated):
    """A filmed performance that drives a shot."""

    sha256: Sum
    consent: str


class StatedShot(Stated):
    """A shot as it stands in a deliverable."""

    shot: str
    first: Frames
    """frame of the deliverable"""
    frames: Frames
    take: Sum
    """its digest"""
    backend: str
    backend_version: int
    source: Source
    model: str = ""
    model_digest: str = ""
    """of all that names the model and its files"""
    changed: tuple[str, ...] = ()
    """what a person asked for otherwise than the storyboard, when the take was made again"""
    performance: StatedPerformance | None = None
    start: Sum = ""
    """SHA-256 of the packet of its first picture; empty where the deliverable is no film"""
    packets: Sum = ""
    """of all its pictures' packets"""


class Statement(Stated):
    """What is said of a file of a deliverable."""

    version: int = STATEMENT_VERSION
    shotfarm: str
    film: str
    kind: str
    rate: str
    """frames a second, as a fraction"""
    frames: Frames = 0
    """of its picture; 0 where the deliverable is no film"""
    sound: Sum = ""
    """SHA-256 of the packets of its sound"""
    shots: tuple[StatedShot, ...]

    @property
    def source(self) -> Source:
        """How the whole came to be."""
        if not self.shots:
            return Source.COMPOSITE
        made_by_models = any(shot.source is Source.MODEL for shot in self.shots)
        return Source.WITH_MODEL if made_by_models else Source.PROGRAM

    @property
    def recipe(self) -> str:
        """A digest of what is said before anything of the deliverable exists."""
        return digest_of(self.model_dump(mode="json"))


def manifest_of(statement: Statement, mime: str) -> dict[str, Any]:
    """A statement as C2PA's library takes it: each shot an ingredient, each retake an edit.

    Args:
        statement: what is said.
        mime: the type of the file that it is said of.
    """
    ingredients: list[dict[str, JsonValue]] = []
    actions: list[dict[str, JsonValue]] = [
        {"action": "c2pa.created", "digitalSourceType": statement.source.url}
    ]
    for number, shot in enumerate(statement.shots):
        label = f"shot-{number}"
        known: dict[str, JsonValue] = {
            **shot.model_dump(mode="json", exclude={"source", "performance", "start", "packets", "changed"}),
            "digitalSourceType": shot.source.url,
        }
        ingredients.append(
            {
                "title": f"shot {shot.shot}",
                "format": "video/mp4",
                "instance_id": f"urn:shotfarm:take:{shot.take}",
                "relationship": "componentOf",
                "label": label,
                "metadata": {TAKE: known},
            }
        )
        placed: dict[str, JsonValue] = {"ingredientIds": [label]}
        actions.append({"action": "c2pa.placed", "parameters": placed})
        if shot.changed:
            words = f"shot {shot.shot} was made again as a person asked for it: {', '.join(shot.changed)}"
            actions.append({"action": "c2pa.edited", "description": words})
        if shot.performance:
            ingredients.append(_performance(shot, shot.performance))
    return {
        "claim_generator_info": [{"name": "shotfarm", "version": statement.shotfarm}],
        "title": statement.film,
        "format": mime,
        "ingredients": ingredients,
        "assertions": [
            {"label": "c2pa.actions.v2", "data": {"actions": actions}},
            {"label": FILM, "kind": "Json", "data": statement.model_dump(mode="json")},
        ],
    }


def _performance(shot: StatedShot, performance: StatedPerformance) -> dict[str, JsonValue]:
    return {
        "title": f"the performance that drives shot {shot.shot}",
        "format": "video/mp4",
        "instance_id": f"urn:sha256:{performance.sha256}",
        "relationship": "inputTo",
        "metadata": {
            PERFORMANCE: {
                "shot": shot.shot,
                "consent": performance.consent,
                "digitalSourceType": Source.RECORDED.url,
            }
        },
    }
