"""Digests of large files, remembered for as long as a file keeps its size and the time it was written."""

from __future__ import annotations

import contextlib
import hashlib
import time
from pathlib import Path

from platformdirs import user_cache_path

from farm.store.files import write_atomically
from storyboard.document.given_files import sha256_of

SETTLED_NS = 2_000_000_000
"""a file written less long ago may change again within the same tick of its clock, so it is not remembered"""


def digest_of_file(path: Path) -> bytes:
    """The SHA-256 of a file's bytes."""
    state = path.stat()
    written = f"{path.resolve()} {state.st_size} {state.st_mtime_ns}"
    name = hashlib.sha256(written.encode()).hexdigest()
    kept = user_cache_path("shotfarm") / "file-digests" / name[:2] / name
    with contextlib.suppress(OSError):
        digest = kept.read_bytes()
        if len(digest) == hashlib.sha256().digest_size:
            return digest
    digest = bytes.fromhex(sha256_of(path))
    if time.time_ns() - state.st_mtime_ns > SETTLED_NS:
        with contextlib.suppress(OSError):
            kept.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(kept, digest)
    return digest
