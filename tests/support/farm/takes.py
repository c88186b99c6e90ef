"""Takes as a worker renders them, without one."""

from __future__ import annotations

from farm.backend.protocol import Backend
from farm.schedule.messages import RenderOrder
from farm.store.store import Store
from farm.takes.render import Watcher, make_take


def render_take(backend: Backend, order: RenderOrder, watcher: Watcher, worker: str = "") -> float:
    """Render an order into its store; returns the seconds it took, 0 when the take was there already."""
    store = Store(order.store)
    if store.has("takes", order.digest):
        return 0.0
    return make_take(backend, order, store, watcher, worker)
