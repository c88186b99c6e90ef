"""The encoders of deliverables: a finished picture and its mix in the forms that the trade asks for.

Every picture is BT.709 in limited range and says so. Sound is cut to the picture's exact length. Names of
files are plain, so that what a user typed never reaches a graph, a playlist or a pattern.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ffmpeg as ffmpeg_python

from assembly.delivery.film_grain import grained
from assembly.frames import clips
from assembly.frames.mezzanine_encoder import tagged
from assembly.programs import ffmpeg
from storyboard.media import mezzanine
from storyboard.media.timing import round_half_up, sample_at
from storyboard.schema.deliverables import DeliverableKind, scaled

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

FORMATS_VERSION = 3
"""goes into the digests of deliverables; raise it when the same recipe gives another file"""

WEB_GOP_S = 2
"""seconds between keyframes of what is streamed"""
HLS_SEGMENT_S = 4
HLS_INDEX = "index.m3u8"
FRAME_PATTERN = "%06d"

# fmt: off
_THREE_LETTERS = {
    "ar": "ara", "bg": "bul", "bn": "ben", "ca": "cat", "cs": "ces", "cy": "cym", "da": "dan", "de": "deu",
    "el": "ell", "en": "eng", "es": "spa", "et": "est", "eu": "eus", "fa": "fas", "fi": "fin", "fr": "fra",
    "ga": "gle", "gl": "glg", "he": "heb", "hi": "hin", "hr": "hrv", "hu": "hun", "hy": "hye", "id": "ind",
    "is": "isl", "it": "ita", "ja": "jpn", "ka": "kat", "kk": "kaz", "ko": "kor", "lt": "lit", "lv": "lav",
    "mk": "mkd", "ms": "msa", "mt": "mlt", "nb": "nob", "nl": "nld", "nn": "nno", "no": "nor", "pl": "pol",
    "pt": "por", "ro": "ron", "ru": "rus", "sk": "slk", "sl": "slv", "sq": "sqi", "sr": "srp", "sv": "swe",
    "sw": "swa", "ta": "tam", "te": "tel", "th": "tha", "tr": "tur", "uk": "ukr", "ur": "urd", "vi": "vie",
    "zh": "zho",
}
# fmt: on

_TAGS = {"color_primaries": "bt709", "color_trc": "bt709", "colorspace": "bt709", "color_range": "tv"}
AAC_BITRATE = "256k"
_AAC = {"c:a": "aac", "b:a": AAC_BITRATE, "flags:a": "+bitexact"}
_PCM = {"c:a": "pcm_s24le", "flags:a": "+bitexact"}


@dataclass(frozen=True, slots=True)
class Finished:
    """What deliverables are encoded from.

    Attributes:
        picture: a file with the finished picture; its sound is not used.
        sound: the mix as PCM; None for a silent film.
        frames: the picture's length.
        width: the picture's width.
        height: the picture's height.
        rate: frames a second.
        sample_rate: of the mix.
        metadata: title, description and chapters, in ffmpeg's metadata format.
        silent_frames: frames of the picture before the first one that the mix belongs to.
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
    silent_frames: int = 0
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


def _x264(gop: int) -> dict[str, object]:
    # `threads` is pinned because x264's output depends on it.
    params = f"{x264_params(gop)}:threads=4"
    return {"c:v": "libx264", "preset": "medium", "crf": 19, "profile:v": "high", "x264-params": params}


def _form(kind: DeliverableKind, gop: int) -> _Form:
    if kind in {DeliverableKind.WEB, DeliverableKind.REVIEW}:
        return _Form(".mp4", "yuv420p", {**_x264(gop), "movflags": "+faststart"}, _AAC)
    if kind is DeliverableKind.HLS:
        return _Form(".mp4", "yuv420p", _x264(gop), _AAC)
    if kind is DeliverableKind.WEB_HEVC:
        params = f"{x265_params(gop)}:frame-threads=2"
        video = {"c:v": "libx265", "preset": "medium", "crf": 22, "x265-params": params, "tag:v": "hvc1"}
        return _Form(".mp4", "yuv420p", {**video, "movflags": "+faststart"}, _AAC)
    if kind is DeliverableKind.WEB_AV1:
        video = {"c:v": "libsvtav1", "preset": 8, "crf": 30, "g": gop}
        return _Form(".mp4", "yuv420p", {**video, "movflags": "+faststart"}, _AAC)
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
        **_TAGS,
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
        streams.append(_sound(film))
        options |= form.audio
    for number, (language, path) in enumerate(film.subtitles.items()):
        streams.append(ffmpeg_python.input(str(path.absolute()), format="webvtt")["s"])
        options |= {"c:s": "mov_text", f"metadata:s:s:{number}": f"language={track_language(language)}"}
    # The metadata is the input after all those that ffmpeg-python gives their numbers.
    document = len(streams) + (1 if film.grain else 0)
    options |= {"map_metadata": document, "map_chapters": document}
    output = ffmpeg_python.output(*streams, str(out.absolute()), **options)
    output = output.global_args("-f", "ffmetadata", "-i", "pipe:0")
    ffmpeg.run(output, stdin=[film.metadata.encode()], progress=progress)


