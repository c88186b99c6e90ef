"""Viewers of a film that is made while they watch it, on simulated farms: who has to stop."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from pathlib import Path

from tests.support.pipeline.simulated_audience import (
    FILM,
    PLAYHEAD,
    POLICIES,
    SHORTEST,
    Show,
    Story,
    Told,
    Viewer,
    any_way,
    branching,
    linear,
    need,
    separate_work_s,
)

SHOTS, SCENES = 80, 28
RATIOS: tuple[float | tuple[float, float], ...] = (0.5, 2.0, 8.0, 20.0, (0.5, 20.0))
"""how many times as long as they last shots take to make"""
MOST_WORKERS = 64
AT_ONCE, MANY = (1, 8), 50
COME_WITHIN_S = 60.0
_SAID = {PLAYHEAD: "playhead first", FILM: "film order", SHORTEST: "shortest first"}


def anywhere(viewers: int, ratio: float | tuple[float, float], seed: int) -> tuple[Story, list[Viewer]]:
    """A film of one scene, which everybody begins somewhere in its first two thirds."""
    story, chance = linear(SHOTS, ratio, seed), random.Random(seed + 1)
    length_s = sum(shot.seconds for shot in story.scenes[0])
    comes = [chance.uniform(0, COME_WITHIN_S) for _ in range(viewers)]
    return story, [
        Viewer(f"v{number}", at, (0,), chance.uniform(0, length_s * 2 / 3)) for number, at in enumerate(comes)
    ]


def answering(viewers: int, ratio: float | tuple[float, float], seed: int) -> tuple[Story, list[Viewer]]:
    """A film of nine questions; nobody knows what a viewer will answer."""
    story, chance = branching(SCENES, SHOTS, ratio, seed), random.Random(seed + 1)
    return story, [
        Viewer(f"v{number}", chance.uniform(0, COME_WITHIN_S), any_way(story, chance))
        for number in range(viewers)
    ]


def workers_for(story: Story, viewers: Sequence[Viewer], times: float) -> int:
    """So many times the workers that the viewers need, in whole ones."""
    return min(MOST_WORKERS, max(1, math.ceil(times * need(story, viewers))))


def told(shows: Sequence[Told]) -> tuple[float, float]:
    """The share of viewers who never had to stop, in per cent, and how long they waited before they began."""
    stops = [count for one in shows for count in one.stopped.values()]
    waits = [wait_s for one in shows for wait_s in one.waited_s.values()]
    return round(100 * sum(not count for count in stops) / len(stops), 1), round(sum(waits) / len(waits), 1)


def run(folder: Path, seeds: int = 3) -> dict[str, float | str]:
    """Measure in simulated time; nothing but the ratios of these depends on the machine."""
    del folder
    result: dict[str, float | str] = {}
    for words, make in (("who begin anywhere", anywhere), ("who answer", answering)):
        shows = [make(count, ratio, seed) for count in AT_ONCE for ratio in RATIOS for seed in range(seeds)]
        staff = [workers_for(*show, 1.2) for show in shows]
        result[f"viewers {words}: workers at 1.2 times the need"] = f"{min(staff)} to {max(staff)}"
        for policy in POLICIES:
            share, wait_s = told(
                [Show(*show, workers, policy).run() for show, workers in zip(shows, staff, strict=True)]
            )
            result[f"{words}, {_SAID[policy]}: never had to stop, %"] = share
            result[f"{words}, {_SAID[policy]}: began after, s"] = wait_s
        scarce = [Show(*show, workers_for(*show, 0.8), PLAYHEAD).run() for show in shows]
        share, wait_s = told(scarce)
        result[f"{words}, playhead first at 0.8 times the need: never had to stop, %"] = share
        result[f"{words}, playhead first at 0.8 times the need: began after, s"] = wait_s
    story, many = answering(MANY, 2.0, 1)
    made = Show(story, many, workers_for(story, many, 1.2), PLAYHEAD).run()
    result[f"{MANY} viewers who answer, never had to stop, %"] = told([made])[0]
    result[f"{MANY} separate films to what was made for {MANY} viewers, work"] = round(
        separate_work_s(story, many) / made.made_s, 1
    )
    return result
