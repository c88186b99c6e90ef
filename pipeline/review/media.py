"""The pictures of a clip as a browser's decoder takes them: one closed group of pictures at a time.

The server takes the file apart, the page decodes (WebCodecs). A sample's timestamp is its frame's number, so
there is nothing to round: the page asks for frame 31 and gets frame 31.

A group is sent as little-endian 32-bit numbers, then the samples in the order in which they are decoded:

    count, then for each sample: frame, bytes, 1 for a keyframe; then the samples' bytes
"""

from __future__ import annotations

import base64
import struct
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from assembly.frames.samples import PICTURE, Track, track_of
from storyboard.errors import AssemblyError

MOST_INDEXES = 4096
"""clips whose samples are remembered: some kilobytes each"""


@dataclass(frozen=True, slots=True)
class Sample:
    """A coded picture in a file.

    Attributes:
        frame: its number, in the order of showing.
        key: whether decoding can begin with it.
        place: of its first byte in the file.
        size: in bytes.
    """

    frame: int
    key: bool
    place: int
    size: int


@dataclass(frozen=True, slots=True)
class ClipIndex:
    """What a decoder must know of a clip before it gets samples.

    Attributes:
        codec: as RFC 6381 writes it, such as `avc1.640028`.
        description: the `avcC` box's content (ISO/IEC 14496-15, 5.3.3.1).
        width: of its pictures in pixels.
        height: likewise.
        samples: of each group, in the order of decoding; all of a group are shown before the next group's.
    """

    codec: str
    description: bytes
    width: int
    height: int
    samples: tuple[tuple[Sample, ...], ...]

    @property
    def frames(self) -> int:
        """How many it has."""
        return sum(len(group) for group in self.samples)

    @property
    def firsts(self) -> list[int]:
        """The first frame of each group."""
        return [min(sample.frame for sample in group) for group in self.samples]

    def as_json(self) -> dict[str, object]:
        """For the page."""
        return {
            "codec": self.codec,
            "description": base64.b64encode(self.description).decode(),
            "width": self.width,
            "height": self.height,
            "frames": self.frames,
            "groups": self.firsts,
        }


def index_of(path: Path) -> ClipIndex:
    """Read where the samples of a clip lie; what was read is remembered for as long as the file is the same.

    Raises:
        AssemblyError: it cannot be read, or holds something else than H.264 in MP4.
    """
    track = track_of(path, PICTURE)
    if track is None or not len(track.size):
        raise AssemblyError(f"{str(path)!r} has no picture")
    if track.format != b"avc1" or track.configuration[:1] != b"\x01":
        raise AssemblyError(f"{str(path)!r} is not H.264 in MP4: no browser here can decode it")
    return _index_of(track)


@lru_cache(MOST_INDEXES)
def _index_of(track: Track) -> ClipIndex:
    frames = np.argsort(np.argsort(track.shown, kind="stable"))  # the place of each in the order of showing
    groups: list[list[Sample]] = []
    columns = frames.tolist(), track.key.tolist(), track.place.tolist(), track.size.tolist()
    for sample in map(Sample, *columns):
        if sample.key or not groups:
            groups.append([])
        groups[-1].append(sample)
    return ClipIndex(
        f"avc1.{track.configuration[1:4].hex()}",
        track.configuration,
        track.width,
        track.height,
        tuple(map(tuple, groups)),
    )


def group_bytes(path: Path, number: int) -> bytes:
    """A group of pictures in the form above.

    Args:
        path: of the clip.
        number: of the group, from 0.

    Raises:
        AssemblyError: the clip cannot be read.
        IndexError: it has no such group.
    """
    groups = index_of(path).samples
    if not 0 <= number < len(groups):
        raise IndexError(number)
    samples = groups[number]
    numbers = [len(samples)]
    for sample in samples:
        numbers += [sample.frame, sample.size, int(sample.key)]
    pieces = [struct.pack(f"<{len(numbers)}I", *numbers)]
    try:
        with path.open("rb") as file:
            for sample in samples:
                file.seek(sample.place)
                pieces.append(file.read(sample.size))
    except OSError as error:
        raise AssemblyError(f"{str(path)!r} cannot be read: {error.strerror}") from error
    return b"".join(pieces)
