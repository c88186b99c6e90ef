"""The Ray actor that owns one backend and renders one shot at a time, straight into the store."""

from __future__ import annotations

import contextlib
import os
import platform
import signal
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import psutil
import ray
from numpy.typing import NDArray
from pydantic import JsonValue
from ray.exceptions import RayError

from farm.attempts import Attempt, sweep_temporary
from farm.backend import (
    Arrays,
    Backend,
    BrokenError,
    Cancelled,
    Conditioning,
    Encoder,
    Frame,
    Shelf,
    TooLargeError,
    backend_class,
)
from farm.clip import CLIP, encode_clip, fitted, read_frames
from farm.conditioning import SharedShelf, StoreShelf
from farm.logs import AttemptLog, LogOutcome, publish_left, tell_why_ended
from farm.machine import VitalSigns, machine_facts, vital_signs
from farm.node import NodeSettings
from farm.orders import Outcome, RenderOrder
from farm.preview import small_jpeg
from farm.quality import QualityError, QualityMeter, WrongFramesError, checked
from farm.sound import SOUND, write_sound
from farm.states import FailureKind
from farm.store import Store
from storyboard.errors import FarmError, ShotfarmError, StoreError
from storyboard.lab import colours_from_json
from storyboard.spec import ShotSpec

PROGRESS_INTERVAL_S = 0.25
PREVIEW_INTERVAL_S = 2.0
SHARED_S = 60.0
"""for shared conditioning; after that, the store is asked"""
ENDED_S = 10.0
SAY_AGAIN_S = 5.0
"""a worker that leaves says so again after so long: the dispatcher may not have known it yet"""


@dataclass(frozen=True, slots=True)
class WorkerFacts:
    """Where a worker lives."""

    node: str
    pid: int


class _Stops:
    """How an attempt is told to stop: at once, or as soon as it has kept a state."""

    def __init__(self) -> None:
        self.cancelled = threading.Event()
        self.asked_back = threading.Event()
        self.kept = threading.Event()


class _Context:
    """The backend's way back to the dispatcher during one attempt; every call of it is a sign of life.

    Attributes:
        log: of the attempt, where there is one.
    """

    def __init__(self, token: int, dispatcher: Any | None, stops: _Stops, *, overlaps: bool) -> None:
        self.log: AttemptLog | None = None
        self._token = token
        self._dispatcher = dispatcher
        self._stops = stops
        self._overlaps = overlaps
        self._done = 0.0
        self._said_at = self._shown_at = 0.0

    def progress(self, done: float) -> None:
        self._done = done
        if self.log is not None:
            self.log.progress(done)
        self._say()

    def took(self, part: str, seconds: float) -> None:
        if self.log is not None:
            self.log.took(part, seconds)

    def check_cancelled(self) -> None:
        self._say()
        if self._stops.cancelled.is_set() or self._stops.kept.is_set():
            raise Cancelled

    def state_kept(self) -> None:
        if self._stops.asked_back.is_set():
            self._stops.kept.set()

    def state_wanted(self) -> bool:
        return self._stops.asked_back.is_set()

    def begin_next(self) -> None:
        if self._dispatcher is not None and self._overlaps:
            self._dispatcher.began_next.remote(self._token)

    def preview(self, frame: Frame) -> None:
        now = time.monotonic()
        if self._dispatcher is not None and now - self._shown_at >= PREVIEW_INTERVAL_S:
            self._shown_at = now
            self._dispatcher.show.remote(self._token, small_jpeg(frame))

    def _say(self) -> None:
        now = time.monotonic()
        if self._dispatcher is not None and now - self._said_at >= PROGRESS_INTERVAL_S:
            self._said_at = now
            self._dispatcher.report.remote(self._token, self._done)


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


class _TakeContext:
    """What a backend may ask during a take: the watcher's ear, and a place for notes and states."""

    def __init__(self, watcher: Watcher, store: Store, digest: str, attempt: Attempt | None = None) -> None:
        self.progress = watcher.progress
        self.check_cancelled = watcher.check_cancelled
        self.begin_next = watcher.begin_next
        self.preview = watcher.preview
        self.notes: dict[str, JsonValue] = {}
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
        self.notes["sound"] = {"rate": rate, "channels": samples.shape[1], "samples": len(samples)}


