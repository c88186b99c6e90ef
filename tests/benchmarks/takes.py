"""Takes for benchmarks of the assembly: put into a film's store as a worker would, without a farm."""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import TYPE_CHECKING

import numpy as np

from farm.backend.protocol import Conditioning
from farm.backends.slate import SlateBackend
from farm.store.store import Store
from farm.takes.clip import CLIP, encode_clip
from storyboard.planning.spec import ShotSpec
from tests.support.farm.take_facts import facts_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from farm.backend.protocol import Frame
    from pipeline.production.production import Production
    from storyboard.planning.plan import Plan

WHITE = 255


class Quiet:
    """A context that nobody looks into."""

    def progress(self, done: float) -> None:
        """Nobody asks."""

    def check_cancelled(self) -> None:
        """Nobody cancels."""

    def state_kept(self) -> None:
        """Nobody wants the worker."""

    def state_wanted(self) -> bool:
        """Nobody wants one."""
        return False

    def took(self, part: str, seconds: float) -> None:
        """Nobody wants to know."""

    def paid(self, service: str, hundredths: int, usd_per_credit: str) -> None:
        pass

    def begin_next(self) -> None:
        """Shots follow one another."""

    def preview(self, frame: object) -> None:
        """Nobody looks."""


def publish_slates(production: Production, plan: Plan, flashes: Mapping[str, int]) -> None:
    """Publish a slate for every shot that has none, one on each core.

    Args:
        production: whose store they go to.
        plan: its shots.
        flashes: frames of shots' bodies that are white all over, by shot.
    """
    jobs = [
        (production.store.root, shot.spec.model_dump_json(), shot.digest, flashes.get(shot.shot))
        for shot in plan.missing
    ]
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as pool:
        for _ in pool.map(publish_slate, jobs, chunksize=8):
            pass


def publish_clip(production: Production, spec: ShotSpec, clip: Path) -> None:
    """Publish a clip as a take."""
    with production.store.attempt("takes", spec.digest()) as attempt:
        os.link(clip, attempt.path(CLIP))
        attempt.publish(facts_of(spec))


def publish_slate(job: tuple[str, str, str, int | None]) -> None:
    """Publish one: the store, the shot's spec as JSON, the take's digest, and its white frame, if any."""
    root, text, digest, flash = job
    spec = ShotSpec.model_validate_json(text)
    white = None if flash is None else spec.head + flash
    with Store(root).attempt("takes", digest) as attempt:
        encode_clip(_slates(spec, white), attempt.path(CLIP), spec.rate)
        attempt.publish(facts_of(spec))


def _slates(spec: ShotSpec, white: int | None) -> Iterator[Frame]:
    for number, frame in enumerate(SlateBackend().render(spec, Conditioning(), Quiet())):
        yield np.full_like(frame, WHITE) if number == white else frame
