"""What a film file holds, its sound encoded, and its metadata."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from assembly.cut.pieces import Chapter
from assembly.frames import clips

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class FilmFacts:
    """What a film file holds.

    Attributes:
        frames: picture packets, counted.
        duration_s: how long the picture is, in seconds.
        video_codec: ffmpeg's name of it, such as h264.
        audio_codec: ffmpeg's name of it, or None without sound.
        audio_duration_s: how long the sound is, in seconds; 0 without sound.
        title: what the file calls itself.
        chapters: its chapters, with the frames at which they start.
    """

    frames: int
    duration_s: Fraction
    width: int
    height: int
    rate: Fraction
    video_codec: str
    audio_codec: str | None
    audio_duration_s: Fraction
    sample_rate: int
    channels: int
    title: str
    chapters: tuple[Chapter, ...]


def probe(path: Path, *, counted: bool = True) -> FilmFacts:
    """Read what a film file holds; every picture packet is counted.

    Args:
        path: of the film.
        counted: whether they are; else the file's own tables say how many there are.

    Raises:
        AssemblyError: it cannot be read, or has no picture.
    """
    picture = clips.inspect(path, counted=counted)
    with clips.open_clip(path) as film:
        rate = picture.rate
        audio = film.streams.audio[0] if film.streams.audio else None
        length = Fraction(0)
        if audio and audio.duration is not None and audio.time_base is not None:
            length = audio.duration * audio.time_base
        return FilmFacts(
            frames=picture.frames,
            duration_s=picture.frames / rate if rate else Fraction(0),
            width=picture.width,
            height=picture.height,
            rate=rate,
            video_codec=picture.codec,
            audio_codec=audio.codec_context.name if audio else None,
            audio_duration_s=length,
            sample_rate=audio.codec_context.sample_rate if audio else 0,
            channels=audio.codec_context.channels if audio else 0,
            title=film.metadata.get("title", ""),
            chapters=tuple(
                Chapter(
                    chapter["metadata"].get("title", ""),
                    round(chapter["start"] * (chapter["time_base"] or Fraction(1)) * rate),
                )
                for chapter in film.chapters()
            ),
        )


def metadata(
    title: str, chapters: Sequence[Chapter], frames: int, rate: Fraction, *, description: str = ""
) -> str:
    """The title, the description and the chapters in ffmpeg's own metadata format, times in frames."""
    lines = [";FFMETADATA1", f"title={_escaped(title)}"]
    if description:
        lines.append(f"description={_escaped(description)}")
    ends = [*(chapter.start for chapter in chapters[1:]), frames]
    for chapter, end in zip(chapters, ends, strict=False):  # without chapters the end stands alone
        lines += [
            "[CHAPTER]",
            f"TIMEBASE={rate.denominator}/{rate.numerator}",
            f"START={chapter.start}",
            f"END={end}",
            f"title={_escaped(chapter.title)}",
        ]
    return "\n".join(lines) + "\n"


def plain(text: str) -> str:
    """Text as metadata holds it: without characters that have no shape."""
    return "".join(c for c in text if unicodedata.category(c) not in ("Cc", "Cs"))


def _escaped(text: str) -> str:
    words = plain(text)
    if words.endswith("\\"):
        words += " "  # ffmpeg reads an escaped backslash before a line's end as an escaped line's end
    return "".join(f"\\{c}" if c in "=;#\\" else c for c in words)
