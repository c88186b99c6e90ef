"""A film's sound as its pieces lie in files: put into a film without being written as a whole before.

A packet of a piece is a sample of the film's track as it lies there. `aac.join` writes the same track of the
same pieces, down to what its description says of all packets.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assembly.boxes import box, boxes
from assembly.frames.movie import Samples
from assembly.frames.samples import SOUND, entry_boxes, track_of
from assembly.sound import aac
from storyboard.errors import AssemblyError

_EXAMPLE = 2
"""packets of a file that libav writes to show how it describes them"""
_DECODER, _RATES = 12, 22
"""in an `esds` box: the tag of what the decoder must know, and its greatest and mean bit rates
(ISO/IEC 14496-1, 7.2.6.6), with lengths of four bytes, as libav writes them"""


@dataclass(frozen=True, slots=True)
class PacketFile:
    """Packets of AAC in a file, one behind the other.

    Attributes:
        path: of the file.
        sizes: of its packets, in bytes.
    """

    path: Path
    sizes: tuple[int, ...]

    def packets(self, most: int | None = None) -> aac.Packets:
        """The packets themselves, or so many of the first; what a decoder must know is not told.

        Raises:
            AssemblyError: they cannot be read.
        """
        ends = [*accumulate(self.sizes[:most], initial=0)]
        try:
            with self.path.open("rb") as file:
                data = file.read(ends[-1])
        except OSError as error:
            raise AssemblyError(f"{str(self.path)!r} cannot be read: {error.strerror or error}") from error
        return aac.Packets(tuple(data[begin:end] for begin, end in pairwise(ends)), b"")


@dataclass(frozen=True, slots=True)
class SoundInPieces:
    """The packets of a sound.

    Attributes:
        pieces: all of them, in order.
        samples: length of the sound, per channel.
        sample_rate: samples a second.
    """

    pieces: Sequence[PacketFile]
    samples: int
    sample_rate: int

    def write_example(self, out: Path) -> None:
        """Write the first packets as a sound (AAC in MP4).

        Raises:
            AssemblyError: the first piece cannot be read.
            StoreError: `out` cannot be written.
        """
        first = self.pieces[0].packets(_EXAMPLE)
        aac.join([first], (len(first.packets) - 1) * aac.FRAME, self.sample_rate, out)

    def track(self, example: Path) -> Samples:
        """All packets, with times.

        Args:
            example: the first of them as a sound, by `write_example`.
        """
        seen = track_of(example, SOUND)
        if seen is None:
            raise AssemblyError(f"{str(example)!r} has no sound")
        size = np.concatenate([np.array(piece.sizes, np.int64) for piece in self.pieces])
        many = [len(piece.sizes) for piece in self.pieces]
        file = np.repeat(np.arange(len(many)), many)
        begins = np.repeat(np.cumsum([0, *(sum(piece.sizes) for piece in self.pieces[:-1])]), many)
        lasts = np.full(len(size), aac.FRAME)
        lasts[-1] = self.samples + aac.FRAME - (len(size) - 1) * aac.FRAME
        return Samples(
            kind=SOUND,
            timescale=self.sample_rate,
            files=[piece.path for piece in self.pieces],
            file=file,
            place=np.cumsum(size) - size - begins,
            size=size,
            lasts=lasts,
            later=np.zeros(len(size), np.int64),
            key=np.ones(len(size), bool),
            begins=aac.FRAME,
            shown=self.samples,
            description=_of_all(seen.description, size, lasts, self.sample_rate),
            more=tuple(_grouping_all(one, len(size)) for one in seen.more),
        )


def _of_all(description: bytes, size: NDArray[np.int64], lasts: NDArray[np.int64], sample_rate: int) -> bytes:
    """A sample description of few packets with the bit rates of all of them."""
    mean = 8 * int(size.sum()) * sample_rate // int(lasts.sum())
    rates = struct.pack(">II", max(aac.BITS_PER_SECOND, mean), mean)
    for kind, begin, end in entry_boxes(description, SOUND):
        if kind == b"esds":
            if description[begin + _DECODER] != 4:
                raise AssemblyError("libav describes AAC otherwise than it did")
            at = begin + _RATES
        elif kind == b"btrt":
            at = end - len(rates)
        else:
            continue
        description = description[:at] + rates + description[at + len(rates) :]
    return description


def _grouping_all(more: bytes, packets: int) -> bytes:
    """A further box of a track's tables, for so many packets that are all of one group (8.9.2)."""
    ((kind, begin, end),) = boxes(more)
    if kind != b"sbgp":
        return more
    return box(kind, more[begin : end - 8], struct.pack(">I", packets), more[end - 4 : end])
