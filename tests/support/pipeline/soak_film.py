"""The film of a soak, and the faults that it is rendered through."""

from __future__ import annotations

from typing import Any

STORE_FAULTS = {
    "store slow": ("slow", 1),
    "store 500": ("error", 2),
    "store away": ("refuse", 2),
    "store half": ("cut download | cut upload | lost answer", 2),
}
OTHERS = ("node", "node", "dispatcher", "dispatcher", "driver", "Prefect", "disk full", *STORE_FAULTS)
ONCE = ("head", "second farm")


def film_of(shots: int) -> dict[str, Any]:
    """Short shots, of which some go on from others and some dissolve."""
    scenes: list[dict[str, Any]] = []
    for number in range(shots):
        if number % 20 == 0:
            scenes.append(
                {"id": str(len(scenes) + 1), "slug": "INT. HERE - DAY", "location": "here", "shots": []}
            )
        one: dict[str, Any] = {
            "id": f"S{number:03}",
            "duration": 8 + number % 7,
            "action": f"Number {number}.",
        }
        if number % 10 == 4:
            one["continues"] = f"S{number - 1:03}"
        if number % 50 == 7:
            one["transition"] = {"kind": "dissolve", "duration": 4}
        scenes[-1]["shots"].append(one)
    return {
        "schema": 1,
        "title": "The Soak",
        "format": {"width": 64, "height": 36, "rate": 24},
        "locations": {"here": {"name": "Here"}},
        "scenes": scenes,
    }
