"""How much faster joining clips by copy is than encoding the film again, in the same run.

    python -m tests.benchmarks stitching

60 clips of 1280x720 at 24 frames a second, or as many as the variable CLIPS says.
"""

from __future__ import annotations

import os
import time
import wave
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import ffmpeg as ffmpeg_python
import numpy as np

from assembly import deliver, ffmpeg
from assembly.encoding import mezzanine_output
from assembly.pieces import Picture
from assembly.stitch import stitch
from storyboard import mezzanine
from storyboard.timing import sample_at

if TYPE_CHECKING:
    from collections.abc import Callable

CLIPS = int(os.environ.get("CLIPS", "60"))
PICTURE = Picture(1280, 720, Fraction(24))
SAMPLE_RATE = 48000


def run(folder: Path, clips: int = CLIPS, seconds: int = 4) -> dict[str, float]:
    """Measure once; seconds of wall time of each way, and how many times faster copying is."""
    frames = int(seconds * PICTURE.rate)
    sources = [_clip(folder, number, frames) for number in range(clips)]
    sound = _sound(folder, clips * frames)
    out, film, whole = (folder / name for name in ("picture.mp4", "film.mp4", "encoded.mp4"))
    pieces = [(path, 0, frames) for path in sources]

    picture_s = _timed(lambda: stitch(pieces, PICTURE.rate, out))
    mux_s = _timed(
        lambda: deliver.mux(
            out, sound, film, title="Benchmark", chapters=[], rate=PICTURE.rate, width=1280, height=720
        )
    )
    with_sound_s = picture_s + mux_s
    encoded_picture_s = _timed(lambda: _encode_again(sources, None, whole))
    encoded_s = _timed(lambda: _encode_again(sources, sound, whole))
    if deliver.probe(film).frames != clips * frames or deliver.probe(whole).frames != clips * frames:
        raise SystemExit("a film has lost frames")
    return {
        "clips": clips,
        "film_s": clips * seconds,
        "copied_picture_s": round(picture_s, 2),
        "copied_with_sound_s": round(with_sound_s, 2),
        "encoded_picture_s": round(encoded_picture_s, 2),
        "encoded_with_sound_s": round(encoded_s, 2),
        "picture_ratio": round(encoded_picture_s / picture_s, 1),
        "with_sound_ratio": round(encoded_s / with_sound_s, 1),
    }


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _clip(folder: Path, number: int, frames: int) -> Path:
    """A moving test picture with grain, another hue for each clip."""
    path = folder / f"{number:03}-{frames}-p{mezzanine.PARAMETERS_VERSION}.mp4"
    if not path.exists():
        source = ffmpeg_python.input(
            f"testsrc2=size={PICTURE.width}x{PICTURE.height}:rate={PICTURE.rate}", f="lavfi"
        )
        moving = (
            source.filter("trim", end_frame=frames)
            .filter("hue", h=number * 37 % 360)
            .filter("noise", alls=3, allf="t", all_seed=number + 1)
            .filter("format", pix_fmts=mezzanine.PIXEL_FORMAT)
        )
        aside = path.with_suffix(".part")
        ffmpeg.run(mezzanine_output(moving, aside, PICTURE.rate))
        aside.rename(path)
    return path


def _sound(folder: Path, frames: int) -> Path:
    """A stereo timeline as long as the film: soft noise under a slow chord."""
    path = folder / f"sound-{frames}.wav"
    if not path.exists():
        samples = sample_at(frames, PICTURE.rate, SAMPLE_RATE)
        seconds = np.arange(samples, dtype=np.float32) / SAMPLE_RATE
        chord = sum(np.sin(2 * np.pi * hertz * seconds) for hertz in (110.0, 164.8, 220.5))
        noise = np.random.default_rng(1).normal(0, 400, (samples, 2)).astype(np.float32)
        pcm = (noise + 3000 * np.asarray(chord)[:, None]).astype("<i2")
        with wave.open(str(path), "wb") as out:
            out.setnchannels(2)
            out.setsampwidth(2)
            out.setframerate(SAMPLE_RATE)
            out.writeframes(pcm.tobytes())
    return path


def _encode_again(sources: list[Path], sound: Path | None, out: Path) -> None:
    """All clips through one filter graph, encoded with the mezzanine's preset and quality."""
    joined = ffmpeg_python.concat(*[ffmpeg_python.input(str(path)).video for path in sources], v=1, a=0)
    streams = [joined, ffmpeg_python.input(str(sound)).audio] if sound else [joined]
    options = {"c:v": mezzanine.CODEC, "preset": mezzanine.PRESET, "crf": mezzanine.CRF, "pix_fmt": "yuv420p"}
    if sound:
        options |= {"c:a": "aac", "b:a": deliver.AUDIO_BITRATE}
    ffmpeg.run(ffmpeg_python.output(*streams, str(out), movflags="+faststart", **options))
