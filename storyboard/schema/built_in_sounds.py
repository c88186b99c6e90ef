"""The sounds that a storyboard can name without bringing a file; `assembly` synthesises each of them."""

from __future__ import annotations

import re

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
        "sea": "waves on a shore",
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
        "gulls": "gulls over a harbour",
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
        "crowd": "many people who talk at once",
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
        "gunshot": "a shot from a pistol or rifle",
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
        "lens": "the low turning of a great lamp",
        "machine": "a press in a factory",
        "printer": "a printer at work",
        "saw": "a hand saw through a board",
        "steam": "a pipe that lets steam go",
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
    wanted |= {"".join(re.findall(r"[^\W_]+", words.casefold()))} - {""}

    def fit(name: str) -> float:
        named, told = set(name.split("-")), _parts(BUILT_IN_SOUNDS[name])
        same = wanted & named
        score = 3.0 * len(same) + 3.0 * (name in wanted)
        for one in wanted - same:
            score += any(_akin(one, other) for other in named)
            score += 1.5 if one in told else 0.9 * any(_akin(one, other) for other in told)
        return score - len(named - same) / 10

    found = [(fit(name), name) for name in BUILT_IN_SOUNDS]
    return [name for score, name in sorted(found, key=lambda one: -one[0]) if score > 0.5]


def _parts(words: str) -> set[str]:
    return {part for part in re.findall(r"[^\W_]+", words.casefold()) if len(part) > 2 and part not in _SMALL}


def _akin(one: str, other: str) -> bool:
    """Whether two words are the same but for an end: clapping and claps, gulls and seagulls."""
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) > 3 and longer.endswith(shorter):
        return True
    return longer.startswith(shorter if len(shorter) < 5 else shorter[:-1])
