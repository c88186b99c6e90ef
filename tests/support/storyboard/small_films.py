"""Films that tests plan and check: small ones from plain values, large ones for measurements."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import yaml

from storyboard.document.load import LoadedFilm, parse_film
from storyboard.planning.plan import Plan, plan_film
from storyboard.planning.renderer import Renderer, RendererTraits
from storyboard.schema.film import Film

SMALL = {
    "schema": 1,
    "title": "Small",
    "seed": 3,
    "look": {"description": "ink", "palette": ["#101820", "#f2aa4c"]},
    "characters": {
        "mira": {"name": "Mira", "description": "a keeper", "wardrobe": {"default": "coat", "s2": "oilskin"}},
        "tom": {"name": "Tom"},
    },
    "locations": {"harbour": {"name": "Harbour", "weather": "fog"}, "tower": {"name": "Tower"}},
    "music": [{"id": "M1", "from": "1A", "to": "2A"}],
    "scenes": [
        {
            "id": "s1",
            "slug": "EXT. HARBOUR - DAY",
            "location": "harbour",
            "shots": [
                {
                    "id": "1A",
                    "duration": 48,
                    "characters": [{"id": "mira"}],
                    "lines": [{"character": "tom", "text": "Ahoy", "at": 12}],
                },
                {"id": "1B", "duration": "2s", "transition": {"kind": "dissolve", "duration": 9}},
            ],
        },
        {
            "id": "s2",
            "slug": "INT. TOWER - NIGHT",
            "location": "tower",
            "time_of_day": "night",
            "shots": [
                {
                    "id": "2A",
                    "duration": 24,
                    "continues": "1A",
                    "characters": [{"id": "tom"}, {"id": "mira"}],
                },
                {"id": "2B", "duration": 24, "continues": "2A", "seed": 5},
            ],
        },
    ],
}


def small() -> dict:
    return copy.deepcopy(SMALL)


def shot(film: dict, name: str) -> dict:
    return next(shot for scene in film["scenes"] for shot in scene["shots"] if shot["id"] == name)


def loaded(film: dict, folder: Path = Path()) -> LoadedFilm:
    return parse_film(yaml.safe_dump(film, sort_keys=False), folder / "film.yaml")


def renderer(**changes: Any) -> Renderer:
    traits = RendererTraits(**{"name": "ink", "version": 1, "seconds_per_frame_720p": 0.5, **changes})
    return Renderer(traits, lambda film, shot: {"detail": 1, **film, **shot})


class Everything(dict):
    """A digest for every file that is asked for."""

    def __missing__(self, name: str) -> str:
        return f"digest of {name}"


def plan(
    film: dict | Film,
    *,
    published=lambda _: False,
    previous=None,
    selection=(),
    decided=None,
    alternatives=None,
    known=None,
    digests=None,
    by: Renderer | None = None,
    **traits: object,
) -> Plan:
    one = by or renderer(**traits)
    return plan_film(
        film if isinstance(film, Film) else Film.model_validate(film),
        Everything() if digests is None else digests,
        lambda shot: one,
        published=published,
        previous=previous or {},
        selection=selection,
        decided=decided,
        alternatives=alternatives,
        known=known,
    )


def digests(film: dict, **traits: object) -> dict[str, str]:
    return {planned.shot: planned.digest for planned in plan(film, **traits).shots}


def large(shots: int) -> dict:
    """A film of chains of twenty shots, with two characters and a line in each shot."""
    film = small()
    film["music"] = []
    film["scenes"] = [
        {
            "id": f"s{number}",
            "slug": "EXT. HARBOUR - DAY",
            "location": "harbour",
            "shots": [
                {
                    "id": f"s{number}-{index}",
                    "duration": "00:00:02:00",
                    "size": "WS",
                    "camera": "push-in",
                    "action": "Something happens here that takes a few words to say.",
                    "characters": [
                        {"id": "mira", "position": "left", "pose": "walking"},
                        {"id": "tom", "position": "right"},
                    ],
                    "lines": [{"character": "mira", "text": "Hold the light", "at": "1s"}],
                    **({"continues": f"s{number}-{index - 1}"} if index else {}),
                }
                for index in range(20)
            ],
        }
        for number in range(shots // 20)
    ]
    return film
