"""The one door for a user's video: upright frames of square pixels in BT.709, each at its time; or one error.

Time is that of the file's own clock: a stream that starts late is late. What is changed on the way is said by
`look_at`, so that a plan can tell it before anything renders.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.error import FFmpegError
from numpy.typing import NDArray

from farm.media import alpha_streams
from farm.media.pictures import BACKGROUND
from farm.media.tone_mapping import Transfer, tone_mapped
from storyboard.errors import FarmError

CONTAINERS = "asf,avi,flv,gif,matroska,mov,mpeg,mpegts,mpegvideo,mxf,nut,ogg,wav"
"""what a video may be in, by ffmpeg's names: each holds its pictures itself"""
MOST_PIXELS = 8192 * 8192
"""of a frame"""
LONGEST_S = 24 * 3600
"""a clock that says more is broken"""

_PICTURES = av.stream.Disposition.attached_pic | av.stream.Disposition.timed_thumbnails
_ZERO_CLOCKS = {"mov", "matroska"}
"""containers whose clock begins at 0, so that a stream that begins later is late; others begin anywhere"""
_MATRICES = {1: "bt709", 5: "bt601", 6: "bt601", 7: "smpte240m", 9: "bt2020", 10: "bt2020"}
_HD_PIXELS = 1280 * 720
_BT2020 = 9
_FULL_RANGE = 2


class VideoError(FarmError):
    """A file that cannot be read as a video; the message does not name the file."""


@dataclass(frozen=True, slots=True)
class VideoFrame:
    """A frame as it is meant to be seen.

    Attributes:
        picture: uint8 [height, width, 3].
        start: when it begins to be seen, in seconds of the file's clock.
        end: when it would end if none came after it.
    """

    picture: NDArray[np.uint8]
    start: Fraction
    end: Fraction


@dataclass(frozen=True, slots=True)
class VideoFacts:
    """What is known of a video once its first frame was read.

    Attributes:
        width: of its frames as they are seen.
        height: the same.
        end: when its last frame ends, in seconds of the file's clock.
        changes: what is done to what the file holds, in words.
    """

    width: int
    height: int
    end: Fraction
    changes: tuple[str, ...]


def frames(path: Path, *, mask: bool = False, least: tuple[int, int] | None = None) -> Iterator[VideoFrame]:
    """The frames of a video, in the order of their times, which rise.

    Args:
        path: the file.
        mask: whether it is a mask: one with alpha is then its alpha, as grey.
        least: width and height that frames are needed in; HDR frames are made smaller before their light is
            mapped, and still cover it.

    Raises:
        VideoError: it cannot be read, whatever the reason.
    """
    with _understood(), av.open(str(path.absolute()), options=_CLOSED) as container:
        stream, _ = _chosen(container)
        clock = _clock(container)
        last: Fraction | None = None
        for frame, begins, ends in _decoded(container, stream):
            at = begins - clock
            if last is not None and at <= last:
                continue  # frames that run backwards are those of a broken file
            last = at
            yield VideoFrame(_shown(frame, stream, mask=mask, least=least), at, ends - clock)
        if last is None:
            raise VideoError("it holds no frame that can be read")


def look_at(path: Path, *, mask: bool = False) -> VideoFacts:
    """What a video is, from its first frame and the times of all.

    Raises:
        VideoError: it cannot be read, whatever the reason.
    """
    with _understood(), av.open(str(path.absolute()), options=_CLOSED) as container:
        stream, changes = _chosen(container)
        first = next(_decoded(container, stream), None)
        if first is None:
            raise VideoError("it holds no frame that can be read")
        frame, begins, ends = first
        shown = _shown(frame, stream, mask=mask, least=(64, 64))
        clock = _clock(container)
        late = begins - clock
        if late > Fraction(1, 100):
            changes.append(f"its pictures begin {float(late):.2f} s late, as its clock says")
        changes += _said(frame, stream, mask=mask)
        height, width = shown.shape[:2]
        declared = (stream.duration or 0) * (stream.time_base or Fraction(0))
        end = max(ends, _last_packet(path, stream.index)) - clock
    if declared and end < declared * Fraction(9, 10) - Fraction(1, 2):
        changes.append(f"it ends after {float(end):.1f} of the {float(declared):.1f} s that it says it has")
    return VideoFacts(width, height, end, tuple(changes))


_CLOSED = {"protocol_whitelist": "file", "format_whitelist": CONTAINERS}
"""what the digest does not hold is not read: no playlist, which would name other files"""


