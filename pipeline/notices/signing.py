"""The signature of a webhook's body, for those who send and those who receive. Pure."""

from __future__ import annotations

import hashlib
import hmac

SIGNATURE, TIMESTAMP, NOTICE = "X-Shotfarm-Signature", "X-Shotfarm-Timestamp", "X-Shotfarm-Notice"
REPLAY_S = 300
"""a receiver refuses what was signed longer ago, or so far in the future"""
LEAST_SECRET = 16
"""characters"""


def signature(secret: str, timestamp: int, body: bytes) -> str:
    """HMAC-SHA256 (RFC 2104) over the timestamp in decimal digits, a full stop, and the body.

    Args:
        secret: that sender and receiver share.
        timestamp: when it is sent, in seconds since 1970.
        body: as it is sent.
    """
    told = hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256)
    return f"sha256={told.hexdigest()}"
