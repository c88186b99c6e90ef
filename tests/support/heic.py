"""Pictures as iPhones write them: HEIC of HEVC tiles in a grid, turned by a property (ISO/IEC 23008-12)."""

from __future__ import annotations

import struct
from fractions import Fraction
from io import BytesIO
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image

TILE = 64
"""an iPhone's are 512 pixels wide and high"""
_TURNED_ITEM, _EXIF_ITEM = 1, 2
_FIRST_TILE = 10


def write(
    path: Path,
    picture: NDArray[np.uint8],
    *,
    quarters: int = 0,
    exif: bytes = b"",
    profile: bytes = b"",
    transfer: int = 13,
) -> Path:
    """Write a picture.

    Args:
        path: the file.
        picture: uint8 [height, width, 3], as it is to be seen.
        quarters: how many quarters it is stored turned, clockwise; readers turn it back.
        exif: EXIF data, from its byte order on.
        profile: its ICC profile.
        transfer: its transfer function by ITU-T H.273 where there is no profile; 13 is sRGB's, 16 PQ.
    """
    stored = np.rot90(picture, -quarters)
    height, width = stored.shape[:2]
    rows, columns = -(-height // TILE), -(-width // TILE)
    padded = np.pad(stored, ((0, rows * TILE - height), (0, columns * TILE - width), (0, 0)), "edge")
    tiles = [
        _coded(padded[y * TILE : (y + 1) * TILE, x * TILE : (x + 1) * TILE])
        for y in range(rows)
        for x in range(columns)
    ]
    grid = struct.pack(">BBBBHH", 0, 0, rows - 1, columns - 1, width, height)
    numbers = [*range(_FIRST_TILE, _FIRST_TILE + len(tiles))]
    items = {_TURNED_ITEM: (b"grid", grid)}
    items |= {number: (b"hvc1", data) for number, (_, data) in zip(numbers, tiles, strict=True)}
    if exif:
        items[_EXIF_ITEM] = (b"Exif", bytes(4) + exif)
    colour = b"prof" + profile if profile else struct.pack(">4sHHHB", b"nclx", 1, transfer, 6, 128)
    properties = [
        _box(b"hvcC", tiles[0][0]),
        _full(b"ispe", struct.pack(">II", TILE, TILE)),
        _full(b"ispe", struct.pack(">II", width, height)),
        _box(b"irot", bytes([quarters])),
        _box(b"colr", colour),
    ]
    owned = {_TURNED_ITEM: (3, 5, 0x80 | 4)} | dict.fromkeys(numbers, (0x80 | 1, 2, 5))
    head = _box(b"ftyp", b"heic" + bytes(4) + b"mif1heic")
    meta = _meta(items, numbers, properties, owned, 0)
    meta = _meta(items, numbers, properties, owned, len(head) + len(meta) + 8)
    path.write_bytes(head + meta + _box(b"mdat", *(data for _, data in items.values())))
    return path


def _coded(tile: NDArray[np.uint8]) -> tuple[bytes, bytes]:
    """A tile as HEVC: what its decoder is told, and its one frame; taken from an MP4 file."""
    file = BytesIO()
    quiet = {"x265-params": "log-level=none:crf=8:bframes=0", "preset": "ultrafast"}
    with av.open(file, "w", format="mp4") as container:
        stream = container.add_stream("libx265", rate=24, options=quiet)
        stream.width, stream.height, stream.pix_fmt = TILE, TILE, "yuv420p"
        picture = av.VideoFrame.from_image(Image.fromarray(np.ascontiguousarray(tile)))
        frame = picture.reformat(format="yuv420p", dst_colorspace="ITU601", dst_color_range="JPEG")
        frame.pts, frame.time_base = 0, Fraction(1, 24)
        container.mux(stream.encode(frame))
        container.mux(stream.encode())
    written = file.getvalue()
    return _found(written, b"hvcC"), _found(written, b"mdat")


def _found(data: bytes, name: bytes) -> bytes:
    """What lies in the first box of a name."""
    at = data.index(name)
    return data[at + 4 : at - 4 + int.from_bytes(data[at - 4 : at], "big")]


def _meta(
    items: dict[int, tuple[bytes, bytes]],
    tiles: list[int],
    properties: list[bytes],
    owned: dict[int, tuple[int, ...]],
    start: int,
) -> bytes:
    """The box that says what there is, and where in the file it lies from `start` on."""
    places, at = [], start
    for number, (_, data) in items.items():
        places.append(struct.pack(">HHHII", number, 0, 1, at, len(data)))
        at += len(data)
    names = [
        _full(b"infe", struct.pack(">HH4sB", number, 0, kind, 0), 2, hidden=number >= _FIRST_TILE)
        for number, (kind, _) in items.items()
    ]
    links = [_box(b"dimg", struct.pack(f">HH{len(tiles)}H", _TURNED_ITEM, len(tiles), *tiles))]
    if _EXIF_ITEM in items:
        links.append(_box(b"cdsc", struct.pack(">HHH", _EXIF_ITEM, 1, _TURNED_ITEM)))
    shares = b"".join(
        struct.pack(f">HB{len(numbers)}B", item, len(numbers), *numbers)
        for item, numbers in sorted(owned.items())
    )
    return _full(
        b"meta",
        _full(b"hdlr", bytes(4) + b"pict" + bytes(13))
        + _full(b"pitm", struct.pack(">H", _TURNED_ITEM))
        + _full(b"iinf", struct.pack(">H", len(items)) + b"".join(names))
        + _full(b"iref", b"".join(links))
        + _box(
            b"iprp",
            _box(b"ipco", *properties),
            _full(b"ipma", struct.pack(">I", len(owned)) + shares),
        )
        + _full(b"iloc", struct.pack(">BBH", 0x44, 0, len(items)) + b"".join(places)),
    )


def _box(name: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I", len(body) + 8) + name + body


def _full(name: bytes, body: bytes, version: int = 0, *, hidden: bool = False) -> bytes:
    return _box(name, bytes([version, 0, 0, hidden]), body)
