"""A print: the clip of a shot as one version of the film shows it. Colours matched, a look, another frame.

No take is rendered anew for any of it. Titles, transitions and subtitles come later, so that they are drawn
for the new frame, and in their own colours.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from assembly.frames import clips
from assembly.frames.blending import planes_of
from assembly.frames.mezzanine_encoder import encode_exactly, raw_pictures
from assembly.picture.luts import graded
from storyboard.digest import digest_of
from storyboard.media import mezzanine
from storyboard.media.framing import CENTRE, Box, crop_box

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pydantic import JsonValue

    from assembly.cut.form import FrameForm
    from assembly.picture.colour_matching import Match
    from assembly.picture.luts import Table
    from storyboard.schema.film import Shot

PRINT_VERSION = 1
"""goes into the digests of prints; raise it when the same recipe gives other pixels;
code of assembly.picture.prints, assembly.picture.luts, storyboard.media.lut, storyboard.media.framing:
3c2a9565
"""


@dataclass(frozen=True, slots=True)
class Pan:
    """The part of a shot's picture that a narrower frame shows: it may move from one place to another.

    Attributes:
        start: up to frame `first`.
        end: from frame `last` on; None where nothing moves.
        first: the clip's frame at which it begins to move.
        last: the clip's frame at which it has come to rest.
    """

    start: Box
    end: Box | None = None
    first: int = 0
    last: int = 0

    @classmethod
    def of(cls, shot: Shot, size: tuple[int, int], frame: tuple[int, int], head: int, frames: int) -> Pan:
        """What a frame shows of a shot whose body is `frames` after the first `head` ones of its clip."""
        start = crop_box(size, frame, shot.focus or CENTRE)
        end = crop_box(size, frame, shot.focus_to) if shot.focus_to else start
        return cls(start) if end == start else cls(start, end, head, head + frames - 1)

    def at(self, frame: int) -> Box:
        """The part at a frame of the clip; it starts and stops gently."""
        if self.end is None:
            return self.start
        way = Fraction(frame - self.first, max(1, self.last - self.first))
        way = min(max(way, Fraction(0)), Fraction(1))
        return self.start.towards(self.end, way * way * (3 - 2 * way))

    def recipe(self) -> JsonValue:
        """The form that goes into digests."""
        boxes: list[JsonValue] = [
            [str(box.x), str(box.y), str(box.width), str(box.height)] for box in (self.start, self.end) if box
        ]
        return [*boxes, self.first, self.last]


@dataclass(frozen=True, slots=True)
class Print:
    """What one is made of.

    Attributes:
        clip: the digest of the shot's clip in the film's own frame.
        frames: how many it has.
        source: the clip's form.
        picture: the form of the print.
        match: what its colours are matched to.
        look: the digest of a .cube file.
        pan: what is seen of the clip; None for all of it.
    """

    clip: str
    frames: int
    source: FrameForm
    picture: FrameForm
    match: Match | None
    look: str | None
    pan: Pan | None

    @property
    def changes(self) -> bool:
        """Whether it is anything but its clip."""
        return self.picture != self.source or self.match is not None or self.look is not None

    def recipe(self) -> JsonValue:
        """Everything that affects its pixels and its encoding."""
        return {
            "print": PRINT_VERSION,
            "mezzanine": mezzanine.PARAMETERS_VERSION,
            "clip": self.clip,
            "picture": self.picture.recipe(),
            "match": self.match.recipe() if self.match else None,
            "look": self.look,
            "pan": self.pan.recipe() if self.pan else None,
        }

    def digest(self) -> str:
        """Its name in the store; its clip's where it is nothing else."""
        return digest_of(self.recipe()) if self.changes else self.clip


def render_print(one: Print, clip: Path, tables: Sequence[Table], out: Path) -> None:
    """Make a print.

    Args:
        one: what to make.
        clip: the shot's clip.
        tables: the colour tables of its match and its look.
        out: where to write; appears whole.

    Raises:
        AssemblyError: the clip cannot be read, or is not what it must be.
        StoreError: `out` cannot be written.
    """
    picture, source = one.picture, one.source
    x, y, width, height = picture.inside or (0, 0, picture.width, picture.height)
    whole = Box(Fraction(0), Fraction(0), Fraction(source.width), Fraction(source.height))

    def seen() -> Iterator[bytes]:
        size = source.width, source.height
        for number, planes in enumerate(clips.planes(clip, 0, one.frames, source.rate, size)):
            yield reframed(planes, one.pan.at(number) if one.pan else whole, (width, height)).tobytes()

    stream = raw_pictures(width, height, picture.rate)
    with tempfile.TemporaryDirectory() as folder:
        stream = graded(stream, tables, Path(folder))
        if picture.inside:
            stream = stream.filter("pad", w=picture.width, h=picture.height, x=x, y=y, color="black")
        encode_exactly(
            stream,
            picture.rate,
            out,
            frames=one.frames,
            what=f"the print of {str(clip)!r}",
            stdin=seen(),
            folder=Path(folder),
        )


def reframed(planes: clips.Planes, box: Box, size: tuple[int, int]) -> clips.Planes:
    """A part of a picture, made so large with Lanczos."""
    width, height = size
    right, bottom = box.x + box.width, box.y + box.height
    as_it_is = box.x % 2 == box.y % 2 == 0 and box.width == width and box.height == height
    parts = []
    for scale, plane in zip((1, 2, 2), planes_of(planes), strict=True):
        if as_it_is:
            left, top = int(box.x) // scale, int(box.y) // scale
            part = plane[top : top + height // scale, left : left + width // scale]
        else:
            part = np.asarray(
                Image.fromarray(plane).resize(
                    (width // scale, height // scale),
                    Image.Resampling.LANCZOS,
                    box=(
                        float(box.x / scale),
                        float(box.y / scale),
                        float(right / scale),
                        float(bottom / scale),
                    ),
                )
            )
        parts.append(part.reshape(-1))
    return np.concatenate(parts).reshape(height * 3 // 2, width)
