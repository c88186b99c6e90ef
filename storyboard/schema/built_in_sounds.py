"""The sounds that a storyboard can name without bringing a file; `assembly` synthesises each of them."""

# ruff: noqa: E501  (what is heard, on one line each, is a table)

from __future__ import annotations

import re
from functools import cache

SOUNDS_BY_KIND: dict[str, dict[str, str]] = {
    "weather": {
        "blizzard": "a snowstorm that howls",
        "drizzle": "fine rain, and drops from the eaves",
        "hail": "hail on stone and wood",
        "leaves": "a breeze in the leaves of trees",
        "rain": "steady rain",
        "rain-on-roof": "rain on sheet iron, heard from below",
        "rain-on-window": "rain thrown against glass",
        "storm": "wind and heavy rain",
        "thunder": "thunder, rolling away",
        "wind": "wind with gusts",
    },
    "water, earth and fire": {
        "avalanche": "rocks and earth that come down a slope",
        "bubbles": "air that rises under water",
        "drip": "drops that fall into a pool, with an echo",
        "earthquake": "the ground shakes, and all that stands on it",
        "fire": "a fire crackling",
        "lapping": "small waves against a hull or a bank",
        "sea": "waves on a shore, a beach, a coast",
        "splash": "something falls into water",
        "stream": "a brook over stones",
        "waterfall": "water that falls from high",
    },
    "animals": {
        "bees": "a hive, and bees that pass",
        "birds": "small birds in the morning",
        "cat": "a cat that mews",
        "cicadas": "cicadas on a hot afternoon",
        "cow": "a cow that lows",
        "crickets": "a summer night",
        "crows": "crows in bare trees",
        "dog": "a dog that barks",
        "flies": "a fly that circles",
        "frogs": "frogs in a pond at night",
        "gallop": "a horse at full speed",
        "gulls": "gulls over a harbour, seagulls",
        "hooves": "a horse that trots on a hard road",
        "horse": "a horse that whinnies and snorts",
        "owl": "an owl in the night",
        "rooster": "a cock that crows",
        "wings": "pigeons that take off",
        "wolf": "wolves that howl, far off",
    },
    "people": {
        "applause": "a full house that claps",
        "baby": "a baby that cries",
        "breathing": "somebody breathes hard, near",
        "cheer": "a crowd that shouts for joy",
        "children": "children who play and call",
        "crowd": "a crowd, crowds: many people who talk at once",
        "heartbeat": "a heart, as its owner hears it",
        "laughter": "an audience that laughs",
        "murmur": "a few people who talk low",
    },
    "steps": {
        "footsteps": "steps on boards",
        "running": "somebody runs on a hard road",
        "steps-carpet": "steps on a carpet",
        "steps-grass": "steps in grass",
        "steps-gravel": "steps on gravel",
        "steps-metal": "steps on iron stairs or a gangway",
        "steps-sand": "steps in sand",
        "steps-snow": "steps in snow",
        "steps-stone": "steps on stone or asphalt",
        "steps-water": "steps in shallow water",
    },
    "doors": {
        "creak": "old wood under weight",
        "door": "a door opened and shut",
        "door-metal": "an iron door: a cell, a bulkhead",
        "door-slam": "a door thrown shut",
        "door-sliding": "doors that slide open by themselves",
        "doorbell": "the bell of a door, ding dong",
        "gate": "an iron gate on its hinges, and the latch",
        "keys": "a bunch of keys, shaken",
        "knock": "three knocks on wood",
        "lift": "a lift (elevator) arrives and opens",
        "lock": "a key turned in a lock, and the bolt",
    },
    "things in hands": {
        "camera": "the shutter of a camera, a photograph taken",
        "clink": "two glasses that meet",
        "cloth": "a coat put on",
        "coins": "coins thrown on a table, money",
        "dishes": "plates, cups and spoons",
        "glass": "a window or a glass that breaks",
        "match": "a match struck, and its flame",
        "paper": "paper unfolded",
        "pour": "a glass that is filled",
        "switch": "a heavy switch thrown",
        "typewriter": "a typewriter, with its bell and carriage",
        "typing": "fingers on the keyboard of a computer",
        "writing": "a pen on paper",
    },
    "bells, calls and warnings": {
        "air-raid": "the sirens of an air raid",
        "alarm": "a klaxon, every second",
        "alarm-clock": "an alarm clock that beeps",
        "bell": "a bell buoy or ship's bell, struck now and then",
        "bicycle-bell": "the bell of a bicycle",
        "car-horn": "a car that hoots",
        "church-bell": "a great bell of a tower",
        "clock": "a clock ticking",
        "dial-tone": "the tone in a telephone's receiver",
        "foghorn": "a foghorn, far away",
        "monitor": "the beep of a heart monitor in a hospital",
        "morse": "a telegraph, dots and dashes",
        "phone": "the tune of a mobile telephone",
        "phone-buzz": "a mobile telephone that trembles on a table",
        "police-siren": "a police car's siren, a wail",
        "radio-static": "a radio between stations",
        "school-bell": "an electric bell: school, fire alarm",
        "ship-horn": "a ship's horn, near",
        "siren": "an ambulance or fire engine, two notes",
        "telephone": "an old telephone that rings",
        "train-horn": "the horn of a train",
        "train-whistle": "the whistle of a steam train",
        "whistle": "a referee's or policeman's whistle",
    },
    "vehicles": {
        "aeroplane": "a jet passes over, an airplane",
        "brakes": "tyres that scream on a road",
        "car": "a car's motor, idling",
        "car-passing": "a car goes by",
        "car-start": "a car that is started",
        "carriage": "a horse and carriage on cobbles",
        "engine": "a small boat's engine",
        "helicopter": "a helicopter, near",
        "lorry": "a lorry (truck), a bus, a heavy diesel",
        "motorcycle": "a motorcycle under way",
        "propeller": "an old aeroplane with propellers",
        "steam-train": "a steam locomotive that pulls",
        "train": "a train or subway rolls by",
        "tram": "a tram (streetcar) with its bell",
        "whoosh": "something large passes by",
    },
    "fights": {
        "arrow": "an arrow, from the string into wood",
        "cannon": "a great gun, some way off",
        "crash": "metal and glass: an accident, a fall of many things",
        "explosion": "a blast, and what falls after it, a bomb",
        "gun-cocked": "a pistol or rifle made ready",
        "gunshot": "a gun: a shot from a pistol or rifle",
        "machine-gun": "bursts of a machine gun",
        "punch": "a blow with the fist",
        "ricochet": "a bullet off a stone",
        "sword": "blades that meet",
        "thud": "a body or a bag falls on boards",
    },
    "machines and tools": {
        "anvil": "a smith at the anvil",
        "computer": "a computer's fan and disk",
        "drill": "an electric drill",
        "fan": "a fan on a ceiling",
        "generator": "a diesel generator behind a wall",
        "hammer": "a nail driven into wood",
        "hum": "the hum of a machine",
        "lens": "the low turning of a great lamp, a lamp room, a lantern room",
        "machine": "a press in a factory",
        "printer": "a printer at work",
        "saw": "a hand saw through a board",
        "steam": "a pipe that lets steam go",
    },
    "places, as room tones": {
        "aeroplane-inside": "in the cabin of an aeroplane, an airplane",
        "airport": "an airport, a terminal",
        "alley": "an alley, a back street, a backyard, a yard, a courtyard",
        "attic": "an attic, a garret, a loft, a shed",
        "bar": "a bar, a pub, a tavern, a saloon, an inn, a club, a nightclub",
        "bathroom": "a bathroom, a laundry",
        "battlefield": "a battlefield, a war",
        "bedroom": "a bedroom, a bed room, a hotel room, a motel room, a guest room, a dormitory, a nursery, at night",
        "cafe": "a café, a cafe, a coffee shop, a coffee house, a restaurant, a diner, a tea room, a canteen",
        "car-inside": "in a car, a taxi, a van",
        "castle": "a castle hall, a great hall, a banquet hall, a ballroom, a palace, a throne room, with torches",
        "cave": "a cave, a mine, a tunnel, a grotto, a lair, catacombs",
        "cell": "a prison cell, a dungeon, a jail, a gaol, a cage",
        "cellar": "a cellar, a basement, a vault, a bunker, a storeroom",
        "church": "a church, a chapel, a cathedral, an abbey, a mosque, a temple, a monastery",
        "city": "a city from above, a skyline",
        "classroom": "a classroom, a school, a lecture hall",
        "corridor": "a corridor, a hall, a hallway, a passage, a landing, stairs, in a lift, a tunnel of the ship",
        "court": "a court, a courtroom, a court room, a courthouse, a tribunal, a parliament",
        "desert": "a desert, a wasteland, badlands, sands, an oasis, dunes",
        "factory": "a factory hall, a foundry, an engine room, a boiler room, a power station, a mill",
        "farm": "a farm, a barn, a stable",
        "forest": "a forest, a wood, woods, a grove, by day",
        "forest-night": "a forest, a camp, at night",
        "graveyard": "a graveyard, a churchyard, a cemetery, a tomb, ruins",
        "harbour": "a harbour, a harbor, a port, a pier, a jetty, a dock, a quay, a wharf, a waterfront",
        "headland": "a lighthouse, a headland, a cape, a cliff over the sea",
        "hospital": "a hospital, a ward, a clinic, an infirmary, a sickroom, an operating room, an operating theatre, a medical bay",
        "japanese-house": "a Japanese house with a hearth, a tatami room, a teahouse, an inn",
        "japanese-village": "a Japanese village, a shrine, a rice field",
        "jungle": "a jungle, a rain forest",
        "kitchen": "a kitchen",
        "laboratory": "a laboratory, a research station, a greenhouse",
        "lake": "a lake, a pond, a lakeside",
        "library": "a library, a museum, an archive, a reading room, a bookshop, a bookstore",
        "living-room": "a living room, a sitting room, a drawing room, an apartment, a flat, a lounge, a lobby, a waiting room, a salon",
        "market": "a market, a fair, a bazaar, a square with people",
        "marsh": "a marsh, a swamp, a moor, a fen, a bog, a reed bed",
        "meadow": "a hill, a meadow, a field, a pasture, a valley, the countryside",
        "motorway": "a motorway, a highway, a petrol station, a gas station",
        "mountain": "a mountain, a peak, a summit, a ridge, a ledge, a pass, a gorge, a canyon, a volcano",
        "office": "an office, a newsroom, an agency, a bureau, a meeting room",
        "park": "a park, a garden, an orchard, a vineyard, a lawn",
        "planet": "an alien planet, a desert planet, a moon, mars, an asteroid, a crater, a lunar surface, another world",
        "playground": "a playground, a schoolyard",
        "police-station": "a police station, a precinct, a squad room, an interrogation room",
        "river": "a river, a riverbank, a river bank, a brook, a ford, a bridge over water",
        "road": "a country road, a track, a roadside",
        "rooftop": "a rooftop, a roof terrace",
        "room": "a quiet room, a cottage, a hut, a parlour, a study",
        "ship-deck": "the deck of a ship, a boat, a ferry, the open sea",
        "ship-inside": "in a ship: a cabin, a hold, a submarine",
        "shop": "a shop, a store, a grocery, a supermarket, a bakery, a pharmacy, an apothecary",
        "snowfield": "a snowfield, a tundra, a glacier, a frozen lake, a frozen plain, the arctic, ice, winter",
        "space": "outer space, deep space, an orbit, the void, a galaxy, a hull",
        "stadium": "a stadium, an arena, a sports ground",
        "starship": "a ship's bridge, a starship, a command bridge, a spaceship, a spacecraft, a space station, a shuttle, a flight deck, a cockpit, a control room",
        "station": "a railway station, a platform, an underground station",
        "street": "a city street, an avenue, a boulevard, downtown, a metropolis, a pavement, a sidewalk, a crossroads, a crossing, a kerb",
        "street-night": "a city street at night",
        "theatre": "a theatre, a theater, a stage, a cinema, a concert hall, a music hall, an opera house, a circus, before it begins",
        "train-inside": "in a train: a compartment, a railway carriage, a sleeping car, a dining car, a wagon, a metro, a subway car, a bus, a tram",
        "underwater": "under water, a sea floor, a sea bed, a reef, the deep sea, the bottom of the sea",
        "village": "a village street, an old town, a lane",
        "workshop": "a workshop, a garage, a hangar, a warehouse, a forge, a smithy",
    },
    "space and the uncanny": {
        "airlock": "valves, rushing air, a heavy lock",
        "console": "instruments that answer with short notes",
        "drone": "a low unrest that nobody can name",
        "force-field": "electricity that stands in the air, and sparks",
        "geiger": "a Geiger counter",
        "laser": "a shot from a ray gun",
        "robot": "a robot that thinks aloud",
        "rocket": "a rocket that is launched",
        "servo": "a limb of steel that moves",
        "spaceship": "the engine of a starship",
        "spaceship-passing": "a very large ship goes by",
        "teleport": "somebody is gone, and is elsewhere",
    },
}
"""every sound by what it is of, with what is heard"""

