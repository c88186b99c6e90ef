"""The mix: stems added up, turned up, under a true-peak ceiling; any stretch of it, from their sources.

What is read of a mix is the same however it is cut, bit for bit: a piece of it needs nothing but the sources
that are heard there.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import ffmpeg as ffmpeg_python
import numpy as np

from assembly.programs import ffmpeg
from assembly.programs.stopping import go_on
from assembly.sound.mix.levels import MARGIN_DB, Level, around, level_of
from assembly.sound.mix.limiter import limit, reach
from assembly.sound.signal.loudness import SILENCE_LUFS, ratio
from assembly.sound.signal.wav import Floats, WavWriter
from storyboard.errors import AssemblyError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from assembly.sound.mix.stems import Stems

TARGET_LUFS = -16.0
"""what Apple asks of podcasts, within 1 LU"""
CEILING_DBTP = -1.0
"""the highest true peak of EBU R 128"""
TOLERANCE_LU = 0.5
"""how far EBU R 128 lets a finished programme be from its target"""
QUIETEST_DBTP = -120.0
"""what a report gives for silence"""
_BLOCK = 2**17


class Mix:
    """Stems as loud as they are heard.

    Args:
        stems: what is heard.
        gain_db: what they are turned up by.
        ceiling_dbtp: what no peak passes; a function of samples' places [n] gives each its own. None leaves
            peaks as they are.
    """

    def __init__(
        self,
        stems: Stems,
        gain_db: float,
        ceiling_dbtp: float | Callable[[Floats], Floats] | None = CEILING_DBTP,
    ) -> None:
        self._stems = stems
        self._gain = ratio(gain_db)
        self._ceiling_dbtp = ceiling_dbtp
        self.sample_rate = stems.score.sample_rate
        self.samples = stems.score.samples

    def read(self, first: int, last: int) -> Floats:
        """Its samples on the film's `[first, last)`, silent outside the film: float [n, 2]."""
        if self._ceiling_dbtp is None:
            return self._stems.read(first, last) * self._gain
        near = reach(self.sample_rate)
        loud = self._stems.read(first - near, last + near) * self._gain
        ceiling: float | Floats
        if callable(self._ceiling_dbtp):
            places = np.arange(first - near, last + near, dtype=np.float64)
            ceiling = 10 ** ((self._ceiling_dbtp(places) - MARGIN_DB) / 20)
        else:
            ceiling = ratio(self._ceiling_dbtp - MARGIN_DB)
        return limit(loud, ceiling, self.sample_rate)[near : near + last - first]

    def level(self, first: int, last: int) -> Level:
        """How loud it is on `[first, last)`."""
        near = around(self.sample_rate)
        begin, end = max(0, first - near), min(self.samples, last + near)
        return level_of(self.read(begin, end), first, first - begin, end - last, self.sample_rate)

    def write(self, out: Path, progress: Callable[[float], None] | None = None, *, bits: int = 24) -> None:
        """Write it as a stereo WAV file.

        Args:
            out: the file.
            bits: of a sample: 24 (integer) or 32 (float, which has peaks over full scale too).
            progress: called now and then with the part that is done, 0 to 1; what it raises is raised here.

        Raises:
            AssemblyError: a source cannot be read.
        """
        with WavWriter(out, self.sample_rate, 2, self.samples, bits=bits) as writer:
            for first in range(0, self.samples, _BLOCK):
                go_on()
                last = min(first + _BLOCK, self.samples)
                writer.write(self.read(first, last))
                if progress:
                    progress(last / self.samples)


def measure(path: Path) -> tuple[float, float]:
    """Integrated loudness (LUFS, at least -70) and true peak (dBTP, at least -120) by ffmpeg's ebur128."""
    sound = ffmpeg_python.input(f"file:{path.absolute()}").audio
    command = sound.filter("ebur128", peak="true", framelog="verbose").output("-", format="null")
    said = ffmpeg.run(command, loglevel="info")
    summary = said[said.rfind("Summary:") :]
    loudness = re.search(r"I:\s+(-?[\d.]+|-?inf|nan) LUFS", summary)
    peak = re.search(r"Peak:\s+(-?[\d.]+|-?inf|nan) dBFS", summary)
    if not loudness or not peak:
        raise AssemblyError(f"{path}: ffmpeg's ebur128 gave no summary")
    return _number(loudness[1], SILENCE_LUFS), _number(peak[1], QUIETEST_DBTP)


def _number(text: str, least: float) -> float:
    value = float(text)
    return max(least, value) if np.isfinite(value) else least
