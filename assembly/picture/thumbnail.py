"""A small still of a clip, for people who look through many."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembly.frames import clips
from assembly.frames.rgb import rgb_image
from assembly.programs.whole_files import written_aside

if TYPE_CHECKING:
    from pathlib import Path

THUMBNAIL_VERSION = 1
"""goes into the digests of thumbnails; raise it when the same frame gives another one;
code of assembly.picture.thumbnail: bd59ed52
"""
MOST_WIDE, MOST_HIGH = 320, 180
"""pixels of one among many; a picture keeps its shape and fits into them"""
_QUALITY = 82


def thumbnail(clip: Path, frame: int, out: Path, most: tuple[int, int] = (MOST_WIDE, MOST_HIGH)) -> None:
    """Write a frame of a clip as a small JPEG.

    Args:
        clip: the file of the clip.
        frame: which.
        out: the file that is written.
        most: width and height in pixels that it fits into; it is never larger than the clip's picture.

    Raises:
        AssemblyError: the clip cannot be read, or has no such frame.
        StoreError: `out` cannot be written.
    """
    (picture,) = clips.decode(clip, frame, frame + 1, clips.inspect(clip).rate)
    scale = min(1.0, most[0] / picture.width, most[1] / picture.height)
    size = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
    with written_aside(out) as aside:
        rgb_image(picture, size).save(aside, "JPEG", quality=_QUALITY, optimize=True)
