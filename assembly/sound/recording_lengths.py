"""How long a recording says that it is, and where its last packet ends: what its container knows."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import av

if TYPE_CHECKING:
    from pathlib import Path

_UNKNOWN = 2**31 - 2**12
_HEAD = 2**16


def declared_s(container: Any, stream: Any) -> float:
    """How long a track says that it is, in seconds; 0 where it does not."""
    declared = float((stream.duration or 0) * (stream.time_base or Fraction(0)))
    if not declared and len(container.streams) == 1:
        declared = (container.duration or 0) / av.time_base
    return declared


def end_s(container: Any, stream: Any, clock: Fraction) -> float:
    """When the last packet of a track ends, in seconds after its clock begins."""
    end = Fraction(0)
    base = stream.time_base or Fraction(0)
    for packet in container.demux(stream):
        if packet.pts is not None:
            end = max(end, (packet.pts + (packet.duration or 0)) * base - clock)
    return float(end)


def said_by_wave_s(path: Path, end: float) -> float:
    """How long a WAV file says that it is, whose samples end then."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
        size = file.seek(0, 2)
    at = head.find(b"data") + 8
    said = int.from_bytes(head[at - 4 : at], "little") if at >= 8 else 0
    there = size - at
    # Programs that write into a pipe say the most that there could be.
    return end * said / there if there < said < _UNKNOWN else 0.0
