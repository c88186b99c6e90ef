"""The encoders of deliverables: a finished picture and its sound in the forms that the trade asks for.

Every picture is BT.709 in limited range and says so. Names of files are plain, so that what a user typed
never reaches a graph, a playlist or a pattern.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ffmpeg as ffmpeg_python

from assembly.delivery.film_grain import grained
from assembly.delivery.track_languages import track_language
from assembly.frames.mezzanine_encoder import tagged
from assembly.programs import ffmpeg
from storyboard.media import mezzanine
from storyboard.media.timing import round_half_up
from storyboard.schema.deliverables import DeliverableKind, scaled

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

FORMATS_VERSION = 2
"""goes into the digests of deliverables; raise it when the same recipe gives another file;
code of assembly.delivery.formats, assembly.delivery.hls, assembly.delivery.hls_subtitles,
assembly.delivery.stills: 1e4fb5d7
"""

WEB_GOP_S = 2
"""seconds between keyframes of what is streamed, as Apple's HLS authoring specification has them"""

TAGS = {"color_primaries": "bt709", "color_trc": "bt709", "colorspace": "bt709", "color_range": "tv"}
COPIED = {"c:a": "copy"}
"""what a film's sound is in every lossy kind: encoded once, by pieces"""
_PCM = {"c:a": "pcm_s24le", "flags:a": "+bitexact"}


@dataclass(frozen=True, slots=True)
class Finished:
    """What deliverables are encoded from.

    Attributes:
        picture: a file with the finished picture; its sound is not used.
        sound: as long as the picture; None for a silent film. The masters take PCM, all others AAC in MP4,
            which is copied.
        frames: the picture's length.
        width: the picture's width.
        height: the picture's height.
        rate: frames a second.
        sample_rate: of the sound.
        metadata: title, description and chapters, in ffmpeg's metadata format.
        subtitles: WebVTT files by language, for tracks.
        grain: a plate of grain (`grain.write_plate`) for what has all frames.
    """

    picture: Path
    sound: Path | None
    frames: int
    width: int
    height: int
    rate: Fraction
    sample_rate: int
    metadata: str
    subtitles: Mapping[str, Path] = field(default_factory=dict)
    grain: Path | None = None

    @property
    def gop(self) -> int:
        """Frames between keyframes of what is streamed."""
        return gop(self.rate)


@dataclass(frozen=True, slots=True)
class _Form:
    """One file of picture and sound: how it ends, and the options that encode it."""

    suffix: str
    pixel_format: str
    video: Mapping[str, object]
    audio: Mapping[str, object]


def gop(rate: Fraction) -> int:
    """Frames between keyframes of what is streamed."""
    return max(1, round_half_up(WEB_GOP_S * rate))


def x264_params(gop: int) -> str:
    """Closed GOPs of this many frames."""
    return f"keyint={gop}:min-keyint={gop}:scenecut=0:open-gop=0"


def x265_params(gop: int) -> str:
    """Closed GOPs of this many frames."""
    return f"log-level=error:keyint={gop}:min-keyint={gop}:scenecut=0:open-gop=0"


def x264(gop: int) -> dict[str, object]:
    """What encodes a whole picture as H.264 with closed GOPs of this many frames."""
    # `threads` is pinned because x264's output depends on it.
    params = f"{x264_params(gop)}:threads=4"
    return {"c:v": "libx264", "preset": "medium", "crf": 19, "profile:v": "high", "x264-params": params}


def _form(kind: DeliverableKind, gop: int) -> _Form:
    if kind in {DeliverableKind.WEB, DeliverableKind.REVIEW}:
        return _Form(".mp4", "yuv420p", {**x264(gop), "movflags": "+faststart"}, COPIED)
    if kind is DeliverableKind.HLS:
        return _Form(".mp4", "yuv420p", x264(gop), COPIED)
    if kind is DeliverableKind.WEB_HEVC:
        params = f"{x265_params(gop)}:frame-threads=2"
        video = {"c:v": "libx265", "preset": "medium", "crf": 22, "x265-params": params, "tag:v": "hvc1"}
        return _Form(".mp4", "yuv420p", {**video, "movflags": "+faststart"}, COPIED)
    if kind is DeliverableKind.WEB_AV1:
        video = {"c:v": "libsvtav1", "preset": 8, "crf": 30, "g": gop}
        return _Form(".mp4", "yuv420p", {**video, "movflags": "+faststart"}, COPIED)
    if kind is DeliverableKind.MASTER:
        video = {"c:v": "prores_ks", "profile:v": "hq", "vendor": "apl0", "movflags": "+write_colr"}
        return _Form(".mov", "yuv422p10le", video, _PCM)
    video = {"c:v": "dnxhd", "profile:v": "dnxhr_hq", "movflags": "+write_colr"}
    return _Form(".mov", "yuv422p", video, _PCM)


def suffix(kind: DeliverableKind) -> str:
    """How the file of a kind ends."""
    return _form(kind, 1).suffix


