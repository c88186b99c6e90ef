"""The one small document that makes an attempt's files visible: it is published last, atomically."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict, JsonValue

MANIFEST = "manifest.json"


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
