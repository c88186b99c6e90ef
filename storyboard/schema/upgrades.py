"""Older film documents → the form that this version reads: one small function a version, chained.

Each function takes the plain value of a document of its version and gives that of the next version. None is
needed before the second version of the schema.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Upgrade = Callable[[dict[str, Any]], dict[str, Any]]

UPGRADES: dict[int, Upgrade] = {}
"""version → the function that leads to the version after it"""


def upgrade(
    document: dict[str, Any], *, to: int, upgrades: Mapping[int, Upgrade] = UPGRADES
) -> dict[str, Any]:
    """The document in the form of version `to`; itself when it has that version already.

    Raises:
        ValueError: its `schema` is not a version that can be read; the message is for the user.
    """
    version = document.get("schema")
    oldest = min((*upgrades, to))
    readable = str(to) if oldest == to else f"{oldest} to {to}"
    if isinstance(version, bool) or not isinstance(version, int):
        raise ValueError(f"the schema is a whole number; this shotfarm reads {readable}")  # noqa: TRY004
    if version > to:
        raise ValueError(f"schema {version} is newer than this shotfarm reads ({readable})")
    if version < oldest:
        raise ValueError(f"schema {version} does not exist; this shotfarm reads {readable}")
    for step in range(version, to):
        document = {**upgrades[step](document), "schema": step + 1}
    return document
