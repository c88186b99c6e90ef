"""The one door for a user's sound: every channel of the track that has sound, by the file's own clock.

A recording becomes one channel or two at its own rate. Channels that would cancel each other are turned round
first; none is left out. What is not as one would expect is said by `look_at`, before anything is made.
"""

from __future__ import annotations

from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from fractions import Fraction
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any

import av
import numpy as np
from av.error import FFmpegError

from assembly.programs.stopping import go_on
from assembly.sound.recording_lengths import declared_s, end_s, said_by_wave_s
from assembly.sound.signal import wav
from assembly.sound.signal.channels import cancels, mixing
from assembly.sound.track_ends import Told, keep_padding, told, told_by_the_first
from storyboard.errors import AssemblyError
from storyboard.wording import first_line

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from assembly.sound.signal.wav import Floats

CONTAINERS = (
    "aac,ac3,aiff,amr,ape,asf,au,avi,caf,dts,eac3,flac,flv,matroska,mov,mp3,mpeg,mpegts,mxf,ogg,tta,voc,w64,wav,"
    "wv"
)
"""what a recording may be in, by ffmpeg's names: each holds its sound itself"""
SILENT = 10 ** (-70 / 20)
"""a peak below this is nothing that is heard: -70 dBFS"""
LOOKED_AT_S = 600
"""seconds of a recording that are decoded before anything is made; of the rest, only where it ends is read"""
MOST_CHANNELS = 64
RATES = (1_000, 768_000)
"""samples a second, from and to"""

_ZERO_CLOCKS = {"mov", "matroska"}
"""containers whose clock begins at 0, so that a stream that begins later is late; others begin anywhere"""
_CLOSED = {"protocol_whitelist": "file", "format_whitelist": CONTAINERS}
"""what the digest does not hold is not read: no playlist, which would name other files"""
_JITTER = Fraction(1, 20)
"""seconds that a frame's time may be off before the sound is moved to it"""
_LATE_S = 0.01
_LOUDEST = 1e4
"""of a float recording; beyond it is damage"""
_LONGEST_GAP_S = 4 * 3600
_SCALES = {"u1": 128.0, "i2": 2.0**15, "i4": 2.0**31, "i8": 2.0**63}
_BLOCK = 2**16


@dataclass(frozen=True, slots=True)
class RecordingFacts:
    """What is known of a recording before anything is made of it.

    Attributes:
        seconds: how long it is heard, from the beginning of its clock.
        changes: what is done to what the file holds, in words.
        warnings: what is hardly meant: silence, half a file.
    """

    seconds: float
    changes: tuple[str, ...]
    warnings: tuple[str, ...]


@dataclass(slots=True)
class _Heard:
    """What was measured of a track while it was decoded; first, what its file says of it."""

    declared: float = 0.0
    wave: bool = False
    rate: int = 0
    names: tuple[str, ...] = ()
    samples: int = 0
    peak: float = 0.0
    late_s: float = 0.0
    damaged: int = 0
    first: Any = None
    products: Floats = field(default_factory=lambda: np.zeros((0, 0)))

    def feed(self, block: Floats) -> None:
        """Measure samples [n, channels]."""
        self.samples += len(block)
        self.peak = max(self.peak, float(np.abs(block).max(initial=0.0)))
        self.products = block.T @ block if not self.products.size else self.products + block.T @ block


def look_at(path: Path, *, mono: bool = False) -> RecordingFacts:
    """What there is to say of a recording.

    Args:
        path: the file.
        mono: whether it becomes one channel, as a line does.

    Raises:
        AssemblyError: no sound can be read from it; the message does not name the file.
    """
    with _understood():
        index, changes, heard = _chosen(path, LOOKED_AT_S)
        seconds = heard.samples / heard.rate
        if seconds > LOOKED_AT_S - 1:
            with _opened(path) as container:
                seconds = max(seconds, end_s(container, container.streams[index], _clock(container)))
        declared = max(heard.declared, said_by_wave_s(path, seconds) if heard.wave else 0.0)
    warnings = []
    if heard.peak < SILENT:
        warnings.append("it is silent all through")
    if seconds < 0.9 * declared - 0.1:
        warnings.append(f"it ends after {seconds:.1f} of the {declared:.1f} s that it says it has")
    if heard.damaged:
        warnings.append(f"it is damaged: {heard.damaged} pieces of it cannot be heard")
    if heard.late_s > _LATE_S:
        changes.append(f"its sound begins {heard.late_s:.2f} s late, as its clock says")
    if (mono or len(heard.names) > 2) and cancels(heard.products):
        changes.append("its channels cancel each other; those that are inverted are turned round")
    elif not mono and len(heard.names) == 2 and cancels(heard.products):
        warnings.append("its two channels cancel each other where they are heard as one")
    if len(heard.names) > (1 if mono else 2):
        changes.append(f"its {len(heard.names)} channels are mixed to {'one' if mono else 'two'}")
    return RecordingFacts(seconds, tuple(changes), tuple(warnings))


