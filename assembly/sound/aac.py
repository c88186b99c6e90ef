"""Sound as AAC, as films and their lossy deliverables have it; encoded by pieces that join without a seam.

AAC is a frame of 1,024 samples a packet, and the first packet holds what comes before the sound. A packet
depends on its frame, the one before, those that the encoder has seen before, and the next. So a piece is
encoded with some frames before it, whose packets are left out, until the encoder does as it does elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import av
import numpy as np
from av.codec.context import Flags

from assembly.programs.whole_files import written_aside

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from assembly.sound.signal.wav import Floats

AAC_VERSION = 2
"""goes into the digests of encoded sounds; raise it when the same mix gives another file;
code of assembly.sound.aac: 4ca46e6b
"""

BITS_PER_SECOND = 256_000
"""of stereo; what music is sold at in this codec"""
FRAME = 1024
"""samples of a packet (ISO/IEC 14496-3)"""
LEAD = 24
"""frames before a piece that are encoded with it and left out: from 16 on, a border is no worse than the rest
(decision 041 has what was measured)"""
_BEHIND = 2
"""frames behind a piece that its last packet depends on, and its last frame is decoded with"""


@dataclass(frozen=True, slots=True)
class Packets:
    """Packets of AAC.

    Attributes:
        packets: their bytes, in order.
        configuration: what a decoder must know (AudioSpecificConfig).
    """

    packets: tuple[bytes, ...]
    configuration: bytes


def stretch(first: int, last: int, samples: int) -> tuple[int, int]:
    """Samples that are encoded for a piece `[first, last)` of a sound of so many."""
    return max(0, first - LEAD * FRAME), min(samples, last + _BEHIND * FRAME)


def join(pieces: Iterable[Packets], samples: int, sample_rate: int, out: Path) -> None:
    """Write the packets of a sound's pieces into MP4, exactly as long as the sound.

    Args:
        pieces: all of them, in order.
        samples: length of the sound, per channel.
        sample_rate: samples a second.
        out: the file; it appears whole.

    Raises:
        StoreError: `out` cannot be written.
    """
    options = {"fflags": "+bitexact", "movie_timescale": str(sample_rate)}
    with written_aside(out) as aside, av.open(str(aside), "w", format="mp4", options=options) as file:
        stream = file.add_stream("aac", sample_rate)
        _set_up(stream.codec_context, sample_rate)
        file.start_encoding()
        at = -FRAME
        for piece in pieces:
            for data in piece.packets:
                packet = av.Packet(data)
                packet.stream, packet.time_base = stream, Fraction(1, sample_rate)
                packet.pts = packet.dts = at
                packet.duration = min(FRAME, samples - at)
                file.mux(packet)
                at += FRAME


def _set_up(context: av.AudioCodecContext, sample_rate: int) -> None:
    """What encodes a sound."""
    context.sample_rate = sample_rate
    context.layout = "stereo"
    context.format = "fltp"
    context.bit_rate = BITS_PER_SECOND
    context.time_base = Fraction(1, sample_rate)
    context.flags |= Flags.bitexact


def own(made: Packets, first: int, last: int, samples: int) -> Packets:
    """Of the packets of a piece's stretch, its own: one for each frame, and one more for the sound's last."""
    begin, _ = stretch(first, last, samples)
    lead, count = (first - begin) // FRAME, -(-(last - first) // FRAME)
    end = len(made.packets) if last == samples else lead + count
    return Packets(made.packets[lead:end], made.configuration)


def encoded(heard: Floats, sample_rate: int) -> Packets:
    """All packets of float samples [n, 2]: one for what comes before, and one for each frame."""
    context = av.CodecContext.create("aac", "w")
    _set_up(context, sample_rate)
    planes = np.pad(heard.astype(np.float32).T, ((0, 0), (0, -len(heard) % FRAME)))
    packets: list[bytes] = []
    for at in range(0, planes.shape[1], FRAME):
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(planes[:, at : at + FRAME]), format="fltp", layout="stereo"
        )
        frame.sample_rate = sample_rate
        frame.pts = at
        packets += [bytes(packet) for packet in context.encode(frame)]
    packets += [bytes(packet) for packet in context.encode(None)]
    return Packets(tuple(packets), bytes(context.extradata or b""))


def decoded(made: Packets, sample_rate: int) -> Floats:
    """What all packets of a sound sound like, the frame before it left out: float [1024 n, 2]."""
    context = av.CodecContext.create("aac", "r")
    context.extradata = made.configuration
    context.sample_rate = sample_rate
    context.layout = "stereo"
    frames = [frame for packet in made.packets for frame in context.decode(av.Packet(packet))]
    frames += context.decode(None)
    heard: Floats = (
        np.concatenate([frame.to_ndarray() for frame in frames], axis=1).T[FRAME:].astype(np.float64)
    )
    return heard