class Worker:
    """One backend, loaded once and kept; the dispatcher makes an actor of it."""

    def __init__(self, name: str, backend: str, dispatcher: Any | None = None) -> None:
        self.name = name
        self._backend_name = backend
        self._dispatcher = dispatcher
        self._backend: Backend | None = None
        self._stops: dict[int, _Stops] = {}
        self._load_s: float | None = None
        self._node = NodeSettings()
        if dispatcher is not None:
            # Ray makes its actors in the main thread. Its own handler would have the shot finished first.
            signal.signal(signal.SIGTERM, self._leave)

    def _leave(self, *_: object) -> None:
        """Somebody wants this process to end: what renders is given back as soon as a state has been kept."""
        if self._load_s is None:
            os._exit(0)  # it still loads, and nothing is lost with it
        for stops in [*self._stops.values()]:
            stops.asked_back.set()
        threading.Thread(target=self._stand_down, daemon=True).start()

    def _stand_down(self) -> None:
        """Get no more shots, and be closed and ended after those that it has."""
        while self._dispatcher is not None:
            self._dispatcher.stand_down.remote(self.name)
            time.sleep(SAY_AGAIN_S)

    def load(self) -> WorkerFacts:
        """Load the backend; called once, before the first shot."""
        started = time.perf_counter()
        self._backend = backend_class(self._backend_name)()
        self._backend.load()
        self._load_s = round(time.perf_counter() - started, 3)
        threading.Thread(target=_clear_up, daemon=True).start()
        return WorkerFacts(ray.get_runtime_context().get_node_id(), os.getpid())

    def vital_signs(self) -> VitalSigns:
        """Its memory and cards, and its machine's, now."""
        return vital_signs(os.environ.get("CUDA_VISIBLE_DEVICES"))

    def render(self, token: int, order: RenderOrder) -> Outcome:
        """Make one take and publish it; an outcome, never an exception, says how it went."""
        log: AttemptLog | None = None

        def begin() -> None:
            nonlocal log
            # Without a farm, what this process prints is for whoever runs it.
            if log is None and self._dispatcher is not None:
                log = AttemptLog.begin(order, token, self.name, self._backend_name, self._load_s)

        def work(backend: Backend, context: _Context) -> float:
            store = Store(order.store, self._node)
            if store.has("takes", order.digest):
                return 0.0  # nothing is made, so there is nothing to tell of it
            begin()
            context.log = log
            return make_take(backend, order, store, context, worker=self.name, shelves=self._shelf)

        outcome = self._attempt(token, work)
        if outcome.failure is not None:
            begin()
        if log is not None:
            log.end(_log_outcome(outcome), outcome.message, outcome.details)
        return outcome

    def encode(self, token: int, orders: Sequence[RenderOrder]) -> Outcome:
        """Encode what these orders need, for every worker; a backend without encoders has nothing to do."""

        def work(backend: Backend, context: _Context) -> float:
            started = time.perf_counter()
            if isinstance(backend, Encoder):
                encode_takes(backend, orders, context, shelves=self._shelf)
            return time.perf_counter() - started

        return self._attempt(token, work)

    def _attempt(self, token: int, work: Callable[[Backend, _Context], float]) -> Outcome:
        if self._backend is None:
            return Outcome(failure=FailureKind.BACKEND, message="the worker has not loaded its backend")
        stops = self._stops.setdefault(token, _Stops())
        try:
            overlaps = type(self._backend).TRAITS.overlaps
            context = _Context(token, self._dispatcher, stops, overlaps=overlaps)
            return Outcome(render_s=work(self._backend, context))
        except Cancelled:
            given_back = stops.kept.is_set() and not stops.cancelled.is_set()
            return Outcome(cancelled=not given_back, given_back=given_back)
        except StoreError as error:
            return Outcome(failure=FailureKind.STORE, message=_words(error))
        except (WrongFramesError, BrokenError) as error:
            return Outcome(failure=FailureKind.BACKEND, message=_words(error))
        except QualityError as error:
            return Outcome(failure=FailureKind.QUALITY, message=_words(error))
        except (TooLargeError, MemoryError) as error:
            return Outcome(failure=FailureKind.MEMORY, message=_words(error))
        except ShotfarmError as error:
            return Outcome(failure=FailureKind.USER, message=_words(error))
        except Exception as error:  # noqa: BLE001  (a backend may raise anything; the dispatcher decides)
            return Outcome(
                failure=FailureKind.BACKEND,
                message=f"{type(error).__name__}: {error}",
                details=traceback.format_exc(),
            )
        finally:
            self._stops.pop(token, None)

    def cancel(self, token: int) -> None:
        """Ask the shot of this token to stop at its next step."""
        self._stops.setdefault(token, _Stops()).cancelled.set()

    def give_back(self, token: int) -> None:
        """Ask the shot of this token to stop as soon as it has kept a state."""
        self._stops.setdefault(token, _Stops()).asked_back.set()

    def _shelf(self, store: Store) -> Shelf:
        """A store's conditioning, in memory that is shared with the other workers of this node."""
        dispatcher, root = self._dispatcher, store.root
        below = StoreShelf(store)
        return below if dispatcher is None else SharedShelf(lambda key: _shared(dispatcher, root, key), below)

    def close(self) -> None:
        """Give everything back."""
        if self._backend is not None:
            self._backend.close()
            self._backend = None


