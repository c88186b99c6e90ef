"""Sound as AAC, as films and their lossy deliverables have it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assembly.programs import ffmpeg
from assembly.programs.whole_files import written_aside

if TYPE_CHECKING:
    from pathlib import Path

AAC_VERSION = 1
"""goes into the digests of encoded sounds; raise it when the same mix gives another file;
code of assembly.sound.aac: 9079074e
"""

BITRATE = "256k"
"""of stereo; what music is sold at in this codec"""
AAC = {"c:a": "aac", "b:a": BITRATE, "flags:a": "+bitexact"}
"""the options that encode it"""


def encode(track: Any, out: Path) -> None:
    """Encode the sound of an ffmpeg-python stream into MP4; `out` appears whole.

    Raises:
        FfmpegError: ffmpeg ended with an error.
        StoreError: `out` cannot be written.
    """
    with written_aside(out) as aside:
        ffmpeg.run(track.output(str(aside), format="mp4", map_metadata="-1", fflags="+bitexact", **AAC))