def encode_hls(
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
    source = _shown(film)
    split = source.filter_multi_output("split", len(heights)) if len(heights) > 1 else [source]
    streams = [
        _sized(split[number] if len(heights) > 1 else source, film, height, "yuv420p")
        for number, height in enumerate(heights)
    ]
    options: dict[str, object] = {
        **{key: value for key, value in _x264(film.gop).items() if key != "crf"},
        **_TAGS,
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


def finish_hls(film: Finished, pictures: Mapping[int, Path], folder: Path) -> Path:
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
        streams.append(_sound(film))
        variants.append("a:0,agroup:sound,default:yes,name:sound")
        options |= _AAC
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
    lines = index.read_text("utf-8").splitlines(keepends=True)
    for number, line in enumerate(lines):
        if line.startswith("#EXT-X-STREAM-INF:") and "CODECS=" not in line:
            profile = clips.inspect(index.with_name(lines[number + 1].strip())).parameter_sets[1:4].hex()
            codecs = f"avc1.{profile},mp4a.40.2" if sound else f"avc1.{profile}"
            lines[number] = re.sub(r"RESOLUTION=\d+x\d+", rf'\g<0>,CODECS="{codecs}"', line)
    index.write_text("".join(lines), "utf-8")


def encode_sound(film: Finished, out: Path) -> None:
    """Encode the sound alone as `encode` and `encode_hls` do, to learn what the encoder does to its peaks.

    Raises:
        FfmpegError: ffmpeg ended with an error.
    """
    ffmpeg.run(_sound(film).output(str(out.absolute()), format="mp4", fflags="+bitexact", **_AAC))


def encode_frames(
    film: Finished,
    height: int,
    folder: Path,
    name: str,
    *,
    progress: Callable[[float], None] | None = None,
) -> list[Path]:
    """Write every frame as an 8-bit sRGB PNG, numbered from 1; returns the files in order.

    Raises:
        FfmpegError: ffmpeg ended with an error.
    """
    full = film.width, film.height
    stream = _scaled(_shown(film), full, scaled(*full, height))
    stream = stream.filter("scale", in_color_matrix="bt709", in_range="tv", out_range="pc", sws_flags=_EXACT)
    output = stream.filter("format", pix_fmts="rgb24").output(
        f"{name}.{FRAME_PATTERN}.png",
        **{"format": "image2", "c:v": "png", "fps_mode": "passthrough", "flags": "+bitexact"},
    )
    ffmpeg.run(output, progress=progress, folder=folder.absolute())
    return sorted(folder.glob(f"{name}.*.png"))


_EXACT = "lanczos+accurate_rnd+full_chroma_int+full_chroma_inp"


def track_language(language: str) -> str:
    """What MP4 calls a language: three letters (ISO 639-2/T); `und` for those without a well-known name."""
    first = language.partition("-")[0]
    return first if len(first) == 3 else _THREE_LETTERS.get(first, "und")


def _picture(film: Finished, height: int, pixel_format: str) -> Any:
    return _sized(_shown(film), film, height, pixel_format)


def _shown(film: Finished) -> Any:
    """The picture, with its grain."""
    stream = ffmpeg_python.input(str(film.picture.absolute())).video
    return grained(stream, film.grain, film.width, film.height, film.rate) if film.grain else stream


def _sized(stream: Any, film: Finished, height: int, pixel_format: str) -> Any:
    full = film.width, film.height
    return sized(stream, full, scaled(*full, height), pixel_format)


def sized(stream: Any, full: tuple[int, int], size: tuple[int, int], pixel_format: str) -> Any:
    """A picture of the film's size (width, height) at another, in a pixel format, tagged."""
    return tagged(_scaled(stream, full, size).filter("format", pix_fmts=pixel_format))


def _scaled(stream: Any, full: tuple[int, int], size: tuple[int, int]) -> Any:
    if size[1] == full[1]:
        return stream
    width, height = size
    return stream.filter("scale", w=width, h=height, flags="lanczos+accurate_rnd").filter("setsar", sar="1")


def _sound(film: Finished) -> Any:
    """The mix, exactly as long as the picture."""
    samples = sample_at(film.frames, film.rate, film.sample_rate)
    track = ffmpeg_python.input(str(film.sound and film.sound.absolute())).audio
    if film.silent_frames:
        before = sample_at(film.silent_frames, film.rate, film.sample_rate)
        track = track.filter("adelay", delays=f"{before}S", all=1)
    return track.filter("apad", whole_len=samples).filter("atrim", end_sample=samples)


def bits_per_second(size: tuple[int, int], rate: Fraction) -> int:
    """A rendition's rate: 5 Mbit/s at 1080p24; smaller pictures take more for each pixel (power 0.75)."""
    width, height = size
    part: float = (width * height * float(rate) / (1920 * 1080 * 24)) ** 0.75
    return max(150_000, round(5_000_000 * part))