def pixel_format(kind: DeliverableKind) -> str:
    """Of the file of a kind."""
    return _form(kind, 1).pixel_format


def video_options(kind: DeliverableKind, gop: int) -> Mapping[str, object]:
    """What encodes the picture of a kind with closed GOPs of this many frames."""
    return _form(kind, gop).video


def picture_options(kind: DeliverableKind, rate: Fraction) -> dict[str, object]:
    """How the picture of every kind is written."""
    return {
        **TAGS,
        "pix_fmt": pixel_format(kind),
        "fps_mode": "passthrough",
        "flags:v": "+cgop+bitexact",
        "video_track_timescale": mezzanine.timescale(rate),
        "fflags": "+bitexact",
    }


def encode(
    kind: DeliverableKind,
    film: Finished,
    height: int,
    folder: Path,
    name: str,
    *,
    progress: Callable[[float], None] | None = None,
) -> Path:
    """Encode one file of picture and sound into a folder; returns the file.

    Args:
        kind: one of the web and master kinds.
        film: what it is encoded from.
        height: its picture's height in pixels.
        folder: where it goes.
        name: its file name without the ending.
        progress: called with the seconds made so far.

    Raises:
        FfmpegError: ffmpeg ended with an error.
    """
    form = _form(kind, film.gop)
    out = folder / f"{name}{form.suffix}"
    options = {**form.video, **picture_options(kind, film.rate)}
    _write(_picture(film, height, form.pixel_format), options, form, film, out, progress)
    return out


def finish(kind: DeliverableKind, film: Finished, folder: Path, name: str) -> Path:
    """Put sound, subtitles and metadata to a picture that is encoded already; returns the file.

    Raises:
        FfmpegError: ffmpeg ended with an error.
    """
    form = _form(kind, film.gop)
    out = folder / f"{name}{form.suffix}"
    kept = {key: form.video[key] for key in ("movflags", "tag:v") if key in form.video}
    options = {
        **kept,
        "c:v": "copy",
        "video_track_timescale": mezzanine.timescale(film.rate),
        "fflags": "+bitexact",
    }
    _write(ffmpeg_python.input(str(film.picture.absolute())).video, options, form, film, out, None)
    return out


def _write(
    picture: Any,
    options: dict[str, object],
    form: _Form,
    film: Finished,
    out: Path,
    progress: Callable[[float], None] | None,
) -> None:
    """A picture with the film's sound, subtitles and metadata."""
    streams = [picture]
    if film.sound:
        streams.append(sound_of(film))
        options |= form.audio
    for number, (language, path) in enumerate(film.subtitles.items()):
        streams.append(ffmpeg_python.input(str(path.absolute()), format="webvtt")["s"])
        options |= {"c:s": "mov_text", f"metadata:s:s:{number}": f"language={track_language(language)}"}
    # The metadata is the input after all those that ffmpeg-python gives their numbers.
    document = len(streams) + (1 if film.grain else 0)
    options |= {"map_metadata": document, "map_chapters": document}
    # ffmpeg counts chapters by the least multiple of all tracks' clocks, and leaves out one of 2^31 ticks:
    # beside a track of subtitles, that is eleven seconds.
    options["movie_timescale"] = mezzanine.timescale(film.rate)
    output = ffmpeg_python.output(*streams, str(out.absolute()), **options)
    output = output.global_args("-f", "ffmetadata", "-i", "pipe:0")
    ffmpeg.run(output, stdin=[film.metadata.encode()], progress=progress)


def _picture(film: Finished, height: int, pixel_format: str) -> Any:
    return at_height(shown(film), film, height, pixel_format)


def shown(film: Finished) -> Any:
    """The film's picture, with its grain."""
    stream = ffmpeg_python.input(str(film.picture.absolute())).video
    return grained(stream, film.grain, film.width, film.height, film.rate) if film.grain else stream


def at_height(stream: Any, film: Finished, height: int, pixel_format: str) -> Any:
    """The film's picture so many pixels high, in a pixel format, tagged."""
    full = film.width, film.height
    return sized(stream, full, scaled(*full, height), pixel_format)


def sized(stream: Any, full: tuple[int, int], size: tuple[int, int], pixel_format: str) -> Any:
    """A picture of the film's size (width, height) at another, in a pixel format, tagged."""
    return tagged(scaled_to(stream, full, size).filter("format", pix_fmts=pixel_format))


def scaled_to(stream: Any, full: tuple[int, int], size: tuple[int, int]) -> Any:
    """A picture of the film's size (width, height) at another."""
    if size[1] == full[1]:
        return stream
    width, height = size
    return stream.filter("scale", w=width, h=height, flags="lanczos+accurate_rnd").filter("setsar", sar="1")


def sound_of(film: Finished) -> Any:
    """The film's sound."""
    return ffmpeg_python.input(str(film.sound and film.sound.absolute())).audio
