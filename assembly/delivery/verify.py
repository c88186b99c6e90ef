"""Looks at a deliverable as it lies on disk: every frame decoded, every sample heard, and what was found.

Pictures and sounds are decoded from beginning to end with every check of the decoders on.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import av
import numpy as np

from assembly.frames.clips import open_clip, picture_stream
from assembly.sound.mix.mix import measure
from assembly.sound.signal.loudness import SILENCE_LUFS
from storyboard.errors import AssemblyError

if TYPE_CHECKING:
    from pathlib import Path

    from av.audio.stream import AudioStream
    from av.video.frame import VideoFrame

BLACK_LEVEL = 5
"""steps above black, of 8 bits, that still count as black"""
BLACK_PART = 0.98
"""of a frame's pixels that are black in a black frame"""
SHORTEST_BLACK_S = Fraction(1, 4)
SILENCE_DBFS = -60.0
SHORTEST_SILENCE_S = Fraction(2)

_BT709 = 1
_LIMITED = 1

Stretch = tuple[int, int]
"""from the first frame to the one after the last"""


@dataclass(frozen=True, slots=True)
class PictureFacts:
    """What was seen of a picture track.

    Attributes:
        frames: pictures that were decoded.
        evenly: whether each is shown one frame after the one before, from the beginning on.
        keyframes: frame numbers of keyframes.
        tagged: BT.709 primaries, transfer and matrix, limited range.
        black: stretches of black of `SHORTEST_BLACK_S` or more.
    """

    codec: str
    pixel_format: str
    width: int
    height: int
    rate: Fraction
    frames: int
    evenly: bool
    keyframes: tuple[int, ...]
    tagged: bool
    black: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class SoundFacts:
    """What was heard of a sound track.

    Attributes:
        duration_s: samples that were decoded, in seconds.
        silent: stretches of silence of `SHORTEST_SILENCE_S` or more, in samples.
        lufs: integrated loudness by ffmpeg's ebur128; -70 stands for silence.
        true_peak_dbtp: the highest peak by ebur128.
    """

    codec: str
    sample_rate: int
    channels: int
    duration_s: Fraction
    silent: tuple[Stretch, ...]
    lufs: float
    true_peak_dbtp: float

    @property
    def is_silent(self) -> bool:
        """Whether nothing is heard of it, so that it has no loudness."""
        return self.lufs <= SILENCE_LUFS


def watch(path: Path) -> PictureFacts:
    """Decode every frame of a file.

    Raises:
        AssemblyError: it cannot be read, has no picture, or a frame is damaged.
    """
    with open_clip(path) as container:
        stream = picture_stream(container, path)
        stream.thread_type = "AUTO"
        stream.codec_context.options = {"err_detect": "explode"}
        rate = stream.average_rate or Fraction(0)
        begin = stream.start_time or 0
        ticks = 1 / (rate * stream.time_base) if rate and stream.time_base else Fraction(1)
        frames, keyframes, evenly = 0, [], True
        black = _Runs()
        tagged = True
        try:
            for frame in container.decode(stream):
                shown = (frame.pts if frame.pts is not None else begin) - begin
                evenly = evenly and abs(shown - frames * ticks) <= max(Fraction(1), ticks / 4)
                if frame.key_frame:
                    keyframes.append(frames)
                tagged = tagged and _is_tagged(frame)
                black.add(frames, _is_black(frame))
                frames += 1
        except av.FFmpegError as error:
            raise AssemblyError(f"{str(path)!r} cannot be decoded at frame {frames}: {error}") from error
        context = stream.codec_context
        return PictureFacts(
            codec=context.name,
            pixel_format=context.pix_fmt or "",
            width=context.width,
            height=context.height,
            rate=rate,
            frames=frames,
            evenly=evenly,
            keyframes=tuple(keyframes),
            tagged=tagged,
            black=black.of_at_least(SHORTEST_BLACK_S * rate),
        )


