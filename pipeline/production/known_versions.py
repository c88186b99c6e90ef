"""The versions of a film that were made: remembered in its project, so that what they need of a store stays.

    .shotfarm/versions/<digest of its values>.json

The version with every default is known without a note.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError

from farm.store.files import write_atomically
from pipeline.settings import STATE_FOLDER
from storyboard.digest import digest_of
from storyboard.document.expressions import Value, as_text
from storyboard.refusals import store_errors

VERSIONS = "versions"
MOST_LETTERS = 60
_FRESH = timedelta(hours=1)
"""a note is not written anew before"""


class KnownVersion(BaseModel):
    """A version that was made.

    Attributes:
        values: those that tell it from the others.
        made_at: when it was made last.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    values: dict[str, JsonValue]
    made_at: datetime

    @property
    def words(self) -> str:
        """Its values, as `--set` takes them."""
        return words_of_version(self.values)


def words_of_version(values: Mapping[str, JsonValue] | Mapping[str, Value] | None) -> str:
    """The values of a version for people; nothing for the one with every default."""
    said = [f"{name}={_short(value)}" for name, value in sorted((values or {}).items())]
    return ", ".join(said)


def _written(value: object) -> str:
    return as_text(value) if isinstance(value, str | int | float) else str(value)


def _short(value: object) -> str:
    text = _written(value).replace("\n", " ")
    return text if len(text) <= MOST_LETTERS else f"{text[: MOST_LETTERS - 1]}…"


def remember_version(folder: Path, values: Mapping[str, Value]) -> None:
    """Remember that a version of the film in a project folder is being made, where that can be written.

    Args:
        folder: of the project.
        values: those that tell the version from the others; the one with every default needs no note.
    """
    path = _path(folder, values)
    now = datetime.now(UTC).replace(microsecond=0)
    before = _read(path) if values else None
    if not values or (before and now - before.made_at < _FRESH):
        return
    known = KnownVersion(values=dict(values), made_at=now)
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, known.model_dump_json().encode())


def known_versions(folder: Path) -> list[KnownVersion]:
    """The versions of a film that are remembered, those that were made last first."""
    read = [_read(path) for path in (folder / STATE_FOLDER / VERSIONS).glob("*.json")]
    return sorted((one for one in read if one), key=lambda one: one.made_at, reverse=True)


def with_values(versions: Iterable[KnownVersion], wanted: Mapping[str, str]) -> list[KnownVersion]:
    """Those of some versions that have these values, each as a person writes it."""
    return [
        one
        for one in versions
        if all(name in one.values and _written(one.values[name]) == value for name, value in wanted.items())
    ]


def forget_version(folder: Path, version: KnownVersion) -> None:
    """Forget a version: what only it needs may go from the store.

    Raises:
        StoreError: the project folder cannot be written.
    """
    path = _path(folder, version.values)
    with store_errors(path):
        path.unlink(missing_ok=True)


def _path(folder: Path, values: Mapping[str, Value] | Mapping[str, JsonValue]) -> Path:
    return folder / STATE_FOLDER / VERSIONS / f"{digest_of(dict(values))[:32]}.json"


def _read(path: Path) -> KnownVersion | None:
    """A note; None for one that is not there, or that another version of shotfarm wrote."""
    try:
        return KnownVersion.model_validate(json.loads(path.read_bytes()))
    except (OSError, ValueError, ValidationError):
        return None
