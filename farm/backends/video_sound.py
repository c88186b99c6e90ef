"""The sound of a video that a renderer gave: the take's where it is asked for, else left out and said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.audio.resampler import AudioResampler
from av.error import FFmpegError
from numpy.typing import NDArray

from farm.backend.protocol import RenderContext
from farm.media.videos import CONTAINERS
from storyboard.planning.spec import ShotSpec

_CLOSED = {"protocol_whitelist": "file", "format_whitelist": CONTAINERS}


def keep_sound_of(video: Path, spec: ShotSpec, who: str, context: RenderContext, *, wanted: bool) -> None:
    """Keep the sound of a video as that of the take, where it is wanted.

    Whatever is otherwise is said in the log of the attempt and in the take's manifest: sound that is left
    out, and sound that is wanted and not there, in whose place the take is silent.

    Args:
        video: its first frame is the take's.
        spec: of the take.
        who: gave it, for people.
        context: of the take.
        wanted: whether it is.
    """
    if not wanted:
        if has_sound(video):
            _say(context, "left out", f"{who} gave sound, which is left out; `sound: true` keeps it")
        return
    found = sound_of_video(video, spec)
    if found is None:
        _say(context, "none", f"{who} gave no sound that can be read: the take is silent")
        return
    context.keep_sound(*found)


def _say(context: RenderContext, what: str, words: str) -> None:
    print(words, flush=True)
    context.note({"sound": what})


def has_sound(video: Path) -> bool:
    """Whether a file has a stream of sound."""
    try:
        with av.open(str(video.absolute()), options=_CLOSED) as container:
            return bool(container.streams.audio)
    except FFmpegError:
        return False


def sound_of_video(path: Path, spec: ShotSpec) -> tuple[NDArray[np.float32], int] | None:
    """The sound of a video as that of the take: [time, channels], -1 to 1, and its rate; None without any.

    It begins with the video's first frame and is as long as the take, with silence where it ends early.
    """
    try:
        with av.open(str(path.absolute()), options=_CLOSED) as container:
            if not container.streams.audio:
                return None
            stream = container.streams.audio[0]
            rate = stream.rate or 48_000
            late = _begins(container, stream)
            blocks = [*resampled(container.decode(stream), stream.layout.name, rate)]
    except FFmpegError:
        return None
    if not blocks:
        return None
    samples = np.concatenate(blocks)
    return _placed(samples, round(late * rate), round(spec.seconds * rate)), rate


def resampled(decoded: Iterable[Any], layout: str, rate: int) -> Iterator[NDArray[np.float32]]:
    """Decoded frames of a sound in another layout and at another rate: blocks of [time, channels]."""
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
