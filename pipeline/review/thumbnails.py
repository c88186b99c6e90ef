"""Small stills of clips: made when they are first looked at, and kept in the store."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path

from pydantic import JsonValue

from assembly.picture.thumbnail import MOST_HIGH, MOST_WIDE, THUMBNAIL_VERSION, thumbnail
from farm.store.store import Store
from pipeline.keep import kept
from storyboard.digest import digest_of

THUMBNAILS, THUMBNAIL = "thumbnails", "thumbnail.jpg"
SMALL = (MOST_WIDE, MOST_HIGH)
LARGE = (640, 360)
"""pixels: for a strip of shots, and for paper"""
_AT_ONCE = threading.Semaphore(2)
"""decoding uses every processor, and whoever watches a film needs some"""


def thumbnail_digest(clip: str, frame: int, most: tuple[int, int] = SMALL) -> str:
    """What a still of a clip is called in the store."""
    size = [] if most == SMALL else [*most]
    return digest_of(["thumbnail", THUMBNAIL_VERSION, clip, frame, *size])


def thumbnail_of(store: Store, digest: str, clip: Path, frame: int, most: tuple[int, int] = SMALL) -> Path:
    """A still of a clip.

    Args:
        store: where it is kept.
        digest: of the clip.
        clip: its file.
        frame: which.
        most: width and height in pixels that it fits into.

    Raises:
        AssemblyError: the clip has no such frame.
        StoreError: the store cannot be written.
    """

    def make(folder: Path) -> Mapping[str, JsonValue]:
        with _AT_ONCE:
            thumbnail(clip, frame, folder / THUMBNAIL, most)
        return {"frame": frame}

    return store.file(kept(store, THUMBNAILS, thumbnail_digest(digest, frame, most), make), THUMBNAIL)
