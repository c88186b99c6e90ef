"""The Ray actor that owns one backend and renders one shot at a time, straight into the store."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import psutil
import ray
from ray.exceptions import RayError

from farm.backend.protocol import (
    Arrays,
    Backend,
    Cancelled,
    Encoder,
    Frame,
    Shelf,
)
from farm.backend.registry import backend_class
from farm.host.aside import sweep_asides
from farm.host.hardware import VitalSigns, card_names, vital_signs
from farm.host.identity import birth_of, is_gone
from farm.host.settings import NodeSettings
from farm.logs.attempt_log import AttemptLog
from farm.logs.kept import publish_left, tell_why_ended
from farm.schedule.bookkeeping import Bookkeeping
from farm.schedule.messages import Outcome, RenderOrder
from farm.schedule.states import FailureKind
from farm.store.store import Store
from farm.takes.failures import failure_of
from farm.takes.preview import small_jpeg
from farm.takes.render import encode_takes, make_take
from farm.takes.shelves import SharedShelf, StoreShelf
from farm.takes.speeds import keep_speed
from storyboard.planning.spec import ShotSpec

PROGRESS_INTERVAL_S = 0.25
PREVIEW_INTERVAL_S = 2.0
SHARED_S = 60.0
"""for shared conditioning; after that, the store is asked"""
ENDED_S = 10.0
SAY_AGAIN_S = 5.0
"""a worker that leaves says so again after so long: the dispatcher may not have known it yet"""


@dataclass(frozen=True, slots=True)
class WorkerFacts:
    """Where a worker lives, what tells its process from others, and its first graphics card, if any."""

    node: str
    pid: int
    birth: str
    card: str = ""


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

    def __init__(
        self, token: int, dispatcher: Any | None, stops: _Stops, books: Bookkeeping, *, overlaps: bool
    ) -> None:
        self.log: AttemptLog | None = None
        self._token = token
        self._dispatcher = dispatcher
        self._stops = stops
        self._books = books
        self._overlaps = overlaps
        self._done = 0.0
        self._said_at = self._shown_at = 0.0

    def progress(self, done: float) -> None:
        self._done = done
        if self.log is not None:
            with self._books.of("writing the log of an attempt"):
                self.log.progress(done)
        self._say()

    def took(self, part: str, seconds: float) -> None:
        if self.log is not None:
            with self._books.of("writing the log of an attempt"):
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

    def paid(self, service: str, hundredths: int, usd_per_credit: str) -> None:
        if self._dispatcher is not None:
            self._dispatcher.paid.remote(self._token, service, hundredths, usd_per_credit)

    def preview(self, frame: Frame) -> None:
        now = time.monotonic()
        if self._dispatcher is not None and now - self._shown_at >= PREVIEW_INTERVAL_S:
            self._shown_at = now
            with self._books.of("making a preview"):
                self._dispatcher.show.remote(self._token, small_jpeg(frame))

    def _say(self) -> None:
        now = time.monotonic()
        if self._dispatcher is not None and now - self._said_at >= PROGRESS_INTERVAL_S:
            self._said_at = now
            self._dispatcher.report.remote(self._token, self._done)


class Worker:
    """One backend, loaded once and kept; the dispatcher makes an actor of it."""

    def __init__(self, name: str, backend: str, dispatcher: Any | None = None) -> None:
        self.name = name
        self._backend_name = backend
        self._dispatcher = dispatcher
        self._backend: Backend | None = None
        self._stops: dict[int, _Stops] = {}
        self._load_s: float | None = None
        self._facts: WorkerFacts | None = None
        self._loading = threading.Lock()
        self._card = ""
        self._node = NodeSettings()
        self._books = Bookkeeping(self._troubled)
        if dispatcher is not None:
            # Ray makes its actors in the main thread. Its own handler would have the shot finished first.
            signal.signal(signal.SIGTERM, self._leave)

    def _troubled(self, what: str, why: str) -> None:
        """The work went on, and the farm's status shall say what did not."""
        if self._dispatcher is not None:
            self._dispatcher.troubled.remote(what, why)

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
        """Load the backend before the first shot; of workers that share this process, the first does."""
        with self._loading:
            if self._facts is None:
                self._facts = self._load()
            return self._facts

    def _load(self) -> WorkerFacts:
        started = time.perf_counter()
        self._backend = backend_class(self._backend_name)()
        self._backend.load()
        self._load_s = round(time.perf_counter() - started, 3)
        threading.Thread(target=_clear_up, daemon=True).start()
        cards = card_names(os.environ.get("CUDA_VISIBLE_DEVICES"))
        self._card = cards[0] if cards and type(self._backend).TRAITS.resources.gpus else ""
        pid = os.getpid()
        return WorkerFacts(ray.get_runtime_context().get_node_id(), pid, birth_of(pid), self._card)

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
                with self._books.of("writing the log of an attempt"):
                    log = AttemptLog.begin(
                        order, token, self.name, self._backend_name, self._load_s, self._node
                    )

        def work(backend: Backend, context: _Context) -> float:
            store = Store(order.store, self._node)
            if store.has("takes", order.digest):
                return 0.0  # nothing is made, so there is nothing to tell of it
            begin()
            context.log = log
            goes_on = type(backend).TRAITS.keeps_states and store.notes.kept_state(order.digest) is not None
            render_s = make_take(backend, order, store, context, worker=self.name, shelves=self._shelf)
            if not goes_on:  # else it is only a part of the work
                with self._books.of("noting how long a take took"):
                    spec = ShotSpec.model_validate_json(order.spec)
                    keep_speed(store.notes, spec, render_s, self._card)
            return render_s

        outcome = self._attempt(token, work)
        if outcome.failure is not None:
            begin()
        if log is not None:
            with self._books.of("writing the log of an attempt"):
                log.end(outcome.state, outcome.message, outcome.details)
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
            context = _Context(token, self._dispatcher, stops, self._books, overlaps=overlaps)
            return Outcome(render_s=work(self._backend, context))
        except Cancelled:
            given_back = stops.kept.is_set() and not stops.cancelled.is_set()
            return Outcome(cancelled=not given_back, given_back=given_back)
        except Exception as error:  # noqa: BLE001  (a backend may raise anything; the dispatcher decides)
            return failure_of(error)
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
    sweep_asides()
    publish_left()


def end_process(pid: int, birth: str, why: Mapping[int, str]) -> bool:
    """End a worker's process on this node; True when it is gone for certain.

    Args:
        pid: the process.
        birth: of that one; another may have its number by now.
        why: what the logs of its attempts, by their tokens, shall say of that.
    """
    # Whoever publishes what it leaves behind may be quicker than who ended it.
    tell_why_ended(pid, why)
    try:
        process = psutil.Process(pid)
        if is_gone(pid, birth):
            return True
        process.kill()
        process.wait(ENDED_S)
    except psutil.NoSuchProcess:
        return True
    except psutil.TimeoutExpired:
        return False
    return True
