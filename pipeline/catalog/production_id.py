"""The id of a production, which tells it from others in a database: made once, kept in its folder."""

from __future__ import annotations

import json
import secrets
from pathlib import Path

from farm.store.files import create_atomically
from storyboard.errors import CatalogError
from storyboard.refusals import store_errors

PRODUCTION = "production.json"


def production_id(state: Path, otherwise: str | None = None) -> str:
    """The id of the production whose `.shotfarm` folder this is; given to it now when it has none.

    Args:
        state: the folder.
        otherwise: the id to give it; a new one when it is left out.

    Raises:
        CatalogError: the file that holds it holds something else.
        StoreError: the folder cannot be read, or written where there is no id yet.
    """
    path = state / PRODUCTION
    with store_errors(path):
        if not path.exists():
            state.mkdir(parents=True, exist_ok=True)
            create_atomically(path, json.dumps({"id": otherwise or secrets.token_hex(16)}).encode())
        text = path.read_bytes()
    try:
        found = json.loads(text)["id"]
    except (ValueError, KeyError, TypeError):
        found = None
    if not isinstance(found, str) or not found:
        raise CatalogError(
            f"{path} does not hold the id of a production",
            "remove it: the production gets a new one, and its catalog is made again from its log",
        )
    return found
