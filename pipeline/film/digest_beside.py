"""The digest of a file that is being written, found on another processor meanwhile: it is not read again."""

from __future__ import annotations

import hashlib
from concurrent.futures import Future, ThreadPoolExecutor

_AT_ONCE = 4 * 2**20
"""bytes that are handed over together; at most twice as many wait"""


class DigestBeside:
    """SHA-256 of bytes, told in the order in which they are written."""

    def __init__(self) -> None:
        self._sha256 = hashlib.sha256()
        self._thread = ThreadPoolExecutor(1)
        self._parts: list[bytes] = []
        self._size = 0
        self._working: Future[None] | None = None

    def __call__(self, part: bytes) -> None:
        """More of the file."""
        self._parts.append(part)
        self._size += len(part)
        if self._size >= _AT_ONCE:
            self._hand_over()

    def hexdigest(self) -> str:
        """Of all that was told; nothing more is told after this."""
        self._hand_over()
        self._thread.shutdown()
        return self._sha256.hexdigest()

    def _hand_over(self) -> None:
        if self._working:
            self._working.result()
        self._working = self._thread.submit(self._update, self._parts)
        self._parts, self._size = [], 0

    def _update(self, parts: list[bytes]) -> None:
        for part in parts:
            self._sha256.update(part)
