"""A timeline into OpenTimelineIO's own files: `.otio`, and `.otioz`, which holds its media too."""

from __future__ import annotations

import zipfile
from pathlib import Path

from opentimelineio import schema

_CONTENT, _VERSION, _MEDIA = "content.otio", "version.txt", "media"
_BUNDLE = "1.0.0"


def write_otio(timeline: schema.Timeline, path: Path) -> None:
    """Write a timeline as `.otio`; what is at the path is replaced.

    Raises:
        OSError: it cannot be written.
    """
    path.write_text(timeline.to_json_string(indent=2) + "\n", encoding="utf-8")


def write_otioz(timeline: schema.Timeline, media: dict[str, Path], path: Path) -> None:
    """Write a timeline and its media as a bundle.

    Args:
        timeline: whose media are named `media/NAME`.
        media: the files, by NAME.
        path: what is there is replaced.

    Raises:
        OSError: it cannot be written.
    """
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED, allowZip64=True) as bundle:
        bundle.writestr(_VERSION, _BUNDLE)
        bundle.writestr(_CONTENT, timeline.to_json_string(indent=2), zipfile.ZIP_DEFLATED)
        for name, file in sorted(media.items()):
            bundle.write(file, f"{_MEDIA}/{name}")
