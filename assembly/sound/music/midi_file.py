"""Standard MIDI Files as players read them: in a RIFF wrapper or not, and whatever their lengths say.

A track ends where it says so itself, not where its header does; what lies between is passed over. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass

_HEAD, _TRACK = b"MThd", b"MTrk"
_END_OF_TRACK = b"\x00\xff\x2f\x00"
_SHORT = {0xC0, 0xD0}
"""channel messages with one number; the others have two"""
_META, _END, _SYSEX, _SYSEX_ON = 0xFF, 0x2F, 0xF0, 0xF7
_SYSTEM_BYTES = {0xF1: 1, 0xF2: 2, 0xF3: 1}
_MOST_VARIABLE_BYTES = 4


def standard(data: bytes) -> bytes:
    """A file's music as a Standard MIDI File whose lengths are true.

    Args:
        data: a Standard MIDI File, or one wrapped (RMID) or with something before it.

    Raises:
        ValueError: it is none, or ends in the middle of an event; says which.
    """
    at = data.find(_HEAD)
    if len(data) < len(_HEAD):
        raise ValueError("it ends too soon")
    if at < 0:
        raise ValueError("it is no MIDI file: it has no MThd")
    head = data[at + 8 : at + 14]
    if len(head) < 6:
        raise ValueError("it ends too soon")
    tracks = []
    at = data.find(_TRACK, at + 14)
    while at >= 0:
        begin = at + 8
        track = _track(data, begin)
        tracks.append(track.data)
        declared = begin + int.from_bytes(data[at + 4 : begin], "big")
        at = declared if data[declared : declared + 4] == _TRACK else data.find(_TRACK, track.end)
    if not tracks:
        raise ValueError("it ends too soon: it has no track")
    parts = [_HEAD, (6).to_bytes(4, "big"), head[:2], len(tracks).to_bytes(2, "big"), head[4:6]]
    for track_data in tracks:
        parts += [_TRACK, len(track_data).to_bytes(4, "big"), track_data]
    return b"".join(parts)


@dataclass(frozen=True, slots=True)
class _Track:
    data: bytes
    end: int


def _track(data: bytes, begin: int) -> _Track:
    """The events of a track up to its own end; one that does not say where it ends, up to the next chunk."""
    at, status = begin, 0
    while at < len(data):
        if data[at : at + 4] == _TRACK:
            return _Track(data[begin:at] + _END_OF_TRACK, at)
        _, at = _number(data, at)
        if at >= len(data):
            raise ValueError("it ends too soon")
        first = data[at]
        if first & 0x80:
            status, at = first, at + 1
        elif not 0x80 <= status < _SYSEX:
            raise ValueError("an event in it has no status; it is broken")
        if status == _META:
            kind = data[at : at + 1]
            length, at = _number(data, at + 1)
            at += length
            if kind == bytes([_END]):
                return _Track(data[begin:at], at)
        elif status in {_SYSEX, _SYSEX_ON}:
            length, at = _number(data, at)
            at += length
        elif status > _SYSEX:
            at += _SYSTEM_BYTES.get(status, 0)
        else:
            at += 1 if status & 0xF0 in _SHORT else 2
        if at > len(data):
            raise ValueError("it ends too soon")
    return _Track(data[begin:] + _END_OF_TRACK, len(data))


def _number(data: bytes, at: int) -> tuple[int, int]:
    """A number of variable length, and where it ends."""
    value = 0
    for byte in data[at : at + _MOST_VARIABLE_BYTES]:
        at += 1
        value = value << 7 | byte & 0x7F
        if not byte & 0x80:
            return value, at
    raise ValueError("it ends too soon" if at >= len(data) else "a number in it is too long; it is broken")
