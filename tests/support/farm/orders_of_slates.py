"""Small slate shots, and what a farm or a worker is asked for to render them."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

from farm.backend.conformance import shot
from farm.backend.registry import backend_class
from farm.backend.traits import complete_options
from farm.backends.slate import SlateBackend
from farm.schedule.messages import ProductionOrder, RenderOrder
from farm.schedule.states import ShotRequest
from storyboard.errors import UsageError
from storyboard.planning.spec import Predecessor, ShotSpec


def slate(name: str, *, frames: int = 6, after: ShotSpec | None = None, **changes: Any) -> ShotSpec:
    """A shot of 64 by 36 pixels; what is no field of a spec is an option of the slate."""
    fields = {key: changes.pop(key) for key in list(changes) if key in ShotSpec.model_fields}
    return shot(
        shot=name,
        backend="slate",
        options=complete_options(SlateBackend.TRAITS, changes),
        frames=frames,
        predecessor=Predecessor(shot=after.shot, digest=after.digest()) if after else None,
        **({"head": 0, "tail": 0} | fields),
    )


def render_order(spec: ShotSpec, store: Path | str, after: ShotSpec | None = None) -> RenderOrder:
    """What a worker is asked for."""
    body = (after.head, after.frames) if after else None
    return RenderOrder(
        spec.digest(), spec.shot or spec.digest()[:6], spec.model_dump_json(), str(store), body
    )


def production_order(
    specs: list[ShotSpec], store: Path | str, title: str = "film", max_workers: int | None = None
) -> ProductionOrder:
    """What a farm is asked for: all of these shots, each after the one that it continues."""
    known = {spec.digest(): spec for spec in specs}
    requests, orders = [], {}
    for number, spec in enumerate(specs):
        after = known.get(spec.predecessor.digest) if spec.predecessor else None
        orders[spec.digest()] = render_order(spec, store, after)
        requests.append(
            ShotRequest(
                spec.digest(),
                spec.shot or spec.digest()[:6],
                spec.backend,
                number,
                after=after.digest() if after else None,
                work_s=float(spec.total_frames),
                places=_places(spec),
            )
        )
    name = f"{title}-{secrets.token_hex(4)}"
    return ProductionOrder(name, title, tuple(requests), orders, max_workers)


def _places(spec: ShotSpec) -> int:
    """How many workers its backend wants at most; as many as there is room, of one that only workers know."""
    try:
        return backend_class(spec.backend).TRAITS.places_for(spec.options)
    except UsageError:
        return 0
