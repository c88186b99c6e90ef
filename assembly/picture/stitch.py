"""Joins pieces and their sound by copy: whole GOPs with timestamps of our own, so that none moves.

Timestamps are written as frame numbers times a whole number of ticks. The pieces' own ones are only read to
know which frame a sample holds.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, cast

import av
import numpy as np
from numpy.typing import NDArray

from assembly.frames.clips import open_clip, picture_stream
from assembly.frames.movie import Samples, write_movie
from assembly.frames.samples import PICTURE, SOUND, Track, track_of
from assembly.picture.film_file import plain
from assembly.picture.sound_in_pieces import SoundInPieces
from assembly.programs.whole_files import written_aside
from storyboard.errors import AssemblyError
from storyboard.media import mezzanine

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from av.container import InputContainer
    from av.container.core import Chapter as AvChapter
    from av.packet import Packet
    from av.stream import Stream

    from assembly.cut.pieces import Chapter

STITCH_VERSION = 2
"""goes into the digests of films and pictures; raise it when the same pieces give another file;
code of assembly.picture.stitch, assembly.picture.sound_in_pieces, assembly.frames.movie,
assembly.frames.samples, assembly.boxes:
96795336
"""

StitchPiece = tuple[Path, int, int]
"""A clip and the frames `first` to `last` (exclusive) of it: whole GOPs."""


def stitch(
    pieces: Sequence[StitchPiece],
    rate: Fraction,
    out: Path,
    *,
    sound: Path | SoundInPieces | None = None,
    title: str = "",
    chapters: Sequence[Chapter] = (),
    container: str = "mp4",
    reordered: int = mezzanine.B_FRAMES,
    told: Callable[[bytes], object] | None = None,
) -> int:
    """Join pieces into one file, which starts at once if it is an MP4; returns its number of frames.

    Args:
        pieces: the picture, in order.
        rate: frames a second.
        out: where to write; appears whole, and is written once.
        sound: the film's sound, encoded, as a file (`aac.join`) or in pieces; it is copied. None makes a
            silent film.
        title: the film's title.
        chapters: the film's chapters, in order.
        container: `mp4` or `mov`.
        reordered: how many frames are decoded before they are shown.
        told: hears all bytes of the file, in order.

    Raises:
        AssemblyError: there is no piece; one cannot be read, is not whole GOPs, or was encoded with other
            parameters than the first; the sound cannot be read.
        StoreError: `out` cannot be written.
    """
    if not pieces:
        raise AssemblyError("a film needs at least one piece")
    picture = _picture(pieces, rate, reordered)
    called = _Called(title, _chapters(chapters, len(picture.size), rate), container)
    with written_aside(out) as aside, TemporaryDirectory() as beside:
        shown, heard = _sound(sound, Path(beside)) if sound else (None, None)
        head = _head(pieces[0][0], shown, rate, called)
        write_movie(aside, head, [picture, *([heard] if heard else [])], told)
    return len(picture.size)


@dataclass(frozen=True, slots=True)
class _Called:
    """What a film is called, its chapters, and the form of its file."""

    title: str
    chapters: list[AvChapter]
    container: str


def _head(clip: Path, sound: Path | None, rate: Fraction, called: _Called) -> bytes:
    """A movie of a film's first picture and first packet of sound, with all that it is called."""
    scale = mezzanine.timescale(rate)
    options = {"video_track_timescale": str(scale), "fflags": "+bitexact"}
    if called.container == "mp4":
        # ffmpeg counts chapters by the least multiple of all tracks' clocks, and leaves out one of 2^31
        # ticks: beside sound of 44,100 samples a second, that is 47 seconds.
        options["movie_timescale"] = str(scale)
    written = BytesIO()
    with av.open(written, "w", format=called.container, options=options) as film, ExitStack() as stack:
        seen = picture_stream(stack.enter_context(open_clip(clip)), clip)
        shown = film.add_stream_from_template(seen, opaque=True)
        shown.time_base = Fraction(1, scale)
        packets = [_first_of(seen, shown)]
        packets[0].time_base = shown.time_base
        packets[0].pts = packets[0].dts = 0
        packets[0].duration = mezzanine.ticks_per_frame(rate)
        if sound:
            heard = stack.enter_context(open_clip(sound)).streams.audio[0]
            packets.append(_first_of(heard, film.add_stream_from_template(heard)))
        if called.title:
            film.metadata["title"] = plain(called.title)
        film.set_chapters(called.chapters)
        film.mux(packets)
    return written.getvalue()