def write(path: Path, out: Path, *, mono: bool, seconds: float) -> None:
    """Write a recording as float WAV of one channel or two, at its own rate.

    Args:
        path: the recording.
        out: what is written.
        mono: one channel; else one stays one, and several become two.
        seconds: where it is cut when it is longer.

    Raises:
        AssemblyError: no sound can be read from it; the message does not name the file.
        Interrupted: it is read in a thread that was told to stop.
    """
    with _understood():
        index, _, _ = _chosen(path, seconds, whole=False)
        heard = _Heard()
        with TemporaryFile(dir=out.parent) as kept:
            for block in _decoded(path, index, heard, seconds):
                go_on()
                block.astype("<f4").tofile(kept)
            kept.seek(0)
            channels = len(heard.names)
            matrix = mixing(heard.names, heard.products, mono=mono)
            with wav.WavWriter(out, heard.rate, len(matrix), heard.samples, bits=32) as writer:
                while raw := kept.read(_BLOCK * channels * 4):
                    go_on()
                    writer.write(np.frombuffer(raw, "<f4").reshape(-1, channels) @ matrix.T)


@contextmanager
def _understood() -> Iterator[None]:
    """Turn what is raised for a file from anywhere into one error."""
    try:
        yield
    except AssemblyError:
        raise
    except FFmpegError as error:
        raise AssemblyError(f"no sound can be read from it: {error.strerror or error}") from error
    except (ValueError, ArithmeticError, LookupError, OSError) as error:
        raise AssemblyError(f"no sound can be read from it: {first_line(error)}") from error


def _opened(path: Path) -> Any:
    return av.open(str(path.absolute()), options=_CLOSED, metadata_errors="replace")


def _chosen(path: Path, seconds: float, *, whole: bool = True) -> tuple[int, list[str], _Heard]:
    """The track that is used, what to say of that, and what was measured of it.

    It is the first that has sound, the default one before the others; of silent ones, the first. Unless the
    `whole` is to be measured, what is said ends where sound begins.
    """
    with _opened(path) as opened:
        order = [track.index for track in opened.streams.audio if track.codec_context is not None]
        usual = av.stream.Disposition.default
        order.sort(key=lambda index: not opened.streams[index].disposition & usual)
        if not order:
            raise AssemblyError("there is no sound in it")
        silent: _Heard | None = None
        failed: Exception | None = None
        for index in order:
            heard = _Heard()
            try:
                for _ in _decoded(path, index, heard, seconds, opened if index == order[0] else None):
                    if heard.peak >= SILENT and not whole:
                        break
            except (FFmpegError, ValueError, AssemblyError) as error:
                failed = error
                continue
            if heard.peak >= SILENT:
                return index, _chosen_said(order, index), heard
            silent = silent or heard
            if silent is heard:
                first = index
    if silent is None:
        raise failed or AssemblyError("no sound can be read from it")
    return first, [], silent


def _chosen_said(order: list[int], index: int) -> list[str]:
    """What to say of a track that was chosen of these, the usual one first."""
    number = 1 + sorted(order).index(index)
    if index != order[0]:
        return [f"the sound is in track {number} of {len(order)}; what comes first is silent"]
    return [f"of its {len(order)} sound tracks, number {number} is used"] if len(order) > 1 else []


