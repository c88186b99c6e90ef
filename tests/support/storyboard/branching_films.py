"""A small film that branches: two choices, three ways, two endings."""

from __future__ import annotations

import copy
from typing import Any

FORKED: dict[str, Any] = {
    "schema": 1,
    "title": "Forked",
    "parameters": {"who": {"type": "text", "form": "name", "default": "friend"}},
    "characters": {"mira": {"name": "Mira"}, "you": {"name": "{{ who }}"}},
    "locations": {"harbour": {"name": "Harbour"}, "sea": {"name": "The sea"}},
    "scenes": [
        {
            "id": "quay",
            "slug": "EXT. QUAY - DAY",
            "location": "harbour",
            "shots": [
                {"id": "1A", "duration": 48, "characters": [{"id": "mira"}]},
                {"id": "1B", "duration": 48, "continues": "1A"},
            ],
            "choices": {
                "question": "Which way?",
                "default": "hill",
                "answers": [
                    {"id": "sea", "text": "Out to sea", "goes_to": "boat"},
                    {"id": "hill", "text": "Up the hill", "goes_to": "path"},
                ],
            },
        },
        {
            "id": "boat",
            "slug": "EXT. SEA - DAY",
            "location": "sea",
            "shots": [
                {"id": "2A", "duration": 24},
                {"id": "2B", "duration": 24, "transition": {"kind": "dissolve", "duration": 8}},
            ],
            "ask": {"parameter": "who", "question": "What is your name?"},
            "goes_to": "lamp",
        },
        {
            "id": "path",
            "slug": "EXT. PATH - DAY",
            "location": "harbour",
            "shots": [{"id": "3A", "duration": 72}],
            "choices": {
                "question": "And now?",
                "default": "on",
                "within": 24,
                "answers": [
                    {"id": "on", "text": "On", "goes_to": "lamp"},
                    {"id": "down", "text": "Down again", "goes_to": "shore"},
                ],
            },
        },
        {
            "id": "lamp",
            "slug": "INT. LAMP - NIGHT",
            "location": "harbour",
            "shots": [
                {
                    "id": "4A",
                    "duration": 48,
                    "continues": "1B",
                    "characters": [{"id": "you"}],
                    "titles": [{"text": "Thank you, {{ who }}"}],
                }
            ],
            "ending": "The lamp is lit",
        },
        {
            "id": "shore",
            "slug": "EXT. SHORE - DUSK",
            "location": "harbour",
            "shots": [{"id": "5A", "duration": 12}],
            "ending": "Home",
        },
    ],
}


def forked() -> dict[str, Any]:
    return copy.deepcopy(FORKED)


def scene(film: dict[str, Any], name: str) -> dict[str, Any]:
    return next(one for one in film["scenes"] if one["id"] == name)


def plain(scenes: int, frames: int = 24) -> dict[str, Any]:
    """A film of scenes of one shot each, s0 to the last, of which none says what follows."""
    return {
        "schema": 1,
        "title": "Plain",
        "locations": {"room": {"name": "Room"}},
        "scenes": [
            {
                "id": f"s{number}",
                "slug": "INT. ROOM - DAY",
                "location": "room",
                "shots": [{"id": f"{number}A", "duration": frames}],
            }
            for number in range(scenes)
        ],
    }


def leads(film: dict[str, Any], name: str, *targets: str) -> None:
    """Let a scene lead to others: to one, or by choices to several, the first by default."""
    if len(targets) == 1:
        scene(film, name)["goes_to"] = targets[0]
        return
    scene(film, name)["choices"] = {
        "question": "Where to?",
        "default": targets[0],
        "answers": [{"id": one, "text": f"To {one}", "goes_to": one} for one in targets],
    }
