"""Pictures of a film: a poster, an animated preview, a contact sheet of shots, scene-linear EXR frames."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from assembly.delivery import formats
from assembly.frames import clips
from assembly.frames.mezzanine_encoder import raw_pictures
from assembly.frames.rgb import rgb_image
from assembly.programs import ffmpeg
from assembly.programs.whole_files import written_aside
from assembly.words.lettering import Run
from assembly.words.letters import Type
from storyboard.lettering.picture import coverage
from storyboard.media.timing import round_half_up, timecode_from_frames
from storyboard.schema.deliverables import scaled

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from assembly.delivery.formats import Finished

FRAME_PATTERN = "%06d"
"""of the names of numbered frames"""
PREVIEW_WIDTH = 480
PREVIEW_RATE = 12
"""pictures a second of a preview, at most"""
PREVIEW_MOMENTS = 8
PREVIEW_MOMENT_S = 1
SHEET_COLUMNS, SHEET_ROWS = 5, 8
SHEET_CELL = 320
"""width of a picture on a contact sheet, in pixels"""

SHEET_VERSION = 3
"""goes into the digests of contact sheets; raise it when the same sheet looks different;
code of assembly.delivery.stills, storyboard.lettering.*: ced3c33b
"""

_EXACT = "lanczos+accurate_rnd+full_chroma_int+full_chroma_inp"
"""without these, colours are up to three levels too dark"""
_INK, _SOFT, _PAPER = (240, 238, 232), (168, 166, 160), (24, 24, 26)


@dataclass(frozen=True, slots=True)
class SheetShot:
    """A shot as it stands on a contact sheet: its name, its first frame in the film, its length."""

    name: str
    scene: str
    start: int
    frames: int

    @property
    def middle(self) -> int:
        """The frame that is shown."""
        return self.start + self.frames // 2


def poster(film: Path, frame: int, out: Path, size: tuple[int, int] | None = None) -> None:
    """Write one frame of a film as a PNG, of its own size or another one (width, height).

    Raises:
        AssemblyError: the film cannot be read, or has no such frame.
        StoreError: `out` cannot be written.
    """
    (picture,) = clips.decode(film, frame, frame + 1, clips.inspect(film).rate)
    with written_aside(out) as aside:
        rgb_image(picture, size).save(aside, format="PNG")


def preview(film: Finished, out: Path) -> int:
    """Write an animated WebP of moments spread over the film; returns how many pictures it has.

    Raises:
        AssemblyError: the picture cannot be read.
    """
    step = max(1, round_half_up(film.rate / PREVIEW_RATE))
    length = min(film.frames, round_half_up(PREVIEW_MOMENT_S * film.rate))
    moments = max(1, min(PREVIEW_MOMENTS, film.frames // length))
    width = min(film.width, PREVIEW_WIDTH)
    size = width, max(1, round(width * film.height / film.width))
    pictures: list[Image.Image] = []
    for moment in range(moments):
        # each in the middle of its part of the film
        first = film.frames * (2 * moment + 1) // (2 * moments) - length // 2
        first = max(0, min(first, film.frames - length))
        decoded = clips.decode(film.picture, first, first + length, film.rate)
        pictures += [rgb_image(frame, size) for number, frame in enumerate(decoded) if number % step == 0]
    shown_ms = round(step * 1000 / film.rate)
    pictures[0].save(
        out,
        "WEBP",
        save_all=True,
        append_images=pictures[1:],
        duration=shown_ms,
        loop=0,
        quality=72,
        method=4,
    )
    return len(pictures)


def contact_sheet(film: Finished, shots: Sequence[SheetShot], folder: Path, name: str) -> list[Path]:
    """Write pages with the middle frame of every shot, its name and its timecode; returns the pages.

    Raises:
        AssemblyError: the picture cannot be read.
    """
    gap, words = SHEET_CELL // 20, SHEET_CELL // 8
    size = SHEET_CELL, max(1, round(SHEET_CELL * film.height / film.width))
    bold, plain = Type("sans", "Semibold", words * 5 // 11), Type("sans", "Regular", words * 4 // 11)
    columns = min(SHEET_COLUMNS, len(shots))
    each_page = columns * SHEET_ROWS
    pages: list[Path] = []
    for start in range(0, len(shots), each_page):
        on_page = shots[start : start + each_page]
        rows = -(-len(on_page) // columns)
        step_x, step_y = size[0] + gap, size[1] + words + gap
        page = Image.new("RGB", (columns * step_x + gap, rows * step_y + gap), _PAPER)
        for number, shot in enumerate(on_page):
            x, y = gap + number % columns * step_x, gap + number // columns * step_y
            (frame,) = clips.decode(film.picture, shot.middle, shot.middle + 1, film.rate)
            page.paste(rgb_image(frame, size), (x, y))
            base = y + size[1] + words * 3 // 5
            name_of_shot = f"{shot.scene} · {shot.name}"
            _write(page, Run(name_of_shot, bold, x, base, (*_INK, 255)))
            timecode = timecode_from_frames(shot.start, film.rate)
            right = x + size[0] - plain.getlength(timecode)
            _write(page, Run(timecode, plain, right, base, (*_SOFT, 255)))
        pages.append(folder / f"{name}-{start // each_page + 1:02}.jpg")
        page.save(pages[-1], "JPEG", quality=88)
    return pages


def _write(page: Image.Image, run: Run) -> None:
    """Write a row of words on a page."""
    letters = coverage(run.font.row(run.text), run.font.size, run.x, run.y)
    page.paste(run.fill[:3], (letters.left, letters.top), Image.fromarray(letters.points))


def png_frames(film: Finished, height: int, folder: Path, name: str) -> list[Path]:
    """Write every frame as an 8-bit sRGB PNG, numbered from 1; returns the files in order.

    Raises:
        FfmpegError: ffmpeg ended with an error.
    """
    full = film.width, film.height
    stream = formats.scaled_to(formats.shown(film), full, scaled(*full, height))
    stream = stream.filter(
        "scale",
        in_color_matrix="bt709",
        in_range="tv",
        out_range="pc",
        sws_flags=_EXACT,
    )
    output = stream.filter("format", pix_fmts="rgb24").output(
        f"{name}.{FRAME_PATTERN}.png",
        **{"format": "image2", "c:v": "png", "fps_mode": "passthrough", "flags": "+bitexact"},
    )
    ffmpeg.run(output, folder=folder.absolute())
    return sorted(folder.glob(f"{name}.*.png"))


def exr_frames(film: Finished, size: tuple[int, int], folder: Path, name: str) -> list[Path]:
    """Write every frame as a half-float EXR, scene-linear with BT.709 primaries; returns the files.

    The camera curve of BT.709 (ITU-R BT.709-6, item 1.2) is undone, so that 1.0 is its white.

    Raises:
        AssemblyError: the picture cannot be read, or ffmpeg fails.
    """
    encoded = np.arange(256) / 255
    linear = np.where(encoded < 0.081, encoded / 4.5, ((encoded + 0.099) / 1.099) ** (1 / 0.45))
    table = linear.astype("<f4")

    def planes() -> Iterator[bytes]:
        for frame in clips.decode(film.picture, 0, film.frames, film.rate):
            picture = table[np.asarray(rgb_image(frame, size))]
            yield np.ascontiguousarray(picture[..., [1, 2, 0]].transpose(2, 0, 1)).tobytes()

    source = raw_pictures(*size, film.rate, "gbrpf32le")
    output = source.output(
        f"{name}.{FRAME_PATTERN}.exr",
        **{
            "format:v": "half",
            "c:v": "exr",
            "compression": "zip16",
            "f": "image2",
            "fps_mode": "passthrough",
        },
    )
    ffmpeg.run(output, stdin=planes(), folder=folder.absolute())
    return sorted(folder.glob(f"{name}.*.exr"))
