"""Which shots' inputs are encoded together, before they render. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from farm.schedule.states import ShotRequest, WorkerNeeds
from storyboard.digest import digest_of

MOST_SHOTS = 64
"""in one encoding: the first shots need not wait for the last ones' inputs"""


def with_encodings(
    requests: Iterable[ShotRequest], encodes_apart: Callable[[str], bool]
) -> list[ShotRequest]:
    """The same shots, each waiting for an encoding, with the encodings in front of them.

    Shots of the same needs and one model (the first part of their warmth) share encodings, in film order. The
    same shots make the same encodings.

    Args:
        requests: shots, in the order of the film.
        encodes_apart: whether a backend's encoders run apart from its renderer.
    """
    shots = [*requests]
    apart = {backend: encodes_apart(backend) for backend in {shot.backend for shot in shots}}
    groups: dict[tuple[WorkerNeeds, tuple[str, ...]], list[ShotRequest]] = {}
    for shot in shots:
        if apart[shot.backend]:
            groups.setdefault((shot.needs, shot.warmth[:1]), []).append(shot)
    encodings: list[ShotRequest] = []
    name_of: dict[str, str] = {}
    for (needs, warmth), members in groups.items():
        for start in range(0, len(members), MOST_SHOTS):
            part = members[start : start + MOST_SHOTS]
            digests = tuple(shot.digest for shot in part)
            name = f"encoding-{digest_of(list(digests))}"
            name_of |= dict.fromkeys(digests, name)
            encodings.append(
                ShotRequest(
                    name,
                    f"inputs of {len(part)} shot{'s' if len(part) > 1 else ''}",
                    needs.backend,
                    part[0].order,
                    rank=float("inf"),
                    warmth=warmth,
                    encodes=digests,
                    silence_s=max(shot.silence_s for shot in part),
                    tags=needs.tags,
                    gpus=needs.gpus,
                    node_wait_s=max(shot.node_wait_s for shot in part),
                    renderer=part[0].renderer,
                )
            )
    return [*encodings, *(replace(shot, encoding=name_of.get(shot.digest)) for shot in shots)]
