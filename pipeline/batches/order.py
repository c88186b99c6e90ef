"""What a batch is asked for: a slate, and what is to be otherwise; Prefect draws a form of it."""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field, JsonValue

from pipeline.settings import Settings, load_settings
from storyboard.described import DescribedModel
from storyboard.document.values import Given
from storyboard.errors import UsageError

FROM = "the batch's values"
"""where the values of an order stand, in words of an error"""


class BatchOrder(DescribedModel):
    """Productions to be made of a slate."""

    model_config = ConfigDict(frozen=True, extra="forbid", title="Batch")

    slate: str = "slate.yaml"
    """the slate, or the folder that holds slate.yaml, or a film, by its whole path"""
    only: tuple[str, ...] = ()
    """names of productions, with * for any text; all when there are none"""
    values: dict[str, JsonValue] = Field(default_factory=dict)
    """values of the films' parameters, which count more than those of the slate"""
    fail_fast: bool = False
    """stop all productions when one fails"""
    renderer: str | None = None
    """the film's renderer that renders where the slate says nothing"""
    backend: str | None = None
    """the backend that renders where the slate says nothing"""
    store: str | None = None
    """where takes are kept: a folder or a URL; .shotfarm/store beside each film when left out"""
    workers: Annotated[int, Field(ge=1)] | None = None
    """how many workers each production uses at most"""
    priority: Annotated[int, Field(ge=-100, le=100)] | None = None
    """on the farm, instead of the priorities of the slate"""
    address: str | None = None
    """the Ray cluster to render on; the farm of this machine when left out"""

    def settings(self) -> Settings:
        """Settings of this machine, with what the order says over them.

        Raises:
            UsageError: a value that a setting does not take, or two that exclude each other.
        """
        if self.renderer is not None and self.backend is not None:
            raise UsageError("renderer and backend exclude each other", "give one of them")
        return load_settings(
            renderer=self.renderer,
            backend=self.backend,
            store=self.store,
            workers=self.workers,
            priority=self.priority,
            address=self.address,
        )

    def given(self) -> dict[str, Given]:
        """Its values, as a film takes them."""
        return {name: Given(value, FROM, 0, 0, name) for name, value in self.values.items()}
