"""Subtitles of an HLS stream: WebVTT in segments, a playlist a language, and their place in the stream's own.

RFC 8216: section 3.5 (segments, each with every subtitle that stands in it), 4.3.4.1 (renditions) and 6.2.4
(subtitles alone may have longer segments than the picture).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from storyboard.errors import AssemblyError
from storyboard.media.timing import round_half_up, seconds_at
from storyboard.planning.subtitle_files import webvtt

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from fractions import Fraction
    from pathlib import Path

    from storyboard.planning.overlapping_subtitles import Subtitle

SEGMENT_S = 30
GROUP = "subtitles"
_HEAD = "WEBVTT\nX-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:0"
"""subtitles count from the stream's beginning, in every segment"""


def segments(
    subtitles: Sequence[Subtitle], frames: int, rate: Fraction
) -> Iterator[tuple[int, list[Subtitle]]]:
    """The length of each segment in frames, and what stands in it; a subtitle may stand in two."""
    length = round_half_up(SEGMENT_S * rate)
    for first in range(0, frames, length):
        last = min(first + length, frames)
        yield last - first, [each for each in subtitles if each.first < last and first < each.last]


def add_subtitles(
    index: Path, languages: Mapping[str, Sequence[Subtitle]], frames: int, rate: Fraction
) -> dict[str, list[Path]]:
    """Put subtitles beside a stream and into its playlist; returns the segments of each language.

    Args:
        index: the stream's own playlist, which is written again.
        languages: subtitles by language tag; a player offers each.
        frames: the stream's length.
        rate: frames a second.

    Raises:
        AssemblyError: the playlist names no rendition of the picture.
    """
    written: dict[str, list[Path]] = {}
    offered = []
    for language, subtitles in languages.items():
        written[language] = []
        parts = list(segments(subtitles, frames, rate))
        longest = round_half_up(max(seconds_at(length, rate) for length, _ in parts))
        lines = ["#EXTM3U", "#EXT-X-VERSION:7", f"#EXT-X-TARGETDURATION:{max(1, longest)}"]
        lines += ["#EXT-X-MEDIA-SEQUENCE:0", "#EXT-X-PLAYLIST-TYPE:VOD"]
        for number, (length, inside) in enumerate(parts):
            path = index.with_name(f"{language}.{number:04}.vtt")
            path.write_text(webvtt(inside, rate, head=_HEAD), "utf-8")
            lines += [f"#EXTINF:{float(seconds_at(length, rate)):.6f},", path.name]
            written[language].append(path)
        text = "\n".join([*lines, "#EXT-X-ENDLIST"]) + "\n"
        index.with_name(f"{language}.m3u8").write_text(text, "utf-8")
        offered.append(
            f'#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="{GROUP}",NAME="{language}",LANGUAGE="{language}",'
            f'DEFAULT=NO,AUTOSELECT=YES,FORCED=NO,URI="{language}.m3u8"'
        )
    playlist, renditions = re.subn(
        r"^(#EXT-X-STREAM-INF:.*)$", rf'\1,SUBTITLES="{GROUP}"', index.read_text("utf-8"), flags=re.MULTILINE
    )
    if not renditions:
        raise AssemblyError(f"{str(index)!r} names no rendition")
    head, _, rest = playlist.partition("#EXT-X-STREAM-INF:")
    index.write_text("".join([head, *(f"{line}\n" for line in offered), "#EXT-X-STREAM-INF:", rest]), "utf-8")
    return written
