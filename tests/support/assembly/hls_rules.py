"""What RFC 8216bis (HTTP Live Streaming, second edition) asks of playlists and of what they name: a checker.

It reads lines and boxes by itself, so that it knows nothing of what writes them. Each rule that is broken is
told in words, with the section that makes it.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

_ONCE = (
    "EXT-X-VERSION",
    "EXT-X-TARGETDURATION",
    "EXT-X-MEDIA-SEQUENCE",
    "EXT-X-PLAYLIST-TYPE",
    "EXT-X-ENDLIST",
    "EXT-X-INDEPENDENT-SEGMENTS",
)
_OF_MEDIA = ("EXT-X-TARGETDURATION", "EXT-X-PLAYLIST-TYPE", "EXT-X-ENDLIST", "EXTINF", "EXT-X-MAP")
_OF_STREAMS = ("EXT-X-STREAM-INF", "EXT-X-MEDIA")
_ATTRIBUTE = re.compile(r'([A-Z0-9-]+)=("[^"\r\n]*"|[^",\s][^,]*)(?:,|$)')


@dataclass(frozen=True)
class Listed:
    """A media segment as a playlist has it."""

    uri: str
    duration_s: Fraction
    shown_at: datetime | None
    init: str | None


@dataclass(frozen=True)
class MediaPlaylist:
    """What a media playlist says."""

    segments: tuple[Listed, ...]
    target_s: int
    ended: bool
    kind: str | None


def attributes(line: str) -> dict[str, str]:
    """Of a tag (4.2), quoted ones without their marks."""
    text = line.partition(":")[2]
    found = _ATTRIBUTE.findall(text)
    assert "".join(f"{name}={value}," for name, value in found).rstrip(",") == text, f"no attributes: {line}"
    assert len(found) == len({name for name, _ in found}), f"an attribute twice: {line}"
    return {name: value.strip('"') for name, value in found}


def of_any(text: str) -> Iterator[str]:
    """What every playlist must keep (4.1, 4.4.1)."""
    lines = text.splitlines()
    if text.startswith("\ufeff"):
        yield "4.1: it begins with a byte order mark"
    if lines[:1] != ["#EXTM3U"]:
        yield "4.4.1.1: its first line is not #EXTM3U"
    if any(unicodedata.category(c) == "Cc" and c not in "\r\n" for c in text):
        yield "4.1: it has control characters"
    if text != unicodedata.normalize("NFC", text):
        yield "4.1: it is not in NFC"
    tags = Counter(_tag(line) for line in lines)
    yield from (f"4.4: {tag} stands {tags[tag]} times" for tag in _ONCE if tags[tag] > 1)
    if any(tags[tag] for tag in _OF_MEDIA) and any(tags[tag] for tag in _OF_STREAMS):
        yield "4.1: tags of media and of multivariant playlists stand together"
    version = int(next((line.partition(":")[2] for line in lines if _tag(line) == "EXT-X-VERSION"), "1"))
    if version < 6 and tags["EXT-X-MAP"]:
        yield "8: EXT-X-MAP needs version 6"
    if version < 3 and any("." in line for line in lines if line.startswith("#EXTINF:")):
        yield "8: decimal durations need version 3"


def of_media(text: str) -> Iterator[str]:
    """What a media playlist must keep."""
    yield from of_any(text)
    target = re.findall(r"^#EXT-X-TARGETDURATION:(\d+)$", text, re.MULTILINE)
    if len(target) != 1:
        yield "4.4.3.1: no target duration in whole seconds"
        return
    kind = re.findall(r"^#EXT-X-PLAYLIST-TYPE:(.*)$", text, re.MULTILINE)
    if kind not in ([], ["EVENT"], ["VOD"]):
        yield f"4.4.3.5: the playlist type is {kind}"
    if kind == ["VOD"] and "#EXT-X-ENDLIST" not in text.splitlines():
        yield "4.4.3.4: a VOD has no end"
    body = text.splitlines()
    if "#EXT-X-ENDLIST" in body and any(
        line and line[0] != "#" for line in body[body.index("#EXT-X-ENDLIST") :]
    ):
        yield "4.4.3.4: something is listed after the end"
    inf = None
    for line in body:
        if line.startswith("#EXTINF:"):
            if inf is not None:
                yield "4.4.4.1: an EXTINF without a segment"
            inf = line
            if not re.fullmatch(r"#EXTINF:\d+(\.\d+)?,.*", line):
                yield f"4.4.4.1: {line}"
        elif line and not line.startswith("#"):
            if inf is None:
                yield f"4.4.4.1: {line} has no EXTINF"
            inf = None
    playlist = read_media(text)
    clock = None
    for one in playlist.segments:
        if round(one.duration_s) > playlist.target_s:
            yield f"4.4.3.1: {one.uri} is longer than the target duration"
        if one.init is None:
            yield f"4.4.4.5: {one.uri} of fMP4 has no EXT-X-MAP before it"
        if clock and one.shown_at and abs((one.shown_at - clock).total_seconds()) > 0.0015:
            yield f"4.4.4.6: the clock of {one.uri} is not that of what is before it"
        if one.shown_at:
            if one.shown_at.tzinfo is None:
                yield "4.4.4.6: a moment without a zone"
            clock = datetime.fromtimestamp(
                one.shown_at.timestamp() + float(one.duration_s), one.shown_at.tzinfo
            )
    if any(one.shown_at is None for one in playlist.segments):
        yield "4.4.4.6: not every segment has its moment"


def of_growing(before: str, after: str) -> Iterator[str]:
    """What a media playlist must keep that a client loads again (6.2.1)."""
    old, new = before.rstrip("\n").splitlines(), after.rstrip("\n").splitlines()
    if "#EXT-X-ENDLIST" in old:
        if old != new:
            yield "4.4.3.4: it changed after its end"
        return
    if "#EXT-X-PLAYLIST-TYPE:VOD" in [*old, *new]:
        yield "4.4.3.5: a VOD that changes"
    if new[: len(old)] != old:
        yield "4.4.3.5: an event changed in another way than at its end"


def of_stream(text: str) -> Iterator[str]:
    """What a multivariant playlist must keep (4.4.6)."""
    yield from of_any(text)
    lines = [line for line in text.splitlines() if line]
    groups: dict[tuple[str, str], list[dict[str, str]]] = {}
    for line in lines:
        if _tag(line) == "EXT-X-MEDIA":
            told = attributes(line)
            yield from (f"4.4.6.1: no {name}" for name in ("TYPE", "GROUP-ID", "NAME") if name not in told)
            if told.get("AUTOSELECT", "NO") != "YES" and told.get("DEFAULT") == "YES":
                yield "4.4.6.1: a default that is not chosen by itself"
            groups.setdefault((told["TYPE"], told["GROUP-ID"]), []).append(told)
    for members in groups.values():
        if len({one["NAME"] for one in members}) < len(members):
            yield "4.4.6.1.1: two of a group have one name"
        if sum(one.get("DEFAULT") == "YES" for one in members) > 1:
            yield "4.4.6.1.1: two defaults in a group"
    variants = [at for at, line in enumerate(lines) if _tag(line) == "EXT-X-STREAM-INF"]
    if not variants:
        yield "4.4.6.2: no variant"
    for at in variants:
        told = attributes(lines[at])
        if at + 1 == len(lines) or lines[at + 1].startswith("#"):
            yield "4.4.6.2: a variant without its URI"
        if not told.get("BANDWIDTH", "").isdecimal():
            yield "4.4.6.2: no BANDWIDTH"
        yield from (
            f"4.4.6.2: no {name}" for name in ("CODECS", "RESOLUTION", "FRAME-RATE") if name not in told
        )
        if not re.fullmatch(r"\d+(\.\d{1,3})?", told.get("FRAME-RATE", "24")):
            yield "4.4.6.2: FRAME-RATE has more than three decimals"
        if "AUDIO" in told and ("AUDIO", told["AUDIO"]) not in groups:
            yield f"4.4.6.2: there is no group {told['AUDIO']!r}"


def of_together(picture: str, sound: str) -> Iterator[str]:
    """What the media playlists of one stream must keep among each other (6.2.4)."""
    one, other = read_media(picture), read_media(sound)
    if one.target_s != other.target_s:
        yield "6.2.4: renditions have other target durations"
    begins = [each.segments[0].shown_at for each in (one, other) if each.segments]
    if len(begins) == 2 and None in begins:
        yield "6.2.4: only one of them has a clock"


def read_media(text: str) -> MediaPlaylist:
    """A media playlist."""
    segments, inf, at, init, target, kind = [], Fraction(0), None, None, 0, None
    for line in text.splitlines():
        tag, value = _tag(line), line.partition(":")[2]
        if tag == "EXTINF":
            inf = Fraction(value.partition(",")[0])
        elif tag == "EXT-X-PROGRAM-DATE-TIME":
            at = datetime.fromisoformat(value)
        elif tag == "EXT-X-MAP":
            init = attributes(line)["URI"]
        elif tag == "EXT-X-TARGETDURATION":
            target = int(value)
        elif tag == "EXT-X-PLAYLIST-TYPE":
            kind = value
        elif line and not line.startswith("#"):
            segments.append(Listed(line, inf, at, init))
            at = None
    return MediaPlaylist(tuple(segments), target, "#EXT-X-ENDLIST" in text.splitlines(), kind)


def of_content(text: str, fetch: Callable[[str], bytes], bits_per_second: int | None = None) -> Iterator[str]:
    """What the segments of a media playlist must keep: section 3.1.2, and what INDEPENDENT-SEGMENTS says.

    Args:
        text: the playlist.
        fetch: gives what an URI names.
        bits_per_second: that no segment may take more of (4.4.6.2).
    """
    end = timescale = None
    for one in read_media(text).segments:
        if timescale is None:
            timescale = timescale_of(fetch(one.init or ""))
        content = fetch(one.uri)
        moof = read_moof(content)
        if end is not None and moof.start != end:
            yield f"3: {one.uri} begins at {moof.start}, and what is before it ends at {end}"
        end = moof.start + moof.duration
        if abs(Fraction(moof.duration, timescale) - one.duration_s) > Fraction(1, 1000):
            yield f"4.4.4.1: {one.uri} is {Fraction(moof.duration, timescale)} s long, not {one.duration_s}"
        if not moof.begins_with_key:
            yield f"4.4.2.1: {one.uri} cannot be decoded by itself"
        if bits_per_second is not None and len(content) * 8 > bits_per_second * one.duration_s:
            yield f"4.4.6.2: {one.uri} takes more than {bits_per_second} bits a second"


@dataclass(frozen=True)
class Moof:
    """A movie fragment of one track: ticks, and whether its first sample is a keyframe."""

    start: int
    duration: int
    begins_with_key: bool
    offsets: tuple[int, ...]
    """of composition, of each sample"""


def boxes(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Boxes one after another (ISO/IEC 14496-12, 4.2)."""
    at = 0
    while at < len(content):
        size = int.from_bytes(content[at : at + 4])
        assert size >= 8, f"a box of {size} bytes at {at}"
        yield content[at + 4 : at + 8].decode("latin1"), content[at + 8 : at + size]
        at += size
    assert at == len(content), "the last box is not whole"


