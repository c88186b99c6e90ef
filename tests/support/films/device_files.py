"""Files as a phone, a recorder, a scanner and other people's programs write them, each unlike all others.

Every sound is a tone of its own, so that a film's sound tells which of them is heard, and when. Every picture
and video is red above, blue below and green at its left, so that its sides and colours can be told.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

import av
import mido
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tests.support import heic

UPPER, LOWER, LEFT = (200, 40, 40), (40, 40, 200), (40, 200, 40)
WIDTH, HEIGHT = 64, 32
"""of pictures; what ffmpeg turns colours with may write beyond rows of fewer than 64 bytes"""
SECONDS = 0.8
RATE = 48_000
_MIDI_NOTE = 69


def banner(width: int = WIDTH, height: int = HEIGHT) -> NDArray[np.uint8]:
    """uint8 [height, width, 3]: red above blue, and green at the left."""
    made = np.zeros((height, width, 3), np.uint8)
    made[: height // 2], made[height // 2 :] = UPPER, LOWER
    made[:, : width // 4] = LEFT
    return made


def cutout() -> NDArray[np.uint8]:
    """uint8 [height, width, 4]: the same, transparent where it is green."""
    opaque = np.where(banner()[..., 1] > 100, 0, 255).astype(np.uint8)
    return np.dstack([banner(), opaque])


def write_pictures(folder: Path) -> list[str]:
    """Pictures of each kind; returns their names."""
    folder.mkdir(parents=True, exist_ok=True)
    picture = Image.fromarray(banner())
    grey = np.asarray(picture.convert("L")).astype(np.uint16) * 257
    turned = Image.Exif()
    turned[0x0112] = 6
    picture.transpose(Image.Transpose.ROTATE_90).save(folder / "phone.jpg", exif=turned, quality=95)
    heic.write(folder / "iphone.heic", banner(), quarters=1)
    picture.save(folder / "camera.avif", quality=95)
    Image.fromarray(grey).save(folder / "scan.tif")
    Image.fromarray(grey).save(folder / "scan.png")
    picture.convert("CMYK").save(folder / "print.jpg", quality=95)
    Image.fromarray(cutout()).save(folder / "cutout.png")
    picture.quantize(8).save(
        folder / "moving.gif", save_all=True, append_images=[Image.new("P", picture.size)], loop=0
    )
    return sorted(path.name for path in folder.iterdir())


def write_video(
    path: Path,
    codec: str = "libx264",
    form: str = "yuv420p",
    *,
    times: Sequence[int] = tuple(range(0, 240, 10)),
    options: dict[str, str] | None = None,
    **said: int,
) -> Path:
    """A video of the banner, or of the cutout where it has alpha; its `times` are in 240ths of a second."""
    path.parent.mkdir(parents=True, exist_ok=True)
    quiet = {"x265-params": "log-level=none"}
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=24, options=quiet | (options or {}))
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, form
        stream.codec_context.time_base = Fraction(1, 240)
        for name, value in said.items():
            setattr(stream.codec_context, name, value)
        for time in times:
            picture = cutout() if form == "argb" else banner()
            frame = av.VideoFrame.from_ndarray(picture, format="rgba" if form == "argb" else "rgb24")
            frame.pts, frame.time_base = time, Fraction(1, 240)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def turn_by_matrix(path: Path) -> Path:
    """Give a video the display matrix of a phone that was held upright: a quarter clockwise."""
    data = bytearray(path.read_bytes())
    at = data.index(b"tkhd") + 4 + 40
    data[at : at + 36] = struct.pack(">9i", 0, 1 << 16, 0, -(1 << 16), 0, 0, HEIGHT << 16, 0, 1 << 30)
    path.write_bytes(data)
    return path


def tone(hertz: float, rate: int = RATE, channels: int = 1, only: int | None = None) -> NDArray[np.float32]:
    """float [samples, channels]: a tone in all channels, or in one of them alone."""
    wave = (0.3 * np.sin(2 * np.pi * hertz * np.arange(round(SECONDS * rate)) / rate)).astype(np.float32)
    made = np.zeros((len(wave), channels), np.float32)
    made[:, slice(None) if only is None else only] = wave[:, None] if only is None else wave
    return made


def write_sound(
    path: Path,
    tracks: Sequence[NDArray[np.float32]],
    codec: str,
    layout: str = "mono",
    *,
    form: str = "fltp",
    rate: int = RATE,
    late_s: float = 0,
) -> Path:
    """A recording of one track or several, float [samples, channels] each; the first may begin late."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path), "w") as container:
        streams = [container.add_stream(codec, rate=rate, layout=layout) for _ in tracks]
        for stream, samples in zip(streams, tracks, strict=True):
            planes = np.ascontiguousarray(samples.T)
            frame = av.AudioFrame.from_ndarray(planes, format="fltp", layout=layout)
            frame.sample_rate, frame.time_base = rate, Fraction(1, rate)
            frame.pts = round(late_s * rate)
            resampler = av.AudioResampler(form, layout, rate, stream.codec_context.frame_size or None)
            for piece in [*resampler.resample(frame), *resampler.resample(None)]:
                container.mux(stream.encode(piece))
            container.mux(stream.encode())
    return path