@contextmanager
def _understood() -> Iterator[None]:
    """Turn what is raised for a file from anywhere into one error."""
    try:
        yield
    except FarmError:
        raise
    except FFmpegError as error:
        raise VideoError(f"it cannot be read as a video: {error.strerror or error}") from error
    except (ValueError, ArithmeticError, LookupError, OSError, RuntimeError, struct.error) as error:
        words = (str(error).splitlines() or [type(error).__name__])[0]
        raise VideoError(f"it cannot be read as a video: {words}") from error


def _chosen(container: Any) -> tuple[Any, list[str]]:
    """The stream of moving pictures: no cover, the default one, then the largest; and what to say of it."""
    if not container.streams.video:
        raise VideoError("it holds no pictures")
    known = [stream for stream in container.streams.video if stream.codec_context is not None]
    if not known:
        raise VideoError("its pictures are in a form that is not read")
    moving = [stream for stream in known if not stream.disposition & _PICTURES]
    if not moving:
        raise VideoError("it holds no video, only a still picture such as a cover")

    def rank(stream: Any) -> tuple[bool, int, int]:
        default = bool(stream.disposition & av.stream.Disposition.default)
        return default, (stream.width or 0) * (stream.height or 0), -stream.index

    best = max(moving, key=rank)
    if best.width * best.height > MOST_PIXELS:
        raise VideoError(f"its frames have more than {MOST_PIXELS // 10**6} million pixels, the most read")
    others = len(moving) - 1
    words = f"of its {others + 1} video streams, the one of {best.width}x{best.height} is used"
    return best, [words] if others else []


def _clock(container: Any) -> Fraction:
    """What the file's clock says when it begins, in seconds."""
    start = Fraction(container.start_time or 0, av.time_base)
    zero = not _ZERO_CLOCKS.isdisjoint(container.format.name.split(","))
    return Fraction(0) if zero and start >= 0 else start


def _decoded(container: Any, stream: Any) -> Iterator[tuple[Any, Fraction, Fraction]]:
    """Each frame as it is stored, with when it begins and ends, in seconds."""
    base = stream.time_base or Fraction(1, 1000)
    rate = stream.average_rate or stream.guessed_rate or Fraction(25)
    for count, frame in enumerate(_raw(container, stream)):
        if frame.width * frame.height > MOST_PIXELS:
            raise VideoError("its frames grow beyond what is read")
        begins = frame.pts * base if frame.pts is not None else count / Fraction(rate)
        if abs(begins) > LONGEST_S * 1000:
            raise VideoError("its clock is broken")
        lasts = Fraction(frame.duration) * base if frame.duration else 1 / Fraction(rate)
        yield frame, begins, begins + lasts


def _raw(container: Any, stream: Any) -> Iterator[Any]:
    """Frames as they are stored, read by a decoder that knows of their alpha where they have one."""
    if alpha_streams.has_alpha(stream):
        yield from alpha_streams.decoded(container, stream, MOST_PIXELS)
        return
    stream.thread_type = "AUTO"
    for packet in container.demux(stream):
        try:
            yield from packet.decode()
        except av.error.InvalidDataError:
            continue  # a damaged frame: the one before it is seen for longer


def _shown(frame: Any, stream: Any, *, mask: bool, least: tuple[int, int] | None) -> NDArray[np.uint8]:
    """A frame as it is meant to be seen: uint8 [height, width, 3]."""
    transfer = _transfer(frame)
    transparent = _has_alpha(frame)
    width, height = _square(frame, stream)
    if transfer is not None and least is not None:
        # Lying frames are turned later, so both ways round must be covered.
        share = min(1.0, max(least) / min(width, height))
        width, height = max(1, round(width * share)), max(1, round(height * share))
    deep = "rgba64le" if transparent else "rgb48le"
    plain = "rgba" if transparent else "rgb24"
    full = frame.color_range == _FULL_RANGE or "yuvj" in frame.format.name
    made = _scaled(frame, width, height, deep if transfer else plain, full=full)
    pixels: NDArray[Any] = made.to_ndarray()
    colours, alpha = pixels[..., :3], pixels[..., 3:] if transparent else None
    picture = (
        np.asarray(colours, np.uint8)
        if transfer is None
        else tone_mapped(colours, transfer, wide=int(frame.color_primaries) in {2, _BT2020})
    )
    if alpha is not None:
        opaque = alpha if alpha.dtype == np.uint8 else (alpha >> 8).astype(np.uint8)
        picture = _laid(picture, opaque, mask=mask)
    return _turned(picture, frame)


