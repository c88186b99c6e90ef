"""The playlists of a stream that is made while it is watched (RFC 8216bis, HTTP Live Streaming). Pure.

Picture and sound have a playlist each, of one target duration that never changes. One that is not whole yet
is an event: lines are added at its end and nothing else changes, until it ends. All clips of a film have the
same parameters, so that nothing in it is a discontinuity, and one initialisation serves all of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

import m3u8

PROTOCOL = 7
"""the first in which media segments may be fMP4 of any kind (section 8)"""
_SOUND = "sound"


@dataclass(frozen=True, slots=True)
class Entry:
    """A fragment in a playlist.

    Attributes:
        uri: where it is fetched, as seen from the playlist.
        start_s: of its first frame, in seconds of the film.
        duration_s: its length.
    """

    uri: str
    start_s: Fraction
    duration_s: Fraction


@dataclass(frozen=True, slots=True)
class Rendition:
    """What a player is told of a stream's picture and sound before it fetches any of it.

    Attributes:
        picture: where the picture's playlist is, as seen from the stream's own.
        size: width and height in pixels.
        rate: frames a second.
        codec: of the picture, as RFC 6381 writes it.
        bits_per_second: of the fragments that take most, picture and sound together.
        sound: where the sound's playlist is; None for a silent stream.
        sound_codec: likewise.
        language: of what is spoken.
    """

    picture: str
    size: tuple[int, int]
    rate: Fraction
    codec: str
    bits_per_second: int
    sound: str | None = None
    sound_codec: str = ""
    language: str | None = None


def stream_playlist(rendition: Rendition) -> str:
    """The stream's own playlist: what a player opens."""
    playlist = m3u8.M3U8()
    playlist.is_variant = True
    playlist.version = PROTOCOL
    playlist.is_independent_segments = True
    codecs = rendition.codec
    about: dict[str, object] = {"closed_captions": "NONE"}
    if rendition.sound is not None:
        codecs += f",{rendition.sound_codec}"
        about["audio"] = _SOUND
        playlist.add_media(
            m3u8.Media(
                uri=rendition.sound,
                type="AUDIO",
                group_id=_SOUND,
                name="Sound",
                default="YES",
                autoselect="YES",
                language=rendition.language,
                channels="2",
            )
        )
    about |= {
        "bandwidth": rendition.bits_per_second,
        "resolution": "{}x{}".format(*rendition.size),
        "frame_rate": round(float(rendition.rate), 3),
        "codecs": codecs,
    }
    playlist.add_playlist(m3u8.Playlist(rendition.picture, about, playlist.media, None))
    return str(playlist.dumps())


def media_playlist(
    entries: Sequence[Entry],
    init: str,
    target_s: int,
    began_at: datetime,
    *,
    whole_at_once: bool = False,
    ended: bool = False,
) -> str:
    """The playlist of a picture or a sound.

    Args:
        entries: what can be fetched, in order and without a gap.
        init: where its initialisation is, as seen from the playlist.
        target_s: the greatest length of an entry, in whole seconds.
        began_at: the moment that stands for the film's first frame, with its zone.
        whole_at_once: nobody was given it before it was whole.
        ended: nothing is added any more.
    """
    playlist = m3u8.M3U8()
    playlist.version = PROTOCOL
    playlist.is_independent_segments = True
    playlist.target_duration = target_s
    playlist.playlist_type = "vod" if whole_at_once and ended else "event"
    playlist.is_endlist = ended
    for entry in entries:
        shown_at = began_at + timedelta(microseconds=round(entry.start_s * 1_000_000))
        playlist.segments.append(
            m3u8.Segment(
                uri=entry.uri,
                duration=float(entry.duration_s),
                init_section={"uri": init},
                program_date_time=shown_at,
            )
        )
    return str(playlist.dumps(timespec="milliseconds", infspec="microseconds"))