def write_sounds(folder: Path, hertz: Callable[[str], float]) -> None:
    """Recordings of each kind, each of its own tone."""

    def made(name: str, codec: str, *, channels: int = 1, only: int | None = None, **how: object) -> None:
        track = tone(hertz(name), channels=channels, only=only)
        write_sound(folder / name, [track], codec, **how)  # type: ignore[arg-type]

    made("recorder24.wav", "pcm_s24le", form="s32")
    made("studio32.wav", "pcm_f32le", form="flt")
    made("cinema51.flac", "flac", channels=6, only=3, layout="5.1", form="s16")
    made("podcast.mp3", "libmp3lame", form="s16p")
    made("phone.m4a", "aac")
    made("message.opus", "libopus", form="flt")
    made("old.aiff", "pcm_s16be", form="s16")
    made("late.mov", "pcm_s16le", form="s16", late_s=0.25)
    heard = tone(hertz("twotracks.mov"))
    write_sound(folder / "twotracks.mov", [np.zeros_like(heard), heard], "aac")
    both = tone(hertz("inverted.wav"), channels=2)
    both[:, 1] *= -1
    write_sound(folder / "inverted.wav", [both], "pcm_s16le", "stereo", form="s16")


SOUNDS = (
    "recorder24.wav",
    "studio32.wav",
    "cinema51.flac",
    "podcast.mp3",
    "phone.m4a",
    "message.opus",
    "old.aiff",
    "late.mov",
    "twotracks.mov",
    "inverted.wav",
)


def write_songs(folder: Path) -> None:
    """One note as MIDI, as MIDI in a RIFF wrapper, and as karaoke."""
    folder.mkdir(parents=True, exist_ok=True)
    track = mido.MidiTrack(
        [
            mido.Message("note_on", note=_MIDI_NOTE, velocity=100),
            mido.Message("note_off", note=_MIDI_NOTE, time=960),
        ]
    )
    mido.MidiFile(tracks=[track], ticks_per_beat=480).save(folder / "song.mid")
    data = (folder / "song.mid").read_bytes()
    body = b"RMIDdata" + len(data).to_bytes(4, "little") + data
    (folder / "song.rmi").write_bytes(b"RIFF" + len(body).to_bytes(4, "little") + body)
    (folder / "song.kar").write_bytes(data)


def write_looks(folder: Path) -> None:
    """A curve, a table with a title in Latin-1, and one of whole numbers of video range that says so."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "curve.cube").write_text("LUT_1D_SIZE 2\n0 0 0.1\n1 1 1\n")
    rows = [f"{r} {g} {b}" for b in (0, 1) for g in (0, 1) for r in (0, 1)]
    table = "\n".join(["LUT_3D_SIZE 2", *rows, ""])
    (folder / "latin1.cube").write_bytes('TITLE "Café"\n'.encode("latin-1") + table.encode())
    (folder / "utf16.cube").write_text('TITLE "Café"\n' + table, "utf-16")
