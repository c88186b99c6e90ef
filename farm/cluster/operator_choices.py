"""What people have told the farm: kept in the cluster's own key-value store, so it outlives the dispatcher.

It lives as long as the cluster; a production's part goes with the production.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field

from ray.experimental import internal_kv

_KEY = b"shotfarm-decisions"


@dataclass(slots=True)
class Decisions:
    """What holds until people say otherwise.

    Attributes:
        paused: the productions that get no workers.
        priorities: of the productions whose own was changed.
        limits: how many workers may render shots that ask for a tag, by tag.
        drained: the ids of the nodes that get no shots, and whether what renders there is given back at once.
    """

    paused: list[str] = field(default_factory=list)
    priorities: dict[str, int] = field(default_factory=dict)
    limits: dict[str, int] = field(default_factory=dict)
    drained: dict[str, bool] = field(default_factory=dict)

    def keep(self) -> None:
        """Keep them as they are now."""
        internal_kv._internal_kv_put(_KEY, json.dumps(asdict(self)).encode())  # noqa: SLF001

    def forget(self, production: str) -> None:
        """Nobody wants this production any more."""
        if production in self.paused or production in self.priorities:
            self.paused = [name for name in self.paused if name != production]
            self.priorities.pop(production, None)
            self.keep()


def kept_decisions() -> Decisions:
    """Those that were kept last in this cluster."""
    kept = internal_kv._internal_kv_get(_KEY)  # noqa: SLF001
    return Decisions(**json.loads(kept)) if kept else Decisions()