def box(content: bytes, *path: str) -> bytes:
    """The box that a path of kinds leads to."""
    for kind in path:
        content = next(inside for found, inside in boxes(content) if found == kind)
    return content


def timescale_of(init: bytes) -> int:
    """Ticks a second of the only track; it has no edit list."""
    assert [kind for kind, _ in boxes(init)] == ["ftyp", "moov"]
    trak = [inside for kind, inside in boxes(box(init, "moov")) if kind == "trak"]
    assert len(trak) == 1
    assert "edts" not in dict(boxes(trak[0]))
    return int.from_bytes(box(trak[0], "mdia", "mdhd")[12:16])


def read_moof(content: bytes) -> Moof:
    """A segment's only fragment."""
    assert [kind for kind, _ in boxes(content)] == ["moof", "mdat"]
    traf = box(content, "moof", "traf")
    default_duration, default_flags = _tfhd(box(traf, "tfhd"))
    duration, key, offsets = 0, None, []
    for kind, trun in boxes(traf):
        if kind != "trun":
            continue
        flags, count, at = int.from_bytes(trun[1:4]), int.from_bytes(trun[4:8]), 8
        at += 4 * bool(flags & 1)
        first_flags = int.from_bytes(trun[at : at + 4]) if flags & 4 else None
        at += 4 * bool(flags & 4)
        for sample in range(count):
            length, of_sample, offset = default_duration, default_flags, 0
            if flags & 0x100:
                length, at = int.from_bytes(trun[at : at + 4]), at + 4
            at += 4 * bool(flags & 0x200)
            if flags & 0x400:
                of_sample, at = int.from_bytes(trun[at : at + 4]), at + 4
            if flags & 0x800:
                offset, at = int.from_bytes(trun[at : at + 4], signed=trun[0] == 1), at + 4
            if sample == 0 and first_flags is not None:
                of_sample = first_flags
            duration += length
            offsets.append(offset)
            key = not of_sample & 0x10000 if key is None else key
    tfdt = box(traf, "tfdt")
    return Moof(int.from_bytes(tfdt[4 : 12 if tfdt[0] else 8]), duration, bool(key), tuple(offsets))


def _tfhd(tfhd: bytes) -> tuple[int, int]:
    flags, at = int.from_bytes(tfhd[1:4]), 8
    at += 8 * bool(flags & 1) + 4 * bool(flags & 2)
    duration = int.from_bytes(tfhd[at : at + 4]) if flags & 8 else 0
    at += 4 * bool(flags & 8) + 4 * bool(flags & 0x10)
    return duration, int.from_bytes(tfhd[at : at + 4]) if flags & 0x20 else 0


def _tag(line: str) -> str:
    return line[1:].partition(":")[0] if line.startswith("#EXT") else ""
