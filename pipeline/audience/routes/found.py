"""What a route's path names, looked up."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request
from fastapi import Path as InPath

from pipeline.audience.house import House
from pipeline.audience.screening import Screening


def the_house(request: Request) -> House:
    """The film of the application, and all who watch it."""
    house: House = request.app.state.house
    return house


AtHouse = Annotated[House, Depends(the_house)]
Key = Annotated[str, InPath(max_length=64)]


def the_screening(house: AtHouse, key: Key) -> Screening:
    """The screening that a path names."""
    return house.screening(key)


ScreeningFound = Annotated[Screening, Depends(the_screening)]
