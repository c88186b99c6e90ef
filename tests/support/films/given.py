"""What a film of these is written with: its folder, plain pictures, tones, and a deliverable of each kind."""

from __future__ import annotations

import wave
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from PIL import Image

RATE = 24


def write_film(folder: Path, film: dict[str, Any]) -> Path:
    """A project folder with the document of a film, in its own letters."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "film.yaml").write_text(yaml.safe_dump(film, sort_keys=False, allow_unicode=True), "utf-8")
    return folder


def every_kind(languages: tuple[str, ...], height: int, note: str, date: str) -> dict[str, dict[str, Any]]:
    """A deliverable of each kind, with these languages wherever words can be."""
    tracks = {"subtitles": [*languages]}
    return {
        "web": {"kind": "web", **tracks},
        "burned": {"kind": "web", "burned_subtitles": languages[0]},
        "hevc": {"kind": "web-hevc", **tracks},
        "av1": {"kind": "web-av1", **tracks},
        "master": {"kind": "master"},
        "dnxhr": {"kind": "master-dnxhr", "height": max(height, 144)},
        "stream": {"kind": "hls", "renditions": [height], **tracks},
        "frames": {"kind": "frames"},
        "exr": {"kind": "frames-exr"},
        "stems": {"kind": "stems"},
        "words": {"kind": "subtitles"},
        "poster": {"kind": "poster"},
        "copy": {"kind": "review", "note": note, "date": date, "burned_subtitles": languages[0]},
        "moving": {"kind": "preview"},
        "sheet": {"kind": "contact-sheet"},
        "share": {"kind": "share"},
    }


def picture(path: Path, colour: tuple[int, int, int] = (200, 120, 60)) -> Path:
    """A picture of 48x32, brighter at the top left."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fall = np.linspace(1, 0.4, 32)[:, None, None] * np.linspace(1, 0.6, 48)[None, :, None]
    Image.fromarray((fall * colour).astype(np.uint8)).save(path)
    return path


def tone(path: Path, seconds: float = 0.8, hertz: float = 330.0, rate: int = 48_000) -> Path:
    """A tone of one channel with sixteen bits."""
    path.parent.mkdir(parents=True, exist_ok=True)
    values = 0.3 * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, rate, len(values), "NONE", ""))
        file.writeframes((values * 32767).astype("<i2").tobytes())
    return path


def look(path: Path, title: str) -> Path:
    """A look that makes shadows a little bluer."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [f"{r} {g} {0.1 + 0.9 * b:.1f}" for b in (0, 1) for g in (0, 1) for r in (0, 1)]
    path.write_text("\n".join([f'TITLE "{title}"', "LUT_3D_SIZE 2", *rows, ""]), "utf-8")
    return path
