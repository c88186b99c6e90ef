"""The link to a film that is watched, kept: it opens the same film when the server was gone and is back."""

from __future__ import annotations

import hashlib
import secrets
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from farm.store.files import write_atomically
from storyboard.refusals import store_errors

_FOLDER = "watch"


def _secret() -> str:
    return secrets.token_urlsafe(24)


class KeptLink(BaseModel):
    """What a link has that must stay the same."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    token: str = Field(default_factory=_secret)
    """of the link for a person"""
    stream: str = Field(default_factory=_secret)
    """of the address for players"""
    cuts: str = Field(default_factory=_secret)
    """that the names of shared cuts are made with"""
    port: int = 0
    """the one that was listened on; 0 before"""


def kept_link(home: Path, document: Path) -> KeptLink:
    """The link to a film that was made before, or a new one."""
    try:
        return KeptLink.model_validate_json(_path(home, document).read_bytes())
    except (OSError, ValidationError):
        return KeptLink()


def keep_link(home: Path, document: Path, link: KeptLink) -> None:
    """Keep a link, for this person's eyes alone.

    Raises:
        StoreError: the home folder cannot be written.
    """
    path = _path(home, document)
    with store_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_atomically(path, link.model_dump_json().encode(), private=True)


def counts_path(home: Path, document: Path) -> Path:
    """Where it is kept how often viewers of a film chose each answer."""
    return _path(home, document).with_suffix(".answers.json")


def cuts_folder(home: Path, document: Path) -> Path:
    """Where the cuts of a film are kept that its viewers shared."""
    return _path(home, document).with_suffix(".cuts")


def _path(home: Path, document: Path) -> Path:
    name = hashlib.sha256(str(document.absolute()).encode()).hexdigest()[:16]
    return home / _FOLDER / f"{name}.json"
