"""Where a voice is heard in what an engine made: a line lies in the film from there on. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from assembly.sound.signal.wav import Floats

_FRAME_S = 0.005
_SILENT_DB = -42.0


def trim(voice: Floats, rate: int) -> Floats:
    """Without the silence at both ends: what is 42 dB below the loudest 5 ms, less a moment around it."""
    return voice[sounding(voice, rate)]


def sounding(voice: Floats, rate: int) -> slice:
    """The samples of a voice, float [n], between the silence at both ends; all where all is silent."""
    frame = int(_FRAME_S * rate)
    loud = np.flatnonzero(heard_frames(voice, frame, _SILENT_DB))
    if not len(loud):
        return slice(0, len(voice))
    return slice(int(max(0, loud[0] - 1)) * frame, int(loud[-1] + 4) * frame)


def heard_frames(voice: Floats, frame: int, silent_db: float) -> NDArray[np.bool_]:
    """Which of a voice's whole frames, of so many samples each, are above `silent_db` under the loudest."""
    whole = len(voice) // frame * frame
    power = np.square(voice[:whole]).reshape(-1, frame).mean(axis=1)
    heard: NDArray[np.bool_] = power > power.max(initial=0.0) * 10 ** (silent_db / 10)
    return heard
