"""A picture that a viewer brings into a film: from anybody, so it is small, plain, and nothing but a picture.

It goes through the one door for pictures (`farm/media/pictures.py`), in the formats of cameras and browsers
alone, and is written anew: no text, no place where it was taken and nothing that was hidden behind it stays.
"""

from __future__ import annotations

import tempfile
from io import BytesIO
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from farm.media.pictures import PictureError, open_picture

FORMATS = ("HEIF", "JPEG", "PNG", "WEBP")
MOST_BYTES = 12 * 2**20
MOST_PIXELS = 50_000_000
"""what the cameras of telephones make; a picture of so many takes some 200 MB while it is read"""
LEAST_SIDE = 64
LONGEST_SIDE = 1536
"""of what is kept: more than a model looks at"""


def viewer_picture(content: bytes) -> bytes:
    """A viewer's picture as a PNG of eight bits of sRGB, upright, without anything beside its pixels.

    Args:
        content: what came from the viewer; its name and what it calls itself do not matter.

    Raises:
        PictureError: it is none, is too large or too small, or is not one of `FORMATS`; the message is for
            the viewer.
    """
    if len(content) > MOST_BYTES:
        raise PictureError(f"it is larger than {MOST_BYTES // 2**20} MiB, the most for a picture")
    with tempfile.TemporaryDirectory(prefix="shotfarm-") as folder:
        path = Path(folder) / "picture"
        path.write_bytes(content)
        try:
            image = open_picture(path, formats=FORMATS, most_pixels=MOST_PIXELS).image
        except PictureError as error:
            if isinstance(error.__cause__, UnidentifiedImageError):
                raise PictureError("it is no picture that is taken (JPEG, PNG, HEIC, WebP)") from error
            raise
    if min(image.size) < LEAST_SIDE:
        raise PictureError(f"it is {image.width}x{image.height} pixels; each side has {LEAST_SIDE} at least")
    if max(image.size) > LONGEST_SIDE:
        image.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    plain = Image.frombytes("RGB", image.size, image.tobytes())  # without what its file said beside
    written = BytesIO()
    plain.save(written, "PNG")
    return written.getvalue()