Shelves = Callable[[Store], Shelf]
"""where a store's conditioning is kept"""


def render_take(
    backend: Backend,
    order: RenderOrder,
    watcher: Watcher,
    worker: str = "",
    shelves: Shelves = StoreShelf,
) -> float:
    """Render an order into the store; returns the seconds it took, 0 when the take was there already.

    Raises:
        Cancelled: it is no longer wanted.
        StoreError: the take cannot be written, or the predecessor's cannot be read.
        QualityError: the frames are not the take that was asked for.
    """
    store = Store(order.store)
    if store.has("takes", order.digest):
        return 0.0
    return make_take(backend, order, store, watcher, worker, shelves)


def make_take(
    backend: Backend,
    order: RenderOrder,
    store: Store,
    watcher: Watcher,
    worker: str = "",
    shelves: Shelves = StoreShelf,
) -> float:
    """The same for a take that is not there."""
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
        attempt.publish(
            {
                **context.notes,
                "shot": spec.shot,
                "spec": spec.model_dump(mode="json"),
                "frames": spec.total_frames,
                "head": spec.head,
                "body": spec.frames,
                "tail": spec.tail,
                "render_s": round(seconds, 3),
                "worker": worker,
                "machine": platform.node(),
                "shotfarm": version("shotfarm"),
                "python": platform.python_version(),
                "quality": meter.report().as_json(conditioning.chain_start),
                **machine_facts(type(backend).TRAITS),
            }
        )
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


def _log_outcome(outcome: Outcome) -> LogOutcome:
    if outcome.failure is not None:
        return LogOutcome.FAILED
    if outcome.given_back:
        return LogOutcome.GIVEN_BACK
    return LogOutcome.STOPPED if outcome.cancelled else LogOutcome.DONE


def _shared(dispatcher: Any, root: str, digest: str) -> Arrays | None:
    """Arrays in Ray's object store; None when there are none or they are lost."""
    try:
        found = ray.get(dispatcher.conditioning.remote(root, digest), timeout=SHARED_S)
        arrays: Arrays | None = None if found is None else ray.get(found[0], timeout=SHARED_S)
    except RayError:
        return None
    return arrays


def _clear_up() -> None:
    """After the workers that were killed on this machine."""
    sweep_temporary()
    publish_left()


def end_process(pid: int, why: Mapping[int, str]) -> bool:
    """End a worker's process on this node; True when it is gone for certain.

    Args:
        pid: the process.
        why: what the logs of its attempts, by their tokens, shall say of that.
    """
    try:
        process = psutil.Process(pid)
        if not "".join(process.cmdline()).startswith("ray::"):
            return True  # the number is somebody else's by now
        # Whoever publishes what it leaves behind may be quicker than who ended it.
        tell_why_ended(pid, why)
        process.kill()
        process.wait(ENDED_S)
    except psutil.NoSuchProcess:
        return True
    except psutil.TimeoutExpired:
        return False
    return True


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
        measured = take.facts.get("quality")
        measured = measured if isinstance(measured, dict) else {}
        start = colours_from_json(measured.get("chain_start") or measured.get("colours"))
        return Conditioning(predecessor_frames=frames, files=files, shelf=shelf, chain_start=start)
    return Conditioning(files=files, shelf=shelf, matched_frame=frames[-1])


def _words(error: ShotfarmError | MemoryError) -> str:
    if isinstance(error, MemoryError):
        return f"the worker ran out of memory: {error}" if str(error) else "the worker ran out of memory"
    return f"{error.message} ({error.hint})" if error.hint else error.message
