"""Plays a cue in a hall: its notes with a SoundFont or the built-in instruments, at the level of music."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from assembly.programs.stopping import go_on
from assembly.programs.whole_files import written_aside
from assembly.sound.music import arrangement, instruments, soundfonts
from assembly.sound.music.compose import notes_of
from assembly.sound.music.hall import Hall
from assembly.sound.music.moods import STYLES
from assembly.sound.signal import lean_scipy, wav
from assembly.sound.signal.loudness import MUSIC_LUFS, PEAK_CEILING, Meter, ratio
from assembly.sound.sources import MidiSource
from storyboard.errors import AssemblyError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from assembly.sound.signal.wav import Floats
    from assembly.sound.sources import ComposedSource

_BLOCK = 2**18
_LOWEST_HZ = 28
"""the lowest A of a piano is 27.5 Hz; what lies below is no music"""


def write(cue: ComposedSource | MidiSource, out: Path) -> None:
    """Write a cue of exactly its length as float32 stereo WAV at `MUSIC_LUFS`; its fades are the mix's.

    The cue is played block by block, so that memory does not grow with its length; the file appears whole.

    Raises:
        AssemblyError: its SoundFont or its MIDI file cannot be played.
        FileChangedError: one of them has other bytes than those of its digest.
        Interrupted: it is played in a thread that was told to stop.
    """
    meter, peak = Meter(cue.sample_rate), 0.0
    with written_aside(out) as aside:
        with wav.WavWriter(aside, cue.sample_rate, 2, cue.samples, bits=32) as writer:
            for block in _blocks(cue):
                go_on()
                meter.feed(block)
                peak = max(peak, float(np.abs(block).max(initial=0.0)))
                writer.write(block)
        wav.amplify(aside, min(ratio(MUSIC_LUFS - meter.integrated()), PEAK_CEILING / max(peak, 1e-9)))


def _dry(cue: ComposedSource | MidiSource) -> Iterator[Floats]:
    """A cue without a hall, float [n, 2] each."""
    samples, sample_rate = cue.samples, cue.sample_rate
    if isinstance(cue, MidiSource):
        try:
            music = arrangement.of_midi(cue.path, cue.sha256, sample_rate)
        except ValueError as error:
            raise AssemblyError(f"{cue.path}: it cannot be played as MIDI: {error}") from error
        return soundfonts.play(cue.font, music, samples, sample_rate, _BLOCK)
    notes = notes_of(cue)
    if cue.font:
        music = arrangement.of_notes(notes, sample_rate)
        return soundfonts.play(cue.font, music, samples, sample_rate, _BLOCK)
    return instruments.play(notes, samples, sample_rate, _BLOCK)


def _blocks(cue: ComposedSource | MidiSource) -> Iterator[Floats]:
    """A cue before its level, float [n, 2] each."""
    samples, sample_rate = cue.samples, cue.sample_rate
    style = STYLES[cue.mood]
    ringing = Hall(sample_rate, style.hall_s, style.wet)
    sections = lean_scipy.signal.butter(1, _LOWEST_HZ, "highpass", fs=sample_rate, output="sos")
    state = np.zeros((len(sections), 2, 2))
    fade_in, fade_out = (min(int(each * sample_rate), samples // 2) for each in (0.003, 0.06))
    first = 0
    for dry in _dry(cue):
        block, state = lean_scipy.signal.sosfilt(sections, ringing.add(dry), axis=0, zi=state)
        where = np.arange(first, first + len(block)) + 0.5
        rising = 0.5 - 0.5 * np.cos(np.pi * np.clip(where / max(fade_in, 1), 0, 1))
        falling = 0.5 - 0.5 * np.cos(np.pi * np.clip((samples - where) / max(fade_out, 1), 0, 1))
        yield block * (rising * falling)[:, None]
        first += len(block)
