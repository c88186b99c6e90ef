r"""Subtitles as text: SubRip and WebVTT. Pure.

SubRip has no way to say that a letter is no markup, and its readers take `<b>` and `{\an8}` for it wherever
they stand. What they would take for markup is written with the letters that look most like it; WebVTT has
references for them (W3C WebVTT, section 4.2.2).
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import groupby

from storyboard.media.timing import round_half_up, seconds_at
from storyboard.planning.overlapping_subtitles import Subtitle

_TAG = re.compile(r"<([^<>]*)>")
_BRACES = str.maketrans("{}", "()")


def srt(subtitles: Sequence[Subtitle], rate: Fraction) -> str:
    """The text of a SubRip file."""
    parts = []
    for number, one in enumerate(subtitles, 1):
        times = f"{_time(one.first, rate, ',')} --> {_time(one.last, rate, ',')}"
        parts.append(f"{number}\n{times}\n{_marked(one, _plain)}\n")
    return "\n".join(parts)


def webvtt(subtitles: Sequence[Subtitle], rate: Fraction, head: str = "WEBVTT") -> str:
    """The text of a WebVTT file (W3C WebVTT, section 4); its head may say more than what it is."""
    parts = [f"{head}\n"]
    for one in subtitles:
        rows = _marked(one, lambda words: html.escape(words, quote=False))
        parts.append(f"{_time(one.first, rate, '.')} --> {_time(one.last, rate, '.')}\n{rows}\n")
    return "\n".join(parts)


def webvtt_for_mp4(subtitles: Sequence[Subtitle], rate: Fraction) -> str:
    """The text of a WebVTT file that ffmpeg makes an MP4 track from; it would write braces as escapes."""
    plain = [replace(one, rows=tuple(row.translate(_BRACES) for row in one.rows)) for one in subtitles]
    return webvtt(plain, rate)


def _marked(one: Subtitle, escaped: Callable[[str], str]) -> str:
    """The rows, those in italics between tags."""
    rows = escaped("\n".join(" ".join(row.split()) for row in one.rows)).split("\n")
    written = []
    for italic, run in groupby(range(len(rows)), one.italic.__contains__):
        words = "\n".join(rows[number] for number in run)
        written.append(f"<i>{words}</i>" if italic else words)
    return "\n".join(written)


def _plain(words: str) -> str:
    """Without what readers of SubRip take for a time or for markup."""
    return _TAG.sub("\u2039\\1\u203a", words.replace("-->", "\u2192")).translate(_BRACES)


def _time(frame: int, rate: Fraction, point: str) -> str:
    whole = round_half_up(seconds_at(frame, rate) * 1000)
    seconds, thousandths = divmod(whole, 1000)
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour:02}:{minute:02}:{second:02}{point}{thousandths:03}"