def _first_of(source: Stream, stream: Stream) -> Packet[Any]:
    """The first packet of a stream, for another one."""
    container = cast("InputContainer", source.container)
    packet = next(packet for packet in container.demux(source) if packet.size)
    packet.stream = stream
    return packet


def _picture(pieces: Sequence[StitchPiece], rate: Fraction, reordered: int) -> Samples:
    """The samples of the film's picture, with times of its own."""
    tracks = [_track(path) for path, _, _ in pieces]
    places, numbers, start = list[slice](), list[NDArray[np.int64]](), 0
    for (path, first, last), track in zip(pieces, tracks, strict=True):
        if (track.format, track.configuration) != (tracks[0].format, tracks[0].configuration):
            raise AssemblyError(
                f"{str(path)!r} was encoded with other parameters than the film's first clip",
                "conform it first",
            )
        frames = track.numbers(rate)
        places.append(_groups(path, track, frames, first, last))
        numbers.append(frames[places[-1]] - first + start)
        start += last - first
    later = np.concatenate(numbers) - np.arange(start) + reordered
    of = np.repeat(np.arange(len(pieces)), [*map(len, numbers)])
    if (later < 0).any():
        wrong = pieces[int(of[np.argmax(later < 0)])][0]
        raise AssemblyError(f"{str(wrong)!r} reorders more frames than it may")
    ticks = mezzanine.ticks_per_frame(rate)
    return Samples(
        kind=PICTURE,
        timescale=mezzanine.timescale(rate),
        files=[path for path, _, _ in pieces],
        file=of,
        place=np.concatenate([track.place[part] for track, part in zip(tracks, places, strict=True)]),
        size=np.concatenate([track.size[part] for track, part in zip(tracks, places, strict=True)]),
        lasts=np.full(start, ticks),
        later=later * ticks,
        key=np.concatenate([track.key[part] for track, part in zip(tracks, places, strict=True)]),
        begins=reordered * ticks,
        shown=start * ticks,
    )


def _track(path: Path) -> Track:
    track = track_of(path, PICTURE)
    if track is None or not len(track.size):
        raise AssemblyError(f"{str(path)!r} has no picture")
    return track


def _groups(path: Path, track: Track, frames: NDArray[np.int64], first: int, last: int) -> slice:
    """The samples of the frames `first` to `last`, which are whole groups of pictures."""
    keys = np.flatnonzero(track.key)
    inside = keys[(frames[keys] >= first) & (frames[keys] < last)]
    begin = int(inside[0]) if len(inside) else 0
    after = keys[(keys > begin) & (frames[keys] >= last)]
    end = (int(after[0]) if len(after) else len(frames)) if len(inside) else 0
    chosen = frames[begin:end]
    if ((chosen < first) | (chosen >= last)).any():
        raise AssemblyError(f"frames {first} to {last - 1} of {str(path)!r} are not whole groups of pictures")
    if len(chosen) != last - first:
        raise AssemblyError(f"{str(path)!r} does not have all the frames {first} to {last - 1}")
    return slice(begin, end)


def _sound(sound: Path | SoundInPieces, beside: Path) -> tuple[Path, Samples]:
    """A file that shows what a sound is, and its samples."""
    if isinstance(sound, SoundInPieces):
        example = beside / "sound.m4a"
        sound.write_example(example)
        return example, sound.track(example)
    track = track_of(sound, SOUND)
    if track is None:
        raise AssemblyError(f"{str(sound)!r} has no sound")
    return sound, Samples.whole(SOUND, sound, track)


def _chapters(chapters: Sequence[Chapter], frames: int, rate: Fraction) -> list[AvChapter]:
    ends = [*(chapter.start for chapter in chapters[1:]), frames]
    return [
        {
            "id": number,
            "start": chapter.start,
            "end": end,
            "time_base": 1 / rate,
            "metadata": {"title": plain(chapter.title)},
        }
        for number, (chapter, end) in enumerate(zip(chapters, ends, strict=False))
    ]
