"""What a file holds, packet by packet: tells whether its pictures and its sound are those that were written.

Another container changes none of it, and encoding anything again changes all of that.
"""

from __future__ import annotations

import hashlib
import mmap
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import av
import numpy as np

from assembly.frames.clips import open_clip, picture_stream
from assembly.frames.samples import PICTURE, SOUND, track_of
from storyboard.errors import AssemblyError

MOST_PLACES = 1000
"""that are looked at for a shot that is not where it was: pictures of a still shot may all be the same"""


@dataclass(frozen=True, slots=True)
class PacketSums:
    """Checksums of what is stored in a file.

    Attributes:
        frames: SHA-256 of the packet of each picture, in the order in which they are shown.
        sound: SHA-256 of the packets of all sound tracks, one track after the other; empty without sound.
    """

    frames: tuple[bytes, ...]
    sound: str

    def of(self, first: int, frames: int) -> str:
        """One checksum of so many pictures from `first` on."""
        return hashlib.sha256(b"".join(self.frames[first : first + frames])).hexdigest()

    def place_of(self, start: bytes, whole: str, frames: int, expected: int) -> int | None:
        """Where pictures stand whose first has one checksum, and all of them together another.

        They are looked for where they are expected, and then in the first places that may be theirs.
        """
        if self.of(expected, frames) == whole:
            return expected
        those = (place for place, one in enumerate(self.frames) if one == start)
        return next((one for one in islice(those, MOST_PLACES) if self.of(one, frames) == whole), None)


def packet_sums(path: Path) -> PacketSums:
    """Read a film file; nothing of it is decoded.

    Raises:
        AssemblyError: it cannot be read, or has no picture.
    """
    pictures: list[tuple[int, bytes]] = []
    sound: dict[int, hashlib._Hash] = {}
    with open_clip(path, decoded=False) as clip:
        stream = picture_stream(clip, path)
        heard = [track for track in clip.streams if track.type == "audio"]
        try:
            for packet in clip.demux([stream, *heard]):
                if not packet.size or packet.pts is None:
                    continue
                if packet.stream_index == stream.index:
                    pictures.append((packet.pts, hashlib.sha256(memoryview(packet)).digest()))
                else:
                    sound.setdefault(packet.stream_index, hashlib.sha256()).update(memoryview(packet))
        except av.FFmpegError as error:
            raise AssemblyError(f"{str(path)!r} cannot be read: {error}") from error
    tracks = b"".join(sound[index].digest() for index in sorted(sound))
    return PacketSums(
        tuple(one for _, one in sorted(pictures)), hashlib.sha256(tracks).hexdigest() if tracks else ""
    )


def movie_sums(path: Path) -> PacketSums:
    """The same of a movie that was written here (`assembly.frames.movie`): by its tables, in less time.

    Raises:
        AssemblyError: it cannot be read, or has no picture.
    """
    picture, sound = track_of(path, PICTURE), track_of(path, SOUND)
    if picture is None or not len(picture.size):
        raise AssemblyError(f"{str(path)!r} has no picture")
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        order = np.argsort(picture.shown, kind="stable")
        spans = zip(picture.place[order].tolist(), picture.size[order].tolist(), strict=True)
        frames = tuple(hashlib.sha256(content[at : at + size]).digest() for at, size in spans)
        if sound is None:
            return PacketSums(frames, "")
        heard = hashlib.sha256()
        ends = sound.place + sound.size
        begins = np.append(0, np.flatnonzero(sound.place[1:] != ends[:-1]) + 1)
        lasts = np.append(begins[1:], len(ends)) - 1
        for at, end in zip(sound.place[begins].tolist(), ends[lasts].tolist(), strict=True):
            heard.update(content[at:end])
    return PacketSums(frames, hashlib.sha256(heard.digest()).hexdigest())
