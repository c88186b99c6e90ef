"""Films for benchmarks, as YAML text."""

from __future__ import annotations

import yaml


def slate_film(shots: int, *, frames: int = 12, lines: bool = False, action: str = "") -> str:
    """A film of short shots at 160x90 in scenes of ten, each tenth continuing the one before it."""
    scenes = []
    for first in range(0, shots, 10):
        number = first // 10 + 1
        listed = []
        for index in range(min(10, shots - first)):
            shot = {
                "id": f"{number}{chr(65 + index)}",
                "duration": f"{frames}f",
                "action": f"shot {first + index} {action}".strip(),
                "characters": [{"id": f"c{(first + index) % 7}"}],
            }
            if index == 9:
                shot["continues"] = f"{number}{chr(65 + index - 1)}"
            if lines:
                shot["lines"] = [{"character": f"c{(first + index) % 7}", "text": f"line {first + index}"}]
            listed.append(shot)
        scenes.append({"id": str(number), "slug": f"INT. ROOM {number}", "location": "room", "shots": listed})
    film = {
        "schema": 1,
        "title": f"{shots} shots",
        "format": {"width": 160, "height": 90, "rate": 24},
        "characters": {
            f"c{number}": {"name": f"Character {number}", "description": "someone in a coat " * 5}
            for number in range(7)
        },
        "locations": {"room": {"name": "Room", "description": "a room with a window"}},
        "scenes": scenes,
    }
    return yaml.safe_dump(film, sort_keys=False)
