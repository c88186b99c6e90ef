"""Subtitles of an HLS stream: WebVTT in segments, a playlist a language, and their place in the stream's own.

RFC 8216: section 3.5 (segments, each with every subtitle that stands in it), 4.3.4.1 (renditions) and 6.2.4
(subtitles alone may have longer segments than the picture).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import m3u8

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
    stream = m3u8.loads(index.read_text("utf-8"))
    if not stream.playlists:
        raise AssemblyError(f"{str(index)!r} names no rendition")
    written: dict[str, list[Path]] = {}
    for language, subtitles in languages.items():
        parts = list(segments(subtitles, frames, rate))
        playlist = index.with_name(f"{language}.m3u8")
        written[language] = _write_segments(playlist, parts, rate)
        offered = m3u8.Media(
            uri=playlist.name,
            type="SUBTITLES",
            group_id=GROUP,
            name=language,
            language=language,
            default="NO",
            autoselect="YES",
            forced="NO",
        )
        stream.add_media(offered)
        for rendition in stream.playlists:
            rendition.media.append(offered)
    index.write_text(stream.dumps(), "utf-8")
    return written


def _write_segments(
    playlist: Path, parts: Sequence[tuple[int, Sequence[Subtitle]]], rate: Fraction
) -> list[Path]:
    """Write a language's segments beside their playlist, and that; returns the segments."""
    lengths_s = [seconds_at(length, rate) for length, _ in parts]
    listed = m3u8.M3U8()
    listed.version = "7"
    listed.target_duration = max(1, round_half_up(max(lengths_s)))
    listed.playlist_type = "vod"
    listed.is_endlist = True
    paths = []
    for number, ((_, inside), length_s) in enumerate(zip(parts, lengths_s, strict=True)):
        path = playlist.with_name(f"{playlist.stem}.{number:04}.vtt")
        path.write_text(webvtt(inside, rate, head=_HEAD), "utf-8")
        listed.add_segment(m3u8.Segment(uri=path.name, duration=round(float(length_s), 6)))
        paths.append(path)
    playlist.write_text(listed.dumps(), "utf-8")
    return paths
