"""The mix: dialogue, music and effects on one line of samples, music under speech, loudness on target.

The line is mixed block by block into a file, measured on the way, and written with the gain that reaches the
target, through a true-peak limiter where peaks would pass their ceiling. ffmpeg's ebur128 then measures what
was written. A film of any length takes the memory of a few blocks.
"""

from __future__ import annotations

import re
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import ffmpeg as ffmpeg_python
import numpy as np

from assembly import ffmpeg, wav
from assembly.limiter import limit, reach
from assembly.loudness import SILENCE_LUFS, Meter, decibels, oversampled_peaks, ratio
from assembly.timeline import DUCK_MUSIC_DB, DUCK_ROOM_DB, Clip, Duck, Line, gain_of
from assembly.wav import Floats, WavInfo, WavWriter
from storyboard.errors import AssemblyError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from assembly.recipes import Source
    from assembly.soundtrack import Soundtrack

STEMS = ("dialogue", "music", "effects")
TARGET_LUFS = -16.0
CEILING_DBTP = -1.0
TOLERANCE_LU = 0.5
MAXIMUM_LIMITING_DB = 40.0
"""peaks are turned down so far at most: a film of single clicks stays below its target, as its report says"""
CUT_S = 0.01
"""fade of a sound that is cut off before its end, in seconds"""
QUIETEST_DBTP = -120.0
"""what a report gives for silence"""

_BLOCK = 2**17
_MARGIN_DB = 0.4
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

    @property
    def on_target(self) -> bool:
        """Whether the loudness is within half a unit of the target; silence has none to bring there."""
        return abs(self.integrated_lufs - self.target_lufs) <= TOLERANCE_LU


def mix(
    track: Soundtrack,
    sources: Mapping[str, Path],
    out: Path,
    *,
    target_lufs: float = TARGET_LUFS,
    ceiling_dbtp: float = CEILING_DBTP,
    stems: Path | None = None,
    progress: Callable[[float], None] | None = None,
) -> MixReport:
    """Mix a soundtrack into a 24-bit stereo WAV file of exactly its length.

    Args:
        track: what is heard when.
        sources: the WAV file of each source by its digest (`make_sources` writes them).
        out: the file to write; its folder also holds the working files, which go away.
        target_lufs: integrated loudness of the mix.
        ceiling_dbtp: what no peak may pass.
        stems: a folder for `dialogue.wav`, `music.wav` and `effects.wav`: 24-bit, as they enter the mix,
            ducked, before the mix's own gain.
        progress: called now and then with the part that is done, 0 to 1; what it raises is raised here.

    Raises:
        AssemblyError: a source is missing or unreadable, or the mix came out louder than it may be.
    """
    tell = progress or (lambda _: None)
    with TemporaryDirectory(dir=out.absolute().parent, prefix=".mix-") as folder:
        premix = Path(folder) / "premix.wav"
        loudness_lufs, peak_dbtp = _premix(track, sources, premix, stems, lambda done: tell(0.5 * done))
        whole = wav.inspect(premix)
        gain_db = target_lufs - loudness_lufs if loudness_lufs > SILENCE_LUFS else 0.0
        ceiling = ratio(ceiling_dbtp - _MARGIN_DB)
        if peak_dbtp + gain_db > decibels(ceiling):
            gain_db = _limited_gain(whole, gain_db, peak_dbtp, target_lufs, ceiling)
        with WavWriter(out, track.sample_rate, 2, track.samples) as writer:
            for done, block in _limited(whole, ratio(gain_db), ceiling):
                writer.write(block)
                tell(0.6 + 0.3 * done)
    integrated, peak = measure(out)
    report = MixReport(integrated, peak, track.samples, target_lufs, gain_db)
    if integrated > target_lufs + TOLERANCE_LU or peak > ceiling_dbtp:
        raise AssemblyError(
            f"{out}: the mix measures {integrated:.1f} LUFS and {peak:.1f} dBTP"
            f" instead of {target_lufs:.1f} LUFS under {ceiling_dbtp:.1f} dBTP"
        )
    tell(1.0)
    return report


def mix_part(
    track: Soundtrack,
    sources: Mapping[str, Path],
    out: Path,
    *,
    gain_db: float,
    parts: Sequence[str] = STEMS,
    ceiling_dbtp: float = CEILING_DBTP,
) -> None:
    """Write some of a mix's stems together, as loud as they are in it (`MixReport.gain_db`), 24-bit stereo.

    Music and effects give way to the lines of `track` whether or not dialogue is among the parts.

    Raises:
        AssemblyError: a source is missing or unreadable.
    """
    with TemporaryDirectory(dir=out.absolute().parent, prefix=".stem-") as folder:
        premix = Path(folder) / "premix.wav"
        _premix(track, sources, premix, None, lambda _: None, parts)
        with WavWriter(out, track.sample_rate, 2, track.samples) as writer:
            ceiling = ratio(ceiling_dbtp - _MARGIN_DB)
            for _, block in _limited(wav.inspect(premix), ratio(gain_db), ceiling):
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


