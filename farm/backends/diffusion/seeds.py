"""Which noise a shot starts from."""

from __future__ import annotations

from storyboard.spec import ShotSpec, digest_of


def seed_of(spec: ShotSpec, retake: int = 0) -> int:
    """The seed of a shot's noise.

    Args:
        spec: the shot; coverage of one set-up has one seed (`setup` in the film document).
        retake: 0 for the first try; each further one has a seed of its own in the same family.
    """
    return spec.seed if not retake else int(digest_of([spec.seed, retake])[:13], 16)
