"""A digest: the name of a value, the same on every machine and Python version.

It is the SHA-256 of the value's canonical JSON: keys sorted, no spaces, UTF-8, numbers as Python's `json`
writes them.
"""

from __future__ import annotations

import hashlib
import json

from pydantic import JsonValue


def canonical_json(value: JsonValue) -> bytes:
    """One form for one value: sorted keys, no spaces, UTF-8; NaN and infinity are refused.

    Raises:
        ValueError: NaN or infinity somewhere in the value.
    """
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()


def digest_of(value: JsonValue) -> str:
    """SHA-256 of the canonical JSON of a value, as 64 hexadecimal digits."""
    return hashlib.sha256(canonical_json(value)).hexdigest()
