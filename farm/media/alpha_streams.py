"""VP8 and VP9 with alpha: read by libvpx, since ffmpeg's own decoders leave the alpha out.

libvpx believes whatever size a frame says that it has, and takes gigabytes for a file of a few bytes. So each
frame and its alpha, which lies beside it as a frame of its own, are decoded by ffmpeg's decoder first, which
refuses what is too large.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import av
from av.error import FFmpegError

_DECODERS = {"vp8": "libvpx", "vp9": "libvpx-vp9"}
_BESIDE = "matroska_block_additional"
_NUMBER_BYTES = 8
"""before the alpha's frame stands what it is, as a number"""


def has_alpha(stream: Any) -> bool:
    """Whether a stream carries alpha that its own decoder would leave out."""
    decoder = _DECODERS.get(stream.codec_context.name)
    return stream.metadata.get("alpha_mode") == "1" and decoder in av.codecs_available


def decoded(container: Any, stream: Any, most_pixels: int) -> Iterator[Any]:
    """The frames of such a stream, with their alpha; those that are damaged or too large are left out."""
    codec = stream.codec_context.name
    context = av.CodecContext.create(_DECODERS[codec], "r")
    context.extradata = stream.codec_context.extradata
    guards = [_guard(codec, most_pixels) for _ in range(2)]
    for packet in container.demux(stream):
        try:
            if packet.size:
                _try(guards, packet)
            yield from context.decode(packet)  # type: ignore[attr-defined]
        except FFmpegError:
            continue


def _guard(codec: str, most_pixels: int) -> Any:
    context = av.CodecContext.create(codec, "r")
    context.options = {"max_pixels": str(most_pixels)}
    context.thread_count = 1
    return context


def _try(guards: list[Any], packet: Any) -> None:
    """Decode a frame and its alpha for nothing.

    Raises:
        FFmpegError: one of them cannot be, or is too large.
    """
    plain, alpha = guards
    plain.decode(av.Packet(bytes(packet)))
    for beside in packet.iter_sidedata():
        if beside.data_type == _BESIDE:
            alpha.decode(av.Packet(bytes(beside)[_NUMBER_BYTES:]))
