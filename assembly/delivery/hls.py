"""HLS streams (RFC 8216): renditions of the picture and one sound, each in fMP4 with its own playlist."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import ffmpeg as ffmpeg_python
import m3u8

from assembly.delivery import formats
from assembly.frames import clips
from assembly.programs import ffmpeg
from storyboard.schema.deliverables import scaled

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from fractions import Fraction

    from assembly.delivery.formats import Finished

HLS_SEGMENT_S = 4
"""two keyframes; RFC 8216 names no length, and Apple's authoring specification six seconds as its target"""
HLS_INDEX = "index.m3u8"


def encode(
    film: Finished,
    heights: Sequence[int],
    folder: Path,
    *,
    progress: Callable[[float], None] | None = None,
) -> Path:
    """Encode an HLS stream: a playlist of renditions with one sound, each an fMP4 file and its playlist.

    Keyframes stand at the same frames in all renditions, and GOPs are closed, so that a player can change
    between them at any segment (RFC 8216, section 6.2.4).

    Raises:
        FfmpegError: ffmpeg ended with an error.
    """
    source = formats.shown(film)
    split = source.filter_multi_output("split", len(heights)) if len(heights) > 1 else [source]
    streams = [
        formats.at_height(split[number] if len(heights) > 1 else source, film, height, "yuv420p")
        for number, height in enumerate(heights)
    ]
    options: dict[str, object] = {
        **{key: value for key, value in formats.x264(film.gop).items() if key != "crf"},
        **formats.TAGS,
        "pix_fmt": "yuv420p",
        "fps_mode": "passthrough",
        "flags:v": "+cgop+bitexact",
    }
    for number, height in enumerate(heights):
        bits = bits_per_second(scaled(film.width, film.height, height), film.rate)
        options |= {
            f"b:v:{number}": bits,
            f"maxrate:v:{number}": bits * 3 // 2,
            f"bufsize:v:{number}": bits * 3,
        }
    return _write_hls(streams, options, film, heights, folder, progress)


def finish(film: Finished, pictures: Mapping[int, Path], folder: Path) -> Path:
    """Make an HLS stream of renditions, by height, that are encoded already.

    Raises:
        FfmpegError: ffmpeg ended with an error.
    """
    streams = [ffmpeg_python.input(str(path.absolute())).video for path in pictures.values()]
    return _write_hls(streams, {"c:v": "copy"}, film, [*pictures], folder, None)


def _write_hls(
    pictures: list[Any],
    options: dict[str, object],
    film: Finished,
    heights: Sequence[int],
    folder: Path,
    progress: Callable[[float], None] | None,
) -> Path:
    """Pictures of these heights and the film's sound as a stream."""
    streams = [*pictures]
    group = ",agroup:sound" if film.sound else ""
    variants = [f"v:{number}{group},name:{height}p" for number, height in enumerate(heights)]
    if film.sound:
        streams.append(formats.sound_of(film))
        variants.append("a:0,agroup:sound,default:yes,name:sound")
        options |= formats.COPIED
    options |= {
        "format": "hls",
        "fflags": "+bitexact",
        "map_metadata": "-1",
        "hls_time": HLS_SEGMENT_S,
        "hls_playlist_type": "vod",
        "hls_segment_type": "fmp4",
        "hls_flags": "single_file+independent_segments",
        "hls_segment_filename": "%v.m4s",
        "master_pl_name": HLS_INDEX,
        "var_stream_map": " ".join(variants),
    }
    output = ffmpeg_python.output(*streams, "%v.m3u8", **options)
    ffmpeg.run(output, progress=progress, folder=folder.absolute())
    name_codecs(folder / HLS_INDEX, sound=film.sound is not None)
    return folder / HLS_INDEX


def name_codecs(index: Path, *, sound: bool) -> None:
    """Say in a stream's playlist which codecs each rendition needs (RFC 6381), where ffmpeg has not.

    Players choose by it what they can play. ffmpeg before 6 leaves it out for pictures that it copies.

    Args:
        index: the stream's own playlist, which is written again; its renditions lie beside it.
        sound: whether they are heard with AAC.
    """
    stream = m3u8.loads(index.read_text("utf-8"))
    for rendition in stream.playlists:
        if not rendition.stream_info.codecs:
            profile = clips.inspect(index.with_name(rendition.uri)).parameter_sets[1:4].hex()
            rendition.stream_info.codecs = f"avc1.{profile}" + (",mp4a.40.2" if sound else "")
    index.write_text(stream.dumps(), "utf-8")


def bits_per_second(size: tuple[int, int], rate: Fraction) -> int:
    """A rendition's rate: 5 Mbit/s at 1080p24; smaller pictures take more for each pixel (power 0.75)."""
    width, height = size
    part: float = (width * height * float(rate) / (1920 * 1080 * 24)) ** 0.75
    return max(150_000, round(5_000_000 * part))