def _decoded(path: Path, index: int, heard: _Heard, seconds: float, opened: Any = None) -> Iterator[Floats]:
    """The samples of a track [n, channels] by the file's clock, and silence where it has none.

    To open a file takes longer than to decode ten seconds of it: one that is open, and of which nothing was
    read, can be given.

    Raises:
        AssemblyError: it holds none, or they change their form on the way.
    """
    with nullcontext(opened) if opened else _opened(path) as container:
        stream = container.streams[index]
        clock, said = _clock(container), told(path, container, stream)
        heard.declared, heard.wave = declared_s(container, stream), container.format.name == "wav"
        keep_padding(container, stream)
        for frame, last in _with_the_last(_frames(container, stream, heard)):
            block = _samples(frame)
            if not heard.rate:
                _begin(heard, frame)
                if not heard.damaged:
                    said = told_by_the_first(said, container, heard.first, frame, clock)
            if frame.sample_rate != heard.rate or block.shape[1] != len(heard.names):
                raise AssemblyError("its rate or the number of its channels changes on the way")
            block = _at_its_time(block, frame, clock, said, heard, last=last)
            left = int(seconds * heard.rate) - heard.samples
            for first in range(0, min(len(block), left), _BLOCK):
                piece = block[first : min(first + _BLOCK, left)]
                heard.feed(piece)
                yield piece
            if left <= len(block):
                return
    if not heard.samples:
        raise AssemblyError("there is no sound in it")


def _begin(heard: _Heard, frame: Any) -> None:
    heard.rate = frame.sample_rate
    heard.names = tuple(channel.name for channel in frame.layout.channels)
    count = frame.layout.nb_channels
    if len(heard.names) != count:
        heard.names = tuple(f"{number}" for number in range(count))
    if not RATES[0] <= heard.rate <= RATES[1] or not 0 < count <= MOST_CHANNELS:
        raise AssemblyError(
            f"it has {count} channels at {heard.rate} Hz; what is read is 1 to {MOST_CHANNELS} channels at "
            f"{RATES[0]} to {RATES[1]} Hz"
        )


def _frames(container: Any, stream: Any, heard: _Heard) -> Iterator[Any]:
    for packet in container.demux(stream):
        heard.first = heard.first or packet
        try:
            yield from packet.decode()
        except FFmpegError:
            heard.damaged += 1


def _with_the_last(frames: Iterator[Any]) -> Iterator[tuple[Any, bool]]:
    """Each frame, and whether it is the last."""
    before = next(frames, None)
    for frame in frames:
        yield before, False
        before = frame
    if before is not None:
        yield before, True


def _samples(frame: Any) -> Floats:
    """A frame as floats [n, channels]; what are no numbers become silence."""
    raw = frame.to_ndarray()
    channels = frame.layout.nb_channels
    samples = raw.T if frame.format.is_planar else raw.reshape(-1, channels)
    kind = f"{samples.dtype.kind}{samples.dtype.itemsize}"
    if kind in _SCALES:
        middle = 128 if kind == "u1" else 0
        whole: Floats = (samples.astype(np.float64) - middle) / _SCALES[kind]
        return whole
    with np.errstate(invalid="ignore"):
        floats: Floats = np.nan_to_num(samples.astype(np.float64), nan=0.0, posinf=1.0, neginf=-1.0)
    return np.clip(floats, -_LOUDEST, _LOUDEST)


def _at_its_time(
    block: Floats, frame: Any, clock: Fraction, said: Told, heard: _Heard, *, last: bool
) -> Floats:
    """A frame's samples with the silence before them, without padding and what comes too late to be heard."""
    timed = frame.pts is not None and bool(frame.time_base)
    place = frame.pts * frame.time_base if timed else clock + Fraction(heard.samples, heard.rate)
    block = block[: said.samples(frame, place, last=last)]
    if not timed or not len(block):
        return block
    early = place - clock - said.begins - Fraction(heard.samples, heard.rate)
    first = not heard.samples
    # A clock may tell no finer when sound begins than its tick is long.
    as_before = abs(early) < frame.time_base if first else abs(early) <= _JITTER
    if as_before and not said.begins_an_edit(place):
        return block
    if early > _LONGEST_GAP_S:
        raise AssemblyError("its clock is broken")
    gap = round(early * heard.rate)
    if gap < 0:
        return block[-gap:]
    if first:
        heard.late_s = float(early)
    return np.concatenate([np.zeros((gap, block.shape[1])), block])


def _clock(container: Any) -> Fraction:
    """What the file's clock says when it begins, in seconds."""
    start = Fraction(container.start_time or 0, av.time_base)
    zero = not _ZERO_CLOCKS.isdisjoint(container.format.name.split(","))
    return Fraction(0) if zero else start
