"""A take rendered straight into the store, and what takes need encoded, by whichever backend; without Ray."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from pydantic import JsonValue

from farm.backend.protocol import Backend, Conditioning, Encoder, Frame, Shelf
from farm.schedule.messages import RenderOrder
from farm.store.attempts import Attempt
from farm.store.store import Store
from farm.takes.clip import CLIP, encode_clip, fitted, read_frames
from farm.takes.facts import SoundFacts, TakeFacts
from farm.takes.provenance import provenance_of
from farm.takes.quality import QualityMeter, checked
from farm.takes.shelves import StoreShelf
from farm.takes.sound import SOUND, write_sound
from storyboard.errors import FarmError
from storyboard.planning.spec import ShotSpec

Shelves = Callable[[Store], Shelf]
"""where a store's conditioning is kept"""


class Watcher(Protocol):
    """Who hears of a shot's progress and may stop it."""

    def progress(self, done: float) -> None:
        """So much of the shot is done, 0 to 1."""

    def check_cancelled(self) -> None:
        """Raise `Cancelled` when the shot is no longer wanted."""

    def state_kept(self) -> None:
        """A state has been kept; when the worker is wanted elsewhere, `check_cancelled` now raises."""

    def state_wanted(self) -> bool:
        """Whether the worker is wanted elsewhere, as soon as a state has been kept."""

    def begin_next(self) -> None:
        """The next shot may begin."""

    def took(self, part: str, seconds: float) -> None:
        """A part of the work (`render`, `encode`) took so long, whether it went well or not."""

    def preview(self, frame: Frame) -> None:
        """A picture of what is being made."""

    def paid(self, service: str, hundredths: int, usd_per_credit: str) -> None:
        """A hosted service asks for so many hundredths of its unit."""


class _TakeContext:
    """What a backend may ask during a take: the watcher's ear, and a place for notes and states."""

    def __init__(self, watcher: Watcher, store: Store, digest: str, attempt: Attempt | None = None) -> None:
        self.progress = watcher.progress
        self.check_cancelled = watcher.check_cancelled
        self.begin_next = watcher.begin_next
        self.preview = watcher.preview
        self.paid = watcher.paid
        self.notes: dict[str, JsonValue] = {}
        self.sound: SoundFacts | None = None
        self.state_wanted = watcher.state_wanted
        self._state_kept = watcher.state_kept
        self._store = store
        self._digest = digest
        self._attempt = attempt

    def note(self, facts: Mapping[str, JsonValue]) -> None:
        self.notes.update(facts)

    def kept_state(self) -> bytes | None:
        return self._store.notes.kept_state(self._digest)

    def keep_state(self, state: bytes) -> None:
        self._store.notes.keep_state(self._digest, state)
        self._state_kept()

    def refused(self) -> Sequence[JsonValue]:
        return self._store.notes.kept_refused(self._digest)

    def keep_refused(self, tries: Sequence[JsonValue]) -> str:
        return self._store.notes.keep_refused(self._digest, tries)

    def keep_sound(self, samples: NDArray[np.float32], rate: int) -> None:
        if self._attempt is None:
            raise RuntimeError("only a take has sound")
        write_sound(samples, rate, self._attempt.path(SOUND))
        self.sound = SoundFacts(rate=rate, channels=samples.shape[1], samples=len(samples))


def make_take(
    backend: Backend,
    order: RenderOrder,
    store: Store,
    watcher: Watcher,
    worker: str = "",
    shelves: Shelves = StoreShelf,
) -> float:
    """Render an order whose take is not there into its store; returns the seconds it took.

    Raises:
        Cancelled: it is no longer wanted.
        StoreError: the take cannot be written, or the predecessor's cannot be read.
        QualityError: the frames are not the take that was asked for.
    """
    started = time.perf_counter()
    spec = ShotSpec.model_validate_json(order.spec)
    frames_before = type(backend).TRAITS.continuity_frames
    conditioning = _conditioning(store, spec, order, frames_before, shelves(store))
    meter = QualityMeter()
    with store.attempt("takes", order.digest) as attempt:
        context = _TakeContext(watcher, store, order.digest, attempt)
        with _timed(backend.render(spec, conditioning, context), started, watcher) as frames:
            encode_clip(meter.watch(checked(frames, spec)), attempt.path(CLIP), spec.rate)
        seconds = time.perf_counter() - started
        facts = TakeFacts(
            spec=spec,
            render_s=round(seconds, 3),
            quality=meter.report().in_chain(conditioning.chain_start),
            sound=context.sound,
            made_by=provenance_of(type(backend).TRAITS, worker),
            notes=context.notes,
        )
        attempt.publish(facts.as_json())
    store.notes.drop_state(order.digest)
    store.notes.drop_refused(order.digest)
    return seconds


def encode_takes(
    backend: Encoder, orders: Sequence[RenderOrder], watcher: Watcher, shelves: Shelves = StoreShelf
) -> int:
    """Encode what these orders need, before or beside their rendering; returns how much was not there yet.

    Raises:
        Cancelled: it is no longer wanted.
        StoreError: a reference is missing, or the store cannot be written.
    """
    encoded = 0
    stores: dict[str, list[RenderOrder]] = {}
    for order in orders:
        stores.setdefault(order.store, []).append(order)
    for root, wanted in stores.items():
        store = Store(root)
        missing = [order for order in wanted if not store.has("takes", order.digest)]
        specs = [ShotSpec.model_validate_json(order.spec) for order in missing]
        files = {sha256: path for spec in specs for sha256, path in _files(store, spec).items()}
        conditioning = Conditioning(files=files, shelf=shelves(store))
        encoded += backend.encode(specs, conditioning, _TakeContext(watcher, store, ""))
    return encoded


@contextlib.contextmanager
def _timed(frames: Iterator[Frame], started: float, watcher: Watcher) -> Iterator[Iterator[Frame]]:
    """Tell the watcher how long the backend took for its frames, and how long everything else."""
    waited = 0.0

    def passed_on() -> Iterator[Frame]:
        nonlocal waited
        while True:
            asked = time.perf_counter()
            try:
                frame = next(frames)
            except StopIteration:
                return
            finally:
                waited += time.perf_counter() - asked
            yield frame

    try:
        yield passed_on()
    finally:
        watcher.took("render", waited)
        watcher.took("encode", time.perf_counter() - started - waited)


def _files(store: Store, spec: ShotSpec) -> dict[str, Path]:
    """The local copy of each file that a shot is made from."""
    return {file.sha256: store.kept_file(file.sha256) for file in spec.files()}


def _conditioning(
    store: Store, spec: ShotSpec, order: RenderOrder, continuity_frames: int, shelf: Shelf
) -> Conditioning:
    files = _files(store, spec)
    if spec.source is None or order.body_of_predecessor is None:
        return Conditioning(files=files, shelf=shelf)
    take = store.find("takes", spec.source.digest)
    if take is None:
        raise FarmError(f"the take of shot {spec.source.shot} is not in the store")
    head, length = order.body_of_predecessor
    end = head + length
    wanted = continuity_frames if spec.predecessor else 1
    frames = tuple(
        fitted(frame, spec.width, spec.height)
        for frame in read_frames(store.file(take, CLIP), max(head, end - wanted), end)
    )
    if spec.predecessor:
        measured = TakeFacts.of(take).quality
        start = measured.chain_start or measured.colours
        return Conditioning(predecessor_frames=frames, files=files, shelf=shelf, chain_start=start)
    return Conditioning(files=files, shelf=shelf, matched_frame=frames[-1])
