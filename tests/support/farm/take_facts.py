"""The facts of takes that no worker made."""

from __future__ import annotations

from pydantic import JsonValue

from farm.backends.slate import SlateBackend
from farm.takes.facts import TakeFacts
from farm.takes.provenance import provenance_of
from farm.takes.quality import measure
from storyboard.planning.spec import ShotSpec


def facts_of(spec: ShotSpec) -> dict[str, JsonValue]:
    """Those of a take that took no time and was not measured."""
    return TakeFacts(
        spec=spec,
        render_s=0.0,
        quality=measure([]).in_chain(None),
        sound=None,
        made_by=provenance_of(SlateBackend.TRAITS, ""),
        notes={},
    ).as_json()
