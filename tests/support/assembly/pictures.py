"""Small mezzanine clips whose frames can be told apart by the numbers that their blocks spell."""

from __future__ import annotations

import hashlib
from fractions import Fraction
from typing import TYPE_CHECKING

import av
import numpy as np

from assembly.cut.form import FrameForm
from assembly.frames import clips, mezzanine_encoder

if TYPE_CHECKING:
    from pathlib import Path

SMALL = FrameForm(64, 48, Fraction(24))
BITS = 12


def frame(clip: int, number: int, picture: FrameForm = SMALL) -> np.ndarray:
    """A grey field (60 + clip * 40) over a row of blocks: bits of `clip * 256 + number`, dark or light."""
    planes = np.full((picture.height * 3 // 2, picture.width), 128, np.uint8)
    luma = planes[: picture.height]
    luma[:] = 60 + clip * 40 % 160
    block = picture.width // BITS
    for bit in range(BITS):
        light = (clip * 256 + number) >> bit & 1
        luma[picture.height * 3 // 4 :, bit * block : (bit + 1) * block] = 200 if light else 40
    return planes


def clip(path: Path, number: int, frames: int, picture: FrameForm = SMALL) -> Path:
    """A mezzanine clip of numbered frames."""
    mezzanine_encoder.encode_planes((frame(number, index, picture) for index in range(frames)), picture, path)
    return path


def decoded(path: Path) -> list[np.ndarray]:
    """Every frame of a film, as planes."""
    with av.open(str(path)) as container:
        return [each.to_ndarray() for each in container.decode(video=0)]


def named(planes: np.ndarray) -> tuple[int, int]:
    """The clip's and the frame's number that a frame spells."""
    height, width = planes.shape[0] * 2 // 3, planes.shape[1]
    block = width // BITS
    rows = planes[height * 3 // 4 + 2 : height - 1].astype(int)
    value = sum(
        1 << bit for bit in range(BITS) if rows[:, bit * block + 1 : (bit + 1) * block - 1].mean() > 120
    )
    return value >> 8, value & 255


def grey(planes: np.ndarray) -> float:
    """The level of the field over the blocks."""
    height = planes.shape[0] * 2 // 3
    return float(planes[4 : height // 2].mean())


def packets(path: Path) -> list[str]:
    """A digest of each picture packet, in stored order."""
    with av.open(str(path)) as container:
        return [
            hashlib.sha256(bytes(packet)).hexdigest() for packet in container.demux(video=0) if packet.size
        ]


def timestamps(path: Path) -> tuple[list[Fraction], list[Fraction]]:
    """Presentation and decoding times of the picture's packets, in seconds, in stored order."""
    with av.open(str(path)) as container:
        read = [packet for packet in container.demux(video=0) if packet.size]
        return [p.pts * p.time_base for p in read], [p.dts * p.time_base for p in read]


def read(path: Path) -> clips.ClipFacts:
    return clips.inspect(path)
