"""The Ray actor that owns one backend and renders one shot at a time, straight into the store."""

from __future__ import annotations

import os
import platform
import threading
import time
import traceback
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import ray

from farm.backend import Backend, Cancelled, Conditioning, backend_class
from farm.clip import CLIP, encode_clip, fitted, read_frames
from farm.machine import machine_facts
from farm.orders import Outcome, RenderOrder
from farm.quality import QualityError, checked
from farm.schedule import FailureKind
from farm.store import Store
from storyboard.errors import FarmError, ShotfarmError, StoreError
from storyboard.spec import ShotSpec

PROGRESS_INTERVAL_S = 0.25


@dataclass(frozen=True, slots=True)
class WorkerFacts:
    """Where a worker lives."""

    node: str
    pid: int


class _Context:
    """The backend's way back to the dispatcher during one shot."""

    def __init__(self, token: int, dispatcher: Any | None, cancelled: threading.Event) -> None:
        self._token = token
        self._dispatcher = dispatcher
        self._cancelled = cancelled
        self._said_at = 0.0

    def progress(self, done: float) -> None:
        now = time.monotonic()
        if self._dispatcher is not None and now - self._said_at >= PROGRESS_INTERVAL_S:
            self._said_at = now
            self._dispatcher.report.remote(self._token, done)

    def check_cancelled(self) -> None:
        if self._cancelled.is_set():
            raise Cancelled


class Worker:
    """One backend, loaded once and kept; the dispatcher makes an actor of it."""

    def __init__(self, name: str, backend: str, dispatcher: Any | None = None) -> None:
        self.name = name
        self._backend_name = backend
        self._dispatcher = dispatcher
        self._backend: Backend | None = None
        self._cancelled: dict[int, threading.Event] = {}

    def load(self) -> WorkerFacts:
        """Load the backend; called once, before the first shot."""
        self._backend = backend_class(self._backend_name)()
        self._backend.load()
        return WorkerFacts(ray.get_runtime_context().get_node_id(), os.getpid())

    def render(self, token: int, order: RenderOrder) -> Outcome:
        """Make one take and publish it; an outcome, never an exception, says how it went."""
        if self._backend is None:
            return Outcome(failure=FailureKind.BACKEND, message="the worker has not loaded its backend")
        cancelled = self._cancelled.setdefault(token, threading.Event())
        try:
            seconds = render_take(
                self._backend, order, _Context(token, self._dispatcher, cancelled), worker=self.name
            )
            return Outcome(render_s=seconds)
        except Cancelled:
            return Outcome(cancelled=True)
        except StoreError as error:
            return Outcome(failure=FailureKind.STORE, message=_words(error))
        except QualityError as error:
            return Outcome(failure=FailureKind.BACKEND, message=error.message)
        except ShotfarmError as error:
            return Outcome(failure=FailureKind.USER, message=_words(error))
        except Exception as error:  # noqa: BLE001  (a backend may raise anything; the dispatcher decides)
            return Outcome(
                failure=FailureKind.BACKEND,
                message=f"{type(error).__name__}: {error}",
                details=traceback.format_exc(),
            )
        finally:
            self._cancelled.pop(token, None)

    def cancel(self, token: int) -> None:
        """Ask the shot of this token to stop at its next step."""
        self._cancelled.setdefault(token, threading.Event()).set()

    def close(self) -> None:
        """Give everything back."""
        if self._backend is not None:
            self._backend.close()
            self._backend = None


def render_take(backend: Backend, order: RenderOrder, context: _Context, worker: str = "") -> float:
    """Render an order into the store; returns the seconds it took, 0 when the take was there already.

    Raises:
        Cancelled: it is no longer wanted.
        StoreError: the take cannot be written, or the predecessor's cannot be read.
        QualityError: the frames are not the take that was asked for.
    """
    started = time.perf_counter()
    store = Store(order.store)
    if store.has("takes", order.digest):
        return 0.0
    spec = ShotSpec.model_validate_json(order.spec)
    conditioning = _conditioning(store, spec, order, type(backend).TRAITS.continuity_frames)
    with store.attempt("takes", order.digest) as attempt:
        frames = checked(backend.render(spec, conditioning, context), spec)
        encode_clip(frames, attempt.path(CLIP), spec.rate)
        seconds = time.perf_counter() - started
        attempt.publish(
            {
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
                **machine_facts(type(backend).TRAITS),
            }
        )
    return seconds


def _conditioning(store: Store, spec: ShotSpec, order: RenderOrder, continuity_frames: int) -> Conditioning:
    files = {}
    for file in spec.files():
        kept = store.find("files", file.sha256)
        if kept is None:
            raise StoreError(
                f"the reference {file.sha256[:12]} is not in the store",
                "run again: it is published before rendering",
            )
        files[file.sha256] = store.file(kept, next(iter(kept.files)))
    if spec.source is None or order.body_of_predecessor is None:
        return Conditioning(files=files)
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
        return Conditioning(predecessor_frames=frames, files=files)
    return Conditioning(files=files, matched_frame=frames[-1])


def _words(error: ShotfarmError) -> str:
    return f"{error.message} ({error.hint})" if error.hint else error.message
