"""Places: the builder of each place of the lexicon, and the card that stands for every other one."""

from __future__ import annotations

from collections.abc import Callable

from farm.backends.animatic.scenery import Scenery
from farm.backends.animatic.sets import card, coast, land, rooms, town
from farm.backends.animatic.sets.inside import (
    aeroplane,
    airport,
    bar,
    bathroom,
    bedroom,
    car,
    castle_hall,
    cell,
    cellar,
    church,
    classroom,
    corridor,
    court,
    hospital,
    japanese_house,
    laboratory,
    library,
    lift,
    living_room,
    meeting_room,
    office,
    police_station,
    ship_bridge,
    shop,
    stairs,
    theatre,
    train,
    workshop,
)
from farm.backends.animatic.sets.outside import (
    alley,
    battlefield,
    cave,
    city_street,
    desert,
    graveyard,
    japanese_village,
    market,
    mountain,
    park,
    planet,
    platform,
    river,
    road,
    rooftop,
    snowfield,
    space,
    stadium,
    underwater,
)
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
    "city street": city_street.build,
    "alley": alley.build,
    "rooftop": rooftop.build,
    "platform": platform.build,
    "space": space.build,
    "planet": planet.build,
    "desert": desert.build,
    "Japanese village": japanese_village.build,
    "river": river.build,
    "mountain": mountain.build,
    "snowfield": snowfield.build,
    "cave": cave.build,
    "park": park.build,
    "graveyard": graveyard.build,
    "road": road.build,
    "underwater": underwater.build,
    "office": office.build,
    "police station": police_station.build,
    "bar": bar.build,
    "corridor": corridor.build,
    "ship's bridge": ship_bridge.build,
    "Japanese house": japanese_house.build,
    "bedroom": bedroom.build,
    "living room": living_room.build,
    "library": library.build,
    "laboratory": laboratory.build,
    "workshop": workshop.build,
    "classroom": classroom.build,
    "hospital": hospital.build,
    "cell": cell.build,
    "church": church.build,
    "castle hall": castle_hall.build,
    "cellar": cellar.build,
    "shop": shop.build,
    "theatre": theatre.build,
    "train": train.build,
    "court": court.build,
    "meeting room": meeting_room.build,
    "lift": lift.build,
    "stairs": stairs.build,
    "bathroom": bathroom.build,
    "car": car.build,
    "aeroplane": aeroplane.build,
    "airport": airport.build,
    "market": market.build,
    "stadium": stadium.build,
    "battlefield": battlefield.build,
}
"""by the names of `lexicon/places.toml`"""


def set_name(here: Where) -> str:
    """What the place is built as."""
    return here.place.name if here.place else "card"


def builder_of(here: Where) -> Build:
    """The builder of a place; for one that the lexicon does not know, a card with its name."""
    return PLACES[here.place.name] if here.place else card.card
