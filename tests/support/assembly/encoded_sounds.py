"""Sounds encoded as films have theirs, in one piece."""

from __future__ import annotations

from pathlib import Path

from assembly.sound import aac
from assembly.sound.signal import wav


def encode_sound(sound: Path, out: Path) -> None:
    """Encode a WAV file of one channel or two as AAC in MP4."""
    info = wav.inspect(sound)
    samples = info.read()
    stereo = samples[:, [0, 0]] if info.channels == 1 else samples
    aac.join([aac.encoded(stereo, info.sample_rate)], info.samples, info.sample_rate, out)
