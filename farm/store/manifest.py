"""The one small document that makes an attempt's files visible: it is published last, atomically."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from pydantic import BaseModel, ConfigDict, JsonValue

MANIFEST = "manifest.json"
_MOST_REMEMBERED, _LONGEST_REMEMBERED = 2**13, 2**13
"""manifests that a process remembers, and bytes of the longest one: a feature asks for 3,600 each time"""


class StoredFile(BaseModel):
    """One file of something published."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: str
    """relative to the folder of the digest"""
    sha256: str
    size: int
    """bytes"""


class Manifest(BaseModel):
    """What was published under a digest."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: int = 1
    kind: str
    digest: str
    attempt: str
    created: datetime
    files: dict[str, StoredFile]
    facts: dict[str, JsonValue]
    """what is known of it beside its files: the spec it was made from, its length, who made it"""


def manifest_of(text: bytes) -> Manifest:
    """A manifest as it was written; the same text gives the same one, which nobody changes.

    Raises:
        ValidationError: it is none.
    """
    return _remembered(text) if len(text) <= _LONGEST_REMEMBERED else Manifest.model_validate_json(text)


@lru_cache(_MOST_REMEMBERED)
def _remembered(text: bytes) -> Manifest:
    return Manifest.model_validate_json(text)
