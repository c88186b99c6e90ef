"""Secrets that others hold: cookies, links, tokens. Kept is only what tells a right one from a wrong one."""

from __future__ import annotations

import hashlib
import secrets

_BYTES = 32
"""nobody guesses so many, so a plain digest of them is enough to keep"""


def new_id() -> str:
    """The name of a row, that tells nothing."""
    return secrets.token_hex(6)


def new_secret(kind: str = "") -> str:
    """A secret; its kind stands before it, so that one that lies around is known for what it is."""
    return kind + secrets.token_urlsafe(_BYTES)


def digest_of(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
