"""Makes sources: each spoken line, built-in sound, composed cue or recording as one WAV file."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import ffmpeg as ffmpeg_python
import numpy as np

from assembly.programs import ffmpeg
from assembly.sound import recordings
from assembly.sound.effects import built_in
from assembly.sound.music import play
from assembly.sound.signal import wav
from assembly.sound.signal.loudness import MUSIC_LUFS, PEAK_CEILING, SILENCE_LUFS, Meter, ratio
from assembly.sound.sources import BuiltInSource, ComposedSource, FileSource, MidiSource, Source, SpokenSource
from assembly.sound.speech import voices
from storyboard.document.given_files import using_given
from storyboard.errors import AssemblyError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from assembly.sound.signal.wav import Floats, WavInfo

LONGEST_FILE_S = 4 * 3600
"""a recording is read for four hours at most"""
LONGEST_LOOP_S = 120
"""of a recorded room tone, two minutes are used"""
_SEAM_S = 1.0
_BLOCK = 2**18


def make_sources(wanted: Mapping[Path, Source]) -> None:
    """Write each source to the float32 WAV file that it stands at; the lines are spoken side by side.

    Raises:
        AssemblyError: a voice is unknown, the speech engine fails, a SoundFont cannot be played, or a
            recording cannot be decoded.
        FileChangedError: a recording, a SoundFont or a MIDI file has other bytes than those of its digest.
    """
    spoken = {out: source for out, source in wanted.items() if isinstance(source, SpokenSource)}
    voices.speak(list(spoken.values()), list(spoken))
    for out, source in wanted.items():
        if isinstance(source, BuiltInSource):
            wav.write(out, built_in.render(source), source.sample_rate)
        elif isinstance(source, ComposedSource | MidiSource):
            play.write(source, out)
        elif isinstance(source, FileSource):
            with using_given(source.path, source.sha256):
                _decode(source, out)


def _decode(source: FileSource, out: Path) -> None:
    longest = LONGEST_LOOP_S if source.loop else LONGEST_FILE_S
    limit = longest * source.sample_rate if source.samples is None else source.samples
    limit += source.skip
    with TemporaryDirectory(dir=out.absolute().parent, prefix=".decode-") as folder:
        plain, raw = Path(folder) / "plain.wav", Path(folder) / "raw.wav"
        try:
            seconds = limit / source.sample_rate + 1
            recordings.write(source.path, plain, mono=source.speech_lufs is not None, seconds=seconds)
        except AssemblyError as error:
            raise AssemblyError(f"{source.path}: {error.message}", error.hint) from error
        sound = ffmpeg_python.input(str(plain)).audio
        sound = sound.filter("aresample", source.sample_rate).filter(
            "atrim", start_sample=source.skip, end_sample=limit
        )
        ffmpeg.run(
            sound.output(str(raw), acodec="pcm_f32le", ar=source.sample_rate, rf64="auto"), loglevel="error"
        )
        info = wav.inspect(raw)
        if source.loop:
            samples = _finite(info.read())
            seam = min(int(_SEAM_S * source.sample_rate), len(samples) // 2)
            wav.write(out, built_in.close_loop(samples, seam), source.sample_rate)
        else:
            target = MUSIC_LUFS if source.music else source.speech_lufs
            _copy(info, out, 1.0 if target is None else _gain_to(target, info))


def _gain_to(target_lufs: float, info: WavInfo) -> float:
    """The amplitude that brings a recording to a level, or as near as its peaks let it."""
    meter = Meter(info.sample_rate, info.channels)
    peak = 0.0
    for block in _blocks(info):
        meter.feed(block)
        peak = max(peak, float(np.abs(block).max()))
    measured = meter.integrated()
    return (
        min(ratio(target_lufs - measured), PEAK_CEILING / max(peak, 1e-9)) if measured > SILENCE_LUFS else 1.0
    )


def _copy(info: WavInfo, out: Path, gain: float) -> None:
    with wav.WavWriter(out, info.sample_rate, info.channels, info.samples, bits=32) as writer:
        for block in _blocks(info):
            writer.write(block * gain)


def _blocks(info: WavInfo) -> Iterator[Floats]:
    for first in range(0, info.samples, _BLOCK):
        yield _finite(info.read(first, _BLOCK))


def _finite(samples: Floats) -> Floats:
    """Without what a damaged float recording can hold: not-a-number becomes silence, infinity full scale."""
    return np.nan_to_num(samples, nan=0.0, posinf=1.0, neginf=-1.0)
