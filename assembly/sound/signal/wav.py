"""WAV files as the sound modules use them: float32 sources, 24-bit mixes, read in pieces.

Headers carry no dates and no tags, so the same samples give the same bytes. A file beyond 4 GiB becomes
RF64 (EBU Tech 3306), which ffmpeg reads. Silence is left out of the disk, not of the file, where file systems
have holes: a film's dialogue is silent for most of its length.
"""

from __future__ import annotations

import os
import struct
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any, Self

import numpy as np
import numpy.typing as npt

from storyboard.errors import AssemblyError
from storyboard.media.pcm import pcm_24

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

Floats = npt.NDArray[np.float64]
Array = npt.NDArray[np.floating[Any]]

_PCM, _FLOAT, _EXTENSIBLE = 1, 3, 0xFFFE
_RIFF_LIMIT = 2**32 - 1
_PIECE = 2**21
_HOLE = 2**16
"""bytes of silence that become a hole"""
_READABLE = {(_FLOAT, 32), (_PCM, 16), (_PCM, 24), (_PCM, 32)}


@dataclass(frozen=True, slots=True)
class WavInfo:
    """Where the samples of a WAV file lie.

    Attributes:
        path: the file.
        sample_rate: samples a second.
        channels: samples in a moment.
        samples: length, per channel.
        offset: the first sample's byte.
        bits: bits of one sample of one channel.
        is_float: whether samples are floating point.
    """

    path: Path
    sample_rate: int
    channels: int
    samples: int
    offset: int
    bits: int
    is_float: bool

    def read(self, start: int = 0, count: int | None = None) -> Floats:
        """Samples `[start, start + count)` as float64 [count, channels]; the rest of the file by default.

        The file is opened for each piece: a long film has more sources than a process may hold open.
        """
        count = self.samples - start if count is None else count
        count = max(0, min(count, self.samples - start))
        width = self.bits // 8
        offset = self.offset + start * width * self.channels
        raw = np.fromfile(self.path, np.uint8, count * self.channels * width, offset=offset)
        if self.is_float:
            flat = raw.view("<f4").astype(np.float64)
        else:
            whole = np.zeros((len(raw) // width, 4), np.uint8)
            whole[:, 4 - width :] = raw.reshape(-1, width)
            flat = whole.view("<i4").reshape(-1) / 2.0**31
        return flat.reshape(-1, self.channels)


def inspect(path: Path) -> WavInfo:
    """Read the header of a WAV or RF64 file with 16, 24 or 32-bit samples.

    Raises:
        AssemblyError: it is not such a file, or it cannot be read.
    """
    try:
        with path.open("rb") as file:
            return _inspect(file, path)
    except (OSError, struct.error) as error:
        raise AssemblyError(f"{path}: the sound cannot be read ({error})") from error


def _inspect(file: IO[bytes], path: Path) -> WavInfo:
    magic, _, wave = struct.unpack("<4sI4s", file.read(12))
    if magic not in {b"RIFF", b"RF64"} or wave != b"WAVE":
        raise AssemblyError(f"{path}: not a WAV file")
    end = file.seek(0, 2)
    file.seek(12)
    form: tuple[int, ...] = ()
    long_size = 0
    while len(head := file.read(8)) == 8:
        name, size = struct.unpack("<4sI", head)
        if name == b"ds64":
            long_size = struct.unpack("<QQ", file.read(16))[1]
            file.seek(size - 16, 1)
        elif name == b"fmt ":
            body = file.read(size)
            form = struct.unpack("<HHIIHH", body[:16])
            if form[0] == _EXTENSIBLE:
                form = (struct.unpack("<H", body[24:26])[0], *form[1:])
        elif name == b"data":
            offset = file.tell()
            size = long_size if size == _RIFF_LIMIT else size
            break
        else:
            file.seek(size + size % 2, 1)
    else:
        raise AssemblyError(f"{path}: a WAV file without samples")
    if not form or (form[0], form[5]) not in _READABLE or not form[1]:
        raise AssemblyError(f"{path}: a WAV file with samples that are neither 16, 24, 32-bit nor float32")
    frame = form[1] * form[5] // 8
    return WavInfo(
        path, form[2], form[1], min(size, end - offset) // frame, offset, form[5], form[0] == _FLOAT
    )


class WavWriter:
    """Writes a WAV file of a known length, block by block.

    Args:
        path: the file to write.
        sample_rate: samples a second.
        channels: samples in a moment.
        samples: the length, per channel; closing a file that holds less or more is an error.
        bits: 24 (integer) or 32 (float).
    """

    def __init__(self, path: Path, sample_rate: int, channels: int, samples: int, *, bits: int = 24) -> None:
        self._left = samples
        self._bits = bits
        self._path = path
        self._file: IO[bytes] = path.open("wb")
        self._file.write(_header(sample_rate, channels, samples, bits))

    def write(self, block: Array) -> None:
        """Append float samples [n, channels]; 24-bit samples are clipped to full scale."""
        self._left -= len(block)
        if self._bits == 32:
            raw = np.ascontiguousarray(block, "<f4").reshape(-1).view(np.uint8)
        else:
            raw = pcm_24(block)
        for first in range(0, len(raw), _HOLE):
            piece = raw[first : first + _HOLE]
            if piece.any():
                self._file.write(piece.tobytes())
            else:
                self._file.seek(len(piece), os.SEEK_CUR)

    def close(self) -> None:
        """Finish the file.

        Raises:
            AssemblyError: it does not hold the number of samples that its header says.
        """
        self._file.truncate()
        self._file.close()
        if self._left:
            raise AssemblyError(f"{self._path}: {self._left} samples short of its length")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self.close()
        else:
            self._file.close()


def write(path: Path, samples: Array, sample_rate: int) -> None:
    """Write float samples [n] or [n, channels] as a float32 WAV file."""
    block = samples.reshape(len(samples), -1)
    with WavWriter(path, sample_rate, block.shape[1], len(block), bits=32) as writer:
        writer.write(block)


def amplify(path: Path, gain: float) -> None:
    """Multiply the samples of a float32 WAV file by an amplitude, where they lie."""
    info = inspect(path)
    left = info.samples * info.channels * 4
    with path.open("r+b") as file:
        file.seek(info.offset)
        while left:
            raw = file.read(min(_PIECE, left))
            louder = (np.frombuffer(raw, "<f4").astype(np.float64) * gain).astype("<f4")
            file.seek(-len(raw), 1)
            file.write(louder.tobytes())
            left -= len(raw)


def _header(sample_rate: int, channels: int, samples: int, bits: int) -> bytes:
    frame = channels * bits // 8
    size = samples * frame
    kind = _FLOAT if bits == 32 else _PCM
    form = struct.pack(
        "<4sIHHIIHH", b"fmt ", 16, kind, channels, sample_rate, sample_rate * frame, frame, bits
    )
    whole = 4 + len(form) + 8 + size
    if whole <= _RIFF_LIMIT:
        return struct.pack("<4sI4s", b"RIFF", whole, b"WAVE") + form + struct.pack("<4sI", b"data", size)
    long_sizes = struct.pack("<4sIQQQI", b"ds64", 28, whole + 36, size, samples, 0)
    start = struct.pack("<4sI4s", b"RF64", _RIFF_LIMIT, b"WAVE")
    return start + long_sizes + form + struct.pack("<4sI", b"data", _RIFF_LIMIT)
