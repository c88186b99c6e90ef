"""Small pictures of shots on their way, for people who watch a farm."""

from __future__ import annotations

import io

from farm.backend.protocol import Frame

MOST_PIXELS = 320
"""the longer side of a preview"""
MOST_BYTES = 64 * 1024
_QUALITIES = (75, 50, 25, 10)


def small_jpeg(frame: Frame) -> bytes:
    """A frame (uint8 [height, width, 3]) as a JPEG of at most `MOST_PIXELS` on its longer side.

    It has at most `MOST_BYTES`; noise is kept worse for that.
    """
    from PIL import Image

    picture = Image.fromarray(frame)
    picture.thumbnail((MOST_PIXELS, MOST_PIXELS))
    content = b""
    for quality in _QUALITIES:
        stream = io.BytesIO()
        picture.save(stream, "JPEG", quality=quality)
        content = stream.getvalue()
        if len(content) <= MOST_BYTES:
            break
    return content