def _scaled(frame: Any, width: int, height: int, form: str, *, full: bool) -> Any:
    """A frame, progressive, in RGB of this size, by the matrix that it names or its size makes likely."""
    likely = "bt709" if frame.width * frame.height >= _HD_PIXELS else "bt601"
    matrix = _MATRICES.get(int(frame.colorspace), likely)
    graph = av.filter.Graph()
    source = graph.add_buffer(
        width=frame.width, height=frame.height, format=frame.format, time_base=Fraction(1, 1000)
    )
    scale = (
        f"w={width}:h={height}:in_color_matrix={matrix}:in_range={'pc' if full else 'tv'}:out_range=pc"
        ":flags=bicubic+accurate_rnd+full_chroma_int+full_chroma_inp"
    )
    # It looks at the frame alone: every second line is drawn anew from those around it.
    progressive = [graph.add("estdif", "mode=frame:deint=all")] if frame.interlaced_frame else []
    graph.link_nodes(
        source, *progressive, graph.add("scale", scale), graph.add("format", form), graph.add("buffersink")
    ).configure()
    graph.push(frame)
    graph.push(None)
    return graph.pull()


def _laid(picture: NDArray[np.uint8], alpha: NDArray[np.uint8], *, mask: bool) -> NDArray[np.uint8]:
    """A picture on the background; a mask that is not opaque all over is its alpha."""
    if mask:
        return picture if int(alpha.min()) == 255 else np.repeat(alpha, 3, -1)
    share = alpha.astype(np.float32) / 255
    return np.rint(picture * share + np.array(BACKGROUND, np.float32) * (1 - share)).astype(np.uint8)


def _transfer(frame: Any) -> Transfer | None:
    try:
        return Transfer(int(frame.color_trc))
    except ValueError:
        return None


def _has_alpha(frame: Any) -> bool:
    return any(component.is_alpha for component in frame.format.components)


def _is_opaque(frame: Any) -> bool:
    """Whether nothing of a frame with alpha lets through what lies under it."""
    shown = _scaled(frame, frame.width, frame.height, "rgba", full=True).to_ndarray()
    return bool((shown[..., 3] == 255).all())


def _square(frame: Any, stream: Any) -> tuple[int, int]:
    """Width and height with square pixels: the side that is too short is made longer."""
    aspect = stream.sample_aspect_ratio or stream.codec_context.sample_aspect_ratio
    if not aspect or aspect == 1 or not Fraction(1, 16) <= aspect <= 16:
        return frame.width, frame.height
    if aspect > 1:
        return round(frame.width * aspect), frame.height
    return frame.width, round(frame.height / aspect)


def _matrix(frame: Any) -> tuple[int, ...]:
    """The display matrix's four numbers that turn: x of x, y of x, x of y, y of y."""
    for one in frame.side_data:
        if one.type.name == "DISPLAYMATRIX":
            numbers = struct.unpack("<9i", bytes(one)[:36])
            return numbers[0], numbers[1], numbers[3], numbers[4]
    return 1, 0, 0, 1


def _turned(picture: NDArray[np.uint8], frame: Any) -> NDArray[np.uint8]:
    """Turned and mirrored as the display matrix says, to the nearest quarter."""
    xx, yx, xy, yy = _matrix(frame)
    if abs(xx) + abs(yy) >= abs(yx) + abs(xy):
        rows, columns = yy, xx
    else:
        picture = picture.swapaxes(0, 1)
        rows, columns = yx, xy
    picture = picture[::-1] if rows < 0 else picture
    picture = picture[:, ::-1] if columns < 0 else picture
    return np.ascontiguousarray(picture)


def _said(frame: Any, stream: Any, *, mask: bool) -> list[str]:
    """What is done to the frames of a video, in words."""
    said = []
    xx, yx, xy, yy = _matrix(frame)
    if (yx, xy) != (0, 0) or xx < 0 or yy < 0:
        said.append("turned upright, as its display matrix says")
    if _square(frame, stream) != (frame.width, frame.height):
        width, height = _square(frame, stream)
        said.append(f"{frame.width}x{frame.height} with pixels that are not square becomes {width}x{height}")
    if frame.interlaced_frame:
        said.append("interlaced, made progressive")
    if transfer := _transfer(frame):
        said.append(f"HDR ({transfer.name}) is mapped to BT.709")
    if _has_alpha(frame):
        if not mask:
            said.append("what is transparent is laid on white")
        elif _is_opaque(frame):
            said.append(
                "its alpha is the mask, and at first opaque all over: export it without alpha if its colours "
                "are meant"
            )
        else:
            said.append("its alpha is the mask")
    return said


def _last_packet(path: Path, index: int) -> Fraction:
    """When the last frame of a stream ends, by its packets alone."""
    end = Fraction(0)
    with av.open(str(path.absolute()), options=_CLOSED) as container:
        stream = container.streams[index]
        base = stream.time_base or Fraction(1, 1000)
        for packet in container.demux(stream):
            if packet.pts is not None:
                end = max(end, (packet.pts + (packet.duration or 0)) * base)
    return end