def _premix(
    track: Soundtrack,
    sources: Mapping[str, Path],
    out: Path,
    stems: Path | None,
    tell: Callable[[float], None],
    wanted: Sequence[str] = STEMS,
) -> tuple[float, float]:
    """Write the mix before its gain as float32; return its loudness (LUFS) and true peak (dBTP)."""
    place = _Sources(track, sources)
    lines, music_duck, room_duck = place.lines()
    meter = Meter(track.sample_rate)
    peak = 0.0
    with ExitStack() as stack:
        writer = stack.enter_context(WavWriter(out, track.sample_rate, 2, track.samples, bits=32))
        asides = [
            stack.enter_context(WavWriter(stems / f"{name}.wav", track.sample_rate, 2, track.samples))
            for name in STEMS
            if stems
        ]
        for first in range(0, track.samples, _BLOCK):
            last = min(first + _BLOCK, track.samples)
            parts = [
                lines["dialogue"].read(first, last),
                lines["music"].read(first, last) * music_duck.gain(first, last),
                lines["effects"].read(first, last)
                + lines["room"].read(first, last) * room_duck.gain(first, last),
            ]
            block = np.sum([part for name, part in zip(STEMS, parts, strict=True) if name in wanted], axis=0)
            writer.write(block)
            for aside, part in zip(asides, parts, strict=False):
                aside.write(part)
            meter.feed(block)
            peak = max(peak, float(oversampled_peaks(block).max(initial=0.0)))
            tell(last / track.samples)
    return meter.integrated(), decibels(peak)


class _Sources:
    """A soundtrack's events as clips of the files that hold their sources."""

    def __init__(self, track: Soundtrack, files: Mapping[str, Path]) -> None:
        self.track = track
        self.files = files
        self.known: dict[str, WavInfo] = {}

    def info(self, source: Source) -> WavInfo:
        digest = source.digest()
        if digest not in self.known:
            if digest not in self.files:
                raise AssemblyError(f"the mix needs the sound {digest} ({source}), which was not made")
            found = wav.inspect(self.files[digest])
            if found.sample_rate != self.track.sample_rate:
                raise AssemblyError(
                    f"{found.path}: has {found.sample_rate} samples a second, not {self.track.sample_rate}"
                )
            self.known[digest] = found
        return self.known[digest]

    def clip(
        self, source: Source, start: int, length: int | None, gain_db: float, fades: tuple[int, int] = (0, 0)
    ) -> Clip:
        info = self.info(source)
        loop = bool(getattr(source, "loop", False))
        length = max(0, min(info.samples if length is None else length, self.track.samples - start))
        cut = length < info.samples and not loop
        fade_out = max(fades[1], round(CUT_S * self.track.sample_rate) if cut else 0)
        return Clip(info, start, length, gain_of(gain_db), min(fades[0], length), min(fade_out, length), loop)

    def lines(self) -> tuple[dict[str, Line], Duck, Duck]:
        track = self.track
        dialogue = [self.clip(event.source, event.start, None, event.gain_db) for event in track.speech]
        effects = [
            self.clip(event.source, event.start, event.length, event.gain_db) for event in track.effects
        ]
        room = [
            self.clip(event.source, event.start, event.length, 0.0, (event.fade_in, event.fade_out))
            for event in track.room_tones
        ]
        effects += [
            self.clip(event.source, event.start, event.length, 0.0, (event.fade_in, event.fade_out))
            for event in track.production
        ]
        music = [
            self.clip(event.source, event.start, event.length, event.gain_db, (event.fade_in, event.fade_out))
            for event in track.music
        ]
        spoken = [(clip.start, clip.start + clip.length) for clip in dialogue if clip.gain and clip.length]
        lines = {
            "dialogue": Line(dialogue),
            "music": Line(music),
            "effects": Line(effects),
            "room": Line(room),
        }
        music_duck = Duck(spoken, DUCK_MUSIC_DB, track.sample_rate)
        return lines, music_duck, Duck(spoken, DUCK_ROOM_DB, track.sample_rate)


def _limited_gain(
    whole: WavInfo, gain_db: float, peak_dbtp: float, target_lufs: float, ceiling: float
) -> float:
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


def _limited(whole: WavInfo, gain: float, ceiling: float) -> Iterator[tuple[float, Floats]]:
    """The sound with a gain, under a ceiling: the part that is done, and blocks of float [n, 2]."""
    around = reach(whole.sample_rate)
    for first in range(0, whole.samples, _BLOCK):
        last = min(first + _BLOCK, whole.samples)
        before = max(0, first - around)
        piece = limit(whole.read(before, last + around - before) * gain, ceiling, whole.sample_rate)
        yield last / whole.samples, piece[first - before : last - before]
