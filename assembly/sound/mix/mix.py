"""The mix: stems added up, brought to their loudness, under a true-peak ceiling.

The sum is measured block by block and written with the gain that reaches the target, through a true-peak
limiter where peaks would pass their ceiling. ffmpeg's ebur128 then measures what was written. A film of any
length takes the memory of a few blocks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import ffmpeg as ffmpeg_python
import numpy as np

from assembly.programs import ffmpeg
from assembly.programs.stopping import go_on
from assembly.sound.mix.limiter import limit, peaks_from, reach
from assembly.sound.signal import wav
from assembly.sound.signal.loudness import SILENCE_LUFS, Meter, decibels, ratio
from assembly.sound.signal.wav import Floats, WavWriter
from storyboard.errors import AssemblyError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

TARGET_LUFS = -16.0
"""what Apple asks of podcasts, within 1 LU"""
CEILING_DBTP = -1.0
"""the highest true peak of EBU R 128"""
TOLERANCE_LU = 0.5
"""how far EBU R 128 lets a finished programme be from its target"""
MAXIMUM_LIMITING_DB = 40.0
"""peaks are turned down so far at most: a film of single clicks stays below its target, as its report says"""
QUIETEST_DBTP = -120.0
"""what a report gives for silence"""

_BLOCK = 2**17
_MARGIN_DB = 0.4
"""peaks between samples, oversampled four times (BS.1770-4, annex 2), may be higher than they measure"""
_PASSES = 8


@dataclass(frozen=True, slots=True)
class MixReport:
    """What ebur128 measured of a mix.

    Attributes:
        integrated_lufs: loudness of the whole; -70 stands for silence.
        true_peak_dbtp: highest peak, between samples too; -120 stands for silence.
        samples: length per channel.
        target_lufs: the loudness that was asked for.
        gain_db: what the sum of the stems was turned up by.
    """

    integrated_lufs: float
    true_peak_dbtp: float
    samples: int
    target_lufs: float
    gain_db: float


def mix(
    stems: Sequence[Path],
    sample_rate: int,
    samples: int,
    out: Path,
    *,
    target_lufs: float = TARGET_LUFS,
    ceiling_dbtp: float = CEILING_DBTP,
    progress: Callable[[float], None] | None = None,
) -> MixReport:
    """Mix stems into a 24-bit stereo WAV file.

    Args:
        stems: WAV files of `sample_rate` and `samples` (`write_stem` makes them); none gives silence.
        sample_rate: samples a second.
        samples: length of the mix, per channel.
        out: the file to write.
        target_lufs: integrated loudness of the mix.
        ceiling_dbtp: what no peak may pass.
        progress: called now and then with the part that is done, 0 to 1; what it raises is raised here.

    Raises:
        AssemblyError: a stem is unreadable or of another form, or the mix came out louder than it may be.
    """
    tell = progress or (lambda _: None)
    whole = _Sum(stems, sample_rate, samples)
    loudness_lufs, peak_dbtp = _measured(whole, lambda done: tell(0.4 * done))
    gain_db = target_lufs - loudness_lufs if loudness_lufs > SILENCE_LUFS else 0.0
    ceiling = ratio(ceiling_dbtp - _MARGIN_DB)
    if peak_dbtp + gain_db > decibels(ceiling):
        gain_db = _limited_gain(whole, gain_db, peak_dbtp, target_lufs, ceiling)
    with WavWriter(out, sample_rate, 2, samples) as writer:
        for done, block in _limited(whole, ratio(gain_db), ceiling):
            writer.write(block)
            tell(0.5 + 0.4 * done)
    integrated, peak = measure(out)
    report = MixReport(integrated, peak, samples, target_lufs, gain_db)
    if integrated > target_lufs + TOLERANCE_LU or peak > ceiling_dbtp:
        raise AssemblyError(
            f"{out}: the mix measures {integrated:.1f} LUFS and {peak:.1f} dBTP"
            f" instead of {target_lufs:.1f} LUFS under {ceiling_dbtp:.1f} dBTP"
        )
    tell(1.0)
    return report


def as_in_mix(
    stems: Sequence[Path],
    sample_rate: int,
    samples: int,
    out: Path,
    *,
    gain_db: float,
    ceiling_dbtp: float = CEILING_DBTP,
) -> None:
    """Write some of a mix's stems together, as loud as they are in it (`MixReport.gain_db`), 24-bit stereo.

    Raises:
        AssemblyError: a stem is unreadable or of another form.
    """
    with WavWriter(out, sample_rate, 2, samples) as writer:
        whole = _Sum(stems, sample_rate, samples)
        for _, block in _limited(whole, ratio(gain_db), ratio(ceiling_dbtp - _MARGIN_DB)):
            writer.write(block)


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


class _Sum:
    """Stems added up, read in pieces."""

    def __init__(self, stems: Sequence[Path], sample_rate: int, samples: int) -> None:
        self.sample_rate = sample_rate
        self.samples = samples
        self._stems = [wav.inspect(stem) for stem in stems]
        for stem in self._stems:
            form = stem.sample_rate, stem.channels, stem.samples
            if form != (sample_rate, 2, samples):
                raise AssemblyError(
                    f"{stem.path}: {form} samples a second, channels and samples, where "
                    f"{(sample_rate, 2, samples)} is right"
                )

    def read(self, start: int, count: int) -> Floats:
        """Samples `[start, start + count)`, fewer at the end: float [n, 2]."""
        block = np.zeros((max(0, min(count, self.samples - start)), 2))
        for stem in self._stems:
            block += stem.read(start, count)
        return block


def _measured(whole: _Sum, tell: Callable[[float], None]) -> tuple[float, float]:
    """Loudness (LUFS) and true peak (dBTP)."""
    meter = Meter(whole.sample_rate)
    peak = 0.0
    for first in range(0, whole.samples, _BLOCK):
        block = whole.read(first, _BLOCK)
        meter.feed(block)
        peak = max(peak, float(peaks_from(max(peak, float(np.abs(block).max())), block).max()))
        tell(min(first + _BLOCK, whole.samples) / whole.samples)
    return meter.integrated(), decibels(peak)


def _limited_gain(whole: _Sum, gain_db: float, peak_dbtp: float, target_lufs: float, ceiling: float) -> float:
    """The gain in dB that reaches the target, making up for the loudness that limiting takes."""
    most = decibels(ceiling) + MAXIMUM_LIMITING_DB - peak_dbtp
    gain_db = min(gain_db, most)
    for _ in range(_PASSES):
        meter = Meter(whole.sample_rate)
        for _, block in _limited(whole, ratio(gain_db), ceiling):
            meter.feed(block)
        missing = target_lufs - meter.integrated()
        if abs(missing) < 0.1 or (missing > 0 and gain_db >= most):
            break
        gain_db = min(gain_db + missing, most)
    return gain_db


def _limited(whole: _Sum, gain: float, ceiling: float) -> Iterator[tuple[float, Floats]]:
    """The sound with a gain, under a ceiling: the part that is done, and blocks of float [n, 2]."""
    around = reach(whole.sample_rate)
    for first in range(0, whole.samples, _BLOCK):
        go_on()
        last = min(first + _BLOCK, whole.samples)
        before = max(0, first - around)
        piece = limit(whole.read(before, last + around - before) * gain, ceiling, whole.sample_rate)
        yield last / whole.samples, piece[first - before : last - before]
