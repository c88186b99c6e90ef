"""What a renderer gave, as the frames of a take: brought to the take's size, rate and length."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.audio.resampler import AudioResampler
from av.error import FFmpegError
from numpy.typing import NDArray

from farm.backend.protocol import Frame
from farm.media.pictures import PictureError, open_picture
from farm.media.videos import VideoError, frames
from farm.takes.clip import fitted
from farm.takes.quality import QualityError
from storyboard.planning.spec import ShotSpec

SHORT_S = Fraction(1, 4)
"""a video may be so much shorter than asked; its last frame is held. Services round their lengths"""


def frames_of_video(path: Path, spec: ShotSpec, who: str) -> Iterator[Frame]:
    """The take's frames (uint8 [height, width, 3]) from a video of any size, rate and length.

    Each shows what the video shows in the middle of its time, the video's clock beginning with its first
    frame. HDR and other colours are brought to BT.709, rotation and pixels that are not square are undone;
    what is longer than the take is left out.

    Args:
        path: the video.
        spec: of the take.
        who: gave it, for people.

    Raises:
        QualityError: it is no video, or too short.
    """
    wanted = [(Fraction(k) + Fraction(1, 2)) / spec.rate for k in range(spec.total_frames)]
    given = 0
    shown: Frame | None = None
    first = end = Fraction(0)
    try:
        for frame in frames(path, least=(spec.width, spec.height)):
            if shown is None:
                first = frame.start
            start, end = frame.start - first, frame.end - first
            while shown is not None and given < len(wanted) and wanted[given] < start:
                yield shown
                given += 1
            if given == len(wanted):
                return
            shown = fitted(frame.picture, spec.width, spec.height)
    except VideoError as error:
        raise QualityError(f"what {who} gave is no video: {error.message}") from error
    if shown is None or end < spec.seconds - SHORT_S:
        raise QualityError(
            f"{who} gave {float(end):.2f} s of video; the shot needs {float(spec.seconds):.2f}"
        )
    for _ in wanted[given:]:
        yield shown


def frames_of_pictures(paths: Sequence[Path], spec: ShotSpec, who: str) -> Iterator[Frame]:
    """The take's frames from pictures that are its frames, in this order; what is too many is left out.

    Raises:
        QualityError: one is no picture, or they are too few.
    """
    if len(paths) < spec.total_frames:
        raise QualityError(f"{who} gave {len(paths)} of the {spec.total_frames} frames asked for")
    for path in paths[: spec.total_frames]:
        try:
            yield fitted(np.asarray(open_picture(path).image), spec.width, spec.height)
        except PictureError as error:
            raise QualityError(f"{path.name}, which {who} gave, is no picture: {error.message}") from error


def sound_of_video(path: Path, spec: ShotSpec) -> tuple[NDArray[np.float32], int] | None:
    """The sound of a video as that of the take: [time, channels], -1 to 1, and its rate; None without any.

    It begins with the video's first frame and is as long as the take, with silence where it ends early.
    """
    try:
        with av.open(str(path.absolute())) as container:
            if not container.streams.audio:
                return None
            stream = container.streams.audio[0]
            rate = stream.rate or 48_000
            late = _begins(container, stream)
            blocks = [*_samples(container.decode(stream), stream.layout.name, rate)]
    except FFmpegError:
        return None
    if not blocks:
        return None
    samples = np.concatenate(blocks)
    return _placed(samples, round(late * rate), round(spec.seconds * rate)), rate


def _samples(decoded: Iterable[Any], layout: str, rate: int) -> Iterator[NDArray[np.float32]]:
    resampler = AudioResampler(format="flt", layout=layout, rate=rate)
    for frame in (*decoded, None):
        for each in resampler.resample(frame):
            yield each.to_ndarray().reshape(-1, each.layout.nb_channels).astype(np.float32)


def _begins(container: Any, stream: Any) -> Fraction:
    """By how much the sound begins after the first picture, in seconds."""
    video = next(iter(container.streams.video), None)
    starts = [
        Fraction(each.start_time or 0) * (each.time_base or Fraction(1))
        for each in (stream, video)
        if each is not None
    ]
    return starts[0] - starts[1] if len(starts) > 1 else Fraction(0)


def _placed(samples: NDArray[np.float32], late: int, length: int) -> NDArray[np.float32]:
    """Samples on a timeline of a length, from a place on it that may lie before its start."""
    placed = np.zeros((length, samples.shape[1]), np.float32)
    taken = samples[max(0, -late) :][: max(0, length - max(0, late))]
    placed[max(0, late) : max(0, late) + len(taken)] = taken
    return placed
