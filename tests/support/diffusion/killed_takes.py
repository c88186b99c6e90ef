"""Takes that are rendered in a process of their own, and killed -9 in the middle."""

from __future__ import annotations

import functools
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Mapping
from multiprocessing.context import ForkServerContext
from pathlib import Path

import torch

from farm.backend.conformance import Recorder
from farm.backends.diffusion import DiffusionBackend
from farm.backends.diffusion.families.call import Rendered
from farm.backends.diffusion.families.registry import FAMILIES
from farm.store.store import Store
from storyboard.planning.spec import ShotSpec
from tests.support.farm.orders_of_slates import render_order
from tests.support.farm.takes import render_take
from tests.support.waiting import until

HALTED = "halted"


class Halting(Recorder):
    """Waits for its end after the first step at which its first try, or its second, has kept a state."""

    def __init__(self, store: Store, digest: str, *, in_second_try: bool) -> None:
        super().__init__()
        self._store = store
        self._digest = digest
        self._in_second_try = in_second_try
        self._of_first: bytes | None = None

    def progress(self, done: float) -> None:
        super().progress(done)
        notes = self._store.notes
        state = notes.kept_state(self._digest)
        if self._in_second_try and (not notes.kept_refused(self._digest) or self._of_first is None):
            self._of_first = state
        elif state != self._of_first:
            (Path(self._store.root) / HALTED).touch()
            threading.Event().wait()


def killed(
    spec: ShotSpec,
    folder: Path,
    *,
    files: Mapping[str, Path] | None = None,
    in_second_try: bool = False,
    look: Callable[[int], None] | None = None,
) -> Store:
    """Render a take in a process of its own, and kill -9 that when it has kept a state.

    Args:
        spec: of the take, which keeps states.
        folder: for its store.
        files: that it names, by their SHA-256.
        in_second_try: its first try is refused, and it is killed in the second.
        look: called with the process's id before it is killed.
    """
    store = Store(folder / "store")
    for sha256, path in (files or {}).items():
        store.keep_file(path, sha256)
    child = _forks().Process(target=_render, args=(spec.model_dump_json(), store.root, in_second_try))
    child.start()
    until(lambda: (Path(store.root) / HALTED).exists() or not child.is_alive(), "it halts")
    assert child.is_alive()
    assert child.pid is not None
    if look is not None:
        look(child.pid)
    os.kill(child.pid, signal.SIGKILL)
    child.join()
    return store


@functools.cache
def _forks() -> ForkServerContext:
    """Processes that begin as copies of one that has imported everything."""
    context = multiprocessing.get_context("forkserver")
    # Both libraries import what they are made of when it is first named, which each process would do again.
    context.set_forkserver_preload([__name__, "transformers", "diffusers.pipelines.wan.pipeline_wan"])
    return context


def _render(spec: str, root: str, in_second_try: bool) -> None:
    if in_second_try:
        _spoil_first_try()
    take = ShotSpec.model_validate_json(spec)
    watcher = Halting(Store(root), take.digest(), in_second_try=in_second_try)
    backend = DiffusionBackend()
    backend.load()
    render_take(backend, render_order(take, root), watcher)


def _spoil_first_try() -> None:
    """The first try of Wan is flat and refused; what comes after is the model's own."""
    module = FAMILIES["wan"].module
    real, tries = module.render, []

    def render(pipe, take):
        tries.append(1)
        rendered = real(pipe, take)
        return rendered if len(tries) > 1 else Rendered(torch.zeros_like(rendered.frames))

    module.render = render
