"""Places: which archetype the words of a location call for, and how each is built."""

from __future__ import annotations

import re
from collections.abc import Callable

from farm.backends.animatic.scenery import Scenery
from farm.backends.animatic.sets import coast, land, rooms, town
from storyboard.planning.spec import ResolvedLocation

Build = Callable[[Scenery], None]

ARCHETYPES: tuple[tuple[str, str, Build], ...] = (
    ("lamp room", r"lamp ?room|lantern room|lens|light ?room", rooms.lamp_room),
    (
        "room",
        r"kitchen|room|interior|inside|parlou?r|cabin|bedroom|office|library|workshop|hall|attic",
        rooms.room,
    ),
    ("boat", r"deck of|aboard|on the boat|rowing|open sea|at sea|boat|ship|dinghy", coast.sea),
    ("lighthouse", r"lighthouse|headland|cliff", coast.lighthouse),
    ("harbour", r"harbou?r|pier|quay|dock|jetty|port|wharf|marina", coast.harbour),
    ("shore", r"beach|shore|strand|dunes?|coast|bay|sea|ocean|lake", coast.shore),
    ("marsh", r"marsh|fen|swamp|reeds?|wetland|causeway|moor|estuary", land.marsh),
    ("forest", r"forest|woods?|trees|grove|jungle", land.forest),
    ("city", r"city|skyline|downtown|rooftops?|metropolis|tower blocks?", town.city),
    ("street", r"street|village|town|lane|square|market|alley|road|station", town.street),
    ("hill", r"hills?|field|meadow|valley|mountains?|farm|garden|plain|desert", land.hill),
)


def archetype_of(location: ResolvedLocation) -> tuple[str, Build]:
    """The place to build: the first archetype whose word stands in the name, else in the description."""
    for words in (location.name, location.id.replace("-", " ").replace("_", " "), location.description):
        for name, pattern, build in ARCHETYPES:
            if re.search(rf"\b(?:{pattern})\b", words.lower()):
                return name, build
    return "hill", land.hill
