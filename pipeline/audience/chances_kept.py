"""How often viewers chose each answer of a film, kept in the home folder beside its link."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Mapping
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from farm.store.files import write_atomically
from pipeline.audience.deciding.decisions import Decision, counted
from storyboard.schema.film import Film

_COUNTS: TypeAdapter[dict[str, dict[str, int]]] = TypeAdapter(dict[str, dict[str, int]])


class KeptCounts:
    """Counts of answers by scene; any number of threads may ask.

    Args:
        path: of their file; without one they are forgotten.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._counts: dict[str, dict[str, int]] = {}
        if path:
            with contextlib.suppress(OSError, ValidationError):
                self._counts = _COUNTS.validate_json(path.read_bytes())

    def of(self, scene: str) -> Mapping[str, int]:
        """How often each answer of a scene was chosen."""
        return self._counts.get(scene, {})

    def add(self, film: Film, decision: Decision) -> None:
        """Count one; a folder that cannot be written loses it."""
        with self._lock:
            self._counts = counted(self._counts, film, decision)
            if self._path:
                with contextlib.suppress(OSError):
                    write_atomically(self._path, _COUNTS.dump_json(self._counts), private=True)
