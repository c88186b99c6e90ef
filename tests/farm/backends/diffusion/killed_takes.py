"""Takes that are rendered in a process of their own, and killed -9 in the middle."""

from __future__ import annotations

import functools
import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from multiprocessing.context import ForkServerContext
from pathlib import Path

import torch
from conformance import Recorder
from orders_of_slates import render_order

from farm.backends.diffusion import DiffusionBackend
from farm.backends.diffusion.families import FAMILIES
from farm.backends.diffusion.take import Rendered
from farm.store import Store
from farm.worker import render_take
from storyboard.spec import ShotSpec

PATIENCE_S = 60.0


class Slow(Recorder):
    """Takes its time between the steps."""

    def progress(self, done: float) -> None:
        super().progress(done)
        time.sleep(0.3)


def killed_while(
    reached: Callable[[Store], object], spec: ShotSpec, folder: Path, *, first_try_fails: bool = False
) -> Store:
    """Start a take in a process of its own, and kill -9 it as soon as its store has `reached` something."""
    store = Store(folder / "store")
    child = _forks().Process(target=_render, args=(spec.model_dump_json(), store.root, first_try_fails))
    child.start()
    end = time.monotonic() + PATIENCE_S
    while not reached(store):
        assert child.is_alive()
        assert time.monotonic() < end
        time.sleep(0.05)
    assert child.pid is not None
    os.kill(child.pid, signal.SIGKILL)
    child.join()
    return store


@functools.cache
def _forks() -> ForkServerContext:
    """Processes that begin as copies of one that has imported everything."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__, "diffusers", "transformers"])
    return context


def _render(spec: str, store: str, first_try_fails: bool) -> None:
    if first_try_fails:
        _spoil_first_try()
    backend = DiffusionBackend()
    backend.load()
    render_take(backend, render_order(ShotSpec.model_validate_json(spec), store), Slow())


def _spoil_first_try() -> None:
    """The first try of Wan is flat and refused; what comes after is the model's own."""
    module = FAMILIES["wan"].module
    real, tries = module.render, []

    def render(pipe, take):
        tries.append(1)
        rendered = real(pipe, take)
        return rendered if len(tries) > 1 else Rendered(torch.zeros_like(rendered.frames))

    module.render = render
