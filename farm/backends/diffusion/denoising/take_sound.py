"""The sound of a take: cut out of what a model gave, so that it lies under the take's frames."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from farm.backends.diffusion.families.sizing import Timing
from storyboard.planning.spec import ShotSpec


def sound_of_take(
    samples: NDArray[np.float32], rate: int, spec: ShotSpec, timing: Timing
) -> NDArray[np.float32]:
    """The sound from the take's first frame to its last: [time, channels].

    Handles that hold a picture are silent. Where motion is sped up a little so that the shot ends on a given
    picture, so is the sound.

    Args:
        samples: of the rendered frames: [time, channels].
        rate: samples a second.
        spec: the shot.
        timing: where its frames lie among the rendered ones.
    """
    length = round(spec.total_frames / spec.rate * rate)
    before = -spec.head / spec.rate - timing.times[0]
    seconds = (timing.times[1] - timing.times[0]) * timing.rate if timing.frames > 1 else 1
    if seconds == 1:
        wanted = np.arange(length) + round(before * rate)
        heard = (wanted >= 0) & (wanted < len(samples))
        sound = np.zeros((length, samples.shape[1]), np.float32)
        sound[heard] = samples[wanted[heard]]
        return sound
    at = (np.arange(length) / rate + float(before)) / float(seconds) * rate
    channels = [np.interp(at, np.arange(len(samples)), one, left=0, right=0) for one in samples.T]
    return np.stack(channels, axis=1).astype(np.float32)
