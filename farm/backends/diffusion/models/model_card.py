"""What a model says of its own licence: the head of the `README.md` that the hub's models come with."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

CARD = "README.md"
_HEAD = re.compile(r"---\r?\n(.*?)\r?\n---\r?\n", re.DOTALL)
_LONGEST = 1 << 20
"""characters; no head is longer"""
_FORBIDS = re.compile(r"non-?commercial|research|(?<![a-z])nc(?![a-z])")
"""words of a licence that forbids commercial use, `cc-by-nc-4.0` among them"""


def licence_of(folder: Path) -> str | None:
    """The name of a model's licence, as its card gives it; None where there is no card that says so."""
    try:
        with (folder / CARD).open(encoding="utf-8") as file:
            head = _HEAD.match(file.read(_LONGEST))
        said = yaml.safe_load(head.group(1)) if head else None
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        return None
    if not isinstance(said, dict):
        return None
    # Licences that the hub has no short name for are "other", with a name of their own beside.
    name = said.get("license_name") or said.get("license")
    return name if isinstance(name, str) else None


def forbids_commercial_use(licence: str | None) -> bool:
    """Whether a licence's name says so.

    >>> names = ("flux-1-dev-non-commercial-license", "cc-by-nc-4.0", "mit")
    >>> [forbids_commercial_use(name) for name in names]
    [True, True, False]
    """
    return licence is not None and _FORBIDS.search(licence.lower()) is not None
