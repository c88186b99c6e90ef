"""How mouths go through the lines of a shot: by a voice's sounds, a recording's loudness, or letters.

The voices are those of the entry points `shotfarm.voices`. One that says how a mouth goes has a method
`mouth`; who speaks with another moves the lips by the letters of the line.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path

import av
import numpy as np

from farm.backends.video_sound import resampled
from storyboard.media.mouth import MouthMoment, mouth_between
from storyboard.planning.spec import ResolvedLine, ResolvedSpeech
from storyboard.plugins import load_plugin

_VOICES = "shotfarm.voices"
_RATE, _STEP_S = 16_000, 0.04
_RANGE_DB = 30.0
"""under the loud parts of a recording, where a mouth is closed"""
_WIDEST = 0.85
_LEAST = 0.15
"""a mouth that is less open than this is closed"""

Lips = Callable[[int], MouthMoment]
"""a frame's number, counted from the line's first, or negative → the shape of the mouth in it"""


def lips_of(line: ResolvedLine, files: Mapping[str, Path]) -> Lips | None:
    """How the mouth of a line's speaker goes; None where its letters have to tell it.

    Args:
        line: as a shot has it.
        files: the local copy of each recording, by its SHA-256.

    Raises:
        UsageError: there is no such voice here.
        ShotfarmError: the voice fails.
    """
    speech = line.speech
    if speech is None:
        return None
    if speech.recording:
        moments: Sequence[MouthMoment] = by_loudness(files[speech.recording.sha256])
    else:
        tell = _mouth_of(speech.engine)
        if tell is None:
            return None
        moments = tell(speech)
    frame_s = float(1 / speech.rate)
    return lambda frame: mouth_between(moments, frame * frame_s, (frame + 1) * frame_s)


@cache
def _mouth_of(engine: str) -> Callable[[ResolvedSpeech], Sequence[MouthMoment]] | None:
    """What says how a mouth goes in the voices of an engine; None when it does not."""
    tell: Callable[[ResolvedSpeech], Sequence[MouthMoment]] | None = getattr(
        load_plugin(_VOICES, "voice engine", engine)(), "mouth", None
    )
    return tell


def by_loudness(recording: Path) -> tuple[MouthMoment, ...]:
    """A mouth that is as far open as a recording is loud; it begins with its first sample."""
    samples = _mono(recording)
    step = round(_STEP_S * _RATE)
    whole = len(samples) // step * step
    power = np.square(samples[:whole]).reshape(-1, step).mean(axis=1)
    loud = np.percentile(power, 95) if len(power) else 0.0
    under_db = 10 * np.log10(np.maximum(power, 1e-12) / max(float(loud), 1e-12))
    opened = np.clip(1 + under_db / _RANGE_DB, 0, 1) * _WIDEST
    opened[opened < _LEAST] = 0
    return tuple(
        MouthMoment((number + 0.5) * _STEP_S, round(each, 3), 0.0)
        for number, each in enumerate(opened.tolist())
    )


def _mono(recording: Path) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    """The sound of a file, float [n] at 16 kHz."""
    with av.open(str(recording.absolute())) as container:
        blocks = [*resampled(container.decode(audio=0), "mono", _RATE)]
    return np.concatenate([np.zeros((0, 1), np.float32), *blocks])[:, 0]
