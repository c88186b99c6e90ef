"""Which noise a shot starts from."""

from __future__ import annotations

from storyboard.spec import ShotSpec, digest_of


def seed_of(spec: ShotSpec, seeds: str, retake: int = 0) -> int:
    """The seed of a shot's noise.

    Args:
        spec: the shot.
        retake: 0 for the first try; each further one has a seed of its own in the same family.
        seeds: `shot` for its own; `setup` for one that all shots of the same people in the same place, light
            and weather share, so that coverage of one set-up looks as if shot in one go.
    """
    first = spec.seed if seeds == "shot" else _setup(spec)
    return first if not retake else int(digest_of([first, retake])[:13], 16)


def _setup(spec: ShotSpec) -> int:
    place = spec.location
    people = sorted(one.id for one in spec.characters)
    setup = digest_of([place.id, place.time_of_day, place.weather, *people])
    return int(setup[:13], 16)