def listen(path: Path) -> SoundFacts:
    """Decode every sample of a file's sound.

    Raises:
        AssemblyError: it cannot be read, has no sound, or is damaged.
    """
    with open_clip(path) as container:
        if not container.streams.audio:
            raise AssemblyError(f"{str(path)!r} has no sound")
        stream: AudioStream = container.streams.audio[0]
        context = stream.codec_context
        sample_rate = context.sample_rate
        # a hundredth of a second is silent as a whole or not at all
        hop = max(1, sample_rate // 100)
        threshold = 10 ** (SILENCE_DBFS / 20)
        samples = 0
        silent = _Runs()
        rest = np.zeros(0)
        to_float = av.AudioResampler(format="flt", layout="stereo", rate=sample_rate)
        try:
            for frame in container.decode(stream):
                samples += frame.samples
                for plain in to_float.resample(frame):
                    block = np.abs(plain.to_ndarray().reshape(-1, 2)).max(axis=1)
                    block = np.concatenate([rest, block])
                    whole = len(block) // hop * hop
                    first = samples - len(block)
                    for number, loudest in enumerate(block[:whole].reshape(-1, hop).max(axis=1)):
                        silent.add((first + number * hop) // hop, bool(loudest < threshold))
                    rest = block[whole:]
        except av.FFmpegError as error:
            raise AssemblyError(f"{str(path)!r}: its sound cannot be decoded: {error}") from error
        codec, channels = context.name, context.channels
    lufs, peak = measure(path)
    found = silent.of_at_least(Fraction(SHORTEST_SILENCE_S * sample_rate, hop))
    stretches = tuple((first * hop, last * hop) for first, last in found)
    length = Fraction(samples, sample_rate)
    return SoundFacts(codec, sample_rate, channels, length, stretches, lufs, peak)


def subtitle_count(path: Path) -> int:
    """How many subtitles a reader finds in a file.

    Raises:
        AssemblyError: it cannot be read, or has none.
    """
    with open_clip(path) as container:
        if not container.streams.subtitles:
            raise AssemblyError(f"{str(path)!r} has no subtitles")
        return sum(bool(packet.size) for packet in container.demux(container.streams.subtitles[0]))


def subtitle_languages(path: Path) -> list[str]:
    """The languages of a file's subtitle tracks."""
    with open_clip(path) as container:
        return [stream.metadata.get("language", "und") for stream in container.streams.subtitles]


def _is_tagged(frame: VideoFrame) -> bool:
    if frame.format.name.startswith(("gbr", "rgb")):
        return True
    tags = (frame.color_primaries, frame.color_trc, frame.colorspace, frame.color_range)
    return tuple(int(tag) for tag in tags) == (_BT709, _BT709, _BT709, _LIMITED)


def _is_black(frame: VideoFrame) -> bool:
    name = frame.format.name
    if not name.startswith("yuv"):
        return False
    deep = "10le" in name
    samples = np.frombuffer(memoryview(frame.planes[0]), np.dtype(np.uint16 if deep else np.uint8))
    luma = samples.reshape(frame.height, -1)[::2, : frame.width : 2].astype(int)
    limit = (16 + BLACK_LEVEL) << (2 if deep else 0)
    return bool(np.mean(luma <= limit) >= BLACK_PART)


class _Runs:
    """Stretches of numbers, handed in in order, for which something holds."""

    def __init__(self) -> None:
        self._found: list[Stretch] = []

    def add(self, number: int, holds: bool) -> None:  # noqa: FBT001  (what is counted)
        if not holds:
            return
        if self._found and self._found[-1][1] == number:
            self._found[-1] = (self._found[-1][0], number + 1)
        else:
            self._found.append((number, number + 1))

    def of_at_least(self, length: Fraction) -> tuple[Stretch, ...]:
        return tuple(found for found in self._found if found[1] - found[0] >= length)
