"""The one seam to what a retake wishes: values that planning lays over the storyboard's shot."""

from __future__ import annotations

from pydantic import JsonValue

Adjustment = dict[str, JsonValue]
"""values by name; planning reads them"""


def renderer_of(adjustment: Adjustment | None) -> str | None:
    """The renderer that an adjustment names for its shot, or None."""
    renderer = (adjustment or {}).get("renderer")
    return renderer if isinstance(renderer, str) else None
