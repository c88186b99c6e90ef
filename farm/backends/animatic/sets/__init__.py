"""Places: the builder of each place of the lexicon, and the card that stands for every other one."""

from __future__ import annotations

from collections.abc import Callable

from farm.backends.animatic.scenery import Scenery
from farm.backends.animatic.sets import card, coast, land, rooms, town
from farm.backends.animatic.understanding.places import Where

Build = Callable[[Scenery], None]

PLACES: dict[str, Build] = {
    "lamp room": rooms.lamp_room,
    "room": rooms.room,
    "boat": coast.sea,
    "lighthouse": coast.lighthouse,
    "harbour": coast.harbour,
    "shore": coast.shore,
    "marsh": land.marsh,
    "forest": land.forest,
    "city": town.city,
    "street": town.street,
    "hill": land.hill,
}
"""by the names of `lexicon/places.toml`"""


def set_name(here: Where) -> str:
    """What the place is built as."""
    return here.place.name if here.place else "card"


def builder_of(here: Where) -> Build:
    """The builder of a place; for one that the lexicon does not know, a card with its name."""
    return PLACES[here.place.name] if here.place else card.card