BUILT_IN_SOUNDS: dict[str, str] = {
    name: heard for kind in SOUNDS_BY_KIND.values() for name, heard in sorted(kind.items())
}
"""every sound's name, with what is heard"""


MOST_LETTERS = 100
"""of words that sounds are looked for by; what follows is not read"""
_SMALL = frozenset({"and", "the", "that", "who", "with", "for", "from", "its"})
"""words that say nothing of a sound"""


def sounds_like(words: str) -> list[str]:
    """The sounds that words speak of, best first: those that carry one in their name, then in what is heard.

    >>> sounds_like("police siren")[:2]
    ['police-siren', 'siren']
    """
    words = re.sub(r"\.\w{2,4}$", "", words)[:MOST_LETTERS]
    wanted = _parts(words)
    wanted |= {_spaced(words).replace(" ", "")} - {""}

    phrase = f" {_spaced(words)} "

    def fit(name: str) -> float:
        named, told, heard = _told(name)
        score = 2.0 if phrase.strip() and phrase in heard else 0.0
        for one in wanted:
            if one in named:
                score += 3
            elif one in told:
                score += 2
            else:
                near = any(_akin(one, other) for other in named)
                score += 1.0 if near else 0.9 * any(_akin(one, other) for other in told)
        return score - len(named - wanted) / 10

    found = [(fit(name), name) for name in BUILT_IN_SOUNDS]
    return [name for score, name in sorted(found, key=lambda one: -one[0]) if score > 0.5]


@cache
def _told(name: str) -> tuple[set[str], set[str], str]:
    """The words of a sound's name, those of what is heard, and all of the latter between spaces."""
    heard = BUILT_IN_SOUNDS[name]
    return set(name.split("-")), _parts(heard), f" {_spaced(heard)} "


def _parts(words: str) -> set[str]:
    return {part for part in _spaced(words).split() if len(part) > 2 and part not in _SMALL}


def _spaced(words: str) -> str:
    """Words in small letters with a space between them, and nothing else."""
    return " ".join(re.findall(r"[^\W_]+", words.casefold()))


def _akin(one: str, other: str) -> bool:
    """Whether two words are the same but for an end: clapping and claps, gulls and seagulls."""
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) > 3 and longer.endswith(shorter):
        return True
    return longer.startswith(shorter if len(shorter) < 5 else shorter[:-1])
