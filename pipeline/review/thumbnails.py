"""Small stills of clips: made when they are first looked at, and kept in the store."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path

from pydantic import JsonValue

from assembly.picture.thumbnail import THUMBNAIL_VERSION, thumbnail
from farm.store.store import Store
from pipeline.keep import kept
from storyboard.digest import digest_of

THUMBNAILS, THUMBNAIL = "thumbnails", "thumbnail.jpg"
_AT_ONCE = threading.Semaphore(2)
"""decoding uses every processor, and whoever watches a film needs some"""


def thumbnail_digest(clip: str, frame: int) -> str:
    """What a still of a clip is called in the store."""
    return digest_of(["thumbnail", THUMBNAIL_VERSION, clip, frame])


def thumbnail_of(store: Store, digest: str, clip: Path, frame: int) -> Path:
    """A still of a clip.

    Args:
        store: where it is kept.
        digest: of the clip.
        clip: its file.
        frame: which.

    Raises:
        AssemblyError: the clip has no such frame.
        StoreError: the store cannot be written.
    """

    def make(folder: Path) -> Mapping[str, JsonValue]:
        with _AT_ONCE:
            thumbnail(clip, frame, folder / THUMBNAIL)
        return {"frame": frame}

    return store.file(kept(store, THUMBNAILS, thumbnail_digest(digest, frame), make), THUMBNAIL)
