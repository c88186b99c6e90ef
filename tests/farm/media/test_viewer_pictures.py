from __future__ import annotations

import struct
import time
import tracemalloc
import zlib
from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from farm.media.pictures import PictureError
from farm.media.viewer_pictures import LONGEST_SIDE, MOST_BYTES, viewer_picture
from tests.support import heic


def picture(width: int = 96, height: int = 80) -> Image.Image:
    across, down = np.meshgrid(np.arange(width), np.arange(height))
    return Image.fromarray(np.stack([across, down, across + down], -1).astype(np.uint8), "RGB")


def saved(form: str, one: Image.Image | None = None, **options: object) -> bytes:
    out = BytesIO()
    (one or picture()).save(out, form, **options)
    return out.getvalue()


def read(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content))


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_picture_comes_back_as_itself(form):
    taken = read(viewer_picture(saved(form, **({"lossless": True} if form == "WEBP" else {}))))
    assert (taken.format, taken.mode, taken.size) == ("PNG", "RGB", (96, 80))
    assert np.abs(np.asarray(taken, int) - np.asarray(picture(), int)).max() <= (0 if form != "JPEG" else 8)


def test_what_a_telephone_makes_is_taken(tmp_path):
    content = heic.write(tmp_path / "a.heic", np.asarray(picture())).read_bytes()
    assert read(viewer_picture(content)).size == (96, 80)


def test_nothing_but_the_pixels_stays():
    exif = Image.Exif()
    exif[0x010E] = "where I live"
    exif[0x0112] = 6
    words = PngInfo()
    words.add_text("Comment", "secret")
    for content in (saved("JPEG", exif=exif), saved("PNG", pnginfo=words, exif=exif)):
        taken = viewer_picture(content + b"<script>alert(1)</script>PK\x03\x04")
        assert read(taken).size == (80, 96)
        assert not read(taken).info
        assert not read(taken).getexif()
        assert not any(word in taken for word in (b"live", b"secret", b"script", b"PK\x03\x04"))


def test_a_large_picture_becomes_small():
    assert read(viewer_picture(saved("JPEG", picture(3000, 1000)))).size == (LONGEST_SIDE, 512)


def bomb(width: int, height: int) -> bytes:
    """A PNG that says it is very large, in a few bytes."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    content = zlib.compress(b"\0" * 10**6)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", content) + chunk(b"IEND", b"")


HOSTILE = {
    "SVG": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "HTML": b"<html><img src=x onerror=alert(1)></html>",
    "a GIF": saved("GIF"),
    "a TIFF": saved("TIFF"),
    "PostScript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 99 99\n(x) run\n",
    "a PDF": b"%PDF-1.7\n" + b"0" * 200,
    "a ZIP": b"PK\x03\x04" + b"\0" * 200,
    "nothing": b"",
    "noise": bytes(range(256)) * 40,
    "a bomb": bomb(30_000, 30_000),
    "a larger bomb": bomb(2**31 - 1, 2**31 - 1),
    "half of one": saved("PNG")[:100],
    "a pixel": saved("PNG", picture(1, 1)),
    "a line": saved("PNG", picture(4000, 2)),
    "many bytes": saved("PNG") + b"\0" * MOST_BYTES,
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE.keys())
def test_what_is_no_picture_to_be_taken_is_refused_in_little_time_and_room(content):
    began = time.process_time()
    tracemalloc.start()
    try:
        with pytest.raises(PictureError) as caught:
            viewer_picture(content)
        assert tracemalloc.get_traced_memory()[1] < 64 * 2**20
    finally:
        tracemalloc.stop()
    assert caught.value.message
    assert time.process_time() - began < 10
