"""Options of a renderer that has a size or a rate of its own: its takes are brought to the film's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Self

from pydantic import Field, JsonValue, model_validator

from farm.backend.traits import BackendOptions
from storyboard.media.take_shape import TakeShape
from storyboard.media.timing import Rate

_Side = Annotated[int, Field(ge=16, le=8192)]


class OwnShape(BackendOptions):
    """Options of a renderer that makes the film's size and rate unless they say otherwise."""

    width: _Side | None = None
    """the width of what it makes, where that is not the film's; brought to it. With height"""
    height: _Side | None = None
    """the same of its height"""
    rate: Rate | None = None
    """the frames a second of what it makes, where they are not the film's"""

    @model_validator(mode="after")
    def _whole_size(self) -> Self:
        if (self.width is None) != (self.height is None):
            raise ValueError("width and height are said together, or neither is")
        if (self.width or 0) % 2 or (self.height or 0) % 2:
            raise ValueError(f"width and height are even, not {self.width}x{self.height}")
        return self


def own_shape(options: Mapping[str, JsonValue], film: TakeShape) -> TakeShape:
    """The take that a renderer with these complete options makes for one of the film's shape."""
    said = OwnShape.model_validate({name: options.get(name) for name in OwnShape.model_fields})
    if said.width is None and said.rate is None:
        return film
    return film.at(said.width or film.width, said.height or film.height, said.rate or film.rate)
